"""The bound on the stable rank: vacuous early, attained in a corner, and false where both curvatures are singular."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_gradients as theory
from claims.low_rank_gradients.rank_bound import SPLIT, SPLIT_START, as_if_product, drawn, placed
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

TIMES = (0, 1, 2, 3, 5, 10, 20, 40, 80, 160, 240, 320, 480, 640)
M, N = 9, 12
RANDOM = cells("stable-rank-bound", 1, {"m": M, "n": N, "zeros": 0, "t": TIMES, "number": 15})
LINE = tuple(range(641))
SPLIT_TIMES = tuple(range(11))
SINGULAR = cells("stable-rank-bound-both-singular", 1, {**SPLIT, "H0": SPLIT_START, "t": SPLIT_TIMES})


def random_start(ax: Axes, results: Results) -> None:
    """Stable rank and its bound, from a random start."""
    t = np.arange(641)
    bound = theory.stable_rank_bound(**drawn(m=M, n=N, zeros=0, t=LINE, number=15))
    found = results.samples(RANDOM)[0]["value"][0]
    ax.axhspan(M, 10 * float(bound[0]), color="0.92", zorder=0)
    style.asymptote(ax, t + 1, bound, 1)
    style.simulation(ax, np.add(TIMES, 1), found, None, 0)
    ax.plot(np.add(TIMES, 1), found, color=style.COLOURS[0], linewidth=0.8)
    style.name(ax, 1.4, float(found[0]), "stable rank", 0, xytext=(0, 6))
    style.name(ax, 1.4, float(bound[0]), "bound", 1, xytext=(0, -14))
    ax.annotate("says nothing: above min(m, n)", (1.4, 1.2 * M), fontsize=7, color=style.GREY)
    ax.set(xlabel="step $t + 1$", ylabel="stable rank", xscale="log", yscale="log", xlim=(0.9, 700))
    ax.set_ylim(0.8, 3 * float(bound[0]))


def both_singular(ax: Axes, results: Results) -> None:
    """The counterexample: stable rank above the published bound, below ours."""
    found = results.samples(SINGULAR)[0]["value"][0]
    cell = {**SPLIT, "H0": SPLIT_START, "t": SPLIT_TIMES}
    style.decoy(ax, SPLIT_TIMES, as_if_product(**cell))
    style.asymptote(ax, SPLIT_TIMES, theory.both_singular_bound(**placed(**cell)), 1)
    style.simulation(ax, SPLIT_TIMES, found, None, 0)
    ax.plot(SPLIT_TIMES, found, color=style.COLOURS[0], linewidth=0.8)
    style.name(ax, 3, 1.72, "bound that holds", 1, xytext=(0, 0))
    style.name(ax, 3.2, 1.37, "stable rank", 0, xytext=(0, 0))
    ax.annotate("as for a product (decoy)", (1.0, 1.08), fontsize=7, color=style.GREY)
    ax.set(xlabel="step $t$", ylabel="stable rank", xlim=(-0.3, 10.3), ylim=(1.05, 2.1))


FIGURES = (
    Picture(
        "bounds",
        "The bound on the stable rank of the gradient: from a random start it says nothing before the fast directions "
        "have gone (shaded), and where both curvatures are singular the published form is violated from the first step "
        "on, a weaker one holds",
        ("stable-rank-bound", "stable-rank-bound-both-singular"),
        (RANDOM, SINGULAR),
        (Panel("random start, 9 x 12", random_start), Panel("both curvatures singular", both_singular)),
    ),
)
