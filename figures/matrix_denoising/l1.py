"""The l1 transition: measurements needed against sparsity, and recovery on both sides."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.matrix_denoising as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Estimate, Results, along

FRACTIONS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DIMENSION = along("l1-phase-transition", 2048, "fraction", FRACTIONS, n=160)
WIDTHS, COUNTS = (0.1, 0.2, 0.3, 0.4), (40, 80)
RECOVERY = {n: along("l1-phase-transition-recovery", 200, "width", WIDTHS, fraction=0.1, n=n) for n in COUNTS}


def transition(ax: Axes, results: Results) -> None:
    """Measurements a coordinate against the fraction of non-zeros."""
    f = np.linspace(0.002, 0.998, 300)
    curve = theory.l1_transition(f)
    ax.fill_between(f, curve, 1, color="#eef5ea", linewidth=0, zorder=0)
    style.theory(ax, f, curve, 0)
    style.simulation(ax, FRACTIONS, *results.mean(DIMENSION, "value"), 0)
    style.decoy(ax, f, 2 * f)
    style.decoy(ax, f, -2 * f * np.log(f))
    style.name(ax, 0.06, 0.82, "found", 2, xytext=(0, 0))
    style.name(ax, 0.62, 0.35, "missed", 1, xytext=(0, 0))
    style.name(ax, 0.2, 0.4, "$2f$", color=style.GREY, xytext=(3, -8))
    style.name(ax, 0.7, 0.5, r"$2f\log(1/f)$", color=style.GREY, xytext=(5, 0))
    ax.set(xlabel="fraction of non-zeros $f$", ylabel="measurements a coordinate $m/n$", xlim=(0, 1), ylim=(0, 1.02))


def recovery(ax: Axes, results: Results) -> None:
    """Share of vectors found against the measurements, at f = 1/10."""
    widths = np.asarray(WIDTHS)
    for index, n in enumerate(COUNTS):
        low, high = (results.mean(RECOVERY[n], name) for name in ("recovered_below", "recovered_above"))
        x = np.concatenate([1 - widths[::-1], 1 + widths])
        seen = Estimate(np.concatenate([low.mean[::-1], high.mean]), np.concatenate([low.se[::-1], high.se]))
        style.simulation(ax, x, *seen, index + 1, rf"$n = {n}$")
    style.asymptote(ax, [0.5, 1, 1, 1.5], [0, 0, 1, 1], 0, r"$n \to \infty$")
    ax.set(xlabel="measurements / $M(f)\\,n$", ylabel="share found", ylim=(-0.04, 1.04), xlim=(0.55, 1.45))
    ax.legend(loc="upper left")


FIGURES = (
    Picture(
        "l1",
        r"Least $\ell_1$ norm finds a sparse vector once there are more Gaussian measurements than its descent cone "
        "has dimensions (dots: $n = 160$)",
        ("l1-phase-transition", "l1-phase-transition-recovery"),
        (DIMENSION, RECOVERY),
        (Panel("measurements needed", transition), Panel("recovery at $f = 1/10$", recovery)),
        height=2.9,
    ),
)
