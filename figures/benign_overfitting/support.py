"""Support-vector proliferation and its threshold 2 n log n."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.benign_overfitting as theory
from figures import style
from figures.points import plain
from figures.results import Picture, Results
from sims.benign_overfitting import support_vectors

SIZES = (30, 60, 120)
RATIOS = (0.3, 0.5, 0.7, 0.85, 1.0, 1.25, 1.6, 2.0)
LAWS = (("rademacher", "random signs", 1), ("student", "Student $t_5$", 2), ("spread", "unequal variances", 3))


def _features(n: int, ratio: float) -> int:
    return max(n, round(ratio * 2 * n * math.log(n)))


def _scaling(upper: Axes, lower: Axes, results: Results) -> None:
    curve = np.linspace(0.2, 2.2, 80)
    for index, n in enumerate(SIZES):
        p = [_features(n, x) for x in curve]
        style.theory(upper, curve, theory.prob_all_support(n, p), index, f"$n = {n}$")
        style.theory(lower, curve, theory.expected_violations(n, p), index)
        if n > 60:
            continue
        samples = [results.sample(support_vectors, {"n": n, "p": _features(n, x)}, 1024) for x in RATIOS]
        for ax, name in ((upper, "all_support"), (lower, "violations")):
            mean = [s[name].mean() for s in samples]
            style.simulation(ax, RATIOS, mean, [s[name].std(ddof=1) / np.sqrt(len(s[name])) for s in samples], index)
    for ax in (upper, lower):
        ax.set_xlabel("$p/(2 n \\log n)$")
    style.mark(upper, 0.5, "$n \\log n$", y=0.97)
    upper.set(ylabel="P(all are support vectors)", ylim=(0, 1.02))
    upper.legend(loc="lower right")
    lower.set(yscale="log", ylabel="expected number that are not")


def _laws(ax: Axes, results: Results) -> None:
    n, sizes = 30, (60, 90, 130, 200)
    curve = np.arange(40, 240, 5)
    style.theory(ax, curve, theory.expected_violations(n, curve), 0, "Gaussian, exact")
    for entries, label, index in (("gaussian", "Gaussian", 0), *LAWS):
        samples = [results.sample(support_vectors, {"n": n, "p": p, "entries": entries}, 2048) for p in sizes]
        values = [s["violations"] for s in samples]
        x = np.asarray(sizes) * (1 + 0.012 * index)
        se = [v.std(ddof=1) / np.sqrt(len(v)) for v in values]
        style.simulation(ax, x, [v.mean() for v in values], se, index, label)
    ax.set(yscale="log", xlabel="features $p$ ($n = 30$)")
    plain(ax.yaxis, (0.2, 0.5, 1, 2, 5))
    ax.legend(loc="lower left", fontsize=6.5)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _scaling(axes[0], axes[1], results)
    style.panel(axes[0], "a", "a sharp transition")
    style.panel(axes[1], "b", "an exact count")
    _laws(axes[2], results)
    style.panel(axes[2], "c", "other features")
    return figure


FIGURES = (
    Picture(
        "support",
        "Every training point becomes a support vector beyond 2 n log n features",
        (
            "support-vector-proliferation", "support-vector-proliferation-probability",
            "support-vector-proliferation-union-bound", "support-vector-proliferation-sign-test",
        ),
        _draw,
    ),
)  # fmt: skip
