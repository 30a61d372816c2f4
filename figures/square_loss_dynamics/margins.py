"""Margins below one, the collapse, and layers of one norm."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.square_loss_dynamics as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

N = 6
LAMS = (0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45)
MARGINS = {L: along("quasi-interpolation-margin", 1, "lam", LAMS, L=L, N=N) for L in (2, 3, 4)}
DECAYS = (0.01, 0.03, 0.1)
WIDTHS = (10, 30, 20, 3)
NORMS = along("quasi-interpolation", 32, "lam", DECAYS, widths=WIDTHS, n=20)


def margins(ax: Axes, results: Results) -> None:
    """The margin of the best minimum against the decay, for three depths."""
    lam = np.linspace(0, 0.46, 4601)
    for index, (L, declared) in enumerate(MARGINS.items()):
        f = np.asarray(theory.quasi_interpolation_margin(lam, L, N**-0.5))
        jumps = np.flatnonzero((f[:-1] > 0.1) & (f[1:] == 0))
        x, y = np.insert(lam, jumps + 1, lam[jumps]), np.insert(f, jumps + 1, np.nan)
        style.theory(ax, x, y, index, f"$L = {L}$")
        for jump in jumps:
            style.asymptote(ax, [lam[jump]] * 2, [0, f[jump]], index)
        found = [sample["margin"][0] for sample in results.samples(declared)]
        style.simulation(ax, LAMS, found, None, index)
    ax.set(xlabel=r"weight decay $\lambda$", ylabel="margin $yf$", ylim=(-0.03, 1.03))
    style.legend(ax, loc="upper right")


def layers(ax: Axes, results: Results) -> None:
    """Norms of the layers at the end, beside those at the start."""
    places = np.arange(1, len(WIDTHS))
    ax.plot(places, np.sqrt(2.0 * np.asarray(WIDTHS[1:])), color=style.GREY, linestyle=(0, (4, 3)), label="start")
    means = results.mean(NORMS, "norms").mean
    for index, (lam, norms) in enumerate(zip(DECAYS, means, strict=True)):
        ax.plot(
            places, norms, color=style.COLOURS[index], marker=style.MARKERS[index], markersize=4.5,
            label=rf"$\lambda = {lam:g}$",
        )  # fmt: skip
    ax.set(xlabel="layer", ylabel=r"norm $\|W_l\|_F$", ylim=(0, None))
    ax.set_xticks(places)
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "margins",
        "Weight decay keeps the margin of the global minimum below one, by an amount that is known, until the net "
        "collapses (from three layers on by a jump); at rest all layers have one norm (32 nets a decay)",
        ("quasi-interpolation-margin", "quasi-interpolation"),
        (MARGINS, NORMS),
        (Panel("the margin, 6 orthonormal inputs", margins), Panel("three layers at rest", layers)),
    ),
)
