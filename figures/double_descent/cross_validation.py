"""Generalised cross-validation against the test error, over the whole range of ridges."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import theory.double_descent as dd
from claims.double_descent.gcv import training_loss
from claims.double_descent.ridge import simulate_two_levels, two_levels
from figures import style
from figures.points import plain
from figures.results import Picture, Results

N = 60
SHAPES = ((0.5, "p = n/2"), (1.0, "p = n"), (2.0, "p = 2n"))


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.6, sharey=True)
    curve, ridges = np.geomspace(1e-3, 10, 80), np.geomspace(1e-3, 10, 9)
    for ax, letter, (gamma, title) in zip(axes, "abc", SHAPES, strict=True):
        style.theory(ax, curve, dd.ridge_test_error(curve, **two_levels(N, gamma)).test_error, 0, "common limit")
        style.decoy(ax, curve, [training_loss(N, gamma, float(lam))["test_error"] for lam in curve], "training loss")
        samples = [results.sample(simulate_two_levels, {"n": N, "gamma": gamma, "lam": lam}, 64) for lam in ridges]
        for index, name, label in ((0, "test_error", "test error"), (1, "gcv", "GCV")):
            values = [s[name] for s in samples]
            shift = 1.06 if index else 1 / 1.06
            se = [v.std(ddof=1) / np.sqrt(len(v)) for v in values]
            style.simulation(ax, ridges * shift, [v.mean() for v in values], se, index, label)
        ax.set(xscale="log", yscale="log", xlabel=r"ridge $\lambda$", ylim=(0.05, 5))
        plain(ax.yaxis, (0.1, 1))
        style.panel(ax, letter, f"${title}$")
    axes[0].set_ylabel("error")
    axes[0].legend(loc="lower right")
    return figure


FIGURES = (
    Picture(
        "cross_validation",
        "Generalised cross-validation predicts the test error at every ridge",
        ("gcv-predicts-test-error",),
        _draw,
    ),
)
