"""The best ridge removes the peak; how high the peak is with less."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import bayes_ridge_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, decoy
from figures.strip import Strip

N, R2, SIGMA2 = 60, 1.0, 0.25
SHARES = ((1e-3, r"$\lambda^*/1000$"), (0.1, r"$\lambda^*/10$"), (1.0, r"best ridge $\lambda^*$"))
SIZES = np.asarray([8, 15, 26, 40, 52, 60, 70, 90, 140, 240])
RIDGES = np.geomspace(1e-5, 1, 6)
SPECTRA = [((1.0,), (int(k),)) for k in SIZES]
RISK = along(
    bayes_ridge_risk, 128, "spectrum", SPECTRA, n=N, r2=R2, sigma2=SIGMA2, factors=tuple(s for s, _ in SHARES)
)  # fmt: skip
HEIGHT = along("optimal-ridge-removes-peak-height", 512, "lam", RIDGES, n=1500)


def risk(share: float, p: int) -> float:
    """The equivalent of the risk at a share of the best ridge."""
    lam = float(share * dd.optimal_ridge(N, p, R2, SIGMA2))
    found = dd.ridge_risk(lam, N, ([1.0], [p]), [R2 / p], SIGMA2)
    return float(found.bias + found.variance)


def regularisation_wise(ax: Axes, results: Results) -> None:
    """Risk against p/n at shares of the best ridge, isotropic features."""
    p, seen = spaced(6, 600, 160), results.mean(RISK, "risk")
    strip_dots = []
    for index, (share, word) in enumerate(SHARES):
        style.theory(ax, p / N, [risk(share, int(k)) for k in p], index, word)
        own = type(seen)(seen.mean[:, index], seen.se[:, index])
        style.simulation(ax, SIZES / N, *own, index)
        strip_dots.append((own, [risk(share, int(k)) for k in SIZES], index))
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="risk", ylim=(0.02, 6))
    plain(ax.xaxis, (0.1, 1, 10))
    plain(ax.yaxis, (0.1, 1))
    style.legend(ax, loc="upper left")
    strip = Strip(ax, results, 0.1)
    for own, exact, index in strip_dots:
        strip.dots(SIZES / N, own, exact, index)
    rows = results.rows("optimal-ridge-removes-peak-limit")
    strip.judged(rows, "gamma", 2)


def height(ax: Axes, results: Results) -> None:
    """The variance at n = p against the ridge, with its power and a height twice too large."""
    lam, slug = np.geomspace(1e-5, 1, 60), "optimal-ridge-removes-peak-height"
    exact = np.asarray(dd.peak_variance(lam, 1.0))
    wrong = np.asarray([decoy(slug, "no 1/2")(lam=float(x), n=1)["variance"] for x in lam])
    lead = 0.5 / np.sqrt(lam)
    style.theory(ax, lam, exact, 3)
    style.asymptote(ax, lam, lead, 3)
    style.decoy(ax, lam, wrong)
    seen = results.mean(HEIGHT, "variance")
    style.simulation(ax, RIDGES, *seen, 3)
    style.name(ax, 1.2e-5, 1.6, "at $n = p$\n" r"dotted: $\lambda^{-1/2}/2$", 3)
    style.name(ax, 1e-4, 125, r"$\lambda^{-1/2}$", color=style.GREY, xytext=(2, 0))
    ax.set(xscale="log", yscale="log", xlabel=r"ridge $\lambda$", ylabel="variance")
    rows = results.rows(slug)
    strip = Strip(ax, results, 0.05).judged(rows, "lam", 3)
    strip.dots(RIDGES, seen, dd.peak_variance(RIDGES, 1.0), 3).decoy(lam, wrong, exact)


FIGURES = (
    Picture(
        "best_ridge",
        "The best ridge removes the peak; with less its height grows like the inverse root of the ridge (strip of (a): "
        f"$n = {N}$ against the limit)",
        (
            "optimal-ridge-removes-peak", "optimal-ridge-removes-peak-limit", "optimal-ridge-removes-peak-height",
            "optimal-ridge-removes-peak-exponent",
        ),
        (RISK, HEIGHT),
        (Panel("shares of the best ridge", regularisation_wise), Panel("the height of the peak", height)),
        height=3.1,
    ),
)  # fmt: skip
