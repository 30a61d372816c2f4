"""The sandwich of effective ranks around the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from claims.benign_overfitting.ranks import predict_above, predict_below, spiked
from claims.benign_overfitting.shown import ridge_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Cells, Results, along

Spectrum = tuple[tuple[float, ...], tuple[int, ...] | None]
BENIGN: Spectrum = ((20.0, 0.02), (4, 6000))
TEMPERED: Spectrum = (tuple(i**-1.5 for i in range(1, 6001)), None)
RIDGES, SIZES = (0.0, 0.2, 0.5, 1.0, 2.0), (10, 30, 100, 300)


def _noise(spectrum: Spectrum) -> Cells:
    lam, counts = spectrum
    return along(ridge_risk, 32, "n", SIZES, eigenvalues=lam, coef2=[0.0] * len(lam), multiplicity=counts)


NOISE = {"benign": _noise(BENIGN), "tempered": _noise(TEMPERED)}
SHARES = along("ridge-sandwich-measured-upper", 256, "delta", RIDGES, n=60)


def _values(spectrum: Spectrum) -> Any:
    values, counts = spectrum
    return np.asarray(values) if counts is None else np.repeat(values, counts)


def _sandwich(ax: Axes, results: Results, spectrum: Spectrum, name: str) -> None:
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
    mean, se = results.mean(NOISE[name], "variance")
    style.simulation(ax, SIZES, mean / (1 + mean), se / (1 + mean) ** 2, 0, "simulated")
    ax.set(xscale="log", yscale="log", xlabel="samples $n$")
    plain(ax.xaxis, (10, 100, 1000))


def _ridge(ax: Axes, results: Results) -> None:
    n, curve = 60, np.linspace(0, 2, 41)
    fixed = [theory.ridge_risk(**spiked(n=n, delta=d)) for d in curve]
    lines = {
        "s": [1 - 1 / (1 + risk.variance) for risk in fixed],
        "bias": [risk.bias / (1 + risk.variance) for risk in fixed],
    }
    for index, name, label in ((0, "s", "variance share $s$"), (1, "bias", r"bias$/E_0$")):
        low = [float(getattr(theory.ridge_sandwich(*_cell(n), n=n, ridge=d * n), f"{name}_lo")) for d in curve]
        high = [predict_above(n, d)[name] for d in curve]
        ax.fill_between(curve, low, high, color=style.COLOURS[index], alpha=0.2, lw=0)
        style.theory(ax, curve, lines[name], index, label)
        style.simulation(ax, RIDGES, *results.mean(SHARES, name), index)
    wrong = [predict_below(n, 0.0)["s"]] * len(curve)
    style.decoy(ax, curve, wrong, "bound without the ridge")
    ax.set(yscale="log", xlabel=r"ridge $\delta/n$", ylim=(0.05, 200))
    plain(ax.yaxis, (0.1, 1, 10))
    ax.legend(loc="upper left")


def _cell(n: int) -> tuple[Any, Any]:
    cell = spiked(n=n, delta=0.0)
    return np.repeat(cell["eigenvalues"], cell["multiplicity"]), np.repeat(cell["coef2"], cell["multiplicity"])


def _benign(ax: Axes, results: Results) -> None:
    _sandwich(ax, results, BENIGN, "benign")
    ax.set_ylabel("share of the data spent on noise, $s$")
    ax.set_ylim(1e-3, 10)
    plain(ax.yaxis, (0.001, 0.01, 0.1, 1))
    ax.legend(loc="upper left", ncol=2)


def _tempered(ax: Axes, results: Results) -> None:
    _sandwich(ax, results, TEMPERED, "tempered")
    plain(ax.yaxis, (0.2, 0.3, 0.5, 1))


FIGURES = (
    Picture(
        "sandwich",
        "Effective ranks hold the cost of interpolation between explicit bounds",
        (
            "effective-rank-sandwich", "ridge-sandwich", "ridge-sandwich-measured-upper",
            "ridge-sandwich-measured-lower",
        ),
        (NOISE, SHARES),
        (
            Panel("four spikes over 6000 weak", _benign), Panel(r"$\lambda_i = i^{-3/2}$", _tempered),
            Panel("with a ridge", _ridge),
        ),
    ),
)  # fmt: skip
