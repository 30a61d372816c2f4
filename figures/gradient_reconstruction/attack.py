"""The tensor attack against the number of neurons: its error before the polish, and batches of digits made exact."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from figures import style
from figures.results import Picture, Results

D, R = 8, (1.0, -0.8)
SIZES = (1000, 3000, 9000, 27000)


def _median(results: Results, cell: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Medians of the mean squared error of a direction, with standard errors of the median."""
    samples = [results.sample(sims.tensor_reconstruction, {**cell, "m": m}, 48)["mean_error"] for m in SIZES]
    inner = [np.quantile(x, (0.5 - 0.5 / len(x) ** 0.5, 0.5 + 0.5 / len(x) ** 0.5)) for x in samples]
    return np.asarray([np.median(x) for x in samples]), np.asarray([0.5 * (b - a) for a, b in inner])


def _error(ax: Axes, results: Results) -> None:
    fine = np.geomspace(800, 30000, 30)
    for index, name in enumerate(("sin", "tanh")):
        exact = [theory.tensor_attack_error(name, R, D, int(m)).mean_error for m in fine]
        style.theory(ax, fine, exact, index, f"{name}, order 3")
        style.simulation(ax, SIZES, *_median(results, {"activation": name, "d": D, "r": R}), index)
    for index, (order, label) in enumerate(((4, "relu, orders 2 and 4"), (3, "relu, order 3: no signal")), 2):
        cell = {"activation": "relu", "d": D, "r": R, "order": order}
        style.simulation(ax, SIZES, *_median(results, cell), index, label, linestyle=":", linewidth=0.8)
    start = theory.tensor_attack_error("sin", R, D, 800).mean_error
    style.decoy(ax, fine, start * (fine / 800) ** -0.5, "$m^{-1/2}$")
    ax.set(xscale="log", yscale="log", ylim=(5e-4, 200), xlabel="neurons $m$", ylabel="squared error, no polish")
    ax.legend(loc="upper right", ncols=1, labelspacing=0.25)


def _success(ax: Axes, results: Results) -> None:
    neurons = (100, 200, 400, 800, 1600)
    for index, batch in enumerate((1, 2, 3)):
        share = []
        for m in neurons:
            cell = {
                "activation": "relu", "B": batch, "m": m, "polish_neurons": m, "restarts": batch - 1, "steps": 30,
            }  # fmt: skip
            share.append(results.sample(sims.digits_reconstruction, cell, 24)["polished"] < 1e-9)
        mean = np.asarray([s.mean() for s in share])
        se = np.asarray([max(s.std(), 0.5 / 24) / 24**0.5 for s in share])
        style.simulation(ax, neurons, mean, se, index, f"$B={batch}$", linestyle=":", linewidth=0.8)
    fine = np.arange(64, 1700)
    style.theory(ax, fine, theory.relu_recovery_probability(fine, 64), 0, "$P(Bin(m, 1/2) \\geq 64)$", linewidth=0.9)
    ax.set(xscale="log", xlabel="neurons $m$ (relu)", ylabel="batches of digits exact", ylim=(-0.03, 1.06))
    ax.set_xticks(neurons, [str(m) for m in neurons])
    ax.minorticks_off()
    ax.legend(loc="lower right")


def draw(results: Results) -> Figure:
    """Two panels."""
    figure, (left, right) = style.new(1, 2, height=3.0)
    _error(left, results)
    style.panel(left, "a", "orthonormal samples, before the polish")
    _success(right, results)
    style.panel(right, "b", "digits, after the polish")
    return figure


FIGURES = (
    Picture(
        "attack",
        "The tensor attack: first-order theory and medians before the polish, and how many neurons make a batch of "
        "digits exact",
        ("tensor-reconstruction", "tensor-reconstruction-error", "tensor-reconstruction-digits"),
        draw,
    ),
)
