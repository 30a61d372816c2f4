"""One observation fitted by decayed factors, at four depths; where deeper products pay."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.weight_decay_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

LAM = 0.4
SEEN = (0.2, 0.5, 0.8, 1.1, 1.4, 1.7, 2.0, 2.3)
DEPTHS = (1, 2, 3, 4)
FITTED = {L: cells("factor-decay-penalty-shrinkage", 2, {"y": SEEN, "lam": LAM, "depth": L}) for L in DEPTHS}
LAYERS = (1, 2, 3, 4, 8)
MEANS = (3.0, 4.0, 5.0)
RISKS = {mu: along("sparse-vs-linear-depth", 64, "depth", LAYERS, mu=mu) for mu in MEANS}


def shrinkage(ax: Axes, results: Results) -> None:
    """a(y) with the minimisers found from random starts; the jump from depth three on."""
    y = np.linspace(0, 2.4, 601)
    ax.plot([0, 2.4], [0, 2.4], color="0.8", linewidth=0.8)
    for index, L in enumerate(DEPTHS):
        a = np.asarray(theory.depth_shrinkage(y, LAM, L))
        jump = np.flatnonzero(np.diff(a) > 0.1)
        a[jump] = np.where(a[jump] == 0, 0.0, a[jump])
        style.theory(ax, np.insert(y, jump + 1, np.nan), np.insert(a, jump + 1, np.nan), index, f"$L = {L}$")
        style.simulation(ax, SEEN, results.samples(FITTED[L])[0]["a"][0], None, index)
    ax.set(xlabel="observation $y$", ylabel=r"product $\prod w_l$ at the minimum", xlim=(0, 2.4), ylim=(-0.05, 2.2))
    style.legend(ax, loc="upper left")


def depth(ax: Axes, results: Results) -> None:
    """Risk at the best decay against the number of layers."""
    for index, mu in enumerate(MEANS):
        exact = [theory.best_depth_risk(mu, 0.01, L).risk for L in LAYERS]
        style.theory(ax, LAYERS, exact, index, rf"spikes of $\mu = {mu:g}$")
        style.simulation(ax, LAYERS, *results.mean(RISKS[mu], "value"), index)
    ax.set(xlabel="layers $L$", ylabel="risk a coordinate, best decay", yscale="log", xticks=LAYERS)
    ax.set_yticks([0.03, 0.05, 0.1, 0.2], ["0.03", "0.05", "0.1", "0.2"])
    ax.minorticks_off()
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "shrinkage",
        "Weight decay on a product of factors is ridge for one, the soft threshold for two, and jumps from three on "
        "(dots: the best of random starts); where one mean in a hundred is not zero, deeper products pay for strong "
        "spikes alone",
        ("factor-decay-penalty-shrinkage", "factor-decay-penalty-jump", "sparse-vs-linear-depth"),
        (FITTED, RISKS),
        (Panel(r"one observation, $\lambda = 0.4$", shrinkage), Panel("sparse means", depth)),
    ),
)
