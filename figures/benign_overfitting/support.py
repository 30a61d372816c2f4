"""Support-vector proliferation and its threshold 2 n log n."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

SIZES = (30, 60, 120)
RATIOS = (0.3, 0.5, 0.7, 0.85, 1.0, 1.25, 1.6, 2.0)
LAWS = (("rademacher", "random signs", 1), ("student", "Student $t_5$", 2), ("spread", "unequal variances", 3))


def _features(n: int, ratio: float) -> int:
    return max(n, round(ratio * 2 * n * math.log(n)))


SLUG, FEW, FEATURES = "support-vector-proliferation", 30, (60, 90, 130, 200)
COUNTS = {n: along(SLUG, 1024, "p", [_features(n, x) for x in RATIOS], n=n) for n in SIZES if n <= 60}
ENTRIES = ("gaussian", *(entries for entries, *_ in LAWS))
OTHERS = {entries: along(SLUG, 2048, "p", FEATURES, n=FEW, entries=entries) for entries in ENTRIES}


def _probability(ax: Axes, results: Results) -> None:
    curve = np.linspace(0.2, 2.2, 80)
    for index, n in enumerate(SIZES):
        style.theory(ax, curve, theory.prob_all_support(n, [_features(n, x) for x in curve]), index, f"$n = {n}$")
        if n in COUNTS:
            style.simulation(ax, RATIOS, *results.mean(COUNTS[n], "all_support"), index)
    style.mark(ax, 0.5, "$n \\log n$", y=0.97)
    ax.set(xlabel="$p/(2 n \\log n)$", ylabel="P(all are support vectors)", ylim=(0, 1.02))
    ax.legend(loc="lower right")


def _violations(ax: Axes, results: Results) -> None:
    curve = np.linspace(0.2, 2.2, 80)
    for index, n in enumerate(SIZES):
        style.theory(ax, curve, theory.expected_violations(n, [_features(n, x) for x in curve]), index)
        if n in COUNTS:
            style.simulation(ax, RATIOS, *results.mean(COUNTS[n], "violations"), index)
    ax.set(yscale="log", xlabel="$p/(2 n \\log n)$", ylabel="expected number that are not")


def _laws(ax: Axes, results: Results) -> None:
    curve = np.arange(40, 240, 5)
    style.theory(ax, curve, theory.expected_violations(FEW, curve), 0, "Gaussian, exact")
    for entries, label, index in (("gaussian", "Gaussian", 0), *LAWS):
        x = np.asarray(FEATURES) * (1 + 0.012 * index)
        style.simulation(ax, x, *results.mean(OTHERS[entries], "violations"), index, label)
    ax.set(yscale="log", xlabel="features $p$ ($n = 30$)")
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))
    ax.legend(loc="lower left", fontsize=6.5)


FIGURES = (
    Picture(
        "support",
        "Every training point becomes a support vector beyond 2 n log n features",
        (
            SLUG, "support-vector-proliferation-probability",
            "support-vector-proliferation-union-bound", "support-vector-proliferation-sign-test",
        ),
        (COUNTS, OTHERS),
        (
            Panel("a sharp transition", _probability), Panel("an exact count", _violations),
            Panel("other features", _laws),
        ),
    ),
)  # fmt: skip
