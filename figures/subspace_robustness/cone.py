"""The cone where the nearest subspace is right, in two dimensions, and the radius against the angle."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

import theory.subspace_robustness as theory
from claims.subspace_robustness.cone import digits_radii, equal
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

ANGLE = 1.0
ANGLES = (0.2, 0.4, 0.7, 1.0, 1.25, 1.5)
EQUAL = {d: along("certified-cone-equal-angles", 1, "angle", ANGLES, n=10, d=d) for d in (1, 3)}
NORMS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
DIGITS = {d: along("certified-cone-digits", 64, "norm", NORMS, d_s=d) for d in (5, 15)}


def slice_of_cone(ax: Axes, results: Results) -> None:
    """The plane of two lines: the cone, the certified circle, attacks of three norms that stay inside."""
    bases = [[[1.0], [0.0]], [[math.cos(ANGLE)], [math.sin(ANGLE)]]]
    x = np.array([1.0, 0.0])
    grid = np.linspace(-2.2, 2.8, 301)
    z = np.stack(np.meshgrid(grid, grid), axis=-1)
    inside = theory.in_certified_cone(z, bases, 0)
    ax.contourf(grid, grid, np.asarray(inside, float), levels=[0.5, 1.5], colors=[style.COLOURS[0]], alpha=0.15)
    for index, line in enumerate(bases):
        direction = np.ravel(line)
        ax.axline((0, 0), (float(direction[0]), float(direction[1])), color=style.COLOURS[index], linewidth=1.5)
    radius = theory.certified_radius(x, bases).radius
    ax.add_patch(Circle((1.0, 0.0), radius, fill=False, color=style.COLOURS[2], linewidth=1.5))
    for norm, turn in ((0.95, -0.95), (1.6, 0.1), (2.7, -2.99)):
        attack = norm * np.array([math.cos(turn), math.sin(turn)])
        ax.annotate("", xy=tuple(x + attack), xytext=(1.0, 0.0), arrowprops={"arrowstyle": "->", "color": "0.35"})
    ax.plot(*x, "o", color="black", markersize=4)
    style.name(ax, 2.2, -0.4, "$S_1$", 0)
    style.name(ax, 1.02, 2.2, "$S_2$", 1)
    style.name(ax, 0.78, 0.6, "radius", 2)
    ax.set(xlim=(-2.0, 2.6), ylim=(-2.0, 2.6), aspect="equal", xlabel="$z_1$", ylabel="$z_2$")


def against_angle(ax: Axes, results: Results) -> None:
    """Radius over |x| at one angle: the attacks searched lie on the sine of half of it."""
    angle = np.linspace(0, math.pi / 2, 200)
    style.theory(ax, angle, np.sin(angle / 2), 0, r"$\sin(\theta/2)$")
    style.decoy(ax, angle, np.sin(angle) / 2, "half the residual")
    for index, d in enumerate(EQUAL):
        lengths = [_length(d, a) for a in ANGLES]
        found = [sample["radius"][0] for sample in results.samples(EQUAL[d])]
        style.simulation(ax, ANGLES, np.divide(found, lengths), None, index, label=f"searched, $d = {d}$")
    ax.set(xlabel=r"angle $\theta$", ylabel="radius / $|x|$", xlim=(0, math.pi / 2), ylim=(0, None))
    style.legend(ax, loc="upper left")


def _length(d: int, angle: float) -> float:
    return float(np.linalg.norm(equal(n=10, d=d, angle=angle)["x"]))


def digits(ax: Axes, results: Results) -> None:
    """Certified shares as lines, accuracies under random attacks as dots."""
    epsilon = np.linspace(0.05, 4.2, 300)
    for index, d in enumerate(DIGITS):
        radii = np.asarray(digits_radii(d))
        style.theory(ax, epsilon, [float(np.mean(radii > e)) for e in epsilon], index, f"$d_s = {d}$")
        style.simulation(ax, NORMS, *results.mean(DIGITS[d], "value"), index)
    ax.text(1.1, 0.5, "certified", color="0.3")
    ax.text(2.15, 0.97, "random attacks", color="0.3")
    ax.set(xlabel=r"norm $\epsilon$ of the attack", ylabel="share of test images", ylim=(0, 1.05), xlim=(0, 4.2))
    style.legend(ax, loc="lower center")


FIGURES = (
    Picture(
        "cone",
        "Around a point stands an exact circle that no attack leaves wrongly, in a cone without end in which attacks "
        r"of any norm do nothing; at one angle $\theta$ the radius is $|x|\sin(\theta/2)$; digits stand far more "
        "in a random direction than in the worst",
        ("certified-cone", "certified-cone-equal-angles", "certified-cone-any-norm", "certified-cone-digits"),
        (EQUAL, DIGITS),
        (
            Panel("two lines", slice_of_cone),
            Panel("one angle", against_angle),
            Panel("digits", digits),
        ),
    ),
)
