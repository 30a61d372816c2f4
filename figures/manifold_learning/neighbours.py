"""The distance to the nearest neighbour: the manifold's dimension sets its slope, until the noise is met."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.manifold_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

SIZES = (10, 30, 100, 300)
SPACES = {1: (3, 20, 100), 2: (3, 20, 100), 3: (4, 20, 100)}
SPHERES = {
    d: {D: along("nn-distance", 512, "n", SIZES, d=d, r=1.0, D=D) for D in spaces} for d, spaces in SPACES.items()
}
NOISES = (0.003, 0.01, 0.03)
NOISY_SIZES = (60, 240, 960, 2400)
NOISY = {tau: along("beyond-the-theorem-noise", 1024, "n", NOISY_SIZES, d=2, D=10, tau=tau, r=1.0) for tau in NOISES}
MARKERS = ("o", "s", "^")


def collapsed(ax: Axes, results: Results) -> None:
    """Mean distance against n: one line for each d, whatever D."""
    n = np.unique(np.round(np.geomspace(8, 400, 30)).astype(int))
    for index, (d, spaces) in enumerate(SPHERES.items()):
        style.theory(ax, n, theory.nn_distance_sphere(n, d), index)
        for marker, (shift, cells) in zip(MARKERS, zip((0.9, 1.0, 1.11), spaces.values(), strict=True), strict=True):
            found = results.mean(cells, "value")
            # Beside each other, along the line that is claimed.
            style.simulation(ax, np.multiply(SIZES, shift), found.mean * shift ** (-1 / d), None, index, fmt=marker)
    wide = theory.nn_distance_sphere(n, 19)
    style.decoy(ax, n, wide)
    style.name(ax, 10, 1.3, "if $D = 20$ counted", color=style.GREY)
    for index, (d, place) in enumerate(((1, 0.027), (2, 0.155), (3, 0.34))):
        style.name(ax, 170, place, f"$d = {d}$", index, xytext=(0, 0))
    ax.set(xscale="log", yscale="log", xlabel="points $n$", ylabel="distance to the nearest", ylim=(0.006, 3))
    plain(ax.xaxis, (10, 30, 100, 300))
    plain(ax.yaxis, (0.01, 0.1, 1))


def crossover(ax: Axes, results: Results) -> None:
    """Points off a torus of two dimensions by noise in eight more: mean distance against n."""
    n = np.unique(np.round(np.geomspace(45, 5000, 14)).astype(int))
    style.asymptote(ax, n, theory.nn_distance_torus(n, 2), 6)
    style.name(ax, 140, 0.0125, "no noise", 6)
    for index, tau in enumerate(NOISES):
        style.theory(ax, n, [theory.nn_distance_noisy(int(k), 2, 10, tau) for k in n], index)
        found = results.mean(NOISY[tau], "value")
        style.simulation(ax, NOISY_SIZES, *found, index)
        style.name(ax, 1000, found.mean[2], f"$\\tau = {tau:g}$", index, xytext=(-4, 8))
    ax.set(xscale="log", yscale="log", xlabel="points $n$", ylabel="distance to the nearest", ylim=(0.005, 0.25))
    plain(ax.xaxis, (100, 1000))
    plain(ax.yaxis, (0.01, 0.03, 0.1))


def slopes(ax: Axes, results: Results) -> None:
    """Local slopes between neighbouring sizes, against the distance in units of the noise's."""
    for index, tau in enumerate(NOISES):
        scale = tau * np.sqrt(16)
        n = np.geomspace(45, 5000, 12).round().astype(int)
        line = np.array([theory.nn_distance_noisy(int(k), 2, 10, tau) for k in n])
        for sizes, mean, draw in (
            (n, line, style.theory), (np.array(NOISY_SIZES), results.mean(NOISY[tau], "value").mean, None),
        ):  # fmt: skip
            slope = np.diff(np.log(mean)) / np.diff(np.log(sizes))
            middle = np.sqrt(mean[1:] * mean[:-1]) / scale
            if draw is None:
                style.simulation(ax, middle, slope, None, index, f"$\\tau = {tau:g}$")
            else:
                draw(ax, middle, slope, index)
    for value, text in ((-1 / 2, "$-1/d$"), (-1 / 10, "$-1/D$")):
        ax.axhline(value, color=style.GREY, linewidth=0.8, linestyle=(0, (1, 1.5)))
        style.name(ax, 0.45, value, text, color=style.GREY)
    ax.set(
        xscale="log", xlabel="distance / $\\tau\\sqrt{2(D-d)}$", ylabel="local slope", ylim=(-0.56, 0), xlim=(0.42, 9)
    )
    plain(ax.xaxis, (0.5, 1, 2, 5))
    style.legend(ax, loc="center right")


FIGURES = (
    Picture(
        "neighbours",
        "The mean distance to the nearest of $n$ points on a sphere $S^d$ falls as $n^{-1/d}$, on one line in "
        "$\\mathbf{R}^3$ or $\\mathbf{R}^4$ (circles), $\\mathbf{R}^{20}$ (squares), $\\mathbf{R}^{100}$ (triangles; "
        "circles and triangles moved along the line to be seen). With noise off a torus of two dimensions in eight "
        "more, the slope turns from $-1/2$ to $-1/10$ where the distance meets that of the noise",
        ("nn-distance", "beyond-the-theorem-noise"),
        (SPHERES, NOISY),
        (Panel("spheres in many dimensions", collapsed), Panel("with noise", crossover), Panel("local slopes", slopes)),
    ),
)
