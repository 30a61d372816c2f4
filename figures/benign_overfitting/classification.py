"""Classification is benign where regression is not."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results

N, R = 30, 2.0


def _mixture(ax: Axes, results: Results) -> None:
    sizes = spaced(N + 1, 100 * N, 60)
    ticks = (32, 36, 45, 60, 100, 200, 500, 1200)
    for index, eta in enumerate((0.0, 0.1, 0.3)):
        style.theory(ax, sizes / N, theory.gmm_error(N, sizes, R, eta), index, rf"$\eta = {eta:g}$")
        cells = [{"n": N, "p": p, "R": R, "eta": eta} for p in ticks]
        style.simulation(ax, np.asarray(ticks) / N, *points(results, sims.gmm_error, cells, 512, "value"), index)
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="error on clean labels", ylim=(0, 0.5))
    plain(ax.xaxis, (1, 2, 5, 10, 30, 100))
    ax.legend(loc="lower right")


def _collapse(ax: Axes, results: Results) -> None:
    strength = np.geomspace(0.05, 60, 60)
    # p far above n R^2: the squared argument is R^4 n/p.
    style.theory(ax, strength, theory.gmm_error(10**6, 10**9, (strength * 1e3) ** 0.25), 6, "$Q(R^2\\sqrt{n/p})$")
    for index, (n, p) in enumerate(((20, 400), (40, 800), (40, 2000))):
        radii = [float((x * p / n) ** 0.25) for x in (0.1, 0.5, 1.5, 4.0, 10.0)]
        cells = [{"n": n, "p": p, "R": radius, "eta": 0.0} for radius in radii]
        x = [radius**4 * n / p for radius in radii]
        label = f"$n = {n}$, $p = {p}$"
        style.simulation(ax, x, *points(results, sims.gmm_error, cells, 256, "value"), index, label)
    ax.set(xscale="log", xlabel=r"$R^4 n/p$", ylim=(0, 0.5))
    plain(ax.xaxis, (0.1, 1, 10))
    ax.legend(loc="upper right", fontsize=6.5)


def _window(ax: Axes, results: Results) -> None:
    energy = np.geomspace(0.3, 3000, 80)
    for n, m, linestyle, label in ((50, 2000, "-", ""), (2000, 4 * 10**6, "--", ", $m/n$ = 2000")):
        out = theory.bilevel_classification(n, m, 1.0, energy * n / m)
        a, b = np.asarray(out.survival), np.asarray(out.contamination)
        risk = 1 - 2 * a * math.sqrt(2 / math.pi) + a**2 + b**2
        style.theory(ax, energy, risk, 1, "regression risk" + label, linestyle=linestyle)
        style.theory(ax, energy, out.error, 0, "0-1 error" + label, linestyle=linestyle)
    ticks = (0.5, 2.0, 8.0, 30.0, 120.0)
    samples = [
        results.sample(sims.bilevel_classification, {"n": 50, "m": 2000, "lam1": 1.0, "c": x * 50 / 2000}, 64)
        for x in ticks
    ]
    squares = [
        1 - 2 * s["survival"] * math.sqrt(2 / math.pi) + s["survival"] ** 2 + s["contamination"] ** 2 for s in samples
    ]
    for index, values in ((1, squares), (0, [s["error"] for s in samples])):
        se = [v.std(ddof=1) / np.sqrt(len(v)) for v in values]
        style.simulation(ax, ticks, [v.mean() for v in values], se, index)
    ax.set(xscale="log", xlabel="junk energy $cm/(n\\lambda_1)$", ylim=(0, 1.6))
    ax.legend(loc="upper left", fontsize=6)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _mixture(axes[0], results)
    style.panel(axes[0], "a", "flipped labels, all fitted")
    _collapse(axes[1], results)
    style.panel(axes[1], "b", "one number decides")
    _window(axes[2], results)
    style.panel(axes[2], "c", "labels, not values")
    return figure


FIGURES = (
    Picture(
        "classification",
        "Interpolated labels classify well where their regression fails",
        ("gmm-interpolating-classifier", "gmm-interpolating-classifier-exact", "survival-contamination"),
        _draw,
    ),
)
