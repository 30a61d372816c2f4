"""Real digits from one gradient: the same images attacked by every method, before and after the polish, with noise."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from claims.gradient_reconstruction.shown import digits_gallery
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells
from sims import digits

NOISE, TRIALS = 0.3, 3
CELL = cells(digits_gallery, TRIALS, {"B": 2, "m": 8000, "polish_neurons": 800, "noise_std": NOISE})
ROWS = (
    ("truth", "true images"),
    ("matching", "matched gradient\nof a softmax layer"),
    ("third_order", "relu, order 3:\nno signal"),
    ("estimate", "relu, orders 2 and 4"),
    ("polished", "... polished"),
    ("noisy_estimate", f"with {NOISE:.0%} noise"),
    ("noisy_polished", "... polished"),
)


def matched(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Two reconstructions put in the order, sign and scale of the images they resemble."""
    unit = truth / np.linalg.norm(truth, axis=-1, keepdims=True)
    rows = found / np.linalg.norm(found, axis=-1, keepdims=True)
    cosines = rows @ unit.T
    order = [0, 1] if abs(cosines[0, 0]) + abs(cosines[1, 1]) >= abs(cosines[0, 1]) + abs(cosines[1, 0]) else [1, 0]
    signs = np.sign([cosines[order[i], i] for i in range(2)])
    return rows[order] * signs[:, None] * np.linalg.norm(truth, axis=-1, keepdims=True)


def _error(found: np.ndarray, truth: np.ndarray) -> str:
    """The mean relative squared error as one digit or a power of ten."""
    ratio = ((found - truth) ** 2).sum(axis=-1) / (truth**2).sum(axis=-1)
    error = float(ratio.mean())
    return "0" if error == 0 else f"{error:.1g}" if error > 1e-3 else f"$10^{{{np.log10(error):.0f}}}$"


def digit_rows(ax: Axes, results: Results) -> None:
    """Six digits (three gradients of two) in seven rows, the error at the end of each."""
    drawn = results.samples(CELL)[0]
    public = digits.load().images
    centre = public.mean(axis=0)
    size = np.sqrt(((public - centre) ** 2).sum(axis=1).mean())
    truth = drawn["truth"]
    figure: Any = ax.figure
    place: Any = ax.get_subplotspec()
    ax.remove()
    figure.set_layout_engine("constrained", wspace=0.02, hspace=0.02, h_pad=0.01, w_pad=0.01)
    axes = place.subgridspec(len(ROWS), 2 * TRIALS).subplots()
    for row, (name, label) in enumerate(ROWS):
        images = np.stack([matched(drawn[name][trial], truth[trial]) for trial in range(TRIALS)])
        for column, image in enumerate(images.reshape(-1, 64)):
            one = axes[row, column]
            one.imshow((centre + size * image).reshape(8, 8), cmap="gray_r", vmin=0.0, vmax=1.0)
            one.set(xticks=[], yticks=[])
            one.spines[["left", "bottom"]].set_visible(False)
        axes[row, 0].set_ylabel(label, rotation=0, ha="right", va="center", labelpad=6)
        text = "error" if name == "truth" else _error(images, truth)
        axes[row, -1].annotate(text, (1.15, 0.5), xycoords="axes fraction", va="center")


FIGURES = (
    Picture(
        "digits",
        "Digits from one gradient, two a gradient, up to order, sign and scale, with the data's mean added: gradient "
        "matching of a softmax layer, and the tensor attack on 8000 relu neurons, whose third order is empty; the "
        f"polish makes it exact, but not with {NOISE:.0%} of noise (errors: squared, relative to the images' size)",
        ("tensor-reconstruction-digits", "identifiability-threshold-digits"),
        CELL,
        (Panel("", digit_rows),),
        height=0.8 * len(ROWS),
        width=style.PAGE * 0.82,
    ),
)
