"""Classification is benign where regression is not."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from claims.benign_overfitting.shown import bilevel_classification
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along
from lab.run.sampling import Sample

N, R = 30, 2.0
SLUG, FLIPS, FEATURES = "gmm-interpolating-classifier-exact", (0.0, 0.1, 0.3), (32, 36, 45, 60, 100, 200, 500, 1200)
MIXTURE = {eta: along(SLUG, 512, "p", FEATURES, n=N, R=R, eta=eta) for eta in FLIPS}
SHAPES, LEVELS = ((20, 400), (40, 800), (40, 2000)), (0.1, 0.5, 1.5, 4.0, 10.0)
RADII = {(n, p): [float((x * p / n) ** 0.25) for x in LEVELS] for n, p in SHAPES}
COLLAPSE = {(n, p): along(SLUG, 256, "R", radii, n=n, p=p, eta=0.0) for (n, p), radii in RADII.items()}
ENERGIES = (0.5, 2.0, 8.0, 30.0, 120.0)
WINDOW = along(bilevel_classification, 64, "c", [x * 50 / 2000 for x in ENERGIES], n=50, m=2000, lam1=1.0)


def _mixture(ax: Axes, results: Results) -> None:
    sizes = spaced(N + 1, 100 * N, 60)
    for index, eta in enumerate(FLIPS):
        style.theory(ax, sizes / N, theory.gmm_error(N, sizes, R, eta), index, rf"$\eta = {eta:g}$")
        style.simulation(ax, np.asarray(FEATURES) / N, *results.mean(MIXTURE[eta], "value"), index)
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="error on clean labels", ylim=(0, 0.5))
    plain(ax.xaxis, (1, 2, 5, 10, 30, 100))
    ax.legend(loc="lower right")


def _collapse(ax: Axes, results: Results) -> None:
    strength = np.geomspace(0.05, 60, 60)
    # p far above n R^2: the squared argument is R^4 n/p.
    style.theory(ax, strength, theory.gmm_error(10**6, 10**9, (strength * 1e3) ** 0.25), 6, "$Q(R^2\\sqrt{n/p})$")
    for index, (n, p) in enumerate(SHAPES):
        x = [radius**4 * n / p for radius in RADII[n, p]]
        label = f"$n = {n}$, $p = {p}$"
        style.simulation(ax, x, *results.mean(COLLAPSE[n, p], "value"), index, label)
    ax.set(xscale="log", xlabel=r"$R^4 n/p$", ylim=(0, 0.5))
    plain(ax.xaxis, (0.1, 1, 10))
    ax.legend(loc="upper right", fontsize=6.5)


def _risk(sample: Sample) -> np.ndarray:
    a, b = sample["survival"], sample["contamination"]
    return 1 - 2 * a * math.sqrt(2 / math.pi) + a**2 + b**2


def _window(ax: Axes, results: Results) -> None:
    energy = np.geomspace(0.3, 3000, 80)
    for n, m, linestyle, label in ((50, 2000, "-", ""), (2000, 4 * 10**6, "--", ", $m/n$ = 2000")):
        out = theory.bilevel_classification(n, m, 1.0, energy * n / m)
        a, b = np.asarray(out.survival), np.asarray(out.contamination)
        risk = 1 - 2 * a * math.sqrt(2 / math.pi) + a**2 + b**2
        style.theory(ax, energy, risk, 1, "regression risk" + label, linestyle=linestyle)
        style.theory(ax, energy, out.error, 0, "0-1 error" + label, linestyle=linestyle)
    style.simulation(ax, ENERGIES, *results.mean(WINDOW, _risk), 1)
    style.simulation(ax, ENERGIES, *results.mean(WINDOW, "error"), 0)
    ax.set(xscale="log", xlabel="junk energy $cm/(n\\lambda_1)$", ylim=(0, 1.6))
    ax.legend(loc="upper left", fontsize=6)


FIGURES = (
    Picture(
        "classification",
        "Interpolated labels classify well where their regression fails",
        ("gmm-interpolating-classifier", SLUG, "survival-contamination"),
        (MIXTURE, COLLAPSE, WINDOW),
        (
            Panel("flipped labels, all fitted", _mixture), Panel("one number decides", _collapse),
            Panel("labels, not values", _window),
        ),
    ),
)  # fmt: skip
