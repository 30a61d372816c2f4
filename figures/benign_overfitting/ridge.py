"""Ridge regression from the deterministic equivalent: negative penalties, and junk features."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from claims.benign_overfitting.models import junk_equivalent
from claims.benign_overfitting.regression import shaped, spikes_over_tail
from claims.benign_overfitting.shown import isotropic_risk, ridge_path
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, cells

N = 48
SHAPES = (("two levels", "two levels"), ("spiked", "spikes over a tail"), ("power law", r"$i^{-3/2}$"))

DELTAS, NEGATIVE = (0.003, 0.02, 0.1, 0.5, 2.0), (-0.35, -0.25, -0.1, 0.0, 0.2, 0.4, 0.6)
PENALTIES = {shape: along("deterministic-equivalent", 128, "delta", DELTAS, shape=shape, n=N) for shape, _ in SHAPES}
PATH = cells(ridge_path, 1024, {**spikes_over_tail(N), "ridges": tuple(t * N for t in NEGATIVE)})
FEW, BELOW, ABOVE = 20, (2, 6, 10, 13), (27, 40, 80, 200, 600)
ISOTROPIC = along(isotropic_risk, 2048, "p", [d + 1 for d in BELOW], n=FEW)
JUNK = along("junk-features-exact", 1024, "d_junk", ABOVE, n=FEW, lam_junk=5.0, w=2.0)


def _penalties(ax: Axes, results: Results) -> None:
    deltas = np.geomspace(1e-3, 3, 60)
    for index, (shape, label) in enumerate(SHAPES):
        risk = theory.ridge_risk(**(dict(shaped(shape=shape, n=N, delta=0.0)) | {"ridge": deltas * N}))
        style.theory(ax, deltas, risk.test, index, label)
        style.theory(ax, deltas, risk.train, index, linestyle="--")
        style.simulation(ax, DELTAS, *results.mean(PENALTIES[shape], "test"), index)
        style.simulation(ax, DELTAS, *results.mean(PENALTIES[shape], "train"), index)
    ax.set(xscale="log", yscale="log", xlabel=r"ridge $\delta/n$", ylabel="test (line), train (dashed)", ylim=(1e-6, 3))
    ax.legend(loc="lower right")


def _negative(ax: Axes, results: Results) -> None:
    spectrum = spikes_over_tail(N)
    shares = np.linspace(-0.46, 0.6, 60)
    excess = np.asarray(theory.ridge_risk(**spectrum, ridge=shares * N).excess)
    style.theory(ax, shares, excess, 0)
    style.simulation(ax, NEGATIVE, *results.mean(PATH, "value"), 0)
    style.mark(ax, 0.0, "interpolation")
    style.mark(ax, float(shares[np.argmin(excess)]), "best", y=0.3)
    ax.set(xlabel=r"ridge $\delta/n$", ylabel="excess risk", ylim=(0, None))


def _total(risk: theory.BiasVariance) -> float:
    return float(risk.bias + risk.variance)


def _junk(ax: Axes, results: Results) -> None:
    n, lam, w = FEW, 5.0, 2.0
    few, many = np.arange(1, n - 2), spaced(n + 2, 2000, 60)
    style.theory(ax, few, [_total(theory.isotropic_risk(n, int(d) + 1)) for d in few], 0)
    style.theory(ax, many, [_total(theory.junk_risk(n, int(d), lam, 1.0, w)) for d in many], 0, "exact")
    equivalent = [sum(junk_equivalent(n, int(d), lam, 1.0, w).values()) for d in many]
    style.decoy(ax, many, equivalent, "deterministic equivalent")
    ax.axhline(_total(theory.junk_risk(n, 10**7, lam, 1.0, w)), color=style.GREY, linewidth=0.7)
    style.simulation(ax, BELOW, *results.mean(ISOTROPIC, "variance"), 0)
    style.simulation(ax, ABOVE, *results.mean(JUNK, lambda s: s["bias"] + s["variance"]), 0)
    style.mark(ax, n, "$d = n$", y=0.08)
    ax.set(xscale="log", yscale="log", xlabel="junk features $d$", ylabel="excess risk", ylim=(0.08, 150))
    plain(ax.xaxis, (1, 10, 100, 1000))
    plain(ax.yaxis, (0.1, 1, 10, 100))
    ax.legend(loc="upper right")


FIGURES = (
    Picture(
        "ridge",
        "One fixed point predicts ridge regression, also at negative ridge; junk features act as a ridge",
        (
            "deterministic-equivalent", "deterministic-equivalent-rademacher", "negative-ridge-and-catastrophic-ridge",
            "junk-features-exact", "bias-variance-split", "bias-variance-split-isotropic",
        ),
        (PENALTIES, PATH, ISOTROPIC, JUNK),
        (
            Panel("test and training error", _penalties), Panel("a negative best ridge", _negative),
            Panel("junk absorbs noise", _junk),
        ),
    ),
)  # fmt: skip
