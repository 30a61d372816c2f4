"""Random features: the peak at as many features as samples, and the second one at as many samples as dimensions."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results
from sims.double_descent import rf_risk, rf_sample_wise_risk

D, SAMPLES = 40, 80
FEATURES = (8, 20, 40, 56, 104, 160, 320)
RIDGES = (0.0, 0.01, 0.3)
TRIPLE_D, TRIPLE_FEATURES, NOISE = 30, 180, 4.0
SIZES = (6, 12, 18, 24, 30, 39, 54, 75, 105, 135, 240, 360)


def _finite(values: np.ndarray, most: float) -> np.ndarray:
    return np.where(values < most, values, np.nan)


def model_wise(ax: Axes, results: Results) -> None:
    """Risk against the number of features at several ridges."""
    _, mu1, mu_star = dd.activation_constants("relu")
    ratio = np.geomspace(0.1, 4, 300)
    for index, lam in enumerate(RIDGES):
        curve = dd.rf_risk(ratio * SAMPLES / D, SAMPLES / D, lam, mu1, mu_star, tau2=0.25).total
        style.theory(ax, ratio, _finite(curve, 50), index, rf"$\lambda = {lam:g}$")
        kept = [N for N in FEATURES if lam > 0 or abs(N - SAMPLES) > 16]
        common = {"d": D, "n": SAMPLES, "lam": lam, "activation": "relu", "tau2": 0.25}
        mean, se = points(results, rf_risk, [{**common, "N": N} for N in kept], 64, "total")
        style.simulation(ax, np.asarray(kept) / SAMPLES, mean, se, index)
    ax.set(xscale="log", yscale="log", xlabel="features per sample $N/n$", ylabel="risk", ylim=(0.25, 20))
    plain(ax.xaxis, (0.1, 0.3, 1, 3))
    plain(ax.yaxis, (0.3, 1, 3, 10))
    ax.legend(loc="upper left")


def sample_wise(ax: Axes, results: Results) -> None:
    """Risk against the number of samples: two peaks, of which ridge removes the higher first."""
    _, mu1, mu_star = dd.activation_constants("erf")
    ratio, psi1 = np.geomspace(0.2, 12, 400), TRIPLE_FEATURES / TRIPLE_D
    for index, lam in enumerate((0.0, 0.01, 1.0)):
        curve = dd.rf_risk(psi1, ratio, lam, mu1, mu_star, tau2=NOISE).total
        style.theory(ax, ratio, _finite(curve, 100), index, rf"$\lambda = {lam:g}$")
        common = {"d": TRIPLE_D, "N": TRIPLE_FEATURES, "lam": lam, "activation": "erf", "tau2": NOISE}
        sample = results.sample(rf_sample_wise_risk, {**common, "n": SIZES}, 64)["total"]
        mean, se = sample.mean(axis=0), sample.std(axis=0, ddof=1) / np.sqrt(len(sample))
        style.simulation(ax, np.asarray(SIZES) / TRIPLE_D, mean, se, index)
    style.mark(ax, 1.0, "$n = d$")
    style.mark(ax, psi1, "$n = N$")
    ax.set(xscale="log", yscale="log", xlabel="samples per dimension $n/d$", ylabel="risk", ylim=(0.3, 100))
    plain(ax.xaxis, (0.2, 0.5, 1, 2, 6, 12))
    plain(ax.yaxis, (0.3, 1, 3, 10, 30))
    ax.legend(loc="upper left", bbox_to_anchor=(0.0, 0.93))


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.8)
    model_wise(left, results)
    style.panel(left, "a", "more random features")
    sample_wise(right, results)
    style.panel(right, "b", "more samples: two peaks")
    return figure


FIGURES = (
    Picture(
        "random_features",
        "Random features: a peak at $n = N$ that ridge removes, and a second one at $n = d$",
        ("random-features-ridge", "random-features-ridge-ridgeless", "random-features-ridge-triple-descent"),
        _draw,
    ),
)
