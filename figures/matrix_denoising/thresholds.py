"""The hard threshold: its worst case against where it is put, and its place for known and unknown noise."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.matrix_denoising as theory
from figures import style
from figures.matrix_denoising.spikes import DOTS, SHAPES, STRENGTHS
from figures.picture import Panel, Picture
from figures.results import Results, along

ASPECTS = (0.0625, 0.125, 0.25, 0.5, 0.75, 1.0)
MEDIANS = along("spike-angles", 64, "beta", ASPECTS, x=(3.0,), n=160)


def _worst(x: np.ndarray, beta: float) -> np.ndarray:
    """The larger of killing and keeping a spike that is seen just at the threshold."""
    return np.maximum(x**2, theory.amse(x, beta, "keep"))


def worst_case(ax: Axes, results: Results) -> None:
    """Worst case of the hard threshold t: its spike is seen at t."""
    for index, (beta, _, word) in enumerate(SHAPES):
        x = np.linspace(1.0001 * beta**0.25, 2.1, 500)
        style.theory(ax, theory.spike_singular_value(x, beta), _worst(x, beta), index, rf"$m/n = {word}$")
        strengths = np.asarray(STRENGTHS[beta])
        seen = results.mean(DOTS[beta], "keep")
        used = (strengths > 1.1 * beta**0.25) & (strengths < 2.1)
        kept = seen.mean > strengths**2
        value, error = np.where(kept, seen.mean, strengths**2), np.where(kept, seen.se, 0.0)
        at = theory.spike_singular_value(strengths, beta)
        style.simulation(ax, at[used], value[used], error[used], index)
        best = float(theory.hard_threshold(beta))
        ax.plot(
            [best],
            [theory.break_even_strength(beta) ** 2],
            marker="*",
            color=style.COLOURS[index],
            markersize=9,
            markeredgecolor="black",
            markeredgewidth=0.5,
            zorder=6,
        )
    style.name(ax, 2.3094, 3.0, r"$4/\sqrt{3}$", 2, xytext=(-8, -14))
    ax.set(xlabel="threshold $t$ on singular values", ylabel="worst squared error", ylim=(0, 5.6), xlim=(1.2, 2.65))
    style.legend(ax, loc="upper left")


def places(ax: Axes, results: Results) -> None:
    """The threshold in units of the noise and of the median singular value, against the shape."""
    beta = np.linspace(0.02, 1, 99)
    known, unknown = theory.hard_threshold(beta), theory.median_threshold_coef(beta)
    style.theory(ax, beta, unknown, 1, "in units of the median")
    style.theory(ax, beta, known, 0, "in units of the noise")
    seen = results.mean(MEDIANS, "median")
    aspects = np.asarray(ASPECTS)
    threshold = theory.hard_threshold(aspects)
    style.simulation(ax, aspects, threshold / seen.mean, threshold * seen.se / seen.mean**2, 1)
    style.decoy(ax, beta, np.full(beta.size, 4 / 3**0.5))
    style.name(ax, 0.02, 4 / 3**0.5, r"$4/\sqrt{3}$ for all", color=style.GREY, xytext=(2, 3))
    style.decoy(ax, beta, 1 + np.sqrt(beta))
    style.name(ax, 0.5, 1.707, "edge of the noise", color=style.GREY, xytext=(6, -8))
    style.legend(ax, loc="lower right")
    ax.set(xlabel="shape $m/n$", ylabel="hard threshold", ylim=(1, 3.05), xlim=(0, 1.03))


FIGURES = (
    Picture(
        "thresholds",
        "Where to cut: the worst case is least at the star; the cut in units of the noise, and of the median singular "
        "value where the noise is unknown",
        ("hard-threshold-4-over-sqrt3", "hard-threshold-4-over-sqrt3-median"),
        (DOTS, MEDIANS),
        (Panel("worst case of a hard threshold", worst_case), Panel("the best threshold", places)),
        height=2.9,
    ),
)
