"""A dictionary of parabolas: their kernel matrix, collisions of hashes, and how many bits find a shape."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.concept_sketching as theory
from claims.concept_sketching.retrieval import SHAPES
from claims.concept_sketching.sets import parabolas
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

SHOWN = ((0.0, 0.0, -1.2), (0.0, 0.0, 1.2), (0.0, 0.9, 0.0), (0.0, -0.9, 0.0), (0.7, 0.0, 0.0), (-0.7, 0.0, 0.0))
PAIRS = tuple((i, j) for i in range(len(SHOWN)) for j in range(i))
MATRIX = cells("set-sketch", 512, *({"first": SHOWN[i], "second": SHOWN[j]} for i, j in PAIRS))
OFFSETS = (0.0, 0.5, 1.0, 2.0)
SLOPES = (0.0, 0.5, 1.0, 2.0)
LIFTED = cells(
    "set-sketch-collision", 256, *({"first": (x, 0.0, 0.0), "second": (-x, 0.0, 0.0), "m": 128} for x in OFFSETS)
)
TURNED = cells(
    "set-sketch-collision", 256, *({"first": (0.0, x, 0.0), "second": (0.0, -x, 0.0), "m": 128} for x in SLOPES)
)
BITS = (4, 16, 64, 256, 1024)
FOUND = along("set-sketch-retrieval", 64, "bits", BITS)


def matrix(ax: Axes, results: Results) -> None:
    """Mean kernels of all pairs: formula above the diagonal and on it, one simulation each below."""
    n = len(SHOWN)
    table = np.array([[theory.set_kernel(**parabolas(first=a, second=b)) for a in SHOWN] for b in SHOWN])
    for (i, j), value in zip(PAIRS, results.mean(MATRIX, "value").mean, strict=True):
        table[i, j] = value
    image = ax.imshow(table, cmap="cividis")
    ax.plot([-0.5, n - 0.5], [-0.5, n - 0.5], color="white", linewidth=1)
    t = np.linspace(-1, 1, 40)
    for k, c in enumerate(SHOWN):
        drawn = np.stack([0.35 * t, -0.22 * (c[0] + c[1] * t + c[2] * t * t)])
        ax.plot(drawn[0] + k, drawn[1] - 1.05, color="black", linewidth=1.2, clip_on=False)
        ax.plot(drawn[0] - 1.05, drawn[1] + k, color="black", linewidth=1.2, clip_on=False)
    ax.text(n - 1.5, 0.0, "theory", color="white", fontsize=7.5, ha="center", va="center")
    ax.text(1.0, n - 1.0, "simulation", color="white", fontsize=7.5, ha="center", va="center")
    ax.set(xticks=[], yticks=[], xlim=(-1.5, n - 0.5), ylim=(n - 0.5, -1.5))
    ax.spines[:].set_visible(False)
    if not results.brief:
        ax.figure.colorbar(image, ax=ax, shrink=0.7, label="inner product of sketches")


def collision(ax: Axes, results: Results) -> None:
    """Probability of one hash for two lines moved apart and two turned apart."""
    x = np.linspace(0, 2.2, 50)
    for index, (declared, at, where) in enumerate(((LIFTED, 0, OFFSETS), (TURNED, 1, SLOPES))):
        line = []
        for v in x:
            c = [0.0, 0.0, 0.0]
            c[at] = float(v)
            line.append(theory.sketch_collision(**parabolas(first=tuple(c), second=tuple(-u for u in c))))
        style.theory(ax, x, line, index)
        style.simulation(ax, where, *results.mean(declared, "value"), index)
    # Centroids (0, x, 1) and (0, -x, 1) are at the angle 2 arctan x; those of turned lines are one.
    style.decoy(ax, x, 1 - 2 * np.arctan(x) / np.pi)
    style.decoy(ax, x, np.ones_like(x))
    style.name(ax, 1.0, 0.66, "$y = \\pm x$", 0, xytext=(8, 4))
    style.name(ax, 1.0, 0.91, "$y = \\pm xt$", 1, xytext=(6, 5))
    style.name(ax, 0.25, 0.37, "linear,\n$y = \\pm x$", color=style.GREY)
    style.name(ax, 1.0, 1.0, "linear, $y = \\pm xt$", color=style.GREY)
    ax.set(xlabel="offset or slope $x$", ylabel="a hash collides", ylim=(0.25, 1.07))


def retrieval(ax: Axes, results: Results) -> None:
    """Share of shapes found against bits."""
    found = {name: results.mean(FOUND, name) for name in ("relu", "linear")}
    style.asymptote(ax, BITS, np.full(len(BITS), 1 / len(SHAPES)), 1)
    style.simulation(ax, BITS, *found["relu"], 0, linestyle="-", linewidth=0.8)
    style.simulation(ax, BITS, *found["linear"], 1)
    style.name(ax, 16, 0.5, "ReLU", 0, xytext=(4, 8))
    style.name(ax, 16, 1 / len(SHAPES), "linear: chance, 1/12", 1, xytext=(4, 4))
    ax.set(xscale="log", xlabel="bits", ylabel="share of shapes found", ylim=(0, 1.04))
    plain(ax.xaxis, BITS)


FIGURES = (
    Picture(
        "sets",
        "Sketches of parabolas, means of a random layer over their points: the kernel matrix, by the formula above the "
        "diagonal and simulated below it; how often a sign hash of the sketches of two lines collides, moved or turned "
        "apart (sketches of 128 neurons); how many bits find one of twelve parabolas of equal centroid, seen at other "
        "points",
        ("set-sketch", "set-sketch-collision", "set-sketch-retrieval", "set-sketch-retrieval-linear"),
        (MATRIX, LIFTED, TURNED, FOUND),
        (Panel("kernel matrix", matrix), Panel("one hash", collision), Panel("many hashes", retrieval)),
    ),
)
