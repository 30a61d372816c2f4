"""How many samples leak: by imprint, by exclusive activation, and the threshold of gradient matching."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from figures import style
from figures.points import measured, points
from figures.results import Picture, Results

SOLVER = {"steps": 100, "restarts": 10}


def imprint(ax: Axes, results: Results) -> None:
    """Recovered share against batch size per bin, beside the printed formula."""
    k = 64
    n = np.arange(2, 161)
    style.theory(ax, n / k, [theory.imprint_expected(int(i), k) / i for i in n], label="exact")
    wrong = k * (k - 1) / ((n + k - 1) * (n + k - 2))
    style.decoy(ax, n / k, wrong, label="stars and bars")
    shown = np.asarray([2, 8, 16, 32, 64, 96, 128, 160])
    cells = [{"n": int(i), "k": k} for i in shown]
    mean, se = points(results, sims.imprint_expected, cells, 1000, "value")
    style.simulation(ax, shown / k, mean / shown, se / shown, label="measured")
    ax.set(xlabel="samples per bin $n/k$", ylabel="share recovered", ylim=(0, 1.02))
    ax.legend()


def _exclusive(ax: Axes, results: Results) -> None:
    batch, neurons = 8, np.unique(np.geomspace(4, 1024, 9).astype(int))
    for index, (threshold, rho) in enumerate(((0.0, 0.0), (1.15, 0.0), (1.15, 0.5))):
        fine = np.unique(np.geomspace(2, 2000, 100).astype(int))
        share = [theory.expected_exclusive(batch, int(m), threshold, rho) / batch for m in fine]
        style.theory(ax, fine, share, index, label=rf"$h={threshold:g},\ \rho={rho:g}$")
        cells = [{"B": batch, "m": int(m), "threshold": threshold, "rho": rho} for m in neurons]
        mean, se = points(results, sims.expected_exclusive, cells, 512, "value")
        style.simulation(ax, neurons, mean / batch, se / batch, index)
    ax.set(xscale="log", xlabel="neurons $m$ ($B=8$)", ylabel="share recovered", ylim=(0, 1.5), yticks=(0, 0.5, 1))
    ax.legend(loc="upper left")


def _threshold(ax: Axes, results: Results) -> None:
    """Dots: batches recovered; rings: gradients matched, on both sides of the step."""
    style.theory(ax, [-1.7, 0.5, 0.5, 2.5], [1, 1, 0, 0], 6, linewidth=1.0)
    for index, (classes, d) in enumerate(((3, 4), (4, 5))):
        batches = np.arange(classes - 2, classes + 2)
        cells = [{"B": int(b), "d": d, "n_outputs": classes, "loss": "softmax", **SOLVER} for b in batches]
        seen = measured(results, sims.gradient_matching, cells, 64, "matched", "impostor")
        place = batches - (classes - 1) + 0.15 * (2 * index - 1)
        ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": style.COLOURS[index], "markersize": 8.5}
        style.simulation(ax, place, seen["matched"][0], None, index, **ring)
        wrong, se = seen["impostor"]
        style.simulation(ax, place, seen["matched"][0] - wrong, se, index, label=f"$K={classes}$")
    ax.annotate("rings: gradient\nmatched", (1.5, 0.84), ha="center", va="top", fontsize=7)
    ax.annotate("dots: batch\nrecovered", (1.5, 0.09), ha="center", va="bottom", fontsize=7)
    ax.set(xlabel="batch size less $K-1$", ylabel="share of batches", xlim=(-1.7, 2.5), ylim=(-0.07, 1.1))
    ax.legend(loc="center left")


def draw(results: Results) -> Figure:
    """Three panels."""
    figure, (left, middle, right) = style.new(1, 3)
    imprint(left, results)
    style.panel(left, "a", "imprint layer")
    _exclusive(middle, results)
    style.panel(middle, "b", "exclusive activation")
    _threshold(right, results)
    style.panel(right, "c", "gradient matching")
    return figure


FIGURES = (
    Picture(
        "counts",
        "How many samples one gradient gives away exactly; gradient matching reproduces the gradient at all batch "
        "sizes, the batch only up to K - 1 samples",
        ("imprint-recovery", "exclusive-activation", "identifiability-threshold"),
        draw,
    ),
)
