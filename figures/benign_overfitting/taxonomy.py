"""The taxonomy in one picture: what interpolating pure noise costs as the sample grows."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results

SIZES = (10, 20, 40, 80)
CURVE = np.unique(np.geomspace(8, 2000, 40).round())
RATE = 0.5


def growing_tail(n: int) -> dict[str, Any]:
    """Four strong features over a flat tail of n^2 features: a benign sequence of spectra."""
    return {"eigenvalues": (20.0, 100 / n**2), "coef2": (0.0, 0.0), "n": n, "multiplicity": (4, n * n)}


def _name(ax: Axes, n: float, level: float, text: str, index: int) -> None:
    """The name of a curve, above it."""
    ax.annotate(
        text, (n, level), xytext=(0, 3), textcoords="offset points", ha="right", fontsize=7, color=style.COLOURS[index]
    )


def taxonomy(ax: Axes, results: Results) -> None:
    last = CURVE[-1]
    style.theory(ax, CURVE, RATE * CURVE, 1)
    samples = [results.sample(sims.exponential_cost, {"n": n, "rate": RATE}, 1024)["value"] for n in SIZES]
    style.simulation(ax, SIZES, [np.median(s) for s in samples], None, 1)
    _name(ax, CURVE[-1], 20, "catastrophic: $e^{-i/2}$", 1)
    for index, alpha in ((4, 3.0), (0, 2.0)):
        style.theory(ax, CURVE, [theory.power_law_risk(alpha, n) for n in CURVE], index)
        cells = [{"alpha": alpha, "n": n, "explicit": 600} for n in SIZES]
        style.simulation(ax, SIZES, *points(results, sims.power_law_risk, cells, 256, "value"), index)
        _name(ax, last, alpha, rf"tempered: $i^{{-{alpha:g}}}$", index)
    ridged = [theory.power_law_risk(2.0, n, 0.05) for n in CURVE]
    style.theory(ax, CURVE, ridged, 5, "benign: $i^{-2}$ with a fixed ridge")
    cells = [{"alpha": 2.0, "n": n, "ridge": 0.05, "explicit": 600} for n in SIZES]
    style.simulation(ax, SIZES, *points(results, sims.power_law_risk, cells, 256, "value"), 5)
    log = [1 + theory.log_spectrum_variance(2.0, n) for n in CURVE]
    style.theory(ax, CURVE, log, 3, r"benign, slowly: $1/(i\log^2 i)$")
    cells = [{"beta": 2.0, "n": n, "explicit": 2500} for n in SIZES]
    mean, se = points(results, sims.log_spectrum_variance, cells, 256, "value")
    style.simulation(ax, SIZES, 1 + mean, se, 3)
    tails = [theory.ridge_risk(**growing_tail(int(n))).test for n in CURVE]
    style.theory(ax, CURVE, tails, 2, "benign: flat tail of $n^2$ features")
    mean, se = points(results, sims.ridge_risk, [growing_tail(n) for n in SIZES[:3]], 128, "test")
    style.simulation(ax, SIZES[:3], mean, se, 2)
    ax.axhline(1, color=style.GREY, linewidth=0.7)
    ax.annotate("label noise", (last, 1), xytext=(0, -9), textcoords="offset points", ha="right", color=style.GREY)
    ax.set(xscale="log", yscale="log", xlabel="samples $n$", ylabel=r"test error / $\sigma^2$", ylim=(0.85, 30))
    plain(ax.xaxis, (10, 100, 1000))
    plain(ax.yaxis, (1, 2, 3, 5, 10, 20))
    ax.legend(loc="center right", bbox_to_anchor=(1.0, 0.68))


def in_brief(ax: Axes, results: Results) -> None:
    """The same with the names of the three regimes only."""
    taxonomy(ax, results)
    if legend := ax.get_legend():
        legend.remove()
    for text in ax.texts:
        text.set_text(text.get_text().split(":")[0].replace("label noise", ""))
    ax.annotate("benign", (10, 0.88), color=style.COLOURS[2], fontsize=7)


def _rates(ax: Axes) -> None:
    sizes = 10.0 ** np.arange(1, 17)
    for index, beta in ((3, 2.0), (4, 3.0)):
        costs = [theory.log_spectrum_variance(beta, n) for n in sizes]
        style.theory(ax, sizes, costs, index, rf"$1/(i\log^{{{beta:g}}} i)$")
        style.decoy(ax, sizes[1:], (beta - 1) / np.log(sizes[1:]), r"$(\beta-1)/\log n$" if index == 3 else None)
    style.theory(ax, sizes, [theory.power_law_risk(2.0, n) - 1 for n in sizes], 0, r"$i^{-2}$")
    ax.set(xscale="log", yscale="log", xlabel="samples $n$", ylabel=r"excess error / $\sigma^2$", ylim=(0.01, 2))
    plain(ax.yaxis, (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1))
    ax.legend(loc="lower left")


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=3.2, width_ratios=(3, 2))
    taxonomy(left, results)
    style.panel(left, "a", "interpolating noise")
    _rates(right)
    style.panel(right, "b", "the slow rate")
    return figure


FIGURES = (
    Picture(
        "taxonomy",
        "Benign, tempered and catastrophic: what interpolating noise costs",
        (
            "tempered-power-law", "tempered-power-law-limit", "benign-log-spectrum",
            "negative-ridge-and-catastrophic-growth",
        ),
        _draw,
    ),
)  # fmt: skip
