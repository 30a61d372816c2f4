"""Where the first gradient of a layer points: to the labels' direction, and to that of the sample Hessian."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.feature_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along

C, SIGMA2, D = (0.0, 0.8, 0.6), 0.25, 40
RATIOS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
ALIGNED = along("one-step-spike", 64, "ratio", RATIOS, c=C, sigma2=SIGMA2, d=D)
WIDE, STEPS = 48, (1, 2, 4, 8, 16, 32, 64)
MATRIX = along("gradient-matrix-is-sample-hessian", 24, "n", [WIDE * k for k in STEPS], d=WIDE)


def alignment(ax: Axes, results: Results) -> None:
    """Squared cosine against n/d, with the formula that forgets the dimension."""
    n = spaced(0.4 * D, 20 * D, 100)
    moments = theory.label_moments(C, SIGMA2)
    style.theory(ax, n / D, theory.one_step_alignment(*moments, D, n), 0, f"$d = {D}$")
    style.simulation(ax, RATIOS, *results.mean(ALIGNED, "alignment"), 0)
    style.asymptote(
        ax, n / D, theory.one_step_alignment(*moments, 10**6, (n / D * 1e6).astype(int)), 1, r"$d \to \infty$"
    )
    style.decoy(ax, n / D, np.full(n.size, moments.c1**2 / moments.Ey2))
    style.name(ax, 0.42, moments.c1**2 / moments.Ey2, "$d/n$ forgotten", color=style.GREY)
    ax.set(xscale="log", xlabel="$n/d$", ylabel=r"$\cos^2$ of top vector and $u$", ylim=(0, 1))
    plain(ax.xaxis, (0.5, 1, 2, 4, 8, 16))
    style.legend(ax, loc="lower right")


def subspace(ax: Axes, results: Results) -> None:
    """Overlaps with u where the labels' direction says nothing."""
    x = np.asarray(STEPS)
    names = {"both": "top two vectors", "hessian": "sample Hessian", "first": "top vector", "neuron": "single neuron"}
    for index, (quantity, word) in enumerate(names.items()):
        seen = results.mean(MATRIX, quantity)
        ax.plot(x, seen.mean, color=style.COLOURS[index], linewidth=0.9, label=word)
        style.simulation(ax, x, *seen, index)
    style.mark(ax, np.pi * WIDE / 4, r"$n = \pi d^2/4$", 0.3)
    ax.set(xscale="log", xlabel="$n/d$", ylabel="squared overlap with $u$", ylim=(0, 1.02), xlim=(0.85, 110))
    plain(ax.xaxis, (1, 2, 5, 10, 20, 50))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "spike",
        r"Where labels have a linear part the first gradient points along $X^\top y$, whose alignment with $u$ is "
        r"known; for $h_2(u\cdot x)$ that vector is noise, and $u$ is in the second, the top eigenvector of the "
        r"sample Hessian: from $n = \pi d^2/4$ on it comes first",
        ("one-step-spike", "gradient-matrix-is-sample-hessian", "gradient-matrix-is-sample-hessian-turn"),
        (ALIGNED, MATRIX),
        (Panel("labels with a linear part", alignment), Panel(f"$h_2$, $d = {WIDE}$", subspace)),
    ),
)
