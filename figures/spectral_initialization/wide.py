"""Residuals of wide networks along the directions of their Jacobian at the start."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.spectral_initialization as theory
from claims.spectral_initialization import shown
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

N, D, ETA, STEPS, WIDE = 4, 3, 0.5, 40, 4096
PATH = cells(shown.residual_path, 1, {"n": N, "d": D, "eta": ETA, "t": STEPS, "width": WIDE, "number": 1})
SIZES = (64, 128, 512, 2048, 8192)
NUMBERS = (0, 1)
APART = {
    number: along("residual-along-jacobian", 256, "width", SIZES, n=N, d=D, eta=ETA, t=10, number=number)
    for number in NUMBERS
}
TIMES = (1, 2, 5, 10, 20, 50, 100, 200)
DIGITS = along("residual-along-jacobian-digits", 1, "t", TIMES, width=128, number=0)


def directions(ax: Axes, results: Results) -> None:
    """Share of the residual left along each eigenvector of the kernel."""
    path = results.samples(PATH)[0]
    t, rate = np.arange(STEPS + 1), path["rate"][0]
    for i in range(N):
        line = [theory.linearized_residual(np.diag(rate / ETA), np.eye(N)[i], ETA, int(k))[i] for k in t]
        style.theory(ax, t, line, i, rf"$\eta\lambda_{i + 1} = {rate[i]:.2g}$")
        style.simulation(ax, t[::3], path["share"][0, ::3, i], None, i)
    ax.set(xlabel="steps $t$", ylabel="share of the residual left", xlim=(0, STEPS), ylim=(-0.02, 1.04))
    style.legend(ax, loc="center right", bbox_to_anchor=(1.0, 0.58))


def apart(ax: Axes, results: Results) -> None:
    """Distance from the linearisation against width."""
    h = np.array([SIZES[0], SIZES[-1]])
    for index, number in enumerate(NUMBERS):
        seen = results.mean(APART[number], "deviation")
        style.simulation(ax, SIZES, *seen, index, f"data set {number + 1}")
        style.asymptote(ax, h, seen.mean[-1] * h[-1] / h, index)
    first = results.mean(APART[NUMBERS[-1]], "deviation").mean[0]
    style.decoy(ax, h, first * (h / h[0]) ** -0.5)
    style.name(ax, 1000, first * (1000 / 64) ** -0.5, "$h^{-1/2}$", color=style.GREY, xytext=(4, 4))
    ax.set(xlabel="width $h$", ylabel="distance over $\\|y\\|$", xscale="log", yscale="log")
    style.legend(ax, loc="lower left")


def digits(ax: Axes, results: Results) -> None:
    """What is left of the squared residual of a network on digits."""
    start = shown.digits_start(128, instance=0)
    t = np.unique(np.round(np.geomspace(1, 200, 60)).astype(int))
    lines = [theory.linearized_shares(start.K0, start.res0, 0.5, int(k), 10) for k in t]
    for index, (name, text) in enumerate((("others", "other 90"), ("leading", "leading 10"))):
        style.theory(ax, t, [getattr(line, name) for line in lines], index)
        style.simulation(ax, TIMES, [float(s[name][0]) for s in results.samples(DIGITS)], None, index)
        style.name(ax, (6, 9)[index], (0.95, 0.1)[index], text, index)
    ax.set(xlabel="steps $t$", ylabel="squared residual left", xscale="log", yscale="log", ylim=(3e-5, 2))


FIGURES = (
    Picture(
        "wide",
        f"Training fits the leading directions of the Jacobian first: a tanh network of width {WIDE} on {N} samples "
        "beside its linearisation; its distance from that falls like one over the width (dotted); and a "
        "network $64$-$128$-$10$ on a hundred handwritten digits, beside its own kernel at the start",
        ("residual-along-jacobian", "residual-along-jacobian-directions", "residual-along-jacobian-digits"),
        (PATH, APART, DIGITS),
        (
            Panel("four directions", directions),
            Panel("distance from linear", apart),
            Panel("digits", digits),
        ),
    ),
)
