"""The simplex seen: features, class means and classifier before, during and after descent."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from claims.neural_collapse.shown import ufm_ce_path
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

TIMES = (0, 60, 5000)
MODEL = {"n": 10, "lambda_W": 5e-3, "lambda_H": 5e-4}
PLANE = cells(ufm_ce_path, 1, {"K": 3, "d": 2, "times": TIMES, **MODEL})
SPACE = cells(ufm_ce_path, 1, {"K": 4, "d": 3, "times": (0, 5000), **MODEL})


def _segments(ax: Any, vectors: np.ndarray, **options: Any) -> None:
    """Lines from the origin to each row."""
    for k, vector in enumerate(vectors):
        ax.plot(*np.stack([np.zeros_like(vector), vector], axis=1), color=style.COLOURS[k], **options)


def _frame(ax: Any, W: np.ndarray, H: np.ndarray, K: int) -> None:
    """Features as dots, their means as thick lines, classifier rows, scaled to them, as diamonds."""
    n, labels = H.shape[1] // K, np.repeat(np.arange(K), H.shape[1] // K)
    means = H.T.reshape(K, n, -1).mean(axis=1)
    size = np.linalg.norm(means, axis=1).mean()
    rows = W * size / np.linalg.norm(W, axis=1).mean()
    _segments(ax, means, linewidth=2.2, alpha=0.9, zorder=2)
    for k in range(K):
        ax.plot(*H[:, labels == k], "o", color=style.COLOURS[k], markersize=3, alpha=0.5, zorder=1)
        ax.plot(*rows[k][:, None], "D", color=style.COLOURS[k], markeredgecolor="black", markersize=5.5, zorder=3)


def _plane(ax: Axes, results: Results, i: int) -> None:
    """Three classes in the plane at one time."""
    sample = results.samples(PLANE)[0]
    _frame(ax, sample["W"][0, i], sample["H"][0, i], 3)
    reach = np.abs(sample["H"][0, i]).max() * 1.15
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])


def _space(ax: Axes, results: Results) -> None:
    """Four classes in space, at the end."""
    sample, place, figure, title = results.samples(SPACE)[0], ax.get_subplotspec(), ax.figure, ax.get_title(loc="left")
    ax.remove()
    space: Any = figure.add_subplot(place, projection="3d")
    _frame(space, sample["W"][0, 1], sample["H"][0, 1], 4)
    space.set(xticklabels=[], yticklabels=[], zticklabels=[])
    space.set_box_aspect((1, 1, 1), zoom=1.2)
    space.set_title(title, loc="left")


FIGURES = (
    Picture(
        "frames",
        "Features (dots), class means (lines) and classifier rows (diamonds) become one simplex",
        ("ufm-ce-optimum", "ufm-ce-optimum-geometry"),
        (PLANE, SPACE),
        (
            Panel("start", partial(_plane, i=0)), Panel("60 steps", partial(_plane, i=1)),
            Panel("5000 steps", partial(_plane, i=2)), Panel("four classes in space", _space),
        ),
        height=2.0,
    ),
)  # fmt: skip
