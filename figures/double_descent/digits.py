"""Double descent on real images: what the deterministic equivalent predicts, and what cross-validation says."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results
from sims import double_descent as sims

N, WIDTH = 150, 200


def _predicted(lam: float, n: Any, width: int) -> Any:
    moments = sims.digits_moments(width)
    risk = dd.ridge_risk(lam, n, *moments)
    return risk.bias + risk.variance + moments.sigma2


def _features(ax: Axes, results: Results) -> None:
    widths = sorted({int(w) for w in spaced(20, 800, 16)} | {120, 130, 138, 144, 156, 162, 170, 180})
    ticks = [20, 40, 80, 115, 135, 170, 200, 250, 400, 800]
    for index, lam in enumerate((0.0, 0.01)):
        for part in (widths,) if lam > 0 else ([w for w in widths if w < N], [w for w in widths if w > N]):
            style.theory(ax, part, [_predicted(lam, N, w) for w in part], index)
        cells = [{"n": N, "lam": lam, "width": w} for w in ticks]
        mean, se = points(results, sims.digits_ridge, cells, 64, "value")
        style.simulation(ax, ticks, mean, se, index)
    style.mark(ax, N, "$p = n$", y=1.0)
    ax.set(xscale="log", yscale="log", xlabel=f"random features $p$ ($n = {N}$)", ylabel="test error")
    plain(ax.xaxis, (20, 50, 100, 200, 500))
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))


def _label(lam: float) -> str:
    return rf"$\lambda = {lam:g}$"


def _images(ax: Axes, results: Results) -> None:
    ticks = [30, 60, 100, 140, 170, 240, 300, 400, 600, 1000]
    for index, lam in enumerate((0.0, 0.01)):
        for sizes in (spaced(20, 194, 40), spaced(206, 1200, 60)):
            label = _label(lam) if sizes[0] == 20 else None
            style.theory(ax, sizes, _predicted(lam, sizes, WIDTH), index, label)
        mean, se = points(results, sims.digits_ridge, [{"n": n, "lam": lam} for n in ticks], 64, "value")
        style.simulation(ax, ticks, mean, se, index)
    style.mark(ax, WIDTH, "$n = p$", y=1.0)
    ax.set(xscale="log", yscale="log", xlabel=f"images $n$ ($p = {WIDTH}$)")
    plain(ax.xaxis, (30, 100, 300, 1000))
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))
    ax.legend(loc="lower left")


def _estimates(ax: Axes, results: Results) -> None:
    ridges = np.geomspace(1e-4, 1, 7)
    names = ("test_error", "leave_one_out", "gcv")
    samples = [results.sample(sims.digits_cross_validation, {"n": 80, "lam": float(lam)}, 256) for lam in ridges]
    for index, (name, label) in enumerate(zip(names, ("test error", "leave-one-out", "GCV"), strict=True)):
        values = [s[name] for s in samples]
        se = [v.std(ddof=1) / np.sqrt(len(v)) for v in values]
        style.simulation(ax, ridges * 1.1 ** (index - 1), [v.mean() for v in values], se, index, label)
    ax.set(xscale="log", xlabel=r"ridge $\lambda$ ($n = 80$)", ylim=(0, 0.55))
    ax.legend(loc="lower right")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _features(axes[0], results)
    style.panel(axes[0], "a", "more features")
    _images(axes[1], results)
    style.panel(axes[1], "b", "more images")
    _estimates(axes[2], results)
    style.panel(axes[2], "c", "seen from the data")
    return figure


FIGURES = (
    Picture(
        "digits",
        "Double descent on handwritten digits: the equivalent holds off the peak and fails on it; leave-one-out "
        "follows the test error and GCV does not",
        ("gcv-predicts-test-error-digits", "gcv-predicts-test-error-digits-leave-one-out"),
        _draw,
    ),
)
