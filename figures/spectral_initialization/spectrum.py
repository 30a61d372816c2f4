"""Eigenvalues that climb one after another, and what is left outside the signal."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.spectral_initialization as theory
from claims.spectral_initialization import shown
from claims.spectral_initialization.residual import shrinking
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along
from figures.strip import Strip

END, VALUES = 45, (1.0, 0.5, 0.25)
TIMES = tuple(1.5 * k for k in range(1, 30))
CLIMBING = along(shown.climbing, 1, "t", TIMES)
INVERSE = (6, 10, 30, 100, 300, 1000)
WIDTHS = (3, 5, 10)
LEFT = {r: along("off-signal-residual", 1, "inverse_alpha", INVERSE, d=10, r=r) for r in WIDTHS}


def climbing(ax: Axes, results: Results) -> None:
    """Eigenvalues of U U^T against time."""
    given = shown.climb(t=1.0)
    M, U0 = given["M"][0], given["U0"][0]
    t = np.linspace(0, END, 181)
    lines = np.array([np.linalg.eigvalsh(theory.riccati_gram(M, U0, float(each)))[::-1][:3] for each in t])
    dots = np.array([sample["eigenvalues"][0, 0, ::-1][:3] for sample in results.samples(CLIMBING)])
    for i, s in enumerate(VALUES):
        style.theory(ax, t, lines[:, i], i)
        style.simulation(ax, TIMES, dots[:, i], None, i)
        style.name(ax, END, s + 0.02, rf"$\lambda_{i + 1} = {s:g}$", i, ha="right")
    ax.set(xlabel=r"time $\eta t$", ylabel=r"eigenvalues of $UU^\top$", xlim=(0, END), ylim=(0, 1.13))


def left(ax: Axes, results: Results) -> None:
    """Error at a fixed time against the scale of the start, for three widths, on its line of slope 2."""
    ax.set(xlabel=r"scale of the start $\alpha$", ylabel=r"error $\|UU^\top - M\|_F$", xscale="log", yscale="log")
    strip = Strip(ax, results, 0.05)
    alpha = np.geomspace(1 / INVERSE[-1], 1 / INVERSE[0], 80)
    at = 1 / np.array(INVERSE)
    for index, r in enumerate(WIDTHS):
        given = shrinking(d=10, r=r, inverse_alpha=1)
        G, V = given["G"][0], given["V"][0]
        line = [theory.off_signal_residual(G, V, float(a), given["t"]) for a in alpha]
        style.theory(ax, alpha, line, index, f"$r = {r}$")
        style.asymptote(ax, alpha, [theory.off_signal_residual(G, V, float(a)) for a in alpha], index)
        seen = results.mean(LEFT[r], lambda sample: sample["residual"][:, 0])
        style.simulation(ax, at, seen.mean, None, index)
        strip.dots(at, seen, [theory.off_signal_residual(G, V, float(a), given["t"]) for a in at], index)
    style.legend(ax, loc="upper left")
    if not results.brief:
        style.name(ax, 0.05, 0.12, "slope 2", color="black", ha="right", xytext=(-2, 2))


FIGURES = (
    Picture(
        "spectrum",
        "From a small start ($\\alpha = 0.001$, width 5) the eigenvalues of a factored matrix climb one after another, "
        "descent (dots) on the closed form of its flow (lines); what is left at time 40 outside a signal of rank two, "
        "and its limit quadratic in $\\alpha$ (dotted)",
        ("riccati-exact", "riccati-exact-descent", "off-signal-residual", "off-signal-residual-quadratic",
         "off-signal-residual-any-time"),
        (CLIMBING, LEFT),
        (Panel("one after another", climbing), Panel("what a start leaves", left)),
        height=3.0,
    ),
)  # fmt: skip
