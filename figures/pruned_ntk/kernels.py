"""Pruned kernels against the angle, raw and rescaled."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.pruned_ntk as theory
from claims.pruned_ntk import shown
from figures import style
from figures.picture import Panel, Picture
from figures.results import Cells, Results, along

RHOS = (-0.95, -0.7, -0.3, 0.1, 0.5, 0.8, 0.95)
KEEP = (1.0, 0.7, 0.4)


def _cells(rescaled: bool) -> dict[float, Cells]:
    return {a: along(shown.pruned_at_angle, 128, "rho", RHOS, alpha=a, rescaled=rescaled) for a in KEEP}


RAW, RESCALED = _cells(False), _cells(True)
ANGLES = np.linspace(0.0, math.pi, 121)


def _curve(alpha: float) -> np.ndarray:
    X, X2 = np.array([[1.0, 0.0]]), np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    return np.asarray(theory.pruned_ntk_limit(X, X2, 2, alpha))[0]


def _axes(ax: Axes) -> None:
    ax.set(xlabel="angle between the inputs", ylabel=r"kernel $\Theta$", xlim=(0, math.pi), ylim=(0, 3.1))
    ax.set_xticks([0, math.pi / 2, math.pi], ["0", r"$\pi/2$", r"$\pi$"])


def raw(ax: Axes, results: Results) -> None:
    """One curve for each share kept."""
    for index, a in enumerate(KEEP):
        style.theory(ax, ANGLES, _curve(a), index, f"kept {100 * a:g} %")
        style.simulation(ax, np.arccos(RHOS), *results.mean(RAW[a], "value"), index)
    _axes(ax)
    style.legend(ax, loc="upper right")


def rescaled(ax: Axes, results: Results) -> None:
    """All on the dense curve."""
    ax.plot(ANGLES, _curve(1.0), color="black", linewidth=1.2, label="dense limit")
    for index, a in enumerate(KEEP):
        style.simulation(ax, np.arccos(RHOS), *results.mean(RESCALED[a], "value"), index, label=f"kept {100 * a:g} %")
    _axes(ax)
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "kernels",
        "Random masks before training scale the tangent kernel of two hidden layers by the share kept, once a masked "
        "layer; divided by the root of that share they leave the dense kernel, at every angle",
        ("pruned-limit-scaling", "pruned-limit-rescaled", "arc-cosine-ntk"),
        (RAW, RESCALED),
        (Panel("raw masks", raw), Panel("rescaled masks", rescaled)),
    ),
)
