"""Permuted pixels against the law of random rotations, on real images."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes

from claims.catastrophic_forgetting.rotations import permuted_digits, predict_digits
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

IMAGES = (5, 20, 50)
TICKS = (4, 6, 10, 20, 35, 61)
CURVE = np.arange(3, 62)
SLUG = "goldfarb-similarity-overparameterization-digits"
ROTATED = {d: along(SLUG, 2048, "m", TICKS, d=d) for d in IMAGES}
PERMUTED = {d: along(permuted_digits, 2048, "m", TICKS, d=d) for d in IMAGES}


def images(ax: Axes, results: Results, d: int) -> None:
    """Measured over predicted forgetting for d images, rotated and permuted."""
    law = np.asarray([predict_digits(d=d, m=max(m, 2))["loss"] for m in range(62)])
    predicted = law[list(TICKS)]
    for index, (declared, label) in enumerate(((ROTATED[d], "rotated"), (PERMUTED[d], "permuted"))):
        seen = results.mean(declared, "loss").over(predicted)
        style.simulation(ax, np.asarray(TICKS) * 1.03**index, *seen, index, label)
    style.theory(ax, CURVE, np.ones(len(CURVE)), 0)
    style.theory(ax, CURVE, law[CURVE - 1] / law[CURVE], 1, "law at $m - 1$", linestyle=":")
    ax.set(xscale="log", xlabel="pixels $m$ of 61", ylim=(0.5, 1.7), xticks=TICKS, xticklabels=TICKS)
    ax.minorticks_off()
    if d == IMAGES[0]:
        ax.set_ylabel("measured / predicted")
        ax.legend(loc="upper right")


FIGURES = (
    Picture(
        "digits",
        "Handwritten digits with rotated or permuted pixels: the law is exact for rotations; permutations turn one "
        "dimension less, and when images are many they depend on which",
        (SLUG,),
        (ROTATED, PERMUTED),
        tuple(Panel(f"{d} images", partial(images, d=d)) for d in IMAGES),
        height=2.5,
    ),
)
