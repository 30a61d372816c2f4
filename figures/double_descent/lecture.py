"""Four double descents on one page: along the model, the data, the training time and the regularisation."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.double_descent.best_ridge import regularisation_wise
from figures.double_descent.min_norm import model_wise
from figures.double_descent.sample_wise import sample_wise
from figures.points import plain
from figures.results import Picture, Results
from sims.double_descent import gf_risk

# Two groups of features learnt at very different speeds, each of which first learns signal and then fits noise.
N, SIGMA2 = 100, 2.0
SPECTRUM = ((1.0, 0.01), (40, 40))
TARGET = (1.0 / 40, 2.0 / 0.4)


def epoch_wise(ax: Axes, results: Results) -> None:
    """Risk against training time at fixed model and data."""
    t = np.geomspace(0.05, 2000, 120)
    style.theory(ax, t, np.sum(dd.gf_risk(t, N, SPECTRUM, TARGET, SIGMA2), axis=0), 4)
    ticks = tuple(float(x) for x in np.geomspace(0.05, 2000, 13))
    cell = {"t": ticks, "n": N, "spectrum": SPECTRUM, "beta_sq": TARGET, "sigma2": SIGMA2}
    total = results.sample(gf_risk, cell, 128)["total"]
    style.simulation(ax, ticks, total.mean(axis=0), total.std(axis=0, ddof=1) / np.sqrt(len(total)), 4)
    ax.set(xscale="log", xlabel="training time $t$", ylabel="risk", ylim=(2, 6))
    plain(ax.xaxis, (0.1, 1, 10, 100, 1000))


def _draw(results: Results) -> Figure:
    figure, axes = style.new(2, 2, height=2.5)
    model_wise(axes[0, 0], results)
    sample_wise(axes[0, 1], results, (4.0,), legend=False)
    epoch_wise(axes[1, 0], results)
    regularisation_wise(axes[1, 1], results)
    titles = ("larger models", "more data", "longer training", "less regularisation")
    for letter, ax, title in zip("abcd", axes.ravel(), titles, strict=True):
        style.panel(ax, letter, title)
    axes[0, 0].set_ylabel("test error")
    axes[0, 1].set_ylabel("risk")
    axes[1, 1].set_ylabel("risk")
    return figure


FIGURES = (
    Picture(
        "lecture",
        "Four double descents: with more features, more samples, longer training and less ridge",
        (
            "isotropic-min-norm-risk", "sample-wise-nonmonotonicity", "epoch-wise-double-descent",
            "optimal-ridge-removes-peak",
        ),
        _draw,
    ),
)  # fmt: skip
