"""Flat butterflies and block patterns: what flattening costs, and what a mask without structure touches."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.structured_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy

LAM = (0.01, 0.03, 0.1, 0.3, 1.0)
BITS = (3, 6)
FLAT = {K: along("flat-butterfly", 1, "lam", LAM, log2n=K, norm="spectral") for K in BITS}
DENSITIES = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4)
COVER = {b: along("block-cover", 64, "delta", DENSITIES, b=b) for b in (4, 16)}


def flat(ax: Axes, results: Results) -> None:
    """Spectral error of the flattened product against the swap's weight, log-log."""
    lam = np.geomspace(0.007, 1.4, 50)
    wrong = decoy("flat-butterfly", "leading term")
    for index, K in enumerate(BITS):
        style.theory(ax, lam, [theory.flat_butterfly_error(K, float(x)) for x in lam], index, f"$n = {2**K}$")
        style.simulation(ax, LAM, results.mean(FLAT[K], "error").mean, None, index)
        pairs = [wrong(log2n=K, lam=float(x), norm="spectral")["error"] for x in lam]
        style.decoy(ax, lam, pairs, "pairs alone, slope 2" if index else None)
    ax.set(xscale="log", yscale="log", xlabel="weight of a swap $\\lambda$", ylabel="spectral error")
    plain(ax.xaxis, (0.01, 0.1, 1))
    style.legend(ax, loc="upper left")


def cover(ax: Axes, results: Results) -> None:
    """Share of blocks that a mask touches against its density."""
    delta = np.geomspace(1e-3, 1, 200)
    for index, b in enumerate(COVER):
        style.theory(ax, delta, [theory.block_cover(float(d), b) for d in delta], index)
        style.simulation(ax, DENSITIES, *results.mean(COVER[b], "touched"), index)
    style.theory(ax, delta, delta, 2)
    style.simulation(ax, DENSITIES, results.mean(COVER[4], "aligned").mean, None, 2)
    ax.set(xscale="log", xlabel="density of the mask", ylabel="share of blocks touched", ylim=(-0.03, 1.04))
    plain(ax.xaxis, (0.001, 0.01, 0.1, 1))
    style.name(ax, 0.0011, 0.62, "random,\n$16 \\times 16$", 1)
    style.name(ax, 0.05, 0.4, "random, $4 \\times 4$", 0)
    style.name(ax, 0.13, 0.1, "whole blocks", 2, xytext=(6, -4))


FIGURES = (
    Picture(
        "patterns",
        "Flattening a product of butterflies to a sum costs the square of the swaps' weight, and for many factors soon "
        "more; a sparse random mask touches nearly every block of a device that moves whole blocks",
        ("flat-butterfly", "block-cover"),
        (FLAT, COVER),
        (Panel("flat butterflies", flat), Panel("blocks touched", cover)),
    ),
)
