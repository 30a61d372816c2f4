"""Classification: chance at n = p for least squares, no peak for the maximum margin, and when it exists."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

import theory.double_descent as dd
from claims.double_descent.classification import simulate_least_squares, simulate_linear, simulate_mixture
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results

S, N = 1.5, 60
LABELS = ((S, "mixture", "two classes"), (2.0, "logistic", "logistic"), (0.0, "sign", "signs"))


def errors(ax: Axes, results: Results) -> None:
    """Test error against p/n of three classifiers on one mixture."""
    gamma, threshold = np.geomspace(0.05, 8, 400), float(dd.separability_threshold(S))
    style.theory(ax, gamma, dd.ls_classifier_error(gamma, S), 0, "least squares")
    separable = np.geomspace(threshold * (1 + 1e-9), 8, 100)
    style.theory(ax, separable, dd.max_margin(separable, S).error, 1, "maximum margin")
    style.decoy(ax, gamma, norm.sf(S**2 / np.sqrt(S**2 + gamma)), "averaging")
    squares = [6, 15, 30, 45, 54, 60, 69, 90, 150, 300]
    cells = [{"n": N, "gamma": p / N, "s": S} for p in squares]
    style.simulation(ax, np.asarray(squares) / N, *points(results, simulate_least_squares, cells, 256, "error"), 0)
    features = [18, 30, 60, 120, 300]
    cells = [{"n": N, "gamma": p / N, "s": S} for p in features]
    style.simulation(ax, np.asarray(features) / N, *points(results, simulate_mixture, cells, 256, "error"), 1)
    style.mark(ax, threshold, r"$\gamma_*$", y=0.09)
    style.mark(ax, 1.0, "$n = p$", y=0.09)
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="test error", ylim=(0.0, 0.75))
    plain(ax.xaxis, (0.1, 0.3, 1, 3))
    ax.legend(loc="upper left", frameon=True, framealpha=1.0, edgecolor="none")


def separability(ax: Axes, results: Results) -> None:
    """Share of separable draws around the threshold at growing n."""
    threshold = float(dd.separability_threshold(1.0))
    for index, n in enumerate((20, 60, 160)):
        features = np.unique(np.round(n * np.linspace(0.05, 0.5, 10)).astype(int))
        cells = [{"n": n, "gamma": p / n, "s": 1.0} for p in features.tolist()]
        mean, se = points(results, simulate_mixture, cells, 128, "separable")
        style.simulation(ax, features / n, mean, se, index, f"$n = {n}$", linestyle="-", linewidth=0.6)
    style.theory(ax, [0.03, threshold, threshold, 0.52], [0, 0, 1, 1], 6, r"$n \to \infty$", linewidth=1.0)
    ax.set(xlabel="features per sample $p/n$", ylabel="share of separable draws")
    ax.legend(loc="lower right")


def margins(ax: Axes, results: Results) -> None:
    """Normalised margin against p/n for three kinds of labels."""
    sizes = (24, 48, 96, 192)
    for index, (s, model, label) in enumerate(LABELS):
        threshold = float(dd.separability_threshold(s, model))
        gamma = np.linspace(max(threshold * (1 + 1e-9), 1e-3), 4.2, 80)
        style.theory(ax, gamma, dd.max_margin(gamma, s, model).margin, index, label)
        kept = [p for p in sizes if p / 48 > 1.2 * threshold]
        cells = [{"n": 48, "gamma": p / 48, "s": s, "model": model} for p in kept]
        style.simulation(ax, np.asarray(kept) / 48, *points(results, simulate_linear, cells, 128, "margin"), index)
    ax.set(xlabel="features per sample $p/n$", ylabel="margin", ylim=(0, 2.4))
    ax.legend(loc="lower right")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.6)
    draws = ((errors, "test error"), (separability, "linear separability"), (margins, "maximum margin"))
    for letter, ax, (draw, title) in zip("abc", axes, draws, strict=True):
        draw(ax, results)
        style.panel(ax, letter, title)
    return figure


FIGURES = (
    Picture(
        "classification",
        "Classification: least squares is at chance where it interpolates, the maximum margin has no peak",
        (
            "classification-double-descent-least-squares", "classification-double-descent-least-squares-peak",
            "classification-double-descent-max-margin", "classification-double-descent-linear-labels",
            "classification-double-descent-separability",
        ),
        _draw,
    ),
)  # fmt: skip
