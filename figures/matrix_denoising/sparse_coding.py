"""Sparse coding: the data's own estimate of the risk, and the best threshold's risk against sparsity."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.matrix_denoising as theory
from claims.matrix_denoising.shown import sure_path
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells
from theory.shrinkage import soft_threshold_risk

N, SPIKES, SIZE = 200, 20, 3.0
T = tuple(round(0.1 * j, 1) for j in range(41))
PATH = cells(sure_path, 256, {"n": N, "spikes": SPIKES, "size": SIZE, "t": T})
FRACTIONS, SIZES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7), (1.0, 3.0, 6.0)
BEST = {tau: along("sparse-coding-sure-best-threshold", 256, "fraction", FRACTIONS, tau=tau) for tau in SIZES}


def estimate(ax: Axes, results: Results) -> None:
    """SURE of three draws, the exact risk, and the band of one standard error about it."""
    t = np.asarray(T)
    risk = SPIKES * soft_threshold_risk(SIZE, t) + (N - SPIKES) * soft_threshold_risk(0.0, t)
    mu = [SIZE] * SPIKES + [0.0] * (N - SPIKES)
    width = np.sqrt([theory.sure_error_second_moment(mu, one) for one in T])
    ax.fill_between(t, (risk - width) / N, (risk + width) / N, color="#dcdcdc", linewidth=0, zorder=0)
    sample = results.samples(PATH)[0]
    for draw in range(3):
        ax.plot(
            t,
            sample["sure"][draw] / N,
            color=style.COLOURS[5],
            linewidth=0.9,
            label="SURE, three draws"[: 17 * (draw == 0)],
        )
    style.theory(ax, t, risk / N, 0, "risk")
    seen = results.mean(PATH, "loss").over(N)
    style.simulation(ax, t[::5], seen.mean[::5], seen.se[::5], 0)
    style.mark(ax, math.sqrt(2 * math.log(N)), "universal", 0.3)
    ax.set(xlabel="threshold $t$", ylabel="error a coefficient", ylim=(0.2, 1.12), xlim=(0, 4))
    style.legend(ax, loc="upper center")


def against_sparsity(ax: Axes, results: Results) -> None:
    """Risk at the best threshold against the fraction of non-zeros."""
    fraction = np.geomspace(0.01, 1, 80)
    for index, tau in enumerate(SIZES):
        risk = [theory.sparse_coding_threshold(float(f), tau).risk for f in fraction]
        style.theory(ax, fraction, risk, index, rf"$\tau = {tau:g}$")
        style.simulation(ax, FRACTIONS, *results.mean(BEST[tau], "risk"), index)
    universal = theory.sparse_coding_risk(fraction, 3.0, math.sqrt(2 * math.log(1000)))
    style.decoy(ax, fraction, universal, r"universal threshold, $\tau = 3$")
    ax.set(xscale="log", xlabel="fraction of non-zeros $f$", ylabel="risk a coefficient", ylim=(0, 1.35))
    plain(ax.xaxis, (0.01, 0.1, 1))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "sparse_coding",
        "Sparse coding: Stein's estimate knows the risk to its standard error (grey), and so the best threshold",
        ("sparse-coding-sure", "sparse-coding-sure-best-threshold"),
        (PATH, BEST),
        (
            Panel(f"{SPIKES} of {N} coefficients are {SIZE:g}", estimate),
            Panel("at the best threshold", against_sparsity),
        ),
    ),
)
