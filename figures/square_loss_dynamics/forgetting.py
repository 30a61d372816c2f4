"""What is forgotten: the null space of the data exactly, singular values beyond a rank faster than the bound says."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.square_loss_dynamics as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

MU, LAM, WIDTH = 0.1, 0.02, 100
STEPS = (1, 50, 100, 200, 300, 400, 500, 700, 900)
NULL = along(
    "null-space-forgetting", 2, "t", STEPS, mu=MU, lam=LAM, widths=(50, 30, 3), n=40, B=4, loss="mse", data="gaussian"
)
AT = {1: (2, 5, 10, 20, 40, 60, 80, 95), 2: (2, 5, 10, 20, 30, 40, 48), 4: (2, 5, 10, 15, 20, 24)}
TAILS = {
    B: cells(
        "low-rank-bias-trained", 2,
        {"mu": MU, "lam": LAM, "B": B, "at": at, "widths": (20, WIDTH, WIDTH, 3), "n": 40, "steps": 1500},
    )
    for B, at in AT.items()
}  # fmt: skip
_NAMES = {1: (57, 4e-3), 2: (41, 7e-4), 4: (25, 4e-5)}
DECAYS = (0.001, 0.005, 0.02)
DIGITS = {B: along("low-rank-bias-digits", 4, "lam", DECAYS, mu=0.05, B=B, steps=1200) for B in (1, 16)}


def null_space(ax: Axes, results: Results) -> None:
    """Both parts of the first layer against the steps."""
    found = results.samples(NULL)
    t = np.arange(STEPS[-1] + 1)
    style.theory(ax, t, theory.null_space_factor(MU, LAM, t), 0)
    style.simulation(ax, STEPS, [sample["ratio"][0] for sample in found], None, 0)
    ax.plot(STEPS, [sample["inside"][0] for sample in found], color=style.COLOURS[1], marker="s", markersize=3.5)
    style.name(ax, 430, 0.23, "outside the span", 0)
    style.name(ax, 330, 0.86, "inside the span", 1)
    ax.set(xlabel="steps $t$", ylabel="size of $W_1$, relative", yscale="log", ylim=(0.02, 1.5))


def tails(ax: Axes, results: Results) -> None:
    """Tails beyond rank mB against m; bound and adversary."""
    m = np.arange(0, 96)
    style.theory(ax, m, theory.low_rank_tail_bound(MU, LAM, m, 1.0), 6)
    style.name(ax, 60, 0.95, "bound", 6)
    for index, (B, at) in enumerate(AT.items()):
        tail = results.samples(TAILS[B])[0]["tail"]
        ax.plot(at, tail[0], color=style.COLOURS[index], marker=style.MARKERS[index], markersize=3.5)
        style.name(ax, *_NAMES[B], f"$B = {B}$", index)
        flat = np.asarray(theory.adversary_tightness(m, B, WIDTH)) * theory.low_rank_tail_bound(MU, LAM, m, 1.0)
        style.asymptote(ax, m[flat > 0], flat[flat > 0], index)
    ax.set(xlabel="steps $m$", ylabel="tail beyond rank $mB$", yscale="log", xlim=(0, 97), ylim=(1e-5, 3))


def digits(ax: Axes, results: Results) -> None:
    """Stable rank of the second layer of nets trained on digits."""
    for index, (B, declared) in enumerate(DIGITS.items()):
        mean = results.mean(declared, "stable_rank")
        ax.plot(DECAYS, mean.mean, color=style.COLOURS[index], linewidth=1.0, label=f"$B = {B}$")
        style.simulation(ax, DECAYS, *mean, index)
    ax.axhline(12, color=style.GREY, linestyle=(0, (4, 3)), linewidth=0.8)
    ax.annotate("random", (DECAYS[-1], 12), color=style.GREY, fontsize=7.5, ha="right", xytext=(0, 3),
                textcoords="offset points")  # fmt: skip
    ax.set(xlabel=r"weight decay $\lambda$", ylabel="stable rank of $W_2$", xscale="log", ylim=(0, 16))
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "forgetting",
        "What no training input reaches decays exactly; trained layers hold far less beyond rank $mB$ than the bound "
        "allows, which a flat spectrum without gradients (dotted) nearly reaches; on digits the stable rank falls with "
        "the decay and hardly knows the batch size",
        ("null-space-forgetting", "low-rank-bias-trained", "low-rank-bias-adversary", "low-rank-bias-digits"),
        (NULL, TAILS, DIGITS),
        (Panel("first layer", null_space), Panel("second layer", tails), Panel("digits", digits)),
    ),
)
