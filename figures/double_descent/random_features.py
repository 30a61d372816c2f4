"""Random features: the peak at as many features as samples, and the second one at as many samples as dimensions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import rf_risk, rf_sample_wise_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells
from figures.strip import Strip

D, SAMPLES, TAU2 = 40, 80, 0.25
RIDGES = {0.0: (8, 20, 40, 56, 104, 160, 320), 0.01: (8, 20, 40, 56, 80, 104, 160, 320), 0.3: (8, 20, 40, 80, 160, 320)}
TRIPLE_D, TRIPLE_FEATURES, NOISE = 30, 180, 4.0
SIZES = (6, 12, 18, 24, 30, 39, 54, 75, 105, 135, 240, 360)
MODEL = {
    lam: along(rf_risk, 128, "N", widths, d=D, n=SAMPLES, lam=lam, activation="relu", tau2=TAU2)
    for lam, widths in RIDGES.items()
}
DATA = {
    lam: cells(
        rf_sample_wise_risk, 128,
        {"d": TRIPLE_D, "N": TRIPLE_FEATURES, "lam": lam, "activation": "erf", "tau2": NOISE, "n": SIZES},
    )
    for lam in (0.0, 0.01, 1.0)
}  # fmt: skip


def limit(psi1: np.ndarray | float, psi2: np.ndarray | float, lam: float, activation: str, tau2: float) -> np.ndarray:
    """The limiting risk; nothing where it is a peak without end."""
    _, mu1, mu_star = dd.activation_constants(activation)
    values = np.asarray(dd.rf_risk(psi1, psi2, lam, mu1, mu_star, tau2=tau2).total)
    return np.where(values < 100, values, np.nan)


def model_wise(ax: Axes, results: Results) -> None:
    """Risk against the number of features at several ridges."""
    ratio, strip_dots = np.geomspace(0.09, 4.5, 300), []
    for index, (lam, widths) in enumerate(RIDGES.items()):
        curve = limit(ratio * SAMPLES / D, SAMPLES / D, lam, "relu", TAU2)
        style.theory(ax, ratio, curve, index, rf"$\lambda = {lam:g}$")
        seen, x = results.mean(MODEL[lam], "total"), np.asarray(widths) / SAMPLES
        style.simulation(ax, x, *seen, index)
        strip_dots.append((x, seen, limit(x * SAMPLES / D, SAMPLES / D, lam, "relu", TAU2), index))
    ax.set(xscale="log", yscale="log", xlabel="features per sample $N/n$", ylabel="risk", ylim=(0.25, 20))
    plain(ax.xaxis, (0.1, 0.3, 1, 3))
    plain(ax.yaxis, (0.3, 1, 3, 10))
    style.legend(ax, loc="upper left")
    strip = Strip(ax, results, 0.2)
    for x, seen, exact, index in strip_dots:
        strip.dots(x, seen, exact, index)


def _places(rows: pd.DataFrame) -> list[float]:
    """Where each judged quantity total[i] stands."""
    return [psi2[int(name[len("total[") : -1])] for psi2, name in zip(rows.psi2, rows.quantity, strict=True)]


def sample_wise(ax: Axes, results: Results) -> None:
    """Risk against the number of samples: two peaks, of which ridge removes the higher first."""
    ratio, psi1, strip_dots = np.geomspace(0.2, 12, 400), TRIPLE_FEATURES / TRIPLE_D, []
    x = np.asarray(SIZES) / TRIPLE_D
    names = ((7.4, 40), (0.21, 3.6), (0.21, 0.8))
    for index, lam in enumerate(DATA):
        style.theory(ax, ratio, limit(psi1, ratio, lam, "erf", NOISE), index)
        seen = results.mean(DATA[lam], "total")
        style.simulation(ax, x, *seen, index)
        x0, y0 = names[index]
        style.name(ax, x0, y0, rf"$\lambda = {lam:g}$", index, xytext=(0, 0))
        strip_dots.append((seen, limit(psi1, x, lam, "erf", NOISE), index))
    style.mark(ax, 1.0, "$n = d$")
    style.mark(ax, psi1, "$n = N$", xytext=(-3, 0), ha="right")
    ax.set(xscale="log", yscale="log", xlabel="samples per dimension $n/d$", ylabel="risk", ylim=(0.3, 100))
    plain(ax.xaxis, (0.2, 0.5, 1, 2, 6, 12))
    plain(ax.yaxis, (0.3, 1, 3, 10, 30))
    rows = results.rows("random-features-ridge-triple-descent")
    strip = Strip(ax, results, 0.2).judged(rows, _places, 0)
    for seen, exact, index in strip_dots:
        strip.dots(x, seen, exact, index)


FIGURES = (
    Picture(
        "random_features",
        "Random features: a peak at $n = N$ that ridge removes, and a second one at $n = d$ (strips: "
        f"$d = {D}$ and $d = {TRIPLE_D}$ against the limit)",
        ("random-features-ridge", "random-features-ridge-ridgeless", "random-features-ridge-triple-descent"),
        (MODEL, DATA),
        (Panel("more random features", model_wise), Panel("more samples: two peaks", sample_wise)),
        height=3.1,
    ),
)
