"""Similarity and over-parameterization together: heat map, cuts, and the same with a shared teacher."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.rotations import teacher
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

P = 40
CUTS = ((38, r"$\beta = 0.05$"), (20, r"$\beta = 0.5$"), (2, r"$\beta = 0.95$"))
TURNED = np.arange(2, P + 1)
TICKS = (2, 6, 12, 20, 28, 34, 40)
LABELS, TEACHER = (
    {d: along(slug, 1024, "m", TICKS, p=P, d=d, spread=1.0) for d, _ in CUTS}
    for slug in ("goldfarb-similarity-overparameterization", "similarity-shared-teacher")
)


def _same_labels(d: Any, m: Any) -> Any:
    """Relative forgetting for equal singular values."""
    return cf.goldfarb_forgetting(P, d, m, 1.0, d, 1.0)


def _heat(ax: Axes, results: Results) -> None:
    ranks = np.arange(1, P)
    values = _same_labels(ranks[:, None], TURNED[None, :])
    edges = (1 - np.append(TURNED - 0.5, P + 0.5) / P, 1 - np.append(ranks - 0.5, P - 0.5) / P)
    mesh = ax.pcolormesh(*edges, np.log10(values), cmap="viridis", rasterized=True)
    ax.figure.colorbar(mesh, ax=ax, label=r"$\log_{10}$ relative forgetting", pad=0.02)
    ridge = TURNED[np.argmax(values, axis=1)]
    ax.plot(1 - ridge / P, 1 - ranks / P, color="white", linewidth=1.2)
    for index, (d, _) in enumerate(CUTS):
        ax.axhline(1 - d / P, color=style.COLOURS[index], linewidth=1.0, linestyle=":")
    ax.set(xlabel=r"similarity $1 - m/p$", ylabel=r"over-parameterization $\beta = 1 - d/p$")


def cuts(ax: Axes, results: Results) -> None:
    for index, (d, label) in enumerate(CUTS):
        style.theory(ax, 1 - TURNED / P, _same_labels(d, TURNED), index, label)
        style.simulation(ax, 1 - np.asarray(TICKS) / P, *results.mean(LABELS[d], "loss").over(d), index)
    alpha = np.linspace(0.02, 1, 80)
    style.decoy(ax, 1 - alpha, alpha**2 * (1 - alpha) ** 2, r"$\alpha^2(1-\alpha)^2$")
    ax.set(xlabel=r"similarity $1 - m/p$", yscale="log", ylim=(2e-3, 4))
    ax.legend(loc="lower left")


def _teacher(ax: Axes, results: Results) -> None:
    for index, (d, label) in enumerate(CUTS):
        unseen = sum(w * w for w in teacher(P)[d:])
        style.theory(ax, 1 - TURNED / P, cf.shared_teacher_forgetting(P, d, TURNED, d, 1.0), index, label)
        style.simulation(ax, 1 - np.asarray(TICKS) / P, *results.mean(TEACHER[d], "loss").over(unseen), index)
    ax.set(xlabel=r"similarity $1 - m/p$", ylabel=r"loss / $\|P_1 w^*\|^2$")


FIGURES = (
    Picture(
        "similarity",
        f"Task similarity and over-parameterization (p = {P}); white: where forgetting is largest",
        ("goldfarb-similarity-overparameterization", "similarity-shared-teacher"),
        (LABELS, TEACHER),
        (Panel("the same labels", _heat), Panel("cuts through (a)", cuts), Panel("the same teacher", _teacher)),
    ),
)
