"""Round by round: the share of weights explored at random and by gradients, the loss, and digits nets."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.dynamic_sparse_training as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells, decoy

N, S_KEPT, K = 1000, 200, 40
SPARSITY, ZETA = 0.8, 0.2
TIMES = (0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60)
EXPLORED = along("set-explored-rate", 512, "t", TIMES, N=N, s=S_KEPT, k=K, include_pruned=True, drop="random")
DENSER = along("set-explored-rate", 512, "t", TIMES, N=N, s=100, k=10, include_pruned=True, drop="random")
SETTLED = cells("rigl-saturation", 512, {"N": N, "s": S_KEPT, "k": K, "include_pruned": False})
LOSSES = along("set-quadratic-trajectory", 512, "t", TIMES, S=SPARSITY, zeta=ZETA, N=1000)
DIGITS = {
    method: cells(
        "rigl-saturation-digits", 8, {"method": method, "sparsity": 0.9, "zeta": 0.3, "rounds": 16, "every": 10}
    )
    for method in ("set", "rigl")
}


def explored(ax: Axes, results: Results) -> None:
    """Share ever active against rounds: random regrowth goes to 1, gradients stop."""
    t = np.arange(61)
    for index, (s, k, dots) in enumerate([(S_KEPT, K, EXPLORED), (100, 10, DENSER)]):
        if results.brief and index:
            continue
        mean = theory.set_explored_rate(N, s, k, t)
        sd = np.sqrt(theory.set_explored_var(N, s, k, t))
        ax.fill_between(t, mean - 2 * sd, mean + 2 * sd, color=style.COLOURS[2 * index], alpha=0.2, linewidth=0)
        style.theory(ax, t, mean, 2 * index)
        style.simulation(ax, TIMES, *results.mean(dots, "value"), 2 * index)
    end = theory.rigl_explored_limit(N, S_KEPT, K)
    style.theory(ax, [6, 60], [end, end], 1)
    found = results.mean(SETTLED, "explored")
    style.simulation(ax, [20, 40, 60], np.repeat(found.mean, 3), np.repeat(found.se, 3), 1)
    if results.brief:
        style.name(ax, 60, 0.72, "random regrowth", 0, ha="right", xytext=(0, 0))
        style.name(ax, 60, end, "by gradients", 1, ha="right", xytext=(0, -12))
    else:
        wrong = decoy("set-explored-rate", "candidates")
        line = [wrong(N=N, s=S_KEPT, k=K, t=int(one), include_pruned=True, drop="random")["value"] for one in t]
        style.decoy(ax, t, line, None)
        style.name(ax, 10, 0.51, "SET", 0, ha="right", xytext=(-4, 5))
        style.name(ax, 60, 0.72, "$k$ of $N$ drawn", color=style.GREY, ha="right", xytext=(0, 0))
        style.name(ax, 60, 0.29, r"SET, $S = .9$, $\zeta = .1$", 2, ha="right", xytext=(0, -6))
        style.name(ax, 60, end, "RigL", 1, ha="right", xytext=(0, -12))
    ax.set(xlabel="rounds $t$", ylabel="share of weights ever active", ylim=(0, 1.02), xlim=(0, 61))


def losses(ax: Axes, results: Results) -> None:
    """Loss per parameter against rounds: random regrowth, gradients, the static mask, the optimum."""
    t = np.arange(61)
    style.theory(ax, t, theory.set_loss(SPARSITY, ZETA, t.astype(float)), 0)
    energy = np.array([sample["energy"].mean() for sample in results.samples(LOSSES)])
    style.simulation(ax, TIMES, *results.mean(LOSSES, "loss").over(energy), 0)
    end = theory.rigl_loss(SPARSITY, ZETA)
    style.theory(ax, [6, 60], [end, end], 1)
    found = results.mean(SETTLED, "loss").over(results.mean(SETTLED, "energy").mean)
    style.simulation(ax, [20, 40, 60], np.repeat(found.mean, 3), np.repeat(found.se, 3), 1)
    style.asymptote(ax, [0, 60], [0.4, 0.4], 6)
    best = float(theory.sparse_optimum_loss(SPARSITY))
    style.asymptote(ax, [0, 60], [best, best], 3)
    style.name(ax, 60, 0.4, "mask kept as it is", 6, ha="right", xytext=(0, 3))
    style.name(ax, 16, 0.262, "SET", 0, xytext=(4, 2))
    style.name(ax, 6, end, "RigL", 1, ha="left", xytext=(2, 3))
    style.name(ax, 60, best, "best mask", 3, ha="right", xytext=(0, -10))
    ax.set(xlabel="rounds $t$", ylabel="loss per parameter", ylim=(0.15, 0.42), xlim=(0, 61))


def digits(ax: Axes, results: Results) -> None:
    """Share ever active in a 64 x 64 layer trained on digits."""
    t = np.arange(17)
    s = round(0.1 * 4096)
    k = round(0.3 * s)
    style.theory(ax, t, theory.set_explored_rate(4096, s, k, t, include_pruned=False), 0)
    end = theory.rigl_explored_limit(4096, s, k)
    style.asymptote(ax, [0, 16], [end, end], 1)
    for index, method in enumerate(DIGITS):
        style.simulation(ax, t, *results.mean(DIGITS[method], "path"), index)
    style.name(ax, 10, 0.36, "SET", 0, ha="right", xytext=(-4, 4))
    style.name(ax, 16, 0.315, "RigL", 1, ha="right", xytext=(0, -14))
    style.name(ax, 16, end, "quadratic model", 1, ha="right", xytext=(0, -11))
    ax.set(xlabel="rounds $t$", ylabel="share of weights ever active", ylim=(0, 0.52), xlim=(0, 16.5))


FIGURES = (
    Picture(
        "rounds",
        "Random regrowth (SET) goes on exploring, bands of two standard deviations; by gradients (RigL) it stops after "
        "a few rounds, near the best mask. Dashed: candidates counted wrongly. Layers trained on digits explore as the "
        "law says at random, and little, but more than the quadratic model, by gradients",
        ("set-explored-rate", "rigl-saturation", "set-quadratic-trajectory", "rigl-saturation-digits"),
        (EXPLORED, DENSER, SETTLED, LOSSES, DIGITS),
        (
            Panel(r"explored, $S = .8$, $\zeta = .2$", explored),
            Panel(r"loss, $S = .8$, $\zeta = .2$", losses),
            Panel(r"digits, $64 \times 64$ layer", digits),
        ),
    ),
)
