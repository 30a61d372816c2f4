"""How fast: the exponential loss on its bound, and modes of deep linear networks that wait before they rise."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.implicit_bias as theory
from claims.implicit_bias.loss import drawn
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

T = tuple(float(t) for t in np.geomspace(0.1, 1e6, 15))
DATA = {"count": 2, "n": 6, "d": 4, "number": 0, "t": T}
LOSS = cells("loss-rate-bound", 1, DATA)

TIMES = {2: (0.3, 0.7, 1.1, 1.5, 1.9, 2.6), 3: (0.5, 1.3, 1.7, 2.0, 2.3, 2.8), 4: (1.0, 1.7, 2.0, 2.2, 2.4, 3.2)}
MODES = cells("deep-linear-trajectory", 1, *({"t": t, "s": 1.5, "a0": 0.02, "depth": n} for n, t in TIMES.items()))


def losses(ax: Axes, results: Results) -> None:
    """The loss over its bound against time."""
    (sample,) = results.samples(LOSS)
    t = np.geomspace(0.1, 1e6, 200)
    for index, data in enumerate(drawn(**DATA)["rows"]):
        gamma = theory.margin_law(data).gamma
        bound = theory.exp_loss_bound(t, gamma, float(len(data)))
        style.asymptote(ax, t, t * bound, index, rf"bound, $\gamma = {gamma:.2f}$")
        style.simulation(ax, T, np.asarray(T) * sample["loss"][0, index], None, index)
        style.decoy(ax, t, t / (1 / len(data) + gamma * t), r"$\gamma$ for $\gamma^2$ (decoy)" if index == 0 else None)
    ax.set(xscale="log", xlabel="time $t$", ylabel="loss times $t$", ylim=(0, 7.2))
    style.legend(ax, loc="upper left")


def modes(ax: Axes, results: Results) -> None:
    """The strength of a mode for two, three and four factors."""
    t = np.linspace(0, 6, 300)
    for index, ((depth, times), sample) in enumerate(zip(TIMES.items(), results.samples(MODES), strict=True)):
        style.theory(ax, t, theory.deep_linear_mode(t, 1.5, 0.02, depth), index, f"{depth} factors")
        style.simulation(ax, times, sample["a"][0], None, index)
    style.decoy(ax, t, theory.deep_linear_mode(t / 2, 1.5, 0.02, 8), "$2 - 1/N$, 4 factors (decoy)")
    ax.set(xlabel="time $t$", ylabel="strength $a$", ylim=(-0.05, 2.3), xlim=(0, 6))
    style.legend(ax, loc="upper left", ncols=2, columnspacing=1.0)


FIGURES = (
    Picture(
        "rates",
        "How fast: the exponential loss comes up to its bound, whose level is $\\gamma^{-2}$ (two data sets); a mode "
        "of a deep linear network waits the longer the more factors it has",
        ("loss-rate-bound", "loss-rate-bound-late", "loss-rate-bound-single-sample", "deep-linear-trajectory",
         "deep-linear-trajectory-descent"),
        {"loss": LOSS, "modes": MODES},
        (Panel("loss times time", losses), Panel("a mode waits, then rises", modes)),
    ),
)  # fmt: skip
