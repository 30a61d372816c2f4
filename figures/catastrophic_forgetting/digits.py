"""Permuted pixels against the law of random rotations, on real images."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from claims.catastrophic_forgetting.rotations import permuted_digits, predict_digits, rotated_digits
from figures import style
from figures.points import measured
from figures.results import Picture, Results

IMAGES = (5, 20, 50)
TICKS = (4, 6, 10, 20, 35, 61)
CURVE = np.arange(3, 62)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.5, sharey=True)
    for ax, letter, d in zip(axes, "abc", IMAGES, strict=True):
        law = np.asarray([predict_digits(d, max(m, 2))["loss"] for m in range(62)])
        cells = [{"d": d, "m": m} for m in TICKS]
        for index, (simulate, label) in enumerate(((rotated_digits, "rotated"), (permuted_digits, "permuted"))):
            mean, se = measured(results, simulate, cells, 2048, "loss")["loss"]
            predicted = law[list(TICKS)]
            style.simulation(ax, np.asarray(TICKS) * 1.03**index, mean / predicted, se / predicted, index, label)
        style.theory(ax, CURVE, np.ones(len(CURVE)), 0)
        style.theory(ax, CURVE, law[CURVE - 1] / law[CURVE], 1, "law at $m - 1$", linestyle=":")
        ax.set(xscale="log", xlabel="pixels $m$ of 61", ylim=(0.5, 1.7), xticks=TICKS, xticklabels=TICKS)
        ax.minorticks_off()
        style.panel(ax, letter, f"{d} images")
    axes[0].set_ylabel("measured / predicted")
    axes[0].legend(loc="upper right")
    return figure


FIGURES = (
    Picture(
        "digits",
        "Handwritten digits with rotated or permuted pixels: the law is exact for rotations; permutations turn one "
        "dimension less, and when images are many they depend on which",
        ("goldfarb-similarity-overparameterization-digits",),
        _draw,
    ),
)
