"""What smoothness buys: series at their best band, and networks of one ReLU layer."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.manifold_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

S, SIGMA2 = 1.0, 0.5
LARGEST = {1: 30, 2: 8, 3: 4}
SIZES = {1: (30, 120, 480, 1920), 2: (30, 120, 480), 3: (30, 120, 480)}
RATE = {1: -2 / 3, 2: -1 / 2, 3: -2 / 5}


def _best(n: int, d: int) -> theory.BestBand:
    return theory.best_projection(*theory.power_law(S, d, LARGEST[d]), n=n, sigma2=SIGMA2)


SERIES = {
    d: cells(
        "projection-minimax", 128,
        *({"n": n, "d": d, "s": S, "M": _best(n, d).radius, "largest": LARGEST[d], "sigma2": SIGMA2, "D": 20}
          for n in SIZES[d]),
    )
    for d in SIZES
}  # fmt: skip
KNOTS = (8, 16, 32, 64, 128)
SINE = along("first-order-approximation", 1, "N", KNOTS, function="sine")
TEETH = (2, 4, 8, 16, 32)
ZIGZAG = along("first-order-approximation-zigzag", 1, "teeth", TEETH)
CURVATURE = 4 * np.pi**2 / np.sqrt(2)


def series(ax: Axes, results: Results) -> None:
    """Exact risk at the best band, against n."""
    for index, d in enumerate(SIZES):
        n = np.unique(np.round(np.geomspace(SIZES[d][0], SIZES[d][-1], 60)).astype(int))
        line = np.array([_best(int(k), d).risk for k in n])
        style.theory(ax, n, line, index)
        style.simulation(ax, SIZES[d], *results.mean(SERIES[d], "value"), index)
        style.asymptote(ax, n, line[-1] * (n / n[-1]) ** RATE[d], index)
        style.name(ax, n[-1], line[-1], f"$d = {d}$", index, xytext=(5, -3))
    ax.set(xscale="log", yscale="log", xlabel="points $n$", ylabel="risk of the best series", xlim=(25, 4000))
    plain(ax.xaxis, (30, 100, 300, 1000))
    plain(ax.yaxis, (0.03, 0.1, 0.3, 1))


def orders(ax: Axes, results: Results) -> None:
    """Errors of values and slopes of interpolating networks, and of a zigzag, against the distance of kinks."""
    h = np.array([1 / 150, 1 / 6.5])
    points = 1 / np.array(KNOTS)
    style.theory(ax, h, theory.pl_h1_error(h, CURVATURE), 1)
    style.simulation(ax, points, results.mean(SINE, "slope").mean * points * CURVATURE, None, 1)
    style.theory(ax, h, theory.pl_l2_error(h, CURVATURE), 0)
    style.simulation(ax, points, results.mean(SINE, "value").mean * points**2 * CURVATURE, None, 0)
    width = 1 / (4 * np.array(TEETH))
    style.theory(ax, h, np.ones(2), 2)
    style.simulation(ax, width, results.mean(ZIGZAG, "slope").mean, None, 2)
    style.theory(ax, h, h / np.sqrt(3), 3)
    style.simulation(ax, width, results.mean(ZIGZAG, "value").mean, None, 3)
    style.name(ax, 0.009, 1.0, "zigzag: slopes", 2)
    style.name(ax, 0.0072, 0.24, "interpolant: slopes", 1, xytext=(0, 0))
    style.name(ax, 0.0085, 0.016, "zigzag: values", 3, xytext=(0, 0))
    style.name(ax, 0.012, 0.0004, "interpolant:\nvalues", 0, xytext=(12, -14))
    ax.set(xscale="log", yscale="log", xlabel="distance of kinks $h$", ylabel="$L_2$ error", ylim=(5e-5, 4))
    plain(ax.xaxis, (0.01, 0.03, 0.1))
    plain(ax.yaxis, (0.0001, 0.001, 0.01, 0.1, 1))


FIGURES = (
    Picture(
        "smooth",
        "Left: the exact risk of a series with $s = 1$ at its best band falls with the minimax exponent $-2s/(2s+d)$ "
        "(dotted), from points in $\\mathbf{R}^{20}$. Right: for $\\sin2\\pi x$ a network of one ReLU layer has values "
        "one order better than slopes; a zigzag with kinks $2h$ apart spoils all slopes and hardly the values",
        ("projection-minimax", "first-order-approximation", "first-order-approximation-zigzag"),
        (SERIES, SINE, ZIGZAG),
        (Panel("estimated series", series), Panel("values and slopes", orders)),
    ),
)
