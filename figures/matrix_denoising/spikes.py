"""Spikes in noise: what is seen of their directions, and what each rule for singular values costs."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.matrix_denoising as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Cells, Results, along
from figures.strip import Strip

SHAPES = ((1 / 16, 1024, "1/16"), (1 / 4, 400, "1/4"), (1.0, 150, "1"))
STRENGTHS = {
    1 / 16: (0.15, 0.3, 0.42, 0.6, 0.75, 0.95, 1.3, 1.8, 2.4),
    1 / 4: (0.2, 0.42, 0.6, 0.85, 1.05, 1.3, 1.7, 2.2, 2.7),
    1.0: (0.3, 0.6, 0.85, 1.25, 1.5, 1.732, 2.0, 2.4, 2.9),
}
DOTS: dict[float, Cells] = {
    beta: along("spike-angles", 48, "x", [(x,) for x in STRENGTHS[beta]], beta=beta, n=n) for beta, n, _ in SHAPES
}
NAMES = ((0.03, 0.76), (1.03, 0.53), (1.75, 0.56))
RULES = (
    ("optimal", "best shrinkage"),
    ("hard", r"hard at $4/\sqrt{3}$"),
    ("soft", "soft"),
    ("keep", "kept, rank known"),
)


def angles(ax: Axes, results: Results) -> None:
    """Squared cosine on the shorter side against the strength, three shapes."""
    x = np.linspace(0, 3, 600)
    ax.set(xlabel="spike strength $x$", ylabel="squared cosine, left", ylim=(-0.03, 1.03), xlim=(0, 3))
    strip = Strip(ax, results, 0.2)
    for index, (beta, _, word) in enumerate(SHAPES):
        style.theory(ax, x, theory.spike_cosines(x, beta).left2, index)
        style.name(ax, *NAMES[index], f"$m/n = {word}$" if index == 0 else f"${word}$", index, xytext=(0, 0))
        strengths = np.asarray(STRENGTHS[beta])
        seen = results.mean(DOTS[beta], lambda s: s["left2"][:, 0])
        style.simulation(ax, strengths, *seen, index)
        above = strengths > 1.2 * beta**0.25
        strip.dots(
            strengths[above],
            type(seen)(*(v[above] for v in seen)),
            theory.spike_cosines(strengths[above], beta).left2,
            index,
        )
    strip.judged(results.rows("spike-angles", "left2[0]", beta=1 / 16), lambda rows: [0.9] * len(rows), 0)


def costs(ax: Axes, results: Results) -> None:
    """Squared error of four rules against the strength, square matrices."""
    x = np.linspace(0, 3, 1201)
    strengths = np.asarray(STRENGTHS[1.0])
    for index, (rule, word) in enumerate(RULES):
        cost = theory.amse(x, 1.0, rule)
        if rule == "hard":
            cost = np.where(np.abs(x - 3**0.5) < 0.002, np.nan, cost)
        style.theory(ax, x, cost, index, word, linewidth=1.8 if index == 0 else 1.2)
        style.simulation(ax, strengths, *results.mean(DOTS[1.0], rule), index)
    style.decoy(ax, x, _debiased(x), "debiased (decoy)")
    ax.set(xlabel="spike strength $x$", ylabel=r"squared error $\|\hat X - X\|_F^2$", ylim=(0, 7.4), xlim=(0, 3))
    style.legend(ax, loc="upper left", ncols=2, columnspacing=1.0, handlelength=1.6)


def _debiased(x: np.ndarray) -> np.ndarray:
    both = theory.spike_cosines(x, 1.0).left2  # the sides are equal at m = n
    return np.where(x > 1, 2 * x**2 * (1 - both), math.nan)


FIGURES = (
    Picture(
        "spikes",
        "A spike in noise: invisible up to the threshold $(m/n)^{1/4}$, then turned by a known angle; what rules for "
        "singular values cost ($m = n = 150$)",
        ("spike-angles", "spike-angles-below-threshold-directions", "optimal-shrinkage", "optimal-shrinkage-rivals",
         "hard-threshold-4-over-sqrt3-risk"),
        DOTS,
        (Panel("what is seen of a direction", angles), Panel("what each rule costs, $m = n$", costs)),
        height=3.2,
    ),
)  # fmt: skip
