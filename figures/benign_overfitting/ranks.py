"""The sandwich of effective ranks around the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims.benign_overfitting.ranks import measured_shares, predict_above, predict_below, spiked
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results

Spectrum = tuple[tuple[float, ...], tuple[int, ...] | None]
BENIGN: Spectrum = ((20.0, 0.02), (4, 6000))
TEMPERED: Spectrum = (tuple(i**-1.5 for i in range(1, 6001)), None)
RIDGES = (0.0, 0.2, 0.5, 1.0, 2.0)


def _values(spectrum: Spectrum) -> Any:
    values, counts = spectrum
    return np.asarray(values) if counts is None else np.repeat(values, counts)


def _sandwich(ax: Axes, results: Results, spectrum: Spectrum, ticks: tuple[int, ...]) -> None:
    values = _values(spectrum)
    sizes = np.unique(np.geomspace(6, 3000, 32).round().astype(int))
    bounds = [theory.variance_sandwich(values, n) for n in sizes]
    ax.fill_between(sizes, [b.lo for b in bounds], [b.hi for b in bounds], color=style.COLOURS[5], alpha=0.35, lw=0)
    cost = np.asarray(theory.ridge_risk(values, np.zeros_like(values), sizes).variance)
    style.theory(ax, sizes, cost / (1 + cost), 0, "fixed point")
    head = [b.k_hi / n for b, n in zip(bounds, sizes, strict=True)]
    tail = [n / theory.effective_ranks(values, b.k_hi).R for b, n in zip(bounds, sizes, strict=True)]
    style.decoy(ax, sizes, head, "$k/n$")
    style.decoy(ax, sizes, tail, "$n/R_k$", linestyle=":", linewidth=1.2)
    lam, counts = spectrum
    cells = [{"eigenvalues": lam, "coef2": [0.0] * len(lam), "n": n, "multiplicity": counts} for n in ticks]
    mean, se = points(results, sims.ridge_risk, cells, 32, "variance")
    style.simulation(ax, ticks, mean / (1 + mean), se / (1 + mean) ** 2, 0, "simulated")
    ax.set(xscale="log", yscale="log", xlabel="samples $n$")
    plain(ax.xaxis, (10, 100, 1000))


def _ridge(ax: Axes, results: Results) -> None:
    n, curve = 60, np.linspace(0, 2, 41)
    samples = [results.sample(measured_shares, {"n": n, "delta": delta}, 256) for delta in RIDGES]
    fixed = [theory.ridge_risk(**(spiked(n, 0.0) | {"ridge": d * n})) for d in curve]
    lines = {
        "s": [1 - 1 / (1 + risk.variance) for risk in fixed],
        "bias": [risk.bias / (1 + risk.variance) for risk in fixed],
    }
    for index, name, label in ((0, "s", "variance share $s$"), (1, "bias", r"bias$/E_0$")):
        low = [float(getattr(theory.ridge_sandwich(*_cell(n), n=n, ridge=d * n), f"{name}_lo")) for d in curve]
        high = [predict_above(n, d)[name] for d in curve]
        ax.fill_between(curve, low, high, color=style.COLOURS[index], alpha=0.2, lw=0)
        style.theory(ax, curve, lines[name], index, label)
        mean = [s[name].mean() for s in samples]
        se = [s[name].std(ddof=1) / np.sqrt(len(s[name])) for s in samples]
        style.simulation(ax, RIDGES, mean, se, index)
    wrong = [predict_below(n, 0.0)["s"]] * len(curve)
    style.decoy(ax, curve, wrong, "bound without the ridge")
    ax.set(yscale="log", xlabel=r"ridge $\delta/n$", ylim=(0.05, 200))
    plain(ax.yaxis, (0.1, 1, 10))
    ax.legend(loc="upper left")


def _cell(n: int) -> tuple[Any, Any]:
    cell = spiked(n, 0.0)
    return np.repeat(cell["eigenvalues"], cell["multiplicity"]), np.repeat(cell["coef2"], cell["multiplicity"])


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _sandwich(axes[0], results, BENIGN, (10, 30, 100, 300))
    axes[0].set_ylabel("share of the data spent on noise, $s$")
    axes[0].set_ylim(1e-3, 10)
    plain(axes[0].yaxis, (0.001, 0.01, 0.1, 1))
    axes[0].legend(loc="upper left", ncol=2)
    style.panel(axes[0], "a", "four spikes over 6000 weak")
    _sandwich(axes[1], results, TEMPERED, (10, 30, 100, 300))
    plain(axes[1].yaxis, (0.2, 0.3, 0.5, 1))
    style.panel(axes[1], "b", r"$\lambda_i = i^{-3/2}$")
    _ridge(axes[2], results)
    style.panel(axes[2], "c", "with a ridge")
    return figure


FIGURES = (
    Picture(
        "sandwich",
        "Effective ranks hold the cost of interpolation between explicit bounds",
        (
            "effective-rank-sandwich", "ridge-sandwich", "ridge-sandwich-measured-upper",
            "ridge-sandwich-measured-lower",
        ),
        _draw,
    ),
)  # fmt: skip
