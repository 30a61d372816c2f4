"""Subsets of random weights hit a target after logarithmically many; single ones after 1/eps; and digits."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.lottery_tickets as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy

SIZES = (8, 14)
LAM = (0.5, 1.0, 2.0, 4.0, 8.0, 32.0)
HITS = {n: along("subset-sum-hit-law", 128, "lam", LAM, n=n, ratio=0.4, dist="uniform") for n in SIZES}
BITS = (2, 4, 6, 8, 10)
WIDTH = along("pick-one-baseline-width", 512, "eps", [2.0**-b for b in BITS], z=0.3, most=14)
ITEMS = (2, 4, 6, 8, 10)
DIGITS = along("subset-sum-hit-law-digits", 16, "n", ITEMS, eps=0.02)


def _bits(n: int, lam: np.ndarray) -> np.ndarray:
    """log2(1/eps) where lam of the 2^n sums are expected near their centre; uniform items."""
    found: np.ndarray = n + 1 - np.log2(lam * math.sqrt(n / 3) / 2 * math.sqrt(2 * math.pi))
    return found


def hits(ax: Axes, results: Results) -> None:
    """Probability of a hit against the bits of accuracy; the plain Poisson law beside it."""
    lam = np.geomspace(0.35, 60, 60)
    wrong = decoy("subset-sum-hit-law", "plain Poisson")
    for index, n in enumerate(SIZES):
        s = math.sqrt(n / 3) / 2
        law = [theory.subset_hit_prob(n, 2.0**-b, 0.4 * s) for b in _bits(n, lam)]
        style.theory(ax, _bits(n, lam), law, index)
        style.simulation(ax, _bits(n, np.array(LAM)), *results.mean(HITS[n], "value"), index)
        poisson = [wrong(n=n, lam=float(x), ratio=0.4, dist="uniform")["value"] for x in lam]
        style.decoy(ax, _bits(n, lam), poisson, "plain Poisson" if index == 0 else None)
        style.name(ax, float(_bits(n, lam)[15]), law[15], f"$n = {n}$", index, xytext=(5, 2))
    ax.set(
        xlabel=r"bits of accuracy $\log_2(1/\epsilon)$", ylabel="probability of a hit", xlim=(1.5, 19), ylim=(0, 1.04)
    )
    style.legend(ax, loc="lower left")


def width(ax: Axes, results: Results) -> None:
    """Mean number of weights until a hit: subsets, single weights."""
    eps = 2.0 ** -np.linspace(2, 16, 29)
    needed = [1 + sum(1 - theory.subset_hit_prob(n, float(e), 0.3) for n in range(1, 40)) for e in eps]
    at = [2.0**b for b in BITS]
    style.theory(ax, 1 / eps, 1 / eps, 1)
    style.simulation(ax, at, *results.mean(WIDTH, "single"), 1)
    style.theory(ax, 1 / eps, needed, 0)
    style.simulation(ax, at, *results.mean(WIDTH, "subsets"), 0)
    style.name(ax, 2.0**11, 2.0**11, "one weight", 1, ha="right", xytext=(-6, 3))
    style.name(ax, 2.0**11, 12, "a subset", 0, xytext=(0, 7))
    ax.set(xscale="log", yscale="log", xlabel=r"$1/\epsilon$", ylabel="weights drawn until a hit")
    plain(ax.xaxis, (4, 64, 1024, 16384))
    plain(ax.yaxis, (1, 10, 100, 1000, 10000))


def digits(ax: Axes, results: Results) -> None:
    """Accuracy of a linear classifier whose weights are subset sums of random ones, or single random ones."""
    for index, name in enumerate(("subsets", "single")):
        found = results.mean(DIGITS, name)
        style.simulation(ax, ITEMS, *found, index)
        ax.plot(ITEMS, found.mean, color=style.COLOURS[index], linewidth=0.8, linestyle=":")
    trained = results.mean(DIGITS, "trained").mean
    style.asymptote(ax, [1.5, 10.5], trained[:1].repeat(2), 2)
    style.name(ax, 1.6, float(trained[0]), "trained", 2, xytext=(2, 3))
    style.name(ax, 4, 0.84, "subsets", 0, ha="right", xytext=(-5, 2))
    style.name(ax, 6, 0.84, "single weights", 1, xytext=(0, -14))
    ax.set(xlabel="random weights a weight $n$", ylabel="accuracy on digits", ylim=(0.5, 1.0), xlim=(1.5, 10.5))


FIGURES = (
    Picture(
        "hits",
        "Some subset of $n$ random weights is within $\\epsilon$ of a target once $n$ exceeds the bits of accuracy, by "
        "a mixed Poisson law whose failures are far more frequent than a plain Poisson law's; single weights need "
        "$1/\\epsilon$. A linear classifier of digits put together from subsets of random weights is as accurate as "
        "with its own, from eight weights a weight on",
        ("subset-sum-hit-law", "pick-one-baseline-width", "subset-sum-hit-law-digits"),
        (HITS, WIDTH, DIGITS),
        (Panel("one target", hits), Panel("weights needed", width), Panel("digits, pruned only", digits)),
    ),
)
