"""The tensor attack against the number of neurons: its error before the polish, and batches of digits made exact."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.gradient_reconstruction as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

D, R, TRIALS = 8, (1.0, -0.8), 48
WIDTHS = {1: (80, 100, 120, 140, 200), 2: (200, 400, 800), 3: (400, 800)}
BATCHES = 16
SIZES = (1000, 3000, 9000, 27000)
RELU = {
    order: along("tensor-reconstruction", TRIALS, "m", SIZES, activation="relu", d=D, r=R, order=order)
    for order in (4, 3)
}
ERRORS = {
    name: along("tensor-reconstruction-error", TRIALS, "m", SIZES, activation=name, r=R, d=D)
    for name in ("sin", "tanh")
}
DIGITS = {
    batch: cells(
        "tensor-reconstruction-digits", BATCHES,
        *({"activation": "relu", "B": batch, "m": m, "polish_neurons": m, "restarts": batch - 1, "steps": 30}
          for m in neurons),
    )
    for batch, neurons in WIDTHS.items()
}  # fmt: skip


def _median(results: Results, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Medians of the mean squared error of a relu direction (heavy tails), with their standard errors."""
    samples = [sample["mean_error"] for sample in results.samples(RELU[order])]
    inner = [np.quantile(x, (0.5 - 0.5 / len(x) ** 0.5, 0.5 + 0.5 / len(x) ** 0.5)) for x in samples]
    return np.asarray([np.median(x) for x in samples]), np.asarray([0.5 * (b - a) for a, b in inner])


def _error(ax: Axes, results: Results) -> None:
    fine = np.geomspace(800, 30000, 30)
    for index, name in enumerate(ERRORS):
        exact = [theory.tensor_attack_error(name, R, D, int(m)).mean_error for m in fine]
        style.theory(ax, fine, exact, index, f"{name}, order 3")
        style.simulation(ax, SIZES, *results.mean(ERRORS[name], "mean_error"), index)
    for index, (order, label) in enumerate(((4, "relu, orders 2 and 4"), (3, "relu, order 3: no signal")), 2):
        style.simulation(ax, SIZES, *_median(results, order), index, label, linestyle=":", linewidth=0.8)
    start = theory.tensor_attack_error("sin", R, D, 800).mean_error
    style.decoy(ax, fine, start * (fine / 800) ** -0.5, "$m^{-1/2}$")
    ax.set(xscale="log", yscale="log", ylim=(5e-4, 200), xlabel="neurons $m$", ylabel="squared error, no polish")
    ax.legend(loc="upper right", ncols=1, labelspacing=0.25)


def _success(ax: Axes, results: Results) -> None:
    """Fewer neurons than unknowns, 65 an image, are left out: nothing is exact there."""
    for index, (batch, neurons) in enumerate(WIDTHS.items()):
        exact = [sample["polished"] < 1e-9 for sample in results.samples(DIGITS[batch])]
        mean = np.asarray([share.mean() for share in exact])
        se = np.sqrt(np.clip(mean * (1 - mean), 0.5 / BATCHES**2, None) / BATCHES)
        line = {} if batch == 1 else {"linestyle": ":", "linewidth": 0.8}
        style.simulation(ax, neurons, mean, se, index, f"$B={batch}$", **line)
    fine = np.arange(64, 900)
    style.theory(ax, fine, theory.relu_recovery_probability(fine, 64), 0, "theory")
    ax.set(xscale="log", xlabel="neurons $m$ (relu)", ylabel="batches of digits exact", ylim=(-0.03, 1.06))
    plain(ax.xaxis, (64, 128, 200, 400, 800))
    ax.legend(loc="lower right", handlelength=1.2, borderaxespad=0.1)


FIGURES = (
    Picture(
        "attack",
        "The tensor attack: its error before the polish (lines: first order; relu: medians), and how many neurons make "
        "a batch of digits exact (line: the chance of as many active neurons as pixels, which one digit needs)",
        ("tensor-reconstruction", "tensor-reconstruction-error", "tensor-reconstruction-digits"),
        (RELU, ERRORS, DIGITS),
        (Panel("orthonormal samples, before the polish", _error), Panel("digits, after the polish", _success)),
        height=3.0,
    ),
)
