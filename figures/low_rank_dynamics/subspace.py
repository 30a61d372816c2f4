"""Singular values of a hidden layer: six of twenty move; and the losses of the network and of its narrow copy."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_dynamics as theory
from claims.low_rank_dynamics import shown
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

EPS, S, D = (0.4, 0.5, 0.6), (2.0, 1.2, 0.8), 20
MOST = 200
AT = tuple(range(0, MOST + 1, 2))
SEEN = tuple(range(0, MOST + 1, 10))
COMMON = {"eps": EPS, "eta": 0.1, "weight_decay": 0.02, "steps": MOST, "d": D, "s": S}
VALUES = cells(shown.singular_values_along, 1, {**COMMON, "layer": 2, "at": AT})
LOSSES = cells("compressed-equivalence", 1, {**COMMON, "r": len(S), "at": SEEN})


def singular_values(ax: Axes, results: Results) -> None:
    """All singular values of W_2; rho_2 on the thick band of those that stay."""
    values = results.samples(VALUES)[0]["value"][0]
    rho = theory.rho_trajectory(EPS, 0.1, 0.02, MOST)[:, 1]
    still = np.argsort(np.abs(values[-1] - abs(rho[-1])))[: D - 2 * len(S)]
    moving = [j for j in range(D) if j not in still]
    for j in moving:
        ax.plot(AT, values[:, j], color=style.COLOURS[0], linewidth=1.2)
    ax.plot(AT, values[:, still], color=style.COLOURS[1], linewidth=5, alpha=0.25, solid_capstyle="butt")
    style.theory(ax, np.arange(MOST + 1), abs(rho), 1)
    style.name(ax, 0.42 * MOST, 0.7, "6 move" if results.brief else "$2r = 6$ move", 0)
    style.name(
        ax, 0.42 * MOST, 0.36, "14 stay on $\\rho$" if results.brief else "$d - 2r = 14$ stay on $\\rho_2(t)$", 1
    )
    ax.set(xlabel="updates $t$", ylabel="singular values of $W_2$", xlim=(0, MOST), ylim=(0, None))


def losses(ax: Axes, results: Results) -> None:
    """Losses of the network and its copy of width 6, and the distance of their products."""
    sample = {name: value[0] for name, value in results.samples(LOSSES)[0].items()}
    gap = theory.compression_error(EPS, 0.1, 0.02, MOST, D, len(S))
    t = np.asarray(SEEN)
    ax.plot(t, sample["full"], color=style.COLOURS[0], label=f"loss, width {D}")
    ax.plot(t, sample["compressed"], color=style.COLOURS[2], linestyle="--", label="loss, width 6")
    style.theory(ax, np.arange(MOST + 1), gap, 1, r"distance, $\sqrt{d-2r}\,\prod|\rho_l|$")
    style.simulation(ax, t, sample["gap"], None, 1)
    ax.set(xlabel="updates $t$", ylabel="loss, distance", yscale="log", xlim=(0, MOST))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "subspace",
        "Training on a target of rank 3 moves 6 of the 20 singular values of a hidden layer, the others stay on one "
        "predicted line; a network of width 6 has the same loss but for a distance that is known",
        ("invariant-subspace", "compressed-equivalence", "compressed-equivalence-losses"),
        (VALUES, LOSSES),
        (Panel("a hidden layer", singular_values), Panel("the network and its copy", losses)),
    ),
)
