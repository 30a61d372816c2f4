"""What noise on the gradient buys: the Bayes error, and the level at which the spectrum says nothing."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.gradient_reconstruction as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

SHAPES, NOISE = ((80, 40), (40, 40), (40, 80)), np.geomspace(0.03, 60, 7)
BAYES = {(m, B): along("noise-mmse-asymptotic", 64, "noise_std", NOISE, m=m, B=B, prior_std=1.0) for m, B in SHAPES}
LAYERS, SHARES = ((50, 200), (100, 100), (200, 50)), np.linspace(0.3, 1.5, 7)
CRITICAL = {(m, d): theory.critical_noise(m, d, 10.0, 1.0) for m, d in LAYERS}
SPECTRAL = {
    (m, d): along(
        "noise-spectral-transition", 64, "noise_std", SHARES * CRITICAL[m, d], m=m, d=d, delta_norm=10.0, x_norm=1.0
    )
    for m, d in LAYERS
}


def _bayes(ax: Axes, results: Results) -> None:
    fine = np.geomspace(0.01, 100, 120)
    for index, (m, batch) in enumerate(SHAPES):
        style.theory(
            ax, fine, [theory.noise_mmse_asymptotic(m, batch, s, 1.0) for s in fine], index, f"$B/m={batch / m:g}$"
        )
        style.simulation(ax, NOISE, *results.mean(BAYES[m, batch], "value"), index)
    style.decoy(ax, fine, fine**2 / 80, label="$s^2/m$: no other samples")
    ax.annotate("floor $1-m/B$: too few residuals", (0.012, 0.62), va="bottom", fontsize=7)
    ax.annotate("prior", (60, 1.3), ha="center", va="bottom", fontsize=7)
    ax.set(xscale="log", yscale="log", ylim=(1e-6, 5), xlabel="noise $s$", ylabel="mean squared error")
    ax.legend(loc="lower right")


def _spectrum(ax: Axes, results: Results) -> None:
    fine = np.linspace(0.1, 1.6, 150)
    for index, (m, d) in enumerate(LAYERS):
        critical = CRITICAL[m, d]
        overlap = [theory.spectral_overlap(m, d, 10.0, 1.0, float(s * critical)) for s in fine]
        style.theory(ax, fine, overlap, index, f"$m/d={m / d:g}$")
        style.simulation(ax, SHARES, *results.mean(SPECTRAL[m, d], "value"), index)
    ax.set(xlabel="noise / critical noise", ylabel=r"$\cos^2$ with the sample", ylim=(0, 1.02))
    ax.legend()


FIGURES = (
    Picture(
        "noise",
        "Noise on the gradient: the best possible error, and the transition of spectral reconstruction (rounded at "
        "finite size)",
        ("noise-mmse-asymptotic", "noise-spectral-transition"),
        (BAYES, SPECTRAL),
        (Panel("the Bayes error", _bayes), Panel("spectral reconstruction", _spectrum)),
        height=2.6,
    ),
)
