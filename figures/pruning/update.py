"""Update or mask alone: test risks that cross, training losses that do not, and the same on real data."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.pruning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, prediction
from figures.strip import Strip

SLUG = "update-train-test-tradeoff"
FIXED: dict[str, Any] = {"n": 24, "p": 12, "k": 4, "sigma2": 0.5}
SIZES = (0.0, 0.05, 0.1, 0.182, 0.3, 0.45, 0.6)
HARM = along("update-train-test-tradeoff-difference", 8192, "ws_norm2", SIZES, **FIXED)
RISKS = along(SLUG, 4096, "ws_norm2", SIZES, **FIXED)
ROWS = (20, 30, 45, 60, 90, 130)
REAL = along("update-train-test-tradeoff-data", 1024, "n", ROWS, data="diabetes", k=3)
THRESHOLD = theory.update_threshold(FIXED["n"], FIXED["p"], FIXED["k"], FIXED["sigma2"])
WORDS = {"update": "with update", "mask": "mask alone"}


def risks(ax: Axes, results: Results) -> None:
    """Excess test risk against the size of what is removed."""
    size = np.linspace(0, 0.62, 60)
    judged = []
    for index, field in enumerate(WORDS):
        exact = [getattr(theory.pruned_risks(ws_norm2=float(x), **FIXED), field) for x in (*size, *SIZES)]
        style.theory(ax, size, exact[: size.size], index)
        seen = results.mean(RISKS, field)
        style.simulation(ax, SIZES, *seen, index)
        judged.append((seen, exact[size.size :], index))
    style.mark(ax, THRESHOLD, "$\\sigma^2k/(n-p-1)$", 0.12)
    style.name(ax, 0.45, 0.96, "with\nupdate", 0, ha="right", xytext=(-6, 4))
    style.name(ax, 0.36, 0.56, "mask alone", 1, xytext=(2, -6))
    ax.set(xlabel="removed $|w_S|^2$", ylabel="excess test risk", ylim=(0.2, None))
    strip = Strip(ax, results, 0.05)
    for seen, exact, index in judged:
        strip.dots(SIZES, seen, exact, index)


def changes(ax: Axes, results: Results) -> None:
    """What the update adds to the test risk and takes from the training loss."""
    size = np.linspace(0, 0.62, 60)
    for index, field in enumerate(("raised", "saved")):
        sign = -index or 1
        exact = [sign * getattr(theory.update_harm(ws_norm2=float(x), **FIXED), field) for x in size]
        style.theory(ax, size, exact, (3, 4)[index])
        mean, se = results.mean(HARM, field)
        style.simulation(ax, SIZES, sign * mean, se, (3, 4)[index])
    ax.axhline(0, color="black", linewidth=0.7, zorder=0)
    style.mark(ax, THRESHOLD, "")
    style.name(ax, 0.42, 0.12, "test risk", 3, ha="right", xytext=(-4, 6))
    style.name(ax, 0.2, -0.125, "training loss", 4, xytext=(2, 0))
    ax.set(xlabel="removed $|w_S|^2$", ylabel="added by the update")


def diabetes(ax: Axes, results: Results) -> None:
    """Excess risks on rows of diabetes without three leading directions, beside the Gaussian formula."""
    n = np.arange(18, 150)
    predict = prediction("update-train-test-tradeoff-data")
    for index, (field, word) in enumerate(WORDS.items()):
        style.theory(ax, n, [predict(data="diabetes", n=int(m), k=3)[field] for m in n], index, word)
        style.simulation(ax, ROWS, *results.mean(REAL, field), index)
    ax.set(xlabel="rows $n$", ylabel="excess risk / noise", xscale="log", yscale="log")
    plain(ax.xaxis, (20, 50, 100))
    plain(ax.yaxis, (0.8, 1, 1.5, 2))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "update",
        "The update after pruning lowers the training loss, always, and raises the test risk where the weights removed "
        "are larger than the error of their estimates ($n = 24$, $p = 12$, $k = 4$, $\\sigma^2 = 1/2$). On rows of "
        "diabetes, without the three widest principal directions, it raises the risk at every $n$; lines: the formula "
        "for Gaussian rows of the same signal and noise",
        (SLUG, "update-train-test-tradeoff-threshold", "update-train-test-tradeoff-difference",
          "update-train-test-tradeoff-hurts",
         "update-train-test-tradeoff-data", "update-train-test-tradeoff-data-hurts"),
        (RISKS, HARM, REAL),
        (Panel("test risk", risks), Panel("test and training", changes), Panel("diabetes", diabetes)),
        height=3.0,
    ),
)  # fmt: skip
