"""Risk against the density kept, and the risk at the best density through interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.pruning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells, decoy

SLUG = "magnitude-risk-curve"
KEEP = (0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.6, 0.8, 1.0)
P = 160
RATIOS = (2.0, 0.8, 0.4)
CURVES = {ratio: cells(SLUG, 192, {"ratio": ratio, "keep": KEEP, "p": P}) for ratio in RATIOS}
PRIOR: dict[str, Any] = {"sigma2": 0.5, "pis": (0.75, 0.25), "betas": (0.0, 4.0)}
N = 160
SIZES = (40, 80, 120, 144, 176, 200, 240, 320, 480, 800)


def best(p: int) -> float:
    """The density of least risk, as a number of weights over p."""
    keep = np.arange(1, p + 1) / p
    keep = keep[:: max(1, p // 50)]
    return float(keep[np.argmin(theory.magnitude_risk(N, p, **PRIOR, keep=keep))])


SCAN = {p: along(SLUG, 64, "p", (p,), ratio=N / p, keep=(best(p), 1.0)) for p in SIZES}


def curves(ax: Axes, results: Results) -> None:
    """Excess risk against density at three ratios of samples to weights."""
    keep = np.geomspace(0.012, 1, 120)
    wrong = decoy(SLUG, "at random")
    for index, ratio in enumerate(RATIOS):
        n = round(ratio * P)
        style.theory(ax, keep, theory.magnitude_risk(n, P, **PRIOR, keep=keep), index, f"$n/p = {ratio:g}$")
        style.simulation(ax, KEEP, *results.mean(CURVES[ratio], "value"), index)
    straight = wrong(ratio=2.0, keep=tuple(keep.tolist()), p=P)
    style.decoy(ax, keep, straight["value"])
    style.name(ax, 0.13, 0.62, "$n/p = 2$, kept\nat random", color=style.GREY, xytext=(0, -3))
    ax.set(xscale="log", xlabel="density kept $\\rho$", ylabel="excess test risk", ylim=(0, 2.4))
    plain(ax.xaxis, (0.02, 0.1, 0.3, 1))
    style.legend(ax, loc="upper left")


def scan(ax: Axes, results: Results) -> None:
    """Risk of all weights and of the best density against weights per sample."""
    sizes = [int(p) for p in np.unique(np.round(np.geomspace(36, 880, 90) / 4) * 4) if abs(p - N) > 8]
    whole = [theory.magnitude_risk(N, p, **PRIOR, keep=1.0) for p in sizes]
    pruned = [np.min(theory.magnitude_risk(N, p, **PRIOR, keep=np.geomspace(0.004, 1, 80))) for p in sizes]
    ratio = np.array(sizes) / N
    for index, (line, word) in enumerate(((whole, "all kept"), (pruned, "best density"))):
        for part in (ratio < 1, ratio > 1):
            style.theory(ax, ratio[part], np.array(line)[part], index, word if part[0] else None)
    seen = [results.mean(SCAN[p], "value") for p in SIZES]
    for index, column in ((0, 1), (1, 0)):
        mean, se = ([float(getattr(one, field)[column]) for one in seen] for field in ("mean", "se"))
        style.simulation(ax, np.array(SIZES) / N, mean, se, index)
    ax.set(xscale="log", yscale="log", xlabel="weights per sample $p/n$", ylabel="excess test risk", ylim=(0.06, 12))
    plain(ax.xaxis, (0.25, 0.5, 1, 2, 4))
    plain(ax.yaxis, (0.1, 0.3, 1, 3, 10))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "density",
        "Magnitude pruning of least squares and minimum norm, a quarter of the true weights not $0$: the risk has a "
        "best density on both sides of interpolation; keeping that density takes most of the peak of double descent "
        f"away ($p = {P}$; right: $n = {N}$)",
        (SLUG, "magnitude-risk-curve-optimum", "magnitude-risk-curve-gaussian", "magnitude-risk-curve-break-even"),
        (CURVES, SCAN),
        (Panel("risk against density", curves), Panel("best density through interpolation", scan)),
        height=2.9,
    ),
)
