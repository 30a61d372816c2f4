"""Universality of the peak and its failure: entries of many laws, and rows of uneven norm."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results
from sims.double_descent import ridgeless_noise

N, UNEVEN = 40, (0.25, 1.75)
LAWS = ("gaussian", "rademacher", "uniform", "sphere", "t5")
SIZES = (5, 10, 16, 22, 28, 54, 62, 75, 95, 130, 200, 320)


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.9)
    p = np.concatenate([np.arange(4, N - 1), np.arange(N + 2, 400)])
    bound, exact = dd.ridgeless_noise_lower_bound(N, p, 1.0), dd.min_norm_risk(N, p, 0.0, 1.0).variance
    for part in (p < N, p > N):
        style.theory(left, p[part] / N, exact[part], 0, "Gaussian, exact" if part[0] else None)
    every = np.arange(4, 400)
    ceiling = dd.ridgeless_noise_lower_bound(N, every, 1.0)
    style.theory(left, every / N, ceiling, 6, "lower bound for all laws", linewidth=0.9)
    above = dd.elliptical_min_norm_risk(N, p[p > N], 0.0, 1.0, UNEVEN).variance
    style.theory(left, p[p > N] / N, above, 1, "uneven rows ($p < n$: limit)")
    style.theory(left, p[p < N] / N, dd.elliptical_noise_limit(p[p < N] / N, 1.0, UNEVEN), 1)
    x = np.asarray(SIZES) / N
    for index, law in enumerate(LAWS):
        mean, se = points(results, ridgeless_noise, [_cell(k, law) for k in SIZES], 256, "value")
        colour = 0 if index == 0 else index + 1
        if law in ("gaussian", "t5"):
            style.simulation(left, x, mean, se, colour)
        scale = dd.ridgeless_noise_lower_bound(N, np.asarray(SIZES), 1.0)
        style.simulation(right, x, mean / scale, se / scale, colour, {"t5": "Student, 5 d.f."}.get(law, law))
    mean, se = points(results, ridgeless_noise, [_cell(k, "gaussian", UNEVEN) for k in SIZES], 256, "value")
    style.simulation(left, x, mean, se, 1)
    for part in (p < N, p > N):
        style.theory(right, p[part] / N, exact[part] / bound[part], 0)
    right.axhline(1, color=style.COLOURS[6], linewidth=0.9)
    left.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="noise part of the risk")
    right.set(xscale="log", xlabel="features per sample $p/n$", ylabel="relative to the lower bound", ylim=(0.95, 1.4))
    plain(left.xaxis, (0.1, 1, 10))
    plain(right.xaxis, (0.1, 1, 10))
    plain(left.yaxis, (0.1, 1, 10, 100))
    left.legend(loc="lower center", fontsize=6.5)
    right.legend(loc="upper right", fontsize=6.5)
    style.panel(left, "a", "the peak, and rows that raise it")
    style.panel(right, "b", f"what the law of the entries moves, $n = {N}$")
    return figure


def _cell(p: int, rows: str, scales: tuple[float, ...] = (1.0,)) -> dict[str, object]:
    return {"n": N, "p": p, "sigma2": 1.0, "rows": rows, "scales": scales}


FIGURES = (
    Picture(
        "universality",
        "No features avoid the peak; most laws share it, rows of uneven norm do not",
        (
            "noise-lower-bound-universality", "noise-lower-bound-universality-limit",
            "noise-lower-bound-universality-elliptical", "noise-lower-bound-universality-elliptical-limit",
        ),
        _draw,
    ),
)  # fmt: skip
