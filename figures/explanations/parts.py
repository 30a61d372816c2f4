"""What few parts keep: distortion by rank of the parts, and digits explained by pixels or coefficients."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.explanations as theory
from claims.explanations.redraw import SIGMA2, W
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy

SUBSET, DIGITS = "rde-linear-gaussian-best-subset", "multiscale-mask-no-hallucination-digits"
SIZES = (1, 2, 3, 4, 5, 6, 7)
SEARCHED = along(SUBSET, 1, "k", SIZES)
COUNTS = (2, 4, 8, 16, 32)
KEPT = {parts: along(DIGITS, 1000, "k", COUNTS, parts=parts) for parts in ("pixels", "coefficients")}


def distortion(ax: Axes, results: Results) -> None:
    """Averaged distortion against the number of coordinates kept, over that of none: best, by weight, at random."""
    k = np.arange(9)
    whole = theory.rde_best_subset(W, SIGMA2, 0).distortion
    best = [theory.rde_best_subset(W, SIGMA2, int(j)).distortion / whole for j in k]
    wrong = decoy(SUBSET, "by weight")
    style.theory(ax, k, best, 0)
    style.simulation(ax, SIZES, results.mean(SEARCHED, "value").mean / whole, None, 0)
    style.decoy(ax, k, [wrong(k=int(j))["value"] / whole for j in k])
    style.asymptote(ax, k, 1 - k / 8, 6)
    style.name(ax, 2.6, 0.1, "best", 0, xytext=(0, 0))
    style.name(ax, 3.4, 0.71, "random,\non average", 6, xytext=(0, 0))
    style.name(ax, 0.15, 0.14, "largest\nweights\n(decoy)", color=style.GREY, xytext=(0, 0))
    ax.set(xlabel="coordinates kept $k$", ylabel="distortion / distortion at 0", ylim=(0, 1.02))


def _digits(ax: Axes, results: Results, quantity: str) -> None:
    for index, (parts, declared) in enumerate(KEPT.items()):
        seen = results.mean(declared, quantity)
        ax.plot(COUNTS, seen.mean, color=style.COLOURS[index], linewidth=0.6, alpha=0.6)
        style.simulation(ax, COUNTS, *seen, index, "pixels" if parts == "pixels" else "Haar coefficients")
    ax.set(xlabel="parts kept, of 64", xscale="log")
    plain(ax.xaxis, COUNTS)


def retained(ax: Axes, results: Results) -> None:
    """Probability of the decision that is retained."""
    _digits(ax, results, "retained")
    ax.axhline(1, color=style.GREY, linewidth=0.7, zorder=0)
    ax.set(ylabel="probability retained", ylim=(0, 1.1))
    style.legend(ax, loc="lower right")


def invented(ax: Axes, results: Results) -> None:
    """Share of equal neighbours that become an edge."""
    _digits(ax, results, "new_edges")
    ax.set(ylabel="share of new edges", ylim=(0, 0.25))
    style.name(ax, 2, 0.21, "Haar coefficients", 1, xytext=(0, 0))
    style.name(ax, 4, 0.04, "pixels", 0, xytext=(0, 8))


FIGURES = (
    Picture(
        "parts",
        "Explanations by few parts. (a) A linear function of eight independent inputs: the coordinates of largest "
        "weight times spread lose least, those of largest weight more. (b), (c) Digits and a linear classifier, the "
        "parts kept that count most for its decision: coefficients keep a little less of its probability, and on "
        "pictures of eight pixels a side they invent more edges than pixels do, because the background is black",
        (SUBSET, "rde-linear-gaussian", "rde-linear-gaussian-averaged", DIGITS),
        (SEARCHED, KEPT),
        (Panel("linear function", distortion), Panel("digits: decision", retained), Panel("digits: edges", invented)),
    ),
)
