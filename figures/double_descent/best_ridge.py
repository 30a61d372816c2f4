"""The best ridge removes the peak; how high the peak is with less."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from claims.double_descent.bayes_ridge import doubled_height, simulate_height
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results
from sims.double_descent import bayes_ridge_risk

N, R2, SIGMA2 = 60, 1.0, 0.25
SHARES = ((1e-3, r"$\lambda^*/1000$"), (0.1, r"$\lambda^*/10$"), (1.0, r"$\lambda^*$"))


def regularisation_wise(ax: Axes, results: Results, legend: bool = True) -> None:
    """Average risk against p/n at fractions of the best ridge, isotropic features."""
    p = spaced(6, 600, 160)
    sizes = [8, 15, 26, 40, 52, 60, 70, 90, 140, 240]
    factors = tuple(share for share, _ in SHARES)
    spectra = [((1.0,), (k,)) for k in sizes]
    cells = [{"n": N, "spectrum": s, "r2": R2, "sigma2": SIGMA2, "factors": factors} for s in spectra]
    mean, se = points(results, bayes_ridge_risk, cells, 128, "risk")
    for index, (share, label) in enumerate(SHARES):
        lam = share * dd.optimal_ridge(N, p, R2, SIGMA2)
        risk = [dd.ridge_risk(one, N, ([1.0], [int(k)]), [R2 / k], SIGMA2) for one, k in zip(lam, p, strict=True)]
        style.theory(ax, p / N, [r.bias + r.variance for r in risk], index, label)
        style.simulation(ax, np.asarray(sizes) / N, mean[:, index], se[:, index], index)
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylim=(0.02, 6))
    plain(ax.xaxis, (0.1, 1, 10))
    plain(ax.yaxis, (0.1, 1))
    if legend:
        ax.legend(loc="upper left")


def _height(ax: Axes, results: Results) -> None:
    lam = np.geomspace(1e-5, 1, 60)
    style.theory(ax, lam, dd.peak_variance(lam, 1.0), 3, "at $n = p$")
    style.decoy(ax, lam, [doubled_height(one, 1)["variance"] for one in lam], r"$\sigma^2/\sqrt{\lambda}$")
    ticks = np.geomspace(1e-5, 1, 6)
    mean, se = points(results, simulate_height, [{"lam": float(x), "n": 1500} for x in ticks], 128, "variance")
    style.simulation(ax, ticks, mean, se, 3)
    ax.set(xscale="log", yscale="log", xlabel=r"ridge $\lambda$", ylabel="variance at the peak")
    ax.legend(loc="upper right")


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.8)
    regularisation_wise(left, results)
    left.set_ylabel("risk")
    style.panel(left, "a", "fractions of the best ridge")
    _height(right, results)
    style.panel(right, "b", r"the peak grows like $\lambda^{-1/2}$")
    return figure


FIGURES = (
    Picture(
        "best_ridge",
        "The best ridge removes the peak",
        (
            "optimal-ridge-removes-peak", "optimal-ridge-removes-peak-limit", "optimal-ridge-removes-peak-height",
            "optimal-ridge-removes-peak-exponent",
        ),
        _draw,
    ),
)  # fmt: skip
