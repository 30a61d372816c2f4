"""The taxonomy in one picture: what interpolating pure noise costs as the sample grows."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from claims.benign_overfitting.shown import exponential_cost, ridge_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

SIZES = (10, 20, 40, 80)
CURVE = np.unique(np.geomspace(8, 2000, 40).round())
RATE = 0.5


def growing_tail(n: int) -> dict[str, Any]:
    """Four strong features over a flat tail of n^2 features: a benign sequence of spectra."""
    return {"eigenvalues": (20.0, 100 / n**2), "coef2": (0.0, 0.0), "n": n, "multiplicity": (4, n * n)}


POWER = {alpha: along("tempered-power-law", 256, "n", SIZES, alpha=alpha, explicit=600) for alpha in (3.0, 2.0)}
RIDGED = along("tempered-power-law", 256, "n", SIZES, alpha=2.0, ridge=0.05, explicit=600)
LOG = along("benign-log-spectrum", 256, "n", SIZES, beta=2.0, explicit=2500)
EXPONENTIAL = along(exponential_cost, 1024, "n", SIZES, rate=RATE)
TAIL = cells(ridge_risk, 128, *(growing_tail(n) for n in SIZES[:3]))


def _name(ax: Axes, n: float, level: float, text: str, index: int) -> None:
    """The name of a curve, above it."""
    ax.annotate(
        text, (n, level), xytext=(0, 3), textcoords="offset points", ha="right", fontsize=7, color=style.COLOURS[index]
    )


def taxonomy(ax: Axes, results: Results) -> None:
    last = CURVE[-1]
    style.theory(ax, CURVE, RATE * CURVE, 1)
    style.simulation(ax, SIZES, [np.median(s["value"]) for s in results.samples(EXPONENTIAL)], None, 1)
    _name(ax, CURVE[-1], 20, "catastrophic: $e^{-i/2}$", 1)
    for index, alpha in ((4, 3.0), (0, 2.0)):
        style.theory(ax, CURVE, [theory.power_law_risk(alpha, n) for n in CURVE], index)
        style.simulation(ax, SIZES, *results.mean(POWER[alpha], "value"), index)
        _name(ax, last, alpha, rf"tempered: $i^{{-{alpha:g}}}$", index)
    ridged = [theory.power_law_risk(2.0, n, 0.05) for n in CURVE]
    style.theory(ax, CURVE, ridged, 5, "benign: $i^{-2}$ with a fixed ridge")
    style.simulation(ax, SIZES, *results.mean(RIDGED, "value"), 5)
    log = [1 + theory.log_spectrum_variance(2.0, n) for n in CURVE]
    style.theory(ax, CURVE, log, 3, r"benign, slowly: $1/(i\log^2 i)$")
    mean, se = results.mean(LOG, "value")
    style.simulation(ax, SIZES, 1 + mean, se, 3)
    tails = [theory.ridge_risk(**growing_tail(int(n))).test for n in CURVE]
    style.theory(ax, CURVE, tails, 2, "benign: flat tail of $n^2$ features")
    style.simulation(ax, SIZES[:3], *results.mean(TAIL, "test"), 2)
    ax.axhline(1, color=style.GREY, linewidth=0.7)
    ax.annotate("label noise", (last, 1), xytext=(0, -9), textcoords="offset points", ha="right", color=style.GREY)
    ax.set(xscale="log", yscale="log", xlabel="samples $n$", ylabel=r"test error / $\sigma^2$", ylim=(0.75, 30))
    plain(ax.xaxis, (10, 100, 1000))
    plain(ax.yaxis, (1, 2, 3, 5, 10, 20))
    if results.brief:  # the names of the three regimes are enough at 5 cm
        for text in ax.texts:
            text.set_text(text.get_text().split(":")[0].replace("label noise", ""))
        ax.set_ylim(bottom=0.65)
        ax.annotate("benign", (10, 0.75), color=style.COLOURS[2])
    else:
        ax.legend(loc="center right", bbox_to_anchor=(1.0, 0.68))


def _rates(ax: Axes, results: Results) -> None:
    sizes = 10.0 ** np.arange(1, 17)
    for index, beta in ((3, 2.0), (4, 3.0)):
        costs = [theory.log_spectrum_variance(beta, n) for n in sizes]
        style.theory(ax, sizes, costs, index, rf"$1/(i\log^{{{beta:g}}} i)$")
        style.asymptote(ax, sizes[1:], (beta - 1) / np.log(sizes[1:]), index, rf"${beta - 1:g}/\log n$")
    style.theory(ax, sizes, [theory.power_law_risk(2.0, n) - 1 for n in sizes], 0, r"$i^{-2}$")
    ax.set(xscale="log", yscale="log", xlabel="samples $n$", ylabel=r"excess error / $\sigma^2$", ylim=(0.01, 2))
    plain(ax.yaxis, (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1))
    ax.legend(loc="lower left")


FIGURES = (
    Picture(
        "taxonomy",
        "Benign, tempered and catastrophic: what interpolating noise costs",
        (
            "tempered-power-law", "tempered-power-law-limit", "benign-log-spectrum",
            "negative-ridge-and-catastrophic-growth",
        ),
        (POWER, RIDGED, LOG, EXPONENTIAL, TAIL),
        (Panel("interpolating noise", taxonomy), Panel("the slow rate", _rates)),
        height=3.2,
        ratios=(3, 2),
    ),
)  # fmt: skip
