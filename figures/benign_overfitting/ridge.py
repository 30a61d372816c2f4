"""Ridge regression from the deterministic equivalent: negative penalties, and junk features."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims.benign_overfitting.models import junk_equivalent
from claims.benign_overfitting.regression import shaped, simulate_equivalent, spikes_over_tail
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results

N = 48
SHAPES = (("two levels", "two levels"), ("spiked", "spikes over a tail"), ("power law", r"$i^{-3/2}$"))


def _penalties(ax: Axes, results: Results) -> None:
    deltas, ticks = np.geomspace(1e-3, 3, 60), (0.003, 0.02, 0.1, 0.5, 2.0)
    for index, (shape, label) in enumerate(SHAPES):
        risk = theory.ridge_risk(**(shaped(shape, N, 0.0) | {"ridge": deltas * N}))
        style.theory(ax, deltas, risk.test, index, label)
        style.theory(ax, deltas, risk.train, index, linestyle="--")
        cells = [{"shape": shape, "n": N, "delta": delta} for delta in ticks]
        style.simulation(ax, ticks, *points(results, simulate_equivalent, cells, 128, "test"), index)
        style.simulation(ax, ticks, *points(results, simulate_equivalent, cells, 128, "train"), index)
    ax.set(xscale="log", yscale="log", xlabel=r"ridge $\delta/n$", ylabel="test (line), train (dashed)", ylim=(1e-6, 3))
    ax.legend(loc="lower right")


def _negative(ax: Axes, results: Results) -> None:
    spectrum = spikes_over_tail(N)
    shares = np.linspace(-0.46, 0.6, 60)
    excess = np.asarray(theory.ridge_risk(**spectrum, ridge=shares * N).excess)
    style.theory(ax, shares, excess, 0)
    ticks = (-0.35, -0.25, -0.1, 0.0, 0.2, 0.4, 0.6)
    path = results.sample(sims.ridge_path, {**spectrum, "ridges": tuple(t * N for t in ticks)}, 1024)["value"]
    style.simulation(ax, ticks, path.mean(axis=0), path.std(axis=0, ddof=1) / np.sqrt(len(path)), 0)
    style.mark(ax, 0.0, "interpolation")
    style.mark(ax, float(shares[np.argmin(excess)]), "best", y=0.3)
    ax.set(xlabel=r"ridge $\delta/n$", ylabel="excess risk", ylim=(0, None))


def _total(risk: theory.BiasVariance) -> float:
    return float(risk.bias + risk.variance)


def _junk(ax: Axes, results: Results) -> None:
    n, lam, w = 20, 5.0, 2.0
    few, many = np.arange(1, n - 2), spaced(n + 2, 2000, 60)
    style.theory(ax, few, [_total(theory.isotropic_risk(n, int(d) + 1)) for d in few], 0)
    style.theory(ax, many, [_total(theory.junk_risk(n, int(d), lam, 1.0, w)) for d in many], 0, "exact")
    equivalent = [sum(junk_equivalent(n, int(d), lam, 1.0, w).values()) for d in many]
    style.decoy(ax, many, equivalent, "deterministic equivalent")
    ax.axhline(_total(theory.junk_risk(n, 10**7, lam, 1.0, w)), color=style.GREY, linewidth=0.7)
    below, above = (2, 6, 10, 13), (27, 40, 80, 200, 600)
    cells = [{"n": n, "p": d + 1} for d in below]
    style.simulation(ax, below, *points(results, sims.isotropic_risk, cells, 2048, "variance"), 0)
    samples = [results.sample(sims.junk_risk, {"n": n, "d_junk": d, "lam_junk": lam, "w": w}, 1024) for d in above]
    total = [s["bias"] + s["variance"] for s in samples]
    style.simulation(ax, above, [t.mean() for t in total], [t.std(ddof=1) / np.sqrt(len(t)) for t in total], 0)
    style.mark(ax, n, "$d = n$", y=0.08)
    ax.set(xscale="log", yscale="log", xlabel="junk features $d$", ylabel="excess risk", ylim=(0.08, 150))
    plain(ax.xaxis, (1, 10, 100, 1000))
    plain(ax.yaxis, (0.1, 1, 10, 100))
    ax.legend(loc="upper right")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _penalties(axes[0], results)
    style.panel(axes[0], "a", "test and training error")
    _negative(axes[1], results)
    style.panel(axes[1], "b", "a negative best ridge")
    _junk(axes[2], results)
    style.panel(axes[2], "c", "junk absorbs noise")
    return figure


FIGURES = (
    Picture(
        "ridge",
        "One fixed point predicts ridge regression, also at negative ridge; junk features act as a ridge",
        (
            "deterministic-equivalent", "deterministic-equivalent-rademacher", "negative-ridge-and-catastrophic-ridge",
            "junk-features-exact", "bias-variance-split", "bias-variance-split-isotropic",
        ),
        _draw,
    ),
)  # fmt: skip
