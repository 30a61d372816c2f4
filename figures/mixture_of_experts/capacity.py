"""The capacity factor: what is dropped when tokens choose, what is left out when experts do, and the heaviest load."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.mixture_of_experts as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy

EXPERTS = 8
CAPACITIES = {64: (8, 9, 10, 11, 12, 13), 256: (32, 34, 36, 38, 40, 42)}
DROPPED = {
    T: along("overflow-fraction", 40_000, "capacity", room, tokens=T, experts=EXPERTS, k=1)
    for T, room in CAPACITIES.items()
}
CHOSEN = along("expert-choice-uncovered", 4096, "capacity", (4, 8, 12, 16, 24), tokens=64, experts=EXPERTS)
FITS = {T: along("max-load", 4096, "C", room, tokens=T, experts=EXPERTS) for T, room in
        {64: (9, 10, 11, 12, 13, 14, 16, 18), 256: (36, 38, 40, 42, 44, 46, 48, 52)}.items()}  # fmt: skip


def dropped(ax: Axes, results: Results) -> None:
    """Share dropped against the capacity factor, log scale, with the Poisson decoy."""
    wrong = decoy("overflow-fraction", "Poisson loads")
    for index, T in enumerate(CAPACITIES):
        room = np.arange(T // EXPERTS, math.ceil(1.65 * T / EXPERTS) + 1)
        value = [theory.overflow_fraction(T, EXPERTS, int(C)) for C in room]
        style.theory(ax, room * EXPERTS / T, value, index, f"$T = {T}$")
        seen = np.asarray(CAPACITIES[T])
        style.simulation(ax, seen * EXPERTS / T, *results.mean(DROPPED[T], "value"), index)
        poisson = [wrong(tokens=T, experts=EXPERTS, capacity=int(C), k=1)["value"] for C in room]
        style.decoy(ax, room * EXPERTS / T, poisson, "Poisson loads" if index else None)
    ax.set(xlabel="capacity factor $CE/T$", ylabel="share of tokens dropped", yscale="log", xlim=(0.98, 1.65))
    ax.set_ylim(1.5e-4, 0.2)
    plain(ax.yaxis, (0.001, 0.01, 0.1))
    style.legend(ax, loc="lower left")


def uncovered(ax: Axes, results: Results) -> None:
    """Share that gets no expert against the capacity factor: experts choose, tokens choose."""
    factor = np.linspace(0, 3, 200)
    style.theory(ax, factor, (1 - factor / EXPERTS) ** EXPERTS, 2, "experts choose")
    seen = np.array([cell["capacity"] for cell in CHOSEN.cells]) * EXPERTS / 64
    style.simulation(ax, seen, *results.mean(CHOSEN, "value"), 2)
    style.decoy(ax, factor, np.exp(-factor), "$e^{-CE/T}$")
    room = np.arange(25)
    style.theory(
        ax, room * EXPERTS / 64, [theory.overflow_fraction(64, EXPERTS, int(C)) for C in room], 0, "tokens choose"
    )
    first = np.asarray(CAPACITIES[64])
    style.simulation(ax, first * EXPERTS / 64, *results.mean(DROPPED[64], "value"), 0)
    ax.set(xlabel="capacity factor $CE/T$", ylabel="share without an expert", xlim=(0, 3), ylim=(0, 1.02))
    style.legend(ax, loc="upper right")


def nothing_dropped(ax: Axes, results: Results) -> None:
    """Probability that nothing is dropped."""
    wrong = decoy("max-load", "independent bins")
    for index, T in enumerate(FITS):
        room = np.arange(T // EXPERTS, round(2.5 * T / EXPERTS) + 1)
        style.theory(
            ax, room * EXPERTS / T, [theory.max_load_cdf(T, EXPERTS, int(C)) for C in room], index, f"$T = {T}$"
        )
        seen = np.array([cell["C"] for cell in FITS[T].cells])
        style.simulation(ax, seen * EXPERTS / T, *results.mean(FITS[T], "value"), index)
        bins = [wrong(tokens=T, experts=EXPERTS, C=int(C))["value"] for C in room]
        style.decoy(ax, room * EXPERTS / T, bins, "independent bins" if index else None)
    ax.set(xlabel="capacity factor $CE/T$", ylabel="probability", xlim=(1, 2.5), ylim=(-0.02, 1.04))
    style.legend(ax, loc="lower right")


FIGURES = (
    Picture(
        "capacity",
        "Eight experts: the share of tokens dropped at random routing is a binomial mean; experts that choose are in "
        "balance but leave tokens out; nothing at all is dropped only with much more room",
        ("overflow-fraction", "expert-choice-uncovered", "max-load"),
        (DROPPED, CHOSEN, FITS),
        (
            Panel("dropped", dropped),
            Panel("without an expert, $T = 64$", uncovered),
            Panel("nothing dropped", nothing_dropped),
        ),
    ),
)
