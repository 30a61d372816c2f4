"""The largest stable step against the batch; how far SGD is after a few steps."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.minima_stability as theory
from claims.minima_stability.shown import minimum
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells, prediction

KINDS = {"orthogonal": (7, "orthogonal, $n = 7$"), "trained": (6, "trained network, $n = 6$")}
STEPS = {
    kind: cells(
        "sgd-mean-square-threshold", 1, *({"of": kind, "n": n, "B": B, "replacement": False} for B in range(1, n + 1))
    )
    for kind, (n, _) in KINDS.items()
}
ETAS, LONG = (0.25, 0.4, 0.6), 6
PATHS = {
    eta: along("sgd-mean-square-threshold-distance", 4096, "B", (2,), n=8, eta=eta, replacement=False, steps=LONG)
    for eta in ETAS
}


def thresholds(ax: Axes, results: Results) -> None:
    """The threshold over that of full batches, against B/n."""
    for index, (kind, (n, name)) in enumerate(KINDS.items()):
        B = np.arange(1, n + 1)
        full = theory.sgd_threshold(minimum(of=kind, n=n, B=n, replacement=False)["G"], n)
        line = [prediction("sgd-mean-square-threshold")(**cell)["step"] / full for cell in STEPS[kind].cells]
        style.theory(ax, B / n, line, index)
        style.simulation(ax, B / n, np.asarray(results.mean(STEPS[kind], "step")[0]) / full, None, index)
        style.name(ax, *_NAMES[kind], name.split(",")[0] if results.brief else name, index)
    ax.axhline(1.0, color=style.GREY, linewidth=0.8, linestyle=":")
    ax.set(xlabel="batch $B/n$", ylabel="stable step / full-batch step", xlim=(0, 1.02), ylim=(0, 1.12))


_NAMES = {"trained": (0.04, 0.76), "orthogonal": (0.5, 0.33)}


def paths(ax: Axes, results: Results) -> None:
    """E|v|^2 against steps, for three step sizes beside the threshold."""
    t = np.arange(1, LONG + 1)
    for index, (eta, declared) in enumerate(PATHS.items()):
        line = prediction("sgd-mean-square-threshold-distance")(**declared.cells[0])["value"]
        given = minimum(of="generic", n=8, B=2, replacement=False)
        share = eta / theory.sgd_threshold(given["G"], 2)
        style.theory(ax, t, line, index, rf"$\eta = {share:.2f}\,\eta^*$")
        draws = np.concatenate([sample["value"] for sample in results.samples(declared)])
        style.simulation(ax, t, draws.mean(axis=0), draws.std(axis=0) / len(draws) ** 0.5, index)
    ax.set(xlabel="steps", ylabel=r"$E|v_t|^2$", yscale="log")
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "batches",
        "Small batches allow smaller steps, by up to a factor n for orthogonal gradients; predicted from the gradients "
        "of the samples (lines) and found by enumerating all batches (dots). Beside it the mean square distance from a "
        "minimum for batches of 2 that are drawn",
        ("sgd-mean-square-threshold", "sgd-mean-square-threshold-distance"),
        (STEPS, PATHS),
        (Panel("how large a step", thresholds), Panel("distance from the minimum", paths)),
    ),
)
