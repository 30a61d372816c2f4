"""How much of a first gradient is signal, against n/d^2; and what one step and fixed features explain."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.feature_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, prediction

RATIOS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
DIMENSIONS = {12: 256, 24: 64, 48: 16}
SHARES = {d: along("gradient-energy-transition", trials, "ratio", RATIOS, d=d) for d, trials in DIMENSIONS.items()}
D, STEPS = 96, (2, 3, 5, 8, 12, 16, 24)
LEARNT = along("fixed-features-lower-bound-one-step", 16, "n", [D * k for k in STEPS], d=D)


def shares(ax: Axes, results: Results) -> None:
    """Relevant share of gradient energy for three dimensions, on one curve as d grows."""
    predict = prediction("gradient-energy-transition")
    ratio = np.geomspace(0.1, 5, 100)
    x = ratio * math.pi / 2
    for index, (d, declared) in enumerate(SHARES.items()):
        style.theory(ax, x, [predict(d=d, ratio=float(r))["value"] for r in ratio], index, f"$d = {d}$")
        seen = [sample["relevant"].mean() / sample["total"].mean() for sample in results.samples(declared)]
        style.simulation(ax, np.asarray(RATIOS) * math.pi / 2, seen, None, index)
    limit = theory.relevant_fraction(1000, np.round(x * 1e6).astype(int))
    style.asymptote(ax, x, limit, 6, r"$d \to \infty$")
    style.mark(ax, math.pi / 2, "half", 0.12)
    ax.set(xscale="log", xlabel="$n/d^2$", ylabel="share of gradient energy along $u$", ylim=(0, 1), xlim=(0.15, 8))
    plain(ax.xaxis, (0.2, 0.5, 1, 2, 5))
    style.legend(ax, loc="upper left")


def explained(ax: Axes, results: Results) -> None:
    """Share of the target explained: one step of a network against the bound for fixed features."""
    x = np.asarray(STEPS) / D
    style.simulation(ax, x, *results.mean(LEARNT, "explained"), 0)
    ax.plot(x, results.mean(LEARNT, "explained").mean, color=style.COLOURS[0], linewidth=0.9)
    n = np.arange(1, 26 * D)
    style.theory(ax, n / D**2, 1 - theory.rank_one_lower_bound(D, n), 1)
    style.name(ax, 0.15, 0.68, "one step of a network", 0, ha="right", xytext=(0, 0))
    style.name(ax, 0.14, 0.24, "most that any $n$\nfixed features explain", 1, va="top", xytext=(0, 0))
    ax.set(xlabel="$n/d^2$", ylabel="share of the target explained", ylim=(0, 1), xlim=(0, 0.26))


FIGURES = (
    Picture(
        "energy",
        r"One neuron's first gradient is mostly noise until $n$ is of the order of $d^2$, in every dimension alike; "
        r"the "
        "gradient matrix of a whole layer finds the direction much earlier, and passes what any fixed features explain "
        f"($d = {D}$)",
        ("gradient-energy-transition", "fixed-features-lower-bound-one-step", "fixed-features-lower-bound-rank-one"),
        (SHARES, LEARNT),
        (Panel("one neuron", shares), Panel("a layer, and kernels", explained)),
    ),
)
