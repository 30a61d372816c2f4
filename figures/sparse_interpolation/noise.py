"""What noise costs: logarithmically little help from dimensions at p = 1, powers of them above."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.axes import Axes

import theory.sparse_interpolation as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along
from figures.strip import Strip

RATIOS = (2.0, 4.0, 8.0, 16.0)
NOISE = along("l1-noise-risk", 512, "ratio", RATIOS, n=16)
LOOSER = along("lp-risk-noise", 512, "ratio", RATIOS, n=16, p=1.5)
DIMENSIONS = (10, 20, 40, 80, 160, 320, 640)
PRICES = {p: along("strength-trade-off-noise-price", 512, "d", DIMENSIONS, n=2, p=p) for p in (1.25, 1.5)}
SIZES = (16, 64)
SPIKED = {p: along("strength-trade-off-rate-spike", 128, "n", SIZES, p=p) for p in (1.0, 1.2)}


@functools.cache
def _lp(ratio: float, p: float) -> float:
    return theory.min_lp_risk(1, ratio, p, [0.0], [ratio], 1.0)


def dimensions(ax: Axes, results: Results) -> None:
    """Risk on labels of noise against d/n: p = 1, 1.5, 2."""
    x = np.geomspace(1.3, 1e4, 60)
    exact = np.array([theory.min_l1_noise_risk(1, r, 1.0) for r in x])
    strip = Strip(ax, results, 0.15)
    style.theory(ax, x, exact, 0)
    style.theory(ax, x, [_lp(float(r), 1.5) for r in x], 1)
    style.theory(ax, x, 1 / (x - 1), 2)
    far = x[x > 2]
    style.asymptote(ax, far, 1 / np.log(far), 0)
    style.simulation(ax, RATIOS, *results.mean(NOISE, "value"), 0)
    style.simulation(ax, RATIOS, *results.mean(LOOSER, "value"), 1)
    style.name(ax, 100, 0.24, "$p = 1$", 0, xytext=(0, 6))
    style.name(ax, 100, _lp(100.0, 1.5), "$p = 1.5$", 1, xytext=(4, 3))
    style.name(ax, 60, 1 / 59, "$p = 2$", 2, xytext=(-30, -10))
    ax.set(xscale="log", yscale="log", xlabel="features a label $d/n$", ylabel="risk over $\\sigma^2$", ylim=(3e-4, 6),
           xlim=(1.2, 1e4))  # fmt: skip
    plain(ax.xaxis, (2, 100, 10000))
    expected = [theory.min_l1_noise_risk(1, r, 1.0) for r in RATIOS]
    strip.dots(RATIOS, results.mean(NOISE, "value"), expected, 0)
    strip.dots(RATIOS, results.mean(LOOSER, "value"), [_lp(r, 1.5) for r in RATIOS], 1)


def prices(ax: Axes, results: Results) -> None:
    """d/n times the risk against d/n: towards C_p."""
    x = np.geomspace(1.5, 1e6, 40)
    for index, p in ((3, 1.25), (1, 1.5), (2, 2.0)):
        curve = [r / (r - 1) if p == 2 else r * _lp(float(r), p) for r in x]
        style.theory(ax, x, curve, index)
        style.asymptote(ax, [1e3, 1e6], [theory.lp_noise_constant(p)] * 2, index)
        if p in PRICES:
            seen = results.mean(PRICES[p], "value")
            style.simulation(ax, np.array(DIMENSIONS) / 2, *seen, index)
    for index, p, y in ((3, 1.25, 2.577), (1, 1.5, 1.178), (2, 2.0, 1.0)):
        style.name(ax, 1e4, y, f"$p = {p:g}$", index, xytext=(0, 3 if p < 2 else -11))
    ax.set(xscale="log", yscale="log", xlabel="features a label $d/n$", ylabel="risk times $d/n$, over $\\sigma^2$",
           ylim=(0.75, 3.6))  # fmt: skip
    ax.set_xticks([1e1, 1e3, 1e5])
    plain(ax.yaxis, (1, 1.5, 2, 3))


def rates(ax: Axes, results: Results) -> None:
    """One unit spike, d = n^1.5: risk against n."""
    n = np.geomspace(12, 3e4, 14)
    l1 = [theory.min_l1_risk(m, m**1.5, [1.0, 0.0], [1, m**1.5 - 1], 0.25) for m in n]
    lp = [theory.min_lp_risk(m, m**1.5, 1.2, [1.0, 0.0], [1, m**1.5 - 1], 0.25) for m in n]
    style.theory(ax, n, l1, 0)
    style.theory(ax, n, lp, 1)
    style.asymptote(ax, n[6:], lp[-1] * (n[6:] / n[-1]) ** -0.5, 1)
    for index, p in ((0, 1.0), (1, 1.2)):
        style.simulation(ax, np.multiply(SIZES, 1 + 0.06 * index), *results.mean(SPIKED[p], "value"), index)
    style.name(ax, 2000, float(np.interp(2000, n, l1)), "$p = 1$", 0, xytext=(0, 4))
    style.name(ax, 100, 0.02, "$p = 1.2$,\nslope $-1/2$ (dotted)", 1, xytext=(-30, -4))
    ax.set(xscale="log", yscale="log", xlabel="labels $n$ ($d = n^{1.5}$)", ylabel="risk", ylim=(5e-3, 0.5))
    plain(ax.xaxis, (10, 100, 1000, 10000))
    plain(ax.yaxis, (0.01, 0.03, 0.1, 0.3))


FIGURES = (
    Picture(
        "noise",
        "Labels of noise fitted exactly by the $w$ of least $\\ell_p$ norm: at $p = 1$ the risk falls like "
        "$1/\\log(d/n)$, a few per cent above it (dotted; dots, $n = 16$: below, their distance from the limit, which "
        "falls like $1/n$), for $p > 1$ like $C_p n/d$ (dotted; dots, $n = 2$). With a unit spike, "
        "$\\sigma^2 = 1/4$ and $d = n^{1.5}$, the risk at $p = 1.2$ falls like a power, at $p = 1$ hardly",
        ("l1-noise-risk", "lp-risk-noise", "strength-trade-off-noise-price", "strength-trade-off-rate-spike"),
        (NOISE, LOOSER, *PRICES.values(), *SPIKED.values()),
        (
            Panel("more features", dimensions),
            Panel("the price of noise $C_p$", prices),
            Panel("a spike in growing data", rates),
        ),
    ),
)
