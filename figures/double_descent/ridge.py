"""Regularisation-wise: bias, variance and their sum against p/n for three ridges."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import theory.double_descent as dd
from claims.double_descent.ridge import SIGMA2, simulate_two_levels, two_levels
from figures import style
from figures.points import plain, spaced
from figures.results import Picture, Results

N = 60
RIDGES = ((0.0, r"$\lambda = 0$"), (0.01, r"$\lambda = 0.01$"), (0.3, r"$\lambda = 0.3$"))
SIZES = (9, 18, 30, 42, 51, 69, 78, 96, 126, 180, 300)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7, sharex=True)
    p = 3 * spaced(2, 120, 100)
    for index, (lam, label) in enumerate(RIDGES):
        kept = p[p != N] if lam == 0 else p
        curves = [dd.ridge_risk(lam, N, **_design(int(k))) for k in kept]
        bias, variance = (np.asarray([getattr(c, name) for c in curves]) for name in ("bias", "variance"))
        sizes = [k for k in SIZES if lam > 0 or abs(k - N) >= 8]
        samples = [results.sample(simulate_two_levels, {"n": N, "gamma": k / N, "lam": lam}, 128) for k in sizes]
        for ax, curve, names in zip(
            axes, (bias, variance, bias + variance), (("bias",), ("variance",), ("bias", "variance")), strict=True
        ):
            shown = np.where(kept < N, curve, np.nan), np.where(kept > N, curve, np.nan)
            for part in shown if lam == 0 else (curve,):
                style.theory(ax, kept / N, part, index, label if part is not shown[1] else None)
            values = [np.sum([s[name] for name in names], axis=0) for s in samples]
            se = [v.std(ddof=1) / np.sqrt(len(v)) for v in values]
            style.simulation(ax, np.asarray(sizes) / N, [v.mean() for v in values], se, index)
    for ax, letter, title in zip(axes, "abc", ("bias", "variance", "risk"), strict=True):
        ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$")
        plain(ax.xaxis, (0.1, 0.3, 1, 3))
        plain(ax.yaxis, (0.01, 0.1, 1, 10))
        style.panel(ax, letter, title)
    axes[0].set_ylim(3e-3, 1)
    for ax in axes[1:]:
        ax.set_ylim(2e-2, 20)
    axes[0].legend(loc="lower right")
    return figure


def _design(p: int) -> dict[str, object]:
    design = two_levels(N, p / N)
    return {name: design[name] for name in ("spectrum", "beta_sq")} | {"sigma2": SIGMA2}


FIGURES = (
    Picture(
        "ridge",
        "Bias, variance and risk of ridge regression on a two-level spectrum",
        ("ridge-deterministic-equivalent",),
        _draw,
    ),
)
