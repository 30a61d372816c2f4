"""Classification: chance at n = p for least squares, no peak for the maximum margin, and when it exists."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy
from figures.strip import Strip

S, N = 1.5, 60
SQUARES, MARGIN = "classification-double-descent-least-squares", "classification-double-descent-max-margin"
FEATURES = np.asarray([6, 15, 30, 45, 54, 60, 69, 90, 150, 300])
WIDE = np.asarray([18, 30, 60, 120, 300])
ERRORS = along(SQUARES, 256, "gamma", FEATURES / N, n=N, s=S), along(MARGIN, 256, "gamma", WIDE / N, n=N, s=S)
COUNTS = {n: np.unique(np.round(n * np.linspace(0.05, 0.5, 10)).astype(int)) for n in (20, 60, 160)}
SHARES = {n: along(MARGIN, 128, "gamma", features / n, n=n, s=1.0) for n, features in COUNTS.items()}
LABELS = ((S, "mixture", "two classes"), (2.0, "logistic", "logistic"), (0.0, "sign", "signs"))


def _kept(s: float, model: str) -> np.ndarray:
    threshold = float(dd.separability_threshold(s, model))
    return np.asarray([p for p in (24, 48, 96, 192) if p / 48 > 1.2 * threshold])


MARGINS = {
    model: along("classification-double-descent-linear-labels", 128, "gamma", _kept(s, model) / 48, n=48, s=s,
                 model=model)
    for s, model, _ in LABELS
}  # fmt: skip


def errors(ax: Axes, results: Results) -> None:
    """Test error against p/n of three classifiers on one mixture."""
    gamma, threshold = np.geomspace(0.05, 8, 400), float(dd.separability_threshold(S))
    margin = np.geomspace(threshold * (1 + 1e-9), 8, 100)
    wrong = np.asarray([decoy(SQUARES, "averaging classifier")(n=N, gamma=float(g), s=S)["error"] for g in gamma])
    exact = np.asarray(dd.ls_classifier_error(gamma, S))
    style.theory(ax, gamma, exact, 0)
    style.theory(ax, margin, dd.max_margin(margin, S).error, 1)
    style.decoy(ax, gamma, wrong)
    squares, wide = (results.mean(one, "error") for one in ERRORS)
    style.simulation(ax, FEATURES / N, *squares, 0)
    style.simulation(ax, WIDE / N, *wide, 1)
    style.mark(ax, threshold, r"$\gamma_*$", y=0.98)
    style.mark(ax, 1.0, "$n = p$", y=0.98)
    style.name(ax, 0.15, 0.27, "least\nsquares", 0, xytext=(0, 0))
    style.name(ax, 8.5, 0.03, "maximum\nmargin", 1, xytext=(0, 0), ha="right")
    style.name(ax, 0.06, 0.03, "averaging", color=style.GREY, xytext=(0, 0))
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="test error", ylim=(0.0, 0.56))
    plain(ax.xaxis, (0.1, 0.3, 1, 3))
    rows = results.rows(SQUARES)
    strip = Strip(ax, results, 0.15).judged(rows, "gamma", 0)
    strip.dots(FEATURES / N, squares, dd.ls_classifier_error(FEATURES / N, S), 0)
    strip.dots(WIDE / N, wide, dd.max_margin(WIDE / N, S).error, 1).decoy(gamma, wrong, exact)


def separability(ax: Axes, results: Results) -> None:
    """Share of separable draws around the threshold at growing n."""
    threshold = float(dd.separability_threshold(1.0))
    for index, (n, features) in enumerate(COUNTS.items()):
        seen = results.mean(SHARES[n], "separable")
        style.simulation(ax, features / n, *seen, index, f"$n = {n}$", linestyle="-", linewidth=0.6)
    style.asymptote(ax, [0.03, threshold, threshold, 0.52], [0, 0, 1, 1], 6, r"$n \to \infty$")
    ax.set(xlabel="features per sample $p/n$", ylabel="share of separable draws")
    ax.legend(loc="lower right")


def margins(ax: Axes, results: Results) -> None:
    """Normalised margin against p/n for three kinds of labels."""
    strip_dots = []
    for index, (s, model, word) in enumerate(LABELS):
        threshold = float(dd.separability_threshold(s, model))
        gamma = np.linspace(max(threshold * (1 + 1e-9), 1e-3), 4.2, 80)
        style.theory(ax, gamma, dd.max_margin(gamma, s, model).margin, index, word)
        x, seen = _kept(s, model) / 48, results.mean(MARGINS[model], "margin")
        style.simulation(ax, x, *seen, index)
        strip_dots.append((x, seen, dd.max_margin(x, s, model).margin, index))
    ax.set(xlabel="features per sample $p/n$", ylabel="margin", ylim=(0, 2.4))
    style.legend(ax, loc="lower right", title="labels", title_fontsize=7)
    strip = Strip(ax, results, 0.15)
    for x, seen, exact, index in strip_dots:
        strip.dots(x, seen, exact, index)


FIGURES = (
    Picture(
        "classification",
        "Classification: least squares is at chance where it interpolates, the maximum margin has no peak (strips: "
        "finite sizes against the limit)",
        (
            SQUARES, "classification-double-descent-least-squares-peak", MARGIN,
            "classification-double-descent-linear-labels", "classification-double-descent-separability",
        ),
        (ERRORS, SHARES, MARGINS),
        (Panel("test error", errors), Panel("linear separability", separability), Panel("maximum margin", margins)),
        height=3.0,
    ),
)  # fmt: skip
