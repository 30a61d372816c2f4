"""Double descent on real images: what the deterministic equivalent predicts, and what cross-validation says."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import digits_moments
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along
from figures.strip import Strip

SLUG, LOO = "gcv-predicts-test-error-digits", "gcv-predicts-test-error-digits-leave-one-out"
N, WIDTH, LAMS = 150, 200, (0.0, 0.01)
WIDTHS = (20, 40, 80, 115, 135, 170, 200, 250, 400, 800)
IMAGES = (30, 60, 100, 140, 170, 240, 300, 400, 600, 1000)
RIDGES = np.geomspace(1e-4, 1, 7)
FEATURES = {lam: along(SLUG, 64, "width", WIDTHS, n=N, lam=lam) for lam in LAMS}
MORE = {lam: along(SLUG, 64, "n", IMAGES, lam=lam) for lam in LAMS}
ESTIMATES = along(LOO, 256, "lam", RIDGES, n=80)


def predicted(lam: float, n: Any, width: int) -> Any:
    """The test error of the equivalent, from the features' second moments."""
    moments = digits_moments(width)
    risk = dd.ridge_risk(lam, n, *moments)
    return risk.bias + risk.variance + moments.sigma2


def features(ax: Axes, results: Results) -> None:
    """Test error against the number of random features."""
    widths = sorted({int(w) for w in spaced(20, 800, 16)} | {120, 130, 138, 144, 156, 162, 170, 180})
    strip_dots = []
    for index, lam in enumerate(LAMS):
        for part in (widths,) if lam > 0 else ([w for w in widths if w < N], [w for w in widths if w > N]):
            style.theory(ax, part, [predicted(lam, N, w) for w in part], index)
        seen = results.mean(FEATURES[lam], "value")
        style.simulation(ax, WIDTHS, *seen, index)
        strip_dots.append((seen, [predicted(lam, N, w) for w in WIDTHS], index))
    style.mark(ax, N, "$p = n$", y=1.0)
    style.name(ax, 185, 1.6, "no ridge", 0)
    style.name(ax, 22, 0.25, r"$\lambda = 0.01$", 1)
    ax.set(xscale="log", yscale="log", xlabel=f"random features $p$ ($n = {N}$)", ylabel="test error")
    plain(ax.xaxis, (20, 50, 100, 200, 500))
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))
    strip = Strip(ax, results, 0.5)
    for seen, exact, index in strip_dots:
        strip.dots(WIDTHS, seen, exact, index)


def images(ax: Axes, results: Results) -> None:
    """Test error against the number of images."""
    strip_dots = []
    for index, lam in enumerate(LAMS):
        for sizes in (spaced(20, 194, 40), spaced(206, 1200, 60)):
            style.theory(ax, sizes, predicted(lam, sizes, WIDTH), index)
        seen = results.mean(MORE[lam], "value")
        style.simulation(ax, IMAGES, *seen, index)
        strip_dots.append((seen, predicted(lam, np.asarray(IMAGES), WIDTH), index))
    style.mark(ax, WIDTH, "$n = p$", y=1.0)
    style.name(ax, 250, 1.6, "no ridge", 0)
    style.name(ax, 32, 0.2, r"$\lambda = 0.01$", 1)
    ax.set(xscale="log", yscale="log", xlabel=f"images $n$ ($p = {WIDTH}$)", ylabel="test error")
    plain(ax.xaxis, (30, 100, 300, 1000))
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))
    rows = results.rows(SLUG, lam=0.01)
    strip = Strip(ax, results, 0.5).judged(rows, "n", 1)
    for seen, exact, index in strip_dots:
        strip.dots(IMAGES, seen, exact, index)


def estimates(ax: Axes, results: Results) -> None:
    """What the training data say: leave-one-out follows the test error, GCV does not."""
    words = (("test_error", "test error"), ("leave_one_out", "leave-one-out"), ("gcv", "GCV"))
    for index, (name, word) in enumerate(words):
        style.simulation(ax, RIDGES * 1.1 ** (index - 1), *results.mean(ESTIMATES, name), index, word)
    ax.set(xscale="log", xlabel=r"ridge $\lambda$ ($n = 80$)", ylabel="test error", ylim=(0, 0.55))
    style.legend(ax, loc="lower right")


FIGURES = (
    Picture(
        "digits",
        "Double descent on handwritten digits: the equivalent holds off the peak and fails on it (grey: what the claim "
        "allows); leave-one-out follows the test error and GCV does not",
        (SLUG, LOO),
        (FEATURES, MORE, ESTIMATES),
        (Panel("more features", features), Panel("more images", images), Panel("seen from the data", estimates)),
        height=3.0,
    ),
)
