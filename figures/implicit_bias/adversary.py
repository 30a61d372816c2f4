"""How near an adversary comes to trained networks, and how a trace comes to its minimum."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.implicit_bias as theory
from claims.implicit_bias.matrices import commuting
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

SETS = ((2, 1), (3, 3), (5, 5))
SCALES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-11, 1e-14)
NETWORKS = {
    (p, n): along("max-margin-adversarial-radius-training", 4, "scale", SCALES, m_pos=p, m_neg=n, norm=1.0, width=400)
    for p, n in SETS
}
PROBLEM = {"count": 1, "m": 3, "d": 6, "number": 1}
ALPHAS = (0.05, 0.1, 0.2, 0.4, 0.7)
MATRICES = along("commuting-matrix-factorisation", 1, "alpha", ALPHAS, **PROBLEM)
STARTS = (1e-4, 1e-3, 1e-2, 0.05, 0.2)
OTHERS = along("commuting-matrix-factorisation-not-commuting", 16, "alpha", STARTS, k=3, d=4, rank=2)


def radius(ax: Axes, results: Results) -> None:
    """The radius of an input against the scale of the start."""
    for index, (p, n) in enumerate(SETS):
        exact = theory.orthogonal_radius(p, n, 1.0, "merged")
        style.asymptote(ax, [1e-15, 0.3], [exact] * 2, index)
        style.simulation(ax, SCALES, *results.mean(NETWORKS[p, n], lambda s: s["radius"][:, 0]), index)
        style.name(ax, 2e-15, exact, f"$R/\\sqrt{{{p + n}}}$", index)
    for level, word in (
        (0.5, "$R/2$: with biases"),
        (theory.best_orthogonal_radius(1.0), r"$R/\sqrt{2}$: best of all"),
    ):
        style.decoy(ax, [1e-15, 0.3], [level] * 2)
        ax.annotate(word, (1e-7, level), xytext=(0, 3), textcoords="offset points", fontsize=7, color=style.GREY)
    ax.set(xscale="log", xlabel="scale of the start", ylabel="adversarial radius", ylim=(0.2, 0.78), xlim=(1e-15, 0.4))
    ax.set_xticks([1e-14, 1e-10, 1e-6, 1e-2])


def trace(ax: Axes, results: Results) -> None:
    """The trace above its minimum against the scale of the start, and the bound."""
    given = commuting(alpha=0.1, **PROBLEM)
    A, y = given["A_eigs"][0], given["y"][0]
    z = theory.least_trace(A, y)
    scales = np.geomspace(1e-4, 0.8, 120)
    found = np.asarray([theory.commuting_factorisation_limit(A, y, float(a)).sum() for a in scales]) - z.sum()
    style.theory(ax, scales, found, 0, "measurements that commute")
    style.simulation(ax, ALPHAS, *results.mean(MATRICES, lambda s: s["trace"][:, 0] - z.sum()), 0)
    style.simulation(ax, STARTS, *results.mean(OTHERS, lambda s: s["trace"] - 1), 1, "16 that do not commute")
    style.asymptote(ax, scales, [theory.trace_excess_bound(z, float(a)) for a in scales], 0, "bound")
    wrong = np.asarray([theory.commuting_factorisation_limit(A, y, float(a) ** 0.5).sum() for a in scales]) - z.sum()
    style.decoy(ax, scales, wrong, r"$\alpha$ for $\alpha^2$ (decoy)")
    ax.set(xscale="log", yscale="log", xlabel=r"scale of the start $\alpha$", ylabel="trace above the least")
    ax.set_ylim(1e-7, 20)
    style.legend(ax, loc="lower right")


FIGURES = (
    Picture(
        "adversary",
        "Left: from small starts two-layer networks on orthogonal inputs become the ones of least norm, and one of $m$ "
        "inputs is attacked at $R/\\sqrt{m}$; right: a factorised matrix comes to the least trace as its start "
        "shrinks, if its measurements commute",
        ("max-margin-adversarial-radius", "max-margin-adversarial-radius-training",
         "max-margin-adversarial-radius-universal", "commuting-matrix-factorisation",
         "commuting-matrix-factorisation-trace", "commuting-matrix-factorisation-not-commuting"),
        {**{f"networks {p} {n}": declared for (p, n), declared in NETWORKS.items()}, "matrices": MATRICES,
         "others": OTHERS},
        (Panel("smaller starts, nearer adversaries", radius), Panel("to the least trace", trace)),
    ),
)  # fmt: skip
