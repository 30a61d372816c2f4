"""Regularisation-wise: bias, variance and their sum against p/n for three ridges."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.ridge import SIGMA2, two_levels
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, decoy
from figures.strip import Strip

SLUG, N = "ridge-deterministic-equivalent", 60
RIDGES = (0.0, 0.01, 0.3)
SIZES = (9, 18, 30, 42, 51, 69, 78, 96, 126, 180, 300)
KEPT = {lam: np.asarray([k for k in SIZES if lam > 0 or abs(k - N) >= 8]) for lam in RIDGES}
DOTS = {lam: along(SLUG, 128, "gamma", KEPT[lam] / N, n=N, lam=lam) for lam in RIDGES}
PARTS = {"bias": ("bias",), "variance": ("variance",), "risk": ("bias", "variance")}


def risk(lam: float, p: int, part: str) -> float:
    """The equivalent of a part of the risk."""
    design = two_levels(N, p / N)
    found = dd.ridge_risk(lam, N, design["spectrum"], design["beta_sq"], SIGMA2)
    return float(sum(getattr(found, name) for name in PARTS[part]))


def part(ax: Axes, results: Results, which: str) -> None:
    """One part of the risk at three ridges; n = 60 is seen against the limit."""
    p = 3 * spaced(2, 120, 100)
    strip_dots = []
    for index, lam in enumerate(RIDGES):
        curve = np.asarray([risk(lam, int(k), which) if lam > 0 or k != N else np.nan for k in p])
        style.theory(ax, p / N, curve, index, rf"$\lambda = {lam:g}$")
        seen = results.mean(DOTS[lam], lambda s: np.sum([s[name] for name in PARTS[which]], axis=0))
        style.simulation(ax, KEPT[lam] / N, *seen, index)
        strip_dots.append((KEPT[lam] / N, seen, [risk(lam, int(k), which) for k in KEPT[lam]], index))
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel=which)
    ax.set_ylim((3e-3, 1) if which == "bias" else (2e-2, 20))
    plain(ax.xaxis, (0.1, 0.3, 1, 3))
    plain(ax.yaxis, (0.01, 0.1, 1, 10))
    if which == "bias":
        style.legend(ax, loc="upper left")
    strip = Strip(ax, results, 0.1)
    if which != "risk":
        rows = results.rows(SLUG, which)
        strip.judged(rows, "gamma", 6)
        wrong = decoy(SLUG, "no 1/(1 - df2/n)" if which == "bias" else "df1 for df2")
        kept = [int(k) for k in p if k != N]
        values = [wrong(n=N, gamma=k / N, lam=0.01)[which] for k in kept]
        strip.decoy(np.asarray(kept) / N, values, [risk(0.01, k, which) for k in kept])
    for x, seen, exact, index in strip_dots:
        strip.dots(x, seen, exact, index)


FIGURES = (
    Picture(
        "ridge",
        "Bias, variance and risk of ridge regression on a two-level spectrum (strips: $n = 60$ against the limit, "
        "black bars: the limit judged)",
        (SLUG,),
        DOTS,
        tuple(Panel(word, partial(part, which=word)) for word in PARTS),
        height=3.1,
    ),
)
