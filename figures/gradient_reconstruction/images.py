"""Real digits from one gradient: true, estimated by the tensor attack, polished, and with noise on the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
from figures import style
from figures.results import Picture, Results

CELL: dict[str, Any] = {"activation": "relu", "B": 2, "m": 8000, "polish_neurons": 500, "restarts": 2, "steps": 40}
ROWS = (
    ("true", "truth", 0.0),
    ("estimated", "estimate", 0.0),
    ("polished", "final", 0.0),
    ("true", "truth", 0.01),
    ("1 % noise", "final", 0.01),
)


def _matched(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Two reconstructions put in the order, sign and scale of the images they resemble."""
    unit = truth / np.linalg.norm(truth, axis=-1, keepdims=True)
    rows = found / np.linalg.norm(found, axis=-1, keepdims=True)
    cosines = rows @ unit.T
    order = [0, 1] if abs(cosines[0, 0]) + abs(cosines[1, 1]) >= abs(cosines[0, 1]) + abs(cosines[1, 0]) else [1, 0]
    signs = np.sign([cosines[order[i], i] for i in range(2)])
    return rows[order] * signs[:, None] * np.linalg.norm(truth, axis=-1, keepdims=True)


def draw(results: Results) -> Figure:
    """Six digits (three gradients of two) in rows."""
    pairs = 3
    figure, axes = style.new(len(ROWS), 2 * pairs, width=style.PAGE * 0.75, height=0.95)
    for row, (name, quantity, noise) in enumerate(ROWS):
        drawn = results.sample(sims.digits_reconstruction, {**CELL, "noise_std": noise}, pairs)
        for trial in range(pairs):
            truth = drawn["truth"][trial]
            images = truth if quantity == "truth" else _matched(drawn[quantity][trial], truth)
            for k in range(2):
                ax = axes[row, 2 * trial + k]
                ax.imshow(images[k].reshape(8, 8), cmap="gray_r", vmin=truth[k].min(), vmax=truth[k].max())
                ax.set(xticks=[], yticks=[])
                for spine in ax.spines.values():
                    spine.set_visible(False)
        axes[row, 0].set_ylabel(name, rotation=0, ha="right", va="center", labelpad=6)
    return figure


FIGURES = (
    Picture(
        "digits",
        "Digits from one gradient of a wide random layer, two a gradient: the decomposition sees them, the polish "
        "makes them exact; in the last two rows, another draw, the gradient has noise",
        ("tensor-reconstruction-digits",),
        draw,
    ),
)
