"""What noise on the gradient buys: the Bayes error, and the level at which the spectrum says nothing."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from figures import style
from figures.points import points
from figures.results import Picture, Results


def _bayes(ax: Axes, results: Results) -> None:
    fine, few = np.geomspace(0.01, 100, 120), np.geomspace(0.03, 60, 7)
    for index, (m, batch) in enumerate(((80, 40), (40, 40), (40, 80))):
        style.theory(
            ax, fine, [theory.noise_mmse_asymptotic(m, batch, s, 1.0) for s in fine], index, f"$B/m={batch / m:g}$"
        )
        cells = [{"m": m, "B": batch, "noise_std": float(s), "prior_std": 1.0} for s in few]
        mean, se = points(results, sims.noise_mmse_asymptotic, cells, 64, "value")
        style.simulation(ax, few, mean, se, index)
    style.decoy(ax, fine, fine**2 / 80, label="$s^2/m$: no other samples")
    ax.annotate("floor $1-m/B$: too few residuals", (0.012, 0.62), va="bottom", fontsize=7)
    ax.annotate("prior", (60, 1.3), ha="center", va="bottom", fontsize=7)
    ax.set(xscale="log", yscale="log", ylim=(1e-6, 5), xlabel="noise $s$", ylabel="mean squared error")
    ax.legend(loc="lower right")


def _spectrum(ax: Axes, results: Results) -> None:
    fine, few = np.linspace(0.1, 1.6, 150), np.linspace(0.3, 1.5, 7)
    for index, (m, d) in enumerate(((50, 200), (100, 100), (200, 50))):
        critical = theory.critical_noise(m, d, 10.0, 1.0)
        overlap = [theory.spectral_overlap(m, d, 10.0, 1.0, float(s * critical)) for s in fine]
        style.theory(ax, fine, overlap, index, f"$m/d={m / d:g}$")
        cells = [{"m": m, "d": d, "delta_norm": 10.0, "x_norm": 1.0, "noise_std": float(s * critical)} for s in few]
        mean, se = points(results, sims.spectral_overlap, cells, 64, "value")
        style.simulation(ax, few, mean, se, index)
    ax.set(xlabel="noise / critical noise", ylabel=r"$\cos^2$ with the sample", ylim=(0, 1.02))
    ax.legend()


def draw(results: Results) -> Figure:
    """Two panels."""
    figure, (left, right) = style.new(1, 2)
    _bayes(left, results)
    style.panel(left, "a", "the Bayes error")
    _spectrum(right, results)
    style.panel(right, "b", "spectral reconstruction")
    return figure


FIGURES = (
    Picture(
        "noise",
        "Noise on the gradient: the best possible error, and the transition of spectral reconstruction (rounded at "
        "finite size)",
        ("noise-mmse-asymptotic", "noise-spectral-transition"),
        draw,
    ),
)
