"""How many samples leak: by imprint, by exclusive activation, and the threshold of gradient matching."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from figures import style
from figures.points import points
from figures.results import Picture, Results


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
    ax.set(xscale="log", xlabel="neurons $m$ ($B=8$)", ylim=(0, 1.5), yticks=(0, 0.5, 1))
    ax.legend(loc="upper left")


def _threshold(ax: Axes, results: Results) -> None:
    for index, classes in enumerate((3, 5)):
        free = classes - 1
        batches = range(1, free + 3)
        cells = [{"B": b, "d": 8, "n_outputs": classes, "loss": "softmax"} for b in batches]
        mean, se = points(results, sims.gradient_matching, cells, 32, "recovered")
        style.theory(ax, [0.5, free + 0.5, free + 0.5, 7], [1, 1, 0, 0], index)
        style.simulation(ax, list(batches), mean, se, index, label=f"$K={classes}$")
        style.mark(ax, free + 0.5, f"$K-1={free}$", y=0.6)
    ax.set(xlabel="batch size $B$", ylabel="batches recovered", xlim=(0.5, 7), ylim=(-0.05, 1.05))
    ax.legend(loc="upper right")


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
        "How many samples one gradient gives away exactly; gradient matching recovers a batch of up to K - 1 samples "
        "and none above",
        ("imprint-recovery", "exclusive-activation", "identifiability-threshold"),
        draw,
    ),
)
