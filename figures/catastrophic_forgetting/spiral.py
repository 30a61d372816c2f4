"""Values of products of projections in the complex plane, inside their spirals."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

COUNTS = (2, 3, 5)
DRAWS = ((0, 1.0, 4096), (3, 1.0, 1024), (60, 5.0, 512))
VALUES = {
    T: [cells("numerical-range-spiral-bound", trials, {"T": T, "d": 2, "iterations": k}) for k, _, trials in DRAWS]
    for T in COUNTS
}


def spiral(ax: Axes, results: Results, T: int) -> None:
    """Values of products of T projections: random draws, and after ascent."""
    index, phi = COUNTS.index(T), np.linspace(0, 2 * np.pi, 400)
    radius = cf.spiral_radius(phi, T)
    style.theory(ax, radius * np.cos(phi), radius * np.sin(phi), index)
    wrong = radius ** (T / (T + 1))
    style.decoy(ax, wrong * np.cos(phi), wrong * np.sin(phi))
    for (_, size, _), declared in zip(DRAWS, VALUES[T], strict=True):
        z = results.samples(declared)[0]
        colour = style.COLOURS[index]
        ax.scatter(z["real"], z["imag"], s=size, color=colour, linewidth=0, alpha=0.5, rasterized=True)
    ax.set(aspect="equal", xlabel=r"$\mathrm{Re}\, z$", xlim=(-0.72, 1.05), ylim=(-0.85, 0.85))
    if index == 0:
        ax.set_ylabel(r"$\mathrm{Im}\, z$")


FIGURES = (
    Picture(
        "spiral",
        "Values of products of T projections: random draws fill the spiral, ascent ends on it and never leaves it",
        ("numerical-range-spiral", "numerical-range-spiral-bound"),
        VALUES,
        tuple(Panel(f"$T = {T}$", partial(spiral, T=T)) for T in COUNTS),
        height=2.5,
    ),
)
