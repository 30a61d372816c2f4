"""Digits that do not separate inputs do not help, and accuracy that costs stability."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.explanations as theory
from claims.explanations.shown import unseen_error
from claims.explanations.stability import SIGMA
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

BITS = (2, 4, 6, 10, 12, 14, 18, 20)
DISTANCES = {8: 2.0**-8, 16: 2.0**-16}
SEEN = {
    power: along(unseen_error, 4, "bits", BITS, n=2, y=1.0, eps=eps, solver="interior point")
    for power, eps in DISTANCES.items()
}
STABLE, PHOTOGRAPHS = "accuracy-costs-stability", "accuracy-costs-stability-photographs"
PENALTIES = (0.3, 0.01)
GAINS = {lam: cells(STABLE, 8, {"lam": lam}) for lam in PENALTIES}
LAM = (1e-1, 1e-2, 1e-3, 1e-4)
BLURRED = {k: along(PHOTOGRAPHS, 512, "lam", LAM, width=1.0, frequency=k) for k in (6, 9)}


def unseen(ax: Axes, results: Results) -> None:
    """Worst error of basis pursuit against the bits of its input, for inputs at two distances."""
    for index, (power, eps) in enumerate(DISTANCES.items()):
        radius = float(theory.unseen_radius(2, 1.0, eps))
        # Rounding to b bits keeps 1 + 2^-m apart from 1 from b = m on; at b = m - 1 it is half a unit.
        shift = 0.015 * index
        style.theory(ax, [1, power - 1], [radius + shift] * 2, index)
        style.simulation(ax, BITS, results.mean(SEEN[power], "error").mean + shift, None, index)
        style.mark(ax, power, "", y=0.5)
        style.name(ax, power, 0.3, f"$\\varepsilon = 2^{{-{power}}}$", index, xytext=(3, 0))
    style.decoy(ax, [1, 21], [0.5, 0.5])
    style.name(ax, 1, 0.5, "$|y|/2$", color=style.GREY, xytext=(2, -9))
    style.name(ax, 8, 0.73, "radius", color="black", xytext=(3, 4))
    ax.set(xlabel="bits of the input", ylabel="worst error", ylim=(-0.04, 0.9), xlim=(0, 21.5))


def gains(ax: Axes, results: Results) -> None:
    """Gain along a singular vector against the singular value, and the bound that accuracy gives."""
    sigma = np.geomspace(0.1, 2, 80)
    for index, lam in enumerate(PENALTIES):
        style.theory(ax, sigma, theory.tikhonov_gain(sigma, lam), index)
        style.simulation(ax, SIGMA, results.mean(GAINS[lam], "bound").mean, None, index)
    style.decoy(ax, sigma, 1 / sigma)
    style.name(ax, 0.14, 7.4, "$1/\\sigma$", color=style.GREY, xytext=(5, 3))
    style.name(ax, 0.3, 0.5, "$\\lambda = 0.3$", 0, xytext=(0, 0))
    style.name(ax, 0.1, 5.0, "$\\lambda = 0.01$", 1, xytext=(2, -22))
    ax.set(xscale="log", yscale="log", xlabel="singular value $\\sigma$", ylabel="gain, and its bound")
    plain(ax.xaxis, (0.1, 0.3, 1))
    plain(ax.yaxis, (0.3, 1, 3, 10))


def photographs(ax: Axes, results: Results) -> None:
    """Largest bound from the errors at blurred photographs against the penalty, below the gain."""
    lam = np.geomspace(5e-5, 0.2, 60)
    for index, k in enumerate(BLURRED):
        sigma = math.exp(-0.5 * (2 * math.pi * k / 32) ** 2)
        style.asymptote(ax, lam, theory.tikhonov_gain(sigma, lam), index)
        most = [np.max(sample["bound"]) for sample in results.samples(BLURRED[k])]
        style.simulation(ax, LAM, most, None, index)
        style.name(ax, 5e-5, float(theory.tikhonov_gain(sigma, 5e-5)), f"wave {k}: gain", index, xytext=(2, 4))
    ax.set(xscale="log", xlabel="penalty $\\lambda$", ylabel="bound from errors", ylim=(0, 5.8))
    plain(ax.xaxis, (1e-4, 1e-3, 1e-2, 1e-1))


FIGURES = (
    Picture(
        "precision",
        "What precision and accuracy allow. (a) Basis pursuit on one of two rows that differ by $\\varepsilon$: the "
        "worst error of a solver stays at the radius of the two solutions until the bits separate the rows (thin "
        "lines), and for every number of bits there are rows that they do not. (b) The slope that accuracy forces on "
        "a reconstruction (dots), and the gain of Tikhonov's (lines), which attains it. (c) The same from errors at "
        "photographs with and without a fine wave: the largest of many, below the gain at its frequency (dotted)",
        (
            "unseen-digits", "unseen-digits-radius", "unseen-digits-average", STABLE,
            "accuracy-costs-stability-any-map", PHOTOGRAPHS,
        ),
        (SEEN, GAINS, BLURRED),
        (Panel("unseen digits", unseen), Panel("accuracy costs stability", gains), Panel("photographs", photographs)),
    ),
)  # fmt: skip
