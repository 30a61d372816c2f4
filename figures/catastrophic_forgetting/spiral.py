"""Values of products of projections in the complex plane, inside their spirals."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import theory.catastrophic_forgetting as cf
from figures import style
from figures.results import Picture, Results
from sims.catastrophic_forgetting import projection_products

COUNTS = (2, 3, 5)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.5, sharey=True)
    phi = np.linspace(0, 2 * np.pi, 400)
    for index, (ax, letter, T) in enumerate(zip(axes, "abc", COUNTS, strict=True)):
        radius = cf.spiral_radius(phi, T)
        style.theory(ax, radius * np.cos(phi), radius * np.sin(phi), index)
        wrong = radius ** (T / (T + 1))
        style.decoy(ax, wrong * np.cos(phi), wrong * np.sin(phi))
        for iterations, size, trials in ((0, 1.0, 4096), (3, 1.0, 1024), (60, 5.0, 512)):
            cell = {"T": T, "d": 2, "iterations": iterations}
            z = results.sample(projection_products, cell, trials)
            colour = style.COLOURS[index]
            ax.scatter(z["real"], z["imag"], s=size, color=colour, linewidth=0, alpha=0.5, rasterized=True)
        ax.set(aspect="equal", xlabel=r"$\mathrm{Re}\, z$", xlim=(-0.72, 1.05), ylim=(-0.85, 0.85))
        style.panel(ax, letter, f"$T = {T}$")
    axes[0].set_ylabel(r"$\mathrm{Im}\, z$")
    return figure


FIGURES = (
    Picture(
        "spiral",
        "Values of products of T projections: random draws fill the spiral, ascent ends on it and never leaves it",
        ("numerical-range-spiral", "numerical-range-spiral-bound"),
        _draw,
    ),
)
