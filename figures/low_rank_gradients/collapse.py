"""The gradient's singular values fan out: stable rank rises and falls to one, on a line that is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_gradients as theory
from claims.low_rank_gradients.trajectory import NARROW, descent
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

STEPS = 60
SEEN = (0, 1, 2, 3, 5, 8, *range(12, STEPS + 1, 6))
CELL = {**NARROW, "number": 4, "at": SEEN}
DOTS = cells("gradient-spectrum-trajectory", 1, CELL)


def _path() -> Any:
    given = dict(descent(**CELL))
    return theory.gradient_trajectory(**{name: given[name] for name in ("A", "B", "C", "W0", "eta", "steps")})


def _start() -> np.ndarray:
    """U' G_0 V."""
    given = descent(**CELL)
    left, right = (np.linalg.eigh(given[name])[1] for name in ("B", "C"))
    return np.asarray(left.T @ (given["A"] - given["B"] @ given["W0"] @ given["C"]) @ right)


def fan(ax: Axes, results: Results) -> None:
    """Singular values of G_t."""
    path, found = _path().singular_values, results.samples(DOTS)[0]["singular_values"][0]
    for i in range(path.shape[1]):
        style.theory(ax, np.arange(STEPS + 1), path[:, i], i)
        style.simulation(ax, SEEN, found[:, i], None, i)
        style.name(ax, 36, path[36, i], f"$s_{i + 1}$", i, xytext=(2, 5))
    ax.set(xlabel="step $t$", ylabel="singular values of $G_t$", yscale="log", xlim=(-1, STEPS + 1))


def ranks(ax: Axes, results: Results) -> None:
    """Stable rank of G_t."""
    path, found = _path().stable_rank, results.samples(DOTS)[0]["stable_rank"][0]
    style.theory(ax, np.arange(STEPS + 1), path, 0)
    style.simulation(ax, SEEN, found, None, 0)
    style.asymptote(ax, [0, STEPS], [1, 1], 0)
    style.name(ax, 3, float(path.max()), "it rises first", 0, xytext=(6, -4))
    style.name(ax, 40, 1.0, "rank one", 0, xytext=(0, 6))
    ax.set(xlabel="step $t$", ylabel=r"stable rank $|G_t|_F^2/|G_t|_2^2$", xlim=(-1, STEPS + 1), ylim=(0.95, None))


def share(ax: Axes, results: Results) -> None:
    """kappa_t on its line, and the line of the two smallest products."""
    t = np.arange(STEPS + 1)
    path, found = _path().kappa, results.samples(DOTS)[0]["kappa"][0]
    beta, gamma, eta = CELL["beta"], CELL["gamma"], CELL["eta"]
    limit = theory.kappa_constant(_start()) * np.exp(theory.kappa_rate(beta, gamma, eta) * t)
    style.theory(ax, t, path, 0)
    style.simulation(ax, SEEN, found, None, 0)
    style.asymptote(ax, t, limit, 0)
    first, second = sorted(b * g for b in beta for g in gamma)[:2]
    style.decoy(ax, t, path[0] * ((1 - eta * second) / (1 - eta * first)) ** (2 * t))
    style.name(ax, 38, float(limit[38]), "row rate times\ncolumn rate", 0, xytext=(-66, -26))
    ax.annotate("next product (decoy)", (61, 6e-2), ha="right", fontsize=7, color=style.GREY)
    ax.set(xlabel="step $t$", ylabel=r"share outside the first, $\kappa_t$", yscale="log", xlim=(-1, STEPS + 1))


FIGURES = (
    Picture(
        "collapse",
        "The gradient of a bilinear model under descent: its singular values fan out, the stable rank rises before it "
        "falls to one, and the share of energy outside the first direction ends on a line whose slope is the product "
        "of the rates of rows and columns (dotted), steeper than the two slowest modes alone suggest (dashed)",
        ("gradient-spectrum-trajectory", "gradient-rank-one-rate"),
        (DOTS,),
        (
            Panel("singular values", fan),
            Panel("stable rank", ranks),
            Panel("the way to rank one", share),
        ),
    ),
)
