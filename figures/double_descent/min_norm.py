"""Model-wise double descent, exactly: all features in use, and a random subset of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from claims.double_descent.min_norm import noise_only_subset, predict_subset, simulate_subset
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results
from sims.double_descent import min_norm_risk

N, R2, SIGMA2 = 40, 2.0, 0.5
D = 200


def _strip(ax: Axes, n: int) -> None:
    ax.axvspan((n - 3) / n, (n + 3) / n, color="#dddddd", linewidth=0, zorder=0)
    ax.annotate(
        "no variance\nof the variance", ((n + 3) / n, 0.99), xycoords=("data", "axes fraction"), fontsize=6.5,
        color=style.GREY, va="top", textcoords="offset points", xytext=(3, 0),
    )  # fmt: skip


def model_wise(ax: Axes, results: Results, legend: bool = True) -> None:
    """Test error against p/n at n = 40, with its bias and variance."""
    p = spaced(4, 400, 400)
    risk = dd.min_norm_risk(N, p, R2, SIGMA2)
    error = np.where(np.isfinite(risk.variance), risk.bias + risk.variance + SIGMA2, np.nan)
    style.theory(ax, p / N, error, 0, "test error")
    style.theory(ax, p / N, np.where(risk.bias > 0, risk.bias, np.nan), 2, "bias", linewidth=0.9)
    style.theory(ax, p / N, np.where(np.isfinite(risk.variance), risk.variance, np.nan), 1, "variance", linewidth=0.9)
    sizes = np.asarray([5, 8, 12, 17, 22, 27, 32, 48, 53, 60, 75, 100, 150, 240, 390])
    cells: list[dict[str, Any]] = [{"n": N, "p": int(k), "r2": R2, "sigma2": SIGMA2} for k in sizes]
    samples = [results.sample(min_norm_risk, cell, 512) for cell in cells]
    total = [sample["bias"] + sample["variance"] + SIGMA2 for sample in samples]
    se = [t.std(ddof=1) / np.sqrt(len(t)) for t in total]
    style.simulation(ax, sizes / N, [t.mean() for t in total], se, 0)
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylim=(0.05, 60))
    plain(ax.xaxis, (0.1, 1, 10))
    plain(ax.yaxis, (0.1, 1, 10))
    if legend:
        ax.legend(loc="upper left")


def _subset(ax: Axes, results: Results) -> None:
    p = np.arange(2, D + 1)
    right, wrong = (
        np.asarray([f(n=N, p=int(k), D=D, sigma2=0.04) for k in p]) for f in (predict_subset, noise_only_subset)
    )
    style.theory(ax, p / N, np.where(np.isfinite(right), right, np.nan), 3, f"random $p$ of $D = {D}$")
    style.decoy(ax, p / N, np.where(np.isfinite(wrong), wrong, np.nan), "features left out are no noise")
    sizes = [4, 8, 14, 20, 26, 32, 48, 56, 68, 90, 120, 160, 200]
    cells = [{"n": N, "p": k, "D": D, "sigma2": 0.04} for k in sizes]
    mean, se = points(results, simulate_subset, cells, 768, "value")
    style.simulation(ax, np.asarray(sizes) / N, mean, se, 3)
    ax.set(yscale="log", xlabel="features used per sample $p/n$", ylabel="test error")
    plain(ax.yaxis, (1, 2, 5, 10, 20, 50))
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.85))


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.9)
    _strip(left, N)
    model_wise(left, results)
    left.set_ylabel("error")
    style.panel(left, "a", f"all features, $n = {N}$")
    _strip(right, N)
    _subset(right, results)
    style.panel(right, "b", "a random subset of the features")
    return figure


FIGURES = (
    Picture(
        "min_norm",
        "Double descent of minimum-norm least squares, exact at every size",
        (
            "isotropic-min-norm-risk", "isotropic-min-norm-risk-subset", "isotropic-min-norm-risk-variance-of-variance",
        ),
        _draw,
    ),
)  # fmt: skip
