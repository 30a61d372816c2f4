"""How classes are lost: each at its own threshold, together under cross-entropy, in a jump under a deep head."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

SIZES = (12, 6, 3, 1)
DEPTHS = (2, 3, 4, 6)
COSTS, TOTAL = np.linspace(0.15, 3.65, 11), sum(SIZES)
SQUARED = cells(
    "ufm-mse-optimum", 4, *({"n_per_class": SIZES, "lambda_W": 2 * c / TOTAL, "lambda_H": c / TOTAL / 2} for c in COSTS)
)
K, N_CLASS, SHARES = 4, 3, np.linspace(0.06, 1.1, 9)
LAMBDAS = SHARES / K / math.sqrt(N_CLASS)
PENALTIES = [{"K": K, "n": N_CLASS, "lambda_W": x, "lambda_H": x} for x in LAMBDAS.tolist()]
ENTROPY = {
    False: cells("ufm-ce-optimum-geometry", 4, *PENALTIES),
    True: cells("ufm-ce-optimum-relu", 4, *(cell | {"nonnegative_features": True, "starts": 4} for cell in PENALTIES)),
}
HEAD_K, HEAD_N, HEAD_SHARES = 3, 4, (0.08, 0.2, 0.26, 0.36, 0.42, 0.6, 0.8, 0.95)


def _scale(L: int) -> float:
    """The penalty at which the share of a deep head of L layers is 1."""
    return math.sqrt(HEAD_N) ** (2 - 2 / L) / (HEAD_K * HEAD_N)


HEADS = {
    L: cells(
        "deep-linear-head", 32,
        *({"n_per_class": (HEAD_N,) * HEAD_K, "lambdas": (round(x * _scale(L), 6),) * L, "starts": 1, "planted": False}
          for x in HEAD_SHARES),
    )
    for L in DEPTHS
}  # fmt: skip


def _classes(ax: Axes, results: Results) -> None:
    """z_k/sqrt(n_k) against N c."""
    N, y = sum(SIZES), np.sqrt(SIZES)
    costs = np.linspace(1e-3, 3.8, 200)
    outputs = np.array([theory.ufm_mse_optimum(SIZES, c / N, c / N).z / y for c in costs])
    reached = results.mean(SQUARED, "z").mean / y
    for k, n in enumerate(SIZES):
        style.theory(ax, costs, outputs[:, k], k, f"$n_k = {n}$")
        style.simulation(ax, COSTS, reached[:, k], None, k)
    ax.set(xlabel="$N c$", ylabel=r"output $z_k/\sqrt{n_k}$")
    ax.legend(loc="upper right")


def _gaps(ax: Axes, results: Results) -> None:
    """The logit gap against K a, features of any sign and nonnegative."""
    n, shares = N_CLASS, np.linspace(0.02, 1.15, 200)
    for index, (nonnegative, label) in enumerate(((False, "any sign"), (True, "nonnegative"))):
        curve = theory.ufm_ce_optimum(K, n, shares / K / math.sqrt(n), shares / K / math.sqrt(n), nonnegative).tau
        style.theory(ax, shares, curve, index, label)
        style.simulation(ax, SHARES, results.mean(ENTROPY[nonnegative], "tau").mean, None, index)
    style.decoy(ax, shares, np.log(K / shares), r"$\log(1/a)$")
    ax.set(xlabel="$K a$", ylabel=r"logit gap $\tau$", ylim=(-0.2, 6))
    ax.legend(loc="upper right")


def _jumps(ax: Axes, results: Results) -> None:
    """z/sqrt(n) against N c / sqrt(n)^(2-2/L) for each depth: best of the starts as dots, every start faint."""
    n, y = HEAD_N, math.sqrt(HEAD_N)
    for index, L in enumerate(DEPTHS):
        shares = np.linspace(1e-3, 1.05, 600)
        curve = [theory.deep_head_optimum([n] * HEAD_K, [x * _scale(L)] * L).z[0] / y for x in shares]
        style.theory(ax, shares, curve, index, f"$L = {L}$")
        for x, found in zip(HEAD_SHARES, results.samples(HEADS[L]), strict=True):
            strongest = np.prod(found["layer_sv"][:, :, 0], axis=1) / y
            best = np.argmin(found["loss"])
            ax.plot(np.full(32, x), strongest, ".", color=style.COLOURS[index], alpha=0.15, markersize=3, zorder=1)
            style.simulation(ax, [x], [strongest[best]], None, index)
    ax.set(xlabel=r"$N c / n^{1-1/L}$", ylabel=r"strength $z/\sqrt{n}$", ylim=(-0.05, 1.05))
    ax.legend(loc="upper right")


FIGURES = (
    Picture(
        "thresholds",
        "How classes are lost: one by one, all together, or in a jump (faint dots: starts trapped in local minima)",
        (
            "ufm-mse-optimum", "ufm-mse-optimum-geometry", "ufm-ce-optimum-geometry", "ufm-ce-optimum-relu",
            "deep-linear-head", "deep-linear-head-branches",
        ),
        (SQUARED, ENTROPY, HEADS),
        (Panel("squared loss", _classes), Panel("cross-entropy", _gaps), Panel("deep linear head", _jumps)),
        height=2.6,
    ),
)  # fmt: skip
