"""How many samples leak: by imprint, by exclusive activation, and the threshold of gradient matching."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.gradient_reconstruction as theory
from claims.gradient_reconstruction.shown import imprint_expected
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along
from lab.run.sampling import Sample

BINS, SAMPLES = 64, np.asarray([2, 8, 16, 32, 64, 96, 128, 160])
IMPRINT = along(imprint_expected, 1000, "n", SAMPLES, k=BINS)
BATCH, NEURONS = 8, np.unique(np.geomspace(4, 1024, 9).astype(int))
SETTINGS = ((0.0, 0.0), (1.15, 0.0), (1.15, 0.5))
EXCLUSIVE = {
    (h, rho): along("exclusive-activation", 512, "m", NEURONS, B=BATCH, threshold=h, rho=rho) for h, rho in SETTINGS
}
NETWORKS = ((3, 4), (4, 5))
MATCHING = {
    classes: along(
        "identifiability-threshold", 64, "B", range(classes - 2, classes + 2), d=d, n_outputs=classes, loss="softmax",
        steps=100, restarts=10,
    )
    for classes, d in NETWORKS
}  # fmt: skip


def imprint(ax: Axes, results: Results) -> None:
    """Recovered share against batch size per bin, beside the printed formula."""
    k = BINS
    n = np.arange(2, 161)
    style.theory(ax, n / k, [theory.imprint_expected(int(i), k) / i for i in n], label="exact")
    wrong = k * (k - 1) / ((n + k - 1) * (n + k - 2))
    style.decoy(ax, n / k, wrong, label="stars and bars")
    style.simulation(ax, SAMPLES / k, *results.mean(IMPRINT, "value").over(SAMPLES), label="measured")
    ax.set(xlabel="samples per bin $n/k$", ylabel="share recovered", ylim=(0, 1.02))
    ax.legend()


def _exclusive(ax: Axes, results: Results) -> None:
    batch = BATCH
    for index, (threshold, rho) in enumerate(SETTINGS):
        fine = np.unique(np.geomspace(2, 2000, 100).astype(int))
        share = [theory.expected_exclusive(batch, int(m), threshold, rho) / batch for m in fine]
        style.theory(ax, fine, share, index, label=rf"$h={threshold:g},\ \rho={rho:g}$")
        style.simulation(ax, NEURONS, *results.mean(EXCLUSIVE[threshold, rho], "value").over(batch), index)
    ax.set(xscale="log", xlabel="neurons $m$ ($B=8$)", ylabel="share recovered", ylim=(0, 1.5), yticks=(0, 0.5, 1))
    ax.legend(loc="upper left")


def _recovered(sample: Sample) -> np.ndarray:
    """Matched, and not by wrong data."""
    return sample["matched"] - sample["impostor"]


def _threshold(ax: Axes, results: Results) -> None:
    """Dots: batches recovered; rings: gradients matched, on both sides of the step."""
    style.theory(ax, [-1.7, 0.5, 0.5, 2.5], [1, 1, 0, 0], 6, linewidth=1.0)
    for index, (classes, _) in enumerate(NETWORKS):
        batches = np.arange(classes - 2, classes + 2)
        place = batches - (classes - 1) + 0.15 * (2 * index - 1)
        ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": style.COLOURS[index], "markersize": 8.5}
        style.simulation(ax, place, results.mean(MATCHING[classes], "matched").mean, None, index, **ring)
        style.simulation(ax, place, *results.mean(MATCHING[classes], _recovered), index, label=f"$K={classes}$")
    ax.annotate("rings: gradient\nmatched", (1.5, 0.84), ha="center", va="top", fontsize=7)
    ax.annotate("dots: batch\nrecovered", (1.5, 0.09), ha="center", va="bottom", fontsize=7)
    ax.set(xlabel="batch size less $K-1$", ylabel="share of batches", xlim=(-1.7, 2.5), ylim=(-0.07, 1.1))
    ax.legend(loc="center left")


FIGURES = (
    Picture(
        "counts",
        "How many samples one gradient gives away exactly; gradient matching reproduces the gradient at all batch "
        "sizes, the batch only up to K - 1 samples",
        ("imprint-recovery", "exclusive-activation", "identifiability-threshold"),
        (IMPRINT, EXCLUSIVE, MATCHING),
        (
            Panel("imprint layer", imprint), Panel("exclusive activation", _exclusive),
            Panel("gradient matching", _threshold),
        ),
        height=2.6,
    ),
)  # fmt: skip
