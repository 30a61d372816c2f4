"""All targets at once; far targets; and a ReLU layer that is only pruned."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.lottery_tickets as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy

SIZES = (8, 12)
C = (0.5, 1.0, 2.0, 4.0, 8.0)
COVER = {n: along("subset-sum-cover-law", 256, "c", C, n=n, L=1.0) for n in SIZES}
RATIOS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
FAR = along("subset-sum-hit-law-next-order", 2048, "ratio", RATIOS, n=18, lam=32.0, dist="normal")
UNITS = (12, 16, 20, 24, 28, 32)
EPS, W = 2e-3, 0.3
GADGET = along("relu-gadget", 1024, "N", UNITS, eps=EPS, w=W)


def cover(ax: Axes, results: Results) -> None:
    """Probability that an interval is covered against the accuracy in units of n/2^n."""
    c = np.geomspace(0.3, 10, 40)
    for index, n in enumerate(SIZES):
        law = [theory.subset_cover_prob(n, float(x) * n / 2**n) for x in c]
        style.theory(ax, c, law, index)
        style.name(ax, (0.62, 1.02)[index], (0.33, 0.3)[index], f"$n = {n}$", index, ha=("right", "left")[index])
        style.simulation(ax, C, *results.mean(COVER[n], "value"), index)
    single = [theory.subset_hit_prob(12, float(x) * 12 / 2**12, 0.5) for x in c]
    style.decoy(ax, c, single)
    style.name(ax, 0.32, 0.62, "one target\n(decoy)", 0, color=style.GREY, xytext=(0, 0))
    ax.set(xscale="log", xlabel=r"accuracy $\epsilon\,2^n/n$", ylabel="probability", ylim=(0, 1.04))
    plain(ax.xaxis, (0.3, 1, 3, 10))


def far(ax: Axes, results: Results) -> None:
    """Probability of a hit against the target: the limit law and its terms of order 1/n; normal items."""
    n, lam = 18, 32.0
    s = math.sqrt(n) / 2
    eps = lam * s * math.sqrt(2 * math.pi) / 2 ** (n + 1)
    r = np.linspace(0, 3.2, 33)
    style.theory(ax, r, [theory.subset_hit_next(n, eps, float(x) * s, 1.0, 3.0) for x in r], 0, "with order $1/n$")
    style.simulation(ax, RATIOS, *results.mean(FAR, "value"), 0)
    style.decoy(ax, r, [theory.subset_hit_prob(n, eps, float(x) * s, 1.0) for x in r], "limit law alone")
    ax.set(xlabel="target over $s$", ylabel="probability of a hit", ylim=(0, 1.04))
    style.legend(ax, loc="lower left")


def gadget(ax: Axes, results: Results) -> None:
    """Probability that a pruned layer is a given weight, against its units."""
    N = np.arange(8, 41)
    style.theory(ax, N, [theory.relu_gadget_prob(int(k), EPS, W) for k in N], 0)
    style.simulation(ax, UNITS, *results.mean(GADGET, "value"), 0)
    wrong = decoy("relu-gadget", "one sign")
    style.decoy(ax, N, [wrong(N=int(k), eps=EPS, w=W)["value"] for k in N])
    style.name(ax, 24, 0.7, "both signs", 0, xytext=(5, -9))
    style.name(ax, 18, 0.6, "one sign\n(decoy)", 0, color=style.GREY, ha="right", xytext=(-4, 0))
    ax.set(xlabel="hidden units $N$", ylabel="probability", xlim=(6, 41), ylim=(0, 1.04))


FIGURES = (
    Picture(
        "cover",
        "Every target of an interval of length one at once, uniform items: at an accuracy of a few $n/2^n$. Far "
        "targets see the law's terms of order $1/n$: the items' random mean square and a kurtosis (18 normal items). A "
        "pruned ReLU layer is a weight on both sides of zero, "
        f"$w = {W}$ to {1000 * EPS:g} thousandths, and needs twice the units",
        ("subset-sum-cover-law", "subset-sum-hit-law-next-order", "relu-gadget"),
        (COVER, FAR, GADGET),
        (Panel("all targets", cover), Panel("far targets", far), Panel("one ReLU weight", gadget)),
    ),
)
