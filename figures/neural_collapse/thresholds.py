"""How classes are lost: each at its own threshold, together under cross-entropy, in a jump under a deep head."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.neural_collapse as theory
from figures import style
from figures.results import Picture, Results
from sims.neural_collapse import deep_head_optimum, ufm_ce_optimum, ufm_mse_optimum

SIZES = (12, 6, 3, 1)
DEPTHS = (2, 3, 4, 6)


def _classes(ax: Axes, results: Results) -> None:
    """z_k/sqrt(n_k) against N c."""
    N, y = sum(SIZES), np.sqrt(SIZES)
    costs = np.linspace(1e-3, 3.8, 200)
    outputs = np.array([theory.ufm_mse_optimum(SIZES, c / N, c / N).z / y for c in costs])
    dots = np.linspace(0.15, 3.65, 11)
    cells = [{"n_per_class": SIZES, "lambda_W": 2 * c / N, "lambda_H": c / N / 2} for c in dots]
    reached = np.array([results.sample(ufm_mse_optimum, cell, 4)["z"].mean(axis=0) / y for cell in cells])
    for k, n in enumerate(SIZES):
        style.theory(ax, costs, outputs[:, k], k, f"$n_k = {n}$")
        style.simulation(ax, dots, reached[:, k], None, k)
    ax.set(xlabel="$N c$", ylabel=r"output $z_k/\sqrt{n_k}$")
    ax.legend(loc="upper right")


def _gaps(ax: Axes, results: Results) -> None:
    """The logit gap against K a, features of any sign and nonnegative."""
    K, n = 4, 3
    shares = np.linspace(0.02, 1.15, 200)
    dots = np.linspace(0.06, 1.1, 9)
    for index, (nonnegative, label) in enumerate(((False, "any sign"), (True, "nonnegative"))):
        curve = theory.ufm_ce_optimum(K, n, shares / K / math.sqrt(n), shares / K / math.sqrt(n), nonnegative).tau
        style.theory(ax, shares, curve, index, label)
        cells = [
            {"K": K, "n": n, "lambda_W": x / K / math.sqrt(n), "lambda_H": x / K / math.sqrt(n)}
            | ({"nonnegative_features": True, "starts": 4} if nonnegative else {})
            for x in dots
        ]
        reached = [results.sample(ufm_ce_optimum, cell, 4)["tau"].mean() for cell in cells]
        style.simulation(ax, dots, reached, None, index)
    style.decoy(ax, shares, np.log(K / shares), r"$\log(1/a)$")
    ax.set(xlabel="$K a$", ylabel=r"logit gap $\tau$", ylim=(-0.2, 6))
    ax.legend(loc="upper right")


def _jumps(ax: Axes, results: Results) -> None:
    """z/sqrt(n) against N c / sqrt(n)^(2-2/L) for each depth: best of the starts as dots, every start faint."""
    K, n = 3, 4
    y, N = math.sqrt(n), K * n
    for index, L in enumerate(DEPTHS):
        power = y ** (2 - 2 / L)
        shares = np.linspace(1e-3, 1.05, 600)
        curve = [theory.deep_head_optimum([n] * K, [x * power / N] * L).z[0] / y for x in shares]
        style.theory(ax, shares, curve, index, f"$L = {L}$")
        for x in (0.08, 0.2, 0.26, 0.36, 0.42, 0.6, 0.8, 0.95):
            cell = {"n_per_class": (n,) * K, "lambdas": (round(x * power / N, 6),) * L, "starts": 1}
            found = results.sample(deep_head_optimum, cell, 32)
            strongest = np.prod(found["layer_sv"][:, :, 0], axis=1) / y
            best = np.argmin(found["loss"])
            ax.plot(np.full(32, x), strongest, ".", color=style.COLOURS[index], alpha=0.15, markersize=3, zorder=1)
            style.simulation(ax, [x], [strongest[best]], None, index)
    ax.set(xlabel=r"$N c / n^{1-1/L}$", ylabel=r"strength $z/\sqrt{n}$", ylim=(-0.05, 1.05))
    ax.legend(loc="upper right")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.6)
    for ax, letter, title, draw in zip(
        axes, "abc", ("squared loss", "cross-entropy", "deep linear head"), (_classes, _gaps, _jumps), strict=True
    ):
        draw(ax, results)
        style.panel(ax, letter, title)
    return figure


FIGURES = (
    Picture(
        "thresholds",
        "How classes are lost: one by one, all together, or in a jump (faint dots: starts trapped in local minima)",
        (
            "ufm-mse-optimum", "ufm-mse-optimum-geometry", "ufm-ce-optimum-geometry", "ufm-ce-optimum-relu",
            "deep-linear-head", "deep-linear-head-jump",
        ),
        _draw,
    ),
)  # fmt: skip
