"""Generalised cross-validation against the test error, over the whole range of ridges."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.ridge import two_levels
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy
from figures.strip import Strip

SLUG, N = "gcv-predicts-test-error", 60
SHAPES = ((0.5, "p = n/2"), (1.0, "p = n"), (2.0, "p = 2n"))
RIDGES = np.geomspace(1e-3, 10, 9)
DOTS = {gamma: along(SLUG, 256, "lam", RIDGES, n=N, gamma=gamma) for gamma, _ in SHAPES}


def shape(ax: Axes, results: Results, gamma: float) -> None:
    """Test error and its estimate from the training data, with the training loss far below."""
    curve, design = np.geomspace(1e-3, 10, 80), two_levels(N, gamma)
    limit = dd.ridge_test_error(curve, **design).test_error
    exact = dd.ridge_test_error(RIDGES, **design).test_error
    wrong = [decoy(SLUG, "training loss")(n=N, gamma=gamma, lam=float(lam))["test_error"] for lam in curve]
    style.theory(ax, curve, limit, 6, "theory", linewidth=1.0)
    style.decoy(ax, curve, wrong, "training loss")
    rows = results.rows(SLUG, "gcv", gamma=gamma)
    ax.set(xscale="log", yscale="log", xlabel=r"ridge $\lambda$", ylabel="error", ylim=(0.05, 8))
    plain(ax.yaxis, (0.1, 1))
    strip = Strip(ax, results, 0.05).judged(rows, lambda r: r.lam.clip(lower=1e-3), 1)
    for index, name, word in ((0, "test_error", "test error"), (1, "gcv", "GCV")):
        x, seen = RIDGES * (1.08 if index else 1 / 1.08), results.mean(DOTS[gamma], name)
        style.simulation(ax, x, *seen, index, word)
        strip.dots(x, seen, exact, index)
    strip.decoy(curve, wrong, limit)
    if gamma == 0.5:
        style.legend(ax, loc="upper left", ncols=2, columnspacing=0.8, handlelength=1.4)


FIGURES = (
    Picture(
        "cross_validation",
        "Generalised cross-validation predicts the test error at every ridge",
        (SLUG,),
        DOTS,
        tuple(Panel(f"${title}$", partial(shape, gamma=gamma)) for gamma, title in SHAPES),
        height=3.0,
    ),
)
