"""Model-wise double descent, exactly: all features in use, and a random subset of them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, decoy, prediction
from figures.strip import Strip

N, R2, SIGMA2, D = 40, 2.0, 0.5, 200
SIZES = np.asarray([5, 8, 12, 17, 22, 27, 32, 48, 53, 60, 75, 100, 150, 240, 390])
SUBSETS = np.asarray([4, 8, 14, 20, 26, 32, 48, 56, 68, 90, 120, 160, 200])
ALL = along("isotropic-min-norm-risk", 512, "p", SIZES, n=N, r2=R2, sigma2=SIGMA2)
SUBSET = along("isotropic-min-norm-risk-subset", 768, "p", SUBSETS, n=N, D=D, sigma2=0.04)


def peak(ax: Axes, n: int) -> None:
    """Where the variance over designs of the variance is infinite, and means say little."""
    ax.axvspan((n - 3) / n, (n + 3) / n, color="#e4e4e4", linewidth=0, zorder=0)


def model_wise(ax: Axes, results: Results) -> None:
    """Test error, bias and variance against p/n at fixed n; the strip is that of the variance."""
    p = spaced(4, 400, 400)
    risk = dd.min_norm_risk(N, p, R2, SIGMA2)
    variance = np.where(np.isfinite(risk.variance), risk.variance, np.nan)
    peak(ax, N)
    lines = ((risk.bias + variance + SIGMA2, "test error"), (variance, "variance"), (risk.bias, "bias"))
    for index, (line, word) in enumerate(lines):
        style.theory(ax, p / N, np.where(line > 0, line, np.nan), index, linewidth=0.9 if index else 1.4)
        at = ((0.11, 0.9), (0.23, 0.075), (3.2, 0.8))[index]
        style.name(ax, *at, word, index, xytext=(0, 0))
    total = results.mean(ALL, lambda s: s["bias"] + s["variance"] + SIGMA2)
    style.simulation(ax, SIZES / N, *total, 0)
    if not results.brief:
        style.simulation(ax, SIZES / N, *results.mean(ALL, "variance"), 1)
        above = SIZES > N
        bias = results.mean(ALL, "bias")
        style.simulation(ax, SIZES[above] / N, bias.mean[above], bias.se[above], 2)
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="error", ylim=(0.05, 60))
    plain(ax.xaxis, (0.1, 1, 10))
    plain(ax.yaxis, (0.1, 1, 10))
    rows = results.rows("isotropic-min-norm-risk", "variance")
    exact = np.asarray(dd.min_norm_risk(N, SIZES, R2, SIGMA2).variance)
    limit, off = decoy("isotropic-min-norm-risk", "asymptotic variance"), np.abs(p - N) > 1
    wrong = [limit(n=N, p=int(k), r2=R2, sigma2=SIGMA2)["variance"] for k in p[off]]
    strip = Strip(ax, results, 0.1).judged(rows, lambda r: r.p / r.n, 1)
    strip.dots(SIZES / N, results.mean(ALL, "variance"), exact, 1)
    strip.decoy(p[off] / N, wrong, variance[off]).says("without the $-1$", 1.9, 0.055)


def subset(ax: Axes, results: Results) -> None:
    """Test error when p of D features are used, chosen at random."""
    p = np.arange(2, D + 1)
    predict, forgets = prediction("isotropic-min-norm-risk-subset"), "label noise only"
    cells = [{"n": N, "p": int(k), "D": D, "sigma2": 0.04} for k in p]
    right = np.asarray([predict(**cell)["value"] for cell in cells])
    wrong = np.asarray([decoy("isotropic-min-norm-risk-subset", forgets)(**cell)["value"] for cell in cells])
    right, wrong = (np.where(np.isfinite(y), y, np.nan) for y in (right, wrong))
    peak(ax, N)
    style.theory(ax, p / N, right, 3)
    style.decoy(ax, p / N, wrong)
    seen = results.mean(SUBSET, "value")
    style.simulation(ax, SUBSETS / N, *seen, 3)
    style.name(ax, 1.35, 12, f"random $p$ of $D = {D}$", 3)
    style.name(ax, 1.15, 0.93, "features left out are no noise", color=style.GREY)
    ax.set(yscale="log", xlabel="features used per sample $p/n$", ylabel="error", ylim=(0.8, 90))
    plain(ax.yaxis, (1, 2, 5, 10, 20, 50))
    rows = results.rows("isotropic-min-norm-risk-subset")
    strip = Strip(ax, results, 0.1).judged(rows, lambda r: r.p / r.n, 3)
    strip.dots(SUBSETS / N, seen, [right[k - 2] for k in SUBSETS], 3).decoy(p / N, wrong, right)


FIGURES = (
    Picture(
        "min_norm",
        "Double descent of minimum-norm least squares, exact at every size (grey: the variance over designs is "
        "infinite)",
        (
            "isotropic-min-norm-risk", "isotropic-min-norm-risk-subset", "isotropic-min-norm-risk-variance-of-variance",
        ),
        (ALL, SUBSET),
        (Panel(f"all features, $n = {N}$", model_wise), Panel("a random subset of the features", subset)),
        height=3.1,
    ),
)  # fmt: skip
