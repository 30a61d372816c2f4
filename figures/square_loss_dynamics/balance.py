"""All imbalances on one exponential, while the weights themselves go their own ways."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.square_loss_dynamics as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

LAM = 0.05
TIMES = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0)
NET = {"widths": (10, 30, 20, 3), "n": 40, "lam": LAM, "pace": 100, "loss": "mse"}
RANDOM = along("balance-decay", 1, "time", TIMES, **NET)
BETWEEN = (0.25, 1.5, 2.5, 3.5, 5.0, 7.0, 9.0, 11.0, 14.0, 18.0)
DIGITS = along("balance-decay-digits", 1, "time", BETWEEN, widths=(64, 64, 10), n=200, lam=LAM, pace=50)


def gaps(ax: Axes, results: Results) -> None:
    """Delta_j(t)/Delta_j(0) of every neuron of two nets."""
    t = np.linspace(0, TIMES[-1], 200)
    for index, (declared, times, name) in enumerate(((RANDOM, TIMES, "random data"), (DIGITS, BETWEEN, "digits"))):
        for i, sample in enumerate(results.samples(declared)):
            ratio = sample["end"][0] / sample["start"][0]
            ax.plot(
                np.full(len(ratio), times[i]), ratio, linestyle="", marker=style.MARKERS[index], markersize=3,
                color=style.COLOURS[index], alpha=0.35, markeredgewidth=0, label=name if i == 0 else None,
            )  # fmt: skip
    style.theory(ax, t, theory.balance_gap(1.0, t, LAM), 6, r"$e^{-2\lambda t}$")
    ax.set(xlabel="time $t$", ylabel=r"gap of a neuron, $\Delta_j(t)/\Delta_j(0)$", ylim=(0, 1.05))
    style.legend(ax, loc="upper right")


def norms(ax: Axes, results: Results) -> None:
    """Incoming squared norms of some neurons of the first layer."""
    found = np.array([sample["incoming"][0][:30] for sample in results.samples(RANDOM)])
    for j in range(0, 30, 3):
        ax.plot(TIMES, found[:, j] / found[0, j], color=style.COLOURS[0], linewidth=1.0, alpha=0.7)
    t = np.linspace(TIMES[0], TIMES[-1], 100)
    style.theory(ax, t, theory.balance_gap(1.0, t - TIMES[0], LAM), 6, linestyle=(0, (1, 1.5)))
    style.name(ax, 8.0, 0.86, "ten neurons", 0)
    style.name(ax, 2.2, 0.52, r"$e^{-2\lambda t}$", 6)
    ax.set(xlabel="time $t$", ylabel="incoming squared norm, relative", ylim=(0, None))


FIGURES = (
    Picture(
        "balance",
        "The imbalance of every neuron, in a net of three layers on random data and one of two on digits, decays by "
        "one exponential, while the weights themselves do not",
        ("balance-decay", "balance-decay-digits"),
        (RANDOM, DIGITS),
        (Panel("all imbalances", gaps), Panel("weights of the same neurons", norms)),
    ),
)
