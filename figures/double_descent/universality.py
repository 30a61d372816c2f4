"""Universality of the peak and its failure: entries of many laws, and rows of uneven norm."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import ridgeless_noise
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along
from figures.strip import Strip

N, EVEN, UNEVEN = 40, (1.0,), (0.25, 1.75)
LAWS = {
    "gaussian": (0, "Gaussian"), "rademacher": (2, "random signs"), "uniform": (3, "uniform"), "sphere": (4, "sphere"),
    "t5": (5, "Student, 5 d.f."),
}  # fmt: skip
SIZES = np.asarray([5, 10, 16, 22, 28, 54, 62, 75, 95, 130, 200, 320])
FIXED = {"n": N, "sigma2": 1.0}
ALIKE = {law: along(ridgeless_noise, 256, "p", SIZES, rows=law, scales=EVEN, **FIXED) for law in LAWS}
APART = along(ridgeless_noise, 256, "p", SIZES, rows="gaussian", scales=UNEVEN, **FIXED)


def exact(p: np.ndarray) -> np.ndarray:
    """The Gaussian value, with nothing at the peak itself."""
    return np.where(np.abs(p - N) > 1, dd.min_norm_risk(N, p, 0.0, 1.0).variance, np.nan)


def peaks(ax: Axes, results: Results) -> None:
    """The noise part of the risk: Gaussian rows, rows of uneven norm, and the bound for all laws."""
    p = np.arange(4, 400)
    style.theory(ax, p / N, exact(p), 0)
    bound = dd.ridgeless_noise_lower_bound(N, p, 1.0)
    style.asymptote(ax, p / N, bound, 6)
    above, below = p[p > N + 1], p[p < N - 1]
    style.theory(ax, above / N, dd.elliptical_min_norm_risk(N, above, 0.0, 1.0, UNEVEN).variance, 1)
    style.theory(ax, below / N, dd.elliptical_noise_limit(below / N, 1.0, UNEVEN), 1)
    even, uneven = results.mean(ALIKE["gaussian"], "value"), results.mean(APART, "value")
    style.simulation(ax, SIZES / N, *even, 0)
    style.simulation(ax, SIZES / N, *uneven, 1)
    style.name(ax, 2.6, 1.9, "uneven rows", 1)
    style.name(ax, 0.42, 0.26, "even rows", 0)
    style.name(ax, 0.13, 0.07, "bound for all laws (dotted)", 6)
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="variance", ylim=(0.05, 100))
    plain(ax.xaxis, (0.1, 1, 10))
    plain(ax.yaxis, (0.1, 1, 10, 100))
    rows = results.rows("noise-lower-bound-universality-elliptical")
    strip = Strip(ax, results, 0.1).judged(rows, lambda r: r.p / r.n, 1)
    strip.dots(SIZES / N, even, exact(SIZES), 0)
    high = SIZES > N
    own = type(uneven)(uneven.mean[high], uneven.se[high])
    strip.dots(SIZES[high] / N, own, dd.elliptical_min_norm_risk(N, SIZES[high], 0.0, 1.0, UNEVEN).variance, 1)
    strip.decoy(p / N, exact(p), np.where(p > N + 1, dd.elliptical_min_norm_risk(N, np.maximum(p, N + 2), 0.0, 1.0,
                UNEVEN).variance, np.nan))  # fmt: skip


def laws(ax: Axes, results: Results) -> None:
    """What the law of the entries moves, relative to the bound."""
    p = np.arange(4, 400)
    style.theory(ax, p / N, exact(p) / dd.ridgeless_noise_lower_bound(N, p, 1.0), 0)
    for law, (index, word) in LAWS.items():
        seen = results.mean(ALIKE[law], "value").over(dd.ridgeless_noise_lower_bound(N, SIZES, 1.0))
        style.simulation(ax, SIZES / N, *seen, index, word, alpha=0.9)
    style.asymptote(ax, p / N, np.ones(p.size), 6, "bound for all laws")
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="variance / bound", ylim=(0.95, 1.4))
    plain(ax.xaxis, (0.1, 1, 10))
    style.legend(ax, loc="upper right", fontsize=6.5)


FIGURES = (
    Picture(
        "universality",
        "No features avoid the peak; most laws share it, rows of uneven norm do not (below $p = n$ their line is the "
        "limit)",
        (
            "noise-lower-bound-universality", "noise-lower-bound-universality-limit",
            "noise-lower-bound-universality-elliptical", "noise-lower-bound-universality-elliptical-limit",
        ),
        (ALIKE, APART),
        (Panel("the peak, and rows that raise it", peaks), Panel(f"the law of the entries, $n = {N}$", laws)),
        height=3.1,
    ),
)  # fmt: skip
