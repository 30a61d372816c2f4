"""What is selected: the maximum margin, a constant over log t away, and a norm between l2 and l1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.implicit_bias as theory
from claims.implicit_bias.approach import descended
from claims.implicit_bias.diagonal import diagonal
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

LOG10 = math.log(10.0)
DATA = {"count": 2, "n": 3, "d": 3, "support": 3, "number": 0}
TIMES = (2.0, 4.0, 7.0, 12.0, 20.0, 35.0, 60.0, 120.0, 240.0)
STEPS = (7, 55, 1100, 100000)
FLOW = along("logistic-margin-law", 1, "s", TIMES, loss="logistic", **DATA)
DESCENT = along("logistic-margin-law-descent", 1, "steps", STEPS, step=1.0, **DATA)

PROBLEM = {"count": 1, "n": 2, "d": 4, "number": 13}
ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
NETWORKS = along("diagonal-network-potential", 1, "alpha", ALPHAS, **PROBLEM)


def _behind(rows: Any, s: np.ndarray) -> np.ndarray:
    """The late flow's margin below the largest."""
    margin = theory.margin_path(rows, s).margin
    return np.asarray(theory.margin_law(rows).gamma - np.asarray(margin))


def gap(ax: Axes, results: Results) -> None:
    """The margin's distance to the largest: flow, late flow, descent, and powers of t."""
    data = descended(steps=1, step=1.0, **DATA)["rows"][0]
    law, s = theory.margin_law(data), np.geomspace(4.0, 260.0, 200)
    style.theory(ax, s / LOG10, _behind(data, s), 0, "late flow")
    style.asymptote(ax, s / LOG10, law.margin_gap_constant / s, 1, r"constant over $\log t$")
    flow = [
        float(sample["margin_gap_constant"][0, 0]) / at for sample, at in zip(results.samples(FLOW), TIMES, strict=True)
    ]
    style.simulation(ax, np.asarray(TIMES) / LOG10, flow, None, 0)
    descent = []
    for sample in results.samples(DESCENT):
        w = sample["value"][0, 0]
        descent.append(law.gamma - float((data @ w).min()) / np.linalg.norm(w))
    style.simulation(ax, [math.log10(k) for k in STEPS], descent, None, 1, "gradient descent", fmt="x", color="black",
                     markeredgecolor="black", markeredgewidth=1.0, zorder=4)  # fmt: skip
    early = np.linspace(1.0, 12.0, 50)
    style.decoy(ax, early, 0.15 * 10 ** (-early / 2), r"$1/\sqrt{t}$ (decoy)")
    ax.set(yscale="log", xlabel=r"$\log_{10} t$", ylabel="margin still missing", ylim=(2e-4, 0.2), xlim=(-2, 112))
    style.legend(ax, loc="upper right")


def coefficients(ax: Axes, results: Results) -> None:
    """Every coefficient against the scale of the start."""
    given = diagonal(alpha=1.0, **PROBLEM)
    X, y = given["X"][0], given["y"][0]
    scales = np.geomspace(1e-3, 3.0, 150)
    path = np.asarray([theory.diagonal_network_limit(X, y, float(a)) for a in scales])
    dots = np.asarray([sample["beta"][0, 0] for sample in results.samples(NETWORKS)])
    for index in range(path.shape[1]):
        style.theory(ax, scales, path[:, index], index)
        style.simulation(ax, ALPHAS, dots[:, index], None, index)
    ax.axhline(0.0, color=style.GREY, linewidth=0.6, zorder=0)
    ax.set(xscale="log", xlabel=r"scale of the start $\alpha$", ylabel=r"coefficients $\beta_i$")
    for x, word, side in ((0.02, r"least $\ell_1$", "left"), (0.98, r"least $\ell_2$", "right")):
        ax.annotate(word, (x, 0.97), xycoords="axes fraction", fontsize=7.5, ha=side, va="top")
    ax.margins(y=0.15)


FIGURES = (
    Picture(
        "selection",
        "Two selections. Left: on separable data the margin is behind by a constant over $\\log t$, still at "
        "$t = 10^{100}$; right: the coefficients of a diagonal network walk from the least $\\ell_2$ to the least "
        "$\\ell_1$ norm",
        ("logistic-margin-law", "logistic-margin-law-gap", "logistic-margin-law-descent",
         "diagonal-network-potential"),
        {"flow": FLOW, "descent": DESCENT, "networks": NETWORKS},
        (Panel("the margin settles like $1/\\log t$", gap), Panel("from $\\ell_2$ to $\\ell_1$", coefficients)),
    ),
)  # fmt: skip
