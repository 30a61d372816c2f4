"""The mean gradient of a neuron against its overlap with the target."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, prediction

TARGETS = {"$h_1$": (0.0, 1.0), "$h_2$": (0.0, 0.0, 1.0), "$h_1/2 + h_3$": (0.0, 0.5, 0.0, 1.0)}
OVERLAPS = (-0.8, -0.5, -0.2, 0.2, 0.5, 0.8)
ACTIVATIONS = ("relu", "tanh")
MEANS = {
    (activation, name): along("population-gradient-single-index", 1024, "m", OVERLAPS, c=c, activation=activation)
    for activation in ACTIVATIONS
    for name, c in TARGETS.items()
}


def towards(ax: Axes, results: Results, activation: str) -> None:
    """The part along u."""
    predict, m = prediction("population-gradient-single-index"), np.linspace(-0.98, 0.98, 120)
    for index, (name, c) in enumerate(TARGETS.items()):
        line = [predict(c=c, activation=activation, m=float(value))["alpha"] for value in m]
        style.theory(ax, m, line, index, name)
        style.simulation(ax, OVERLAPS, *results.mean(MEANS[activation, name], "alpha"), index)
    ax.axhline(0, color=style.GREY, linewidth=0.5, zorder=0)
    ax.set(xlabel=r"overlap $m = u \cdot w$", ylabel=r"part of the gradient along $u$, $\alpha$")
    ax.set(xlim=(-1, 1), ylim=(-0.62, 0.9))
    ax.set_xticks([-1, -0.5, 0, 0.5, 1])
    style.legend(ax, loc="upper center", ncol=3)


def _panel(activation: str) -> Callable[[Axes, Results], None]:
    return functools.partial(towards, activation=activation)


FIGURES = (
    Picture(
        "population",
        "The mean gradient of a neuron towards the target's direction: what order $k$ of target and activation "
        "share gives a power $k - 1$ of the overlap, and an order that the activation lacks (ReLU: odd ones from 3 "
        "on; tanh: even ones) gives nothing",
        ("population-gradient-single-index", "population-gradient"),
        (MEANS,),
        (Panel("ReLU", _panel("relu")), Panel("tanh", _panel("tanh"))),
    ),
)
