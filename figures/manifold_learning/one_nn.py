"""One nearest neighbour without label noise: error and squared error against n."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.manifold_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

DIMENSIONS = (1, 2, 3, 4)
SIZES = {1: (5, 20, 80, 320), 2: (15, 60, 240), 3: (30, 120, 480), 4: (80, 240, 720)}
ERRORS = {d: along("one-nn-classification", 2048, "n", SIZES[d], d=d) for d in DIMENSIONS}
SQUARES = {d: along("one-nn-regression", 1024, "n", SIZES[d], d=d) for d in DIMENSIONS}
LIMIT = 1000


def _sizes(d: int) -> np.ndarray:
    return np.unique(np.round(np.geomspace(SIZES[d][0], LIMIT, 40)).astype(int))


def _axis(ax: Axes) -> None:
    ax.set(xscale="log", yscale="log", xlabel="points $n$", xlim=(4, 1900))
    plain(ax.xaxis, (10, 100, 1000))


def errors(ax: Axes, results: Results) -> None:
    """Test error with two half-tori as classes."""
    for index, d in enumerate(DIMENSIONS):
        n = _sizes(d)
        line = theory.one_nn_error_torus(n, d)
        style.theory(ax, n, line, index)
        style.simulation(ax, SIZES[d], *results.mean(ERRORS[d], "value"), index)
        style.name(ax, LIMIT, line[-1], f"$d = {d}$", index, xytext=(3, -2))
    _axis(ax)
    ax.set(ylabel="test error of the nearest neighbour")
    plain(ax.yaxis, (0.001, 0.01, 0.1))


def squares(ax: Axes, results: Results) -> None:
    """Squared error for a sum of sines; dotted, the leading term."""
    for index, d in enumerate(DIMENSIONS):
        n = _sizes(d)
        line = theory.one_nn_mse_torus(n, d) / d
        style.theory(ax, n, line, index)
        style.asymptote(ax, n, theory.one_nn_mse(n, d, 2 * math.pi**2 * d, 1.0) / d, index)
        found = results.mean(SQUARES[d], "value")
        style.simulation(ax, SIZES[d], found.mean / d, found.se / d, index)
        style.name(ax, LIMIT, line[-1], f"$d = {d}$", index, xytext=(3, -2))
    _axis(ax)
    ax.set(ylabel="squared error / $d$")
    plain(ax.yaxis, (1e-5, 1e-3, 0.1))


FIGURES = (
    Picture(
        "one_nn",
        "One nearest neighbour without label noise on flat tori. Left: two classes with a smooth boundary, the error "
        "falls as $n^{-1/d}$. Right: $f = \\sum_i\\sin2\\pi x_i$, the squared error falls as $n^{-2/d}$ once its "
        "leading term (dotted) holds",
        ("one-nn-classification", "one-nn-regression"),
        (ERRORS, SQUARES),
        (Panel("two classes", errors), Panel("a smooth function", squares)),
    ),
)
