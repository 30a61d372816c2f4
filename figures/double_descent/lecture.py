"""Four double descents on one page: along the model, the data, the training time and the regularisation."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import gf_risk
from figures import style
from figures.double_descent import best_ridge, min_norm
from figures.double_descent.sample_wise import RISK, sample_wise
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, cells

# Two groups of features learnt at very different speeds, each of which first learns signal and then fits noise.
DESIGN: dict[str, Any] = {
    "n": 100,
    "spectrum": ((1.0, 0.01), (40, 40)),
    "beta_sq": (1.0 / 40, 2.0 / 0.4),
    "sigma2": 2.0,
}
TIMES = tuple(float(x) for x in np.geomspace(0.05, 2000, 13))
FLOW = cells(gf_risk, 128, {"t": TIMES, **DESIGN})


def model_wise(ax: Axes, results: Results) -> None:
    """More features: test error with bias and variance."""
    min_norm.model_wise(ax, _bare(results))


def more_data(ax: Axes, results: Results) -> None:
    """More samples at one signal-to-noise ratio."""
    sample_wise(ax, _bare(results), (4.0,))


def epoch_wise(ax: Axes, results: Results) -> None:
    """Risk against training time at fixed model and data."""
    t = np.geomspace(0.05, 2000, 120)
    style.theory(ax, t, np.sum(dd.gf_risk(t, **DESIGN), axis=0), 4)
    style.simulation(ax, TIMES, *results.mean(FLOW, "total"), 4)
    ax.set(xscale="log", xlabel="training time $t$", ylabel="risk", ylim=(2, 6))
    plain(ax.xaxis, (0.1, 1, 10, 100, 1000))


def regularisation_wise(ax: Axes, results: Results) -> None:
    """More features at three ridges."""
    best_ridge.regularisation_wise(ax, _bare(results))


def _bare(results: Results) -> Results:
    """Without strips: they stand under the same panels in the pictures of each."""
    return dataclasses.replace(results, brief=True)


FIGURES = (
    Picture(
        "lecture",
        "Four double descents: with more features, more samples, longer training and less ridge",
        (
            "isotropic-min-norm-risk", "sample-wise-nonmonotonicity", "epoch-wise-double-descent",
            "optimal-ridge-removes-peak",
        ),
        (min_norm.ALL, RISK[4.0], FLOW, best_ridge.RISK),
        (
            Panel("larger models", model_wise), Panel("more data", more_data),
            Panel("longer training", epoch_wise), Panel("less regularisation", regularisation_wise),
        ),
        layout="ab;cd",
        height=2.5,
    ),
)  # fmt: skip
