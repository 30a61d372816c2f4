"""The simplex seen: features, class means and classifier before, during and after descent."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from figures import style
from figures.results import Picture, Results
from sims.neural_collapse import ufm_ce_path

TIMES = (0, 60, 5000)


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


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 4, height=2.0)
    plane = {"K": 3, "n": 10, "lambda_W": 5e-3, "lambda_H": 5e-4, "d": 2, "times": TIMES}
    sample = results.sample(ufm_ce_path, plane, 1)
    for ax, letter, i, title in zip(axes, "abc", range(3), ("start", "60 steps", "5000 steps"), strict=False):
        _frame(ax, sample["W"][0, i], sample["H"][0, i], 3)
        reach = np.abs(sample["H"][0, i]).max() * 1.15
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
        style.panel(ax, letter, title)
    space = plane | {"K": 4, "d": 3, "times": (0, 5000)}
    sample = results.sample(ufm_ce_path, space, 1)
    axes[3].remove()
    ax = figure.add_subplot(1, 4, 4, projection="3d")
    _frame(ax, sample["W"][0, 1], sample["H"][0, 1], 4)
    ax.set(xticklabels=[], yticklabels=[], zticklabels=[])
    ax.set_box_aspect((1, 1, 1), zoom=1.2)
    style.panel(ax, "d", "four classes in space")
    return figure


FIGURES = (
    Picture(
        "frames",
        "Features (dots), class means (lines) and classifier rows (diamonds) become one simplex",
        ("ufm-ce-optimum", "ufm-ce-optimum-geometry"),
        _draw,
    ),
)
