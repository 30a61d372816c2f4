"""Bases at rest have a floor, trained bases pass it; and how far their singular values go."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_dynamics as theory
from claims.low_rank_dynamics import shown
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

GAMMAS = (0.0, 0.02, 0.1)
K, NUMBER = 4, 3
TIMES = (0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
TRAINED = {
    g: along("trained-outer-bases-no-floor", 1, "time", TIMES, L=2, k=K, eps=0.3, gamma=g, number=NUMBER)
    for g in GAMMAS
}
MODES = {
    (L, eps, g): along("trained-outer-bases-final", 1, "time", (0.4, 0.7, 1.0, 1.3, 1.8, 12.0), L=L, eps=eps, gamma=g,
                       pace=125)
    for L, eps, g in ((1, 0.1, 0.5), (2, 0.2, 0.3), (3, 0.3, 1.0))
}  # fmt: skip


def losses(ax: Axes, results: Results) -> None:
    """Loss against time for three steps of the bases; the floor of bases at rest."""
    M, U, V = (part[0] for part in shown.outer_problem(8, 12, K, (2.0, 1.2), instance=NUMBER))
    floor = theory.frozen_floor(M, U, V)
    for index, g in enumerate(GAMMAS):
        loss = [sample["value"][0, 0] for sample in results.samples(TRAINED[g])]
        style.simulation(ax, TIMES, loss, None, index)
        ax.plot(TIMES, loss, color=style.COLOURS[index], label=rf"$\gamma = {g:g}$")
    style.asymptote(ax, [TIMES[0], TIMES[-1]], [floor, floor], 0)
    style.name(ax, 0.2, floor - 0.45, "floor of bases at rest", 0)
    ax.set(xlabel=r"time $\eta t$", ylabel="loss", xscale="log", ylim=(0, 3.2))
    style.legend(ax, loc="lower left")


def outer(ax: Axes, results: Results) -> None:
    """Outer against inner singular values, at many times."""
    for index, ((L, eps, g), declared) in enumerate(MODES.items()):
        w = np.linspace(eps, 1.75, 200)
        style.theory(ax, w, theory.outer_singular_values(w, eps, g), index, rf"$L = {L}$, $\gamma = {g:g}$")
        for sample in results.samples(declared):
            style.simulation(ax, sample["w"][0], sample["outer"][0], None, index)
    ax.set(xlabel="inner singular value $w$", ylabel="outer singular value", xlim=(0, 1.75), ylim=(0.97, None))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "bases",
        "Narrow factors between bases at rest stop at a floor, which bases trained by a small step pass; the bases' "
        r"singular values stay on $\sqrt{1 + \gamma(w^2 - \epsilon^2)}$ throughout",
        ("trained-outer-bases-floor", "trained-outer-bases-no-floor", "trained-outer-bases"),
        (TRAINED, MODES),
        (Panel("random bases, $k = 4$, $r = 2$", losses), Panel("aligned bases", outer)),
    ),
)
