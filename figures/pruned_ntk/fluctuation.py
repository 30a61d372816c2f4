"""The price of pruning: variance against 1/alpha; the input layer, whose mask changes the kernel."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.pruned_ntk as theory
from claims.pruned_ntk.inputs import predict_masked
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

WIDTH = 40
SHARES = (1.0, 0.5, 0.3, 0.2, 0.15, 0.1)
RHOS = (1.0, 0.7, 0.3)
VARIANCE = {r: along("two-layer-fluctuation", 4096, "alpha", SHARES, rho=r, width=WIDTH) for r in RHOS}
KEPT = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0)
RHO, D = -0.5, 4
INPUTS = along("input-layer-pruning", 4096, "alpha", KEPT, d=D, rho=RHO, depth=1, width=64)


def variance(ax: Axes, results: Results) -> None:
    """m Var against 1/alpha: straight lines."""
    inverse = np.linspace(1, 10.5, 50)
    for index, r in enumerate(RHOS):
        style.theory(ax, inverse, theory.ntk_variance_two_layer(r, 1, 1 / inverse), index, rf"$\rho = {r:g}$")
        found = results.mean(VARIANCE[r], "value").over(1 / WIDTH)
        style.simulation(ax, [1 / a for a in SHARES], *found, index)
    style.decoy(ax, inverse, 12 * inverse, r"dense$/\alpha$, $\rho = 1$")
    ax.set(xlabel=r"$1/\alpha$", ylabel=r"$m\,\mathrm{Var}\,\Theta$", xlim=(0.5, 10.5), ylim=(0, 165))
    style.legend(ax, loc="upper left")


def inputs(ax: Axes, results: Results) -> None:
    """The kernel against the share of the input layer kept: its average over masks, the dense kernel."""
    shares = np.linspace(0.08, 1.0, 60)
    style.theory(ax, shares, [predict_masked(D, RHO, float(a), 1, 1) for a in shares], 0, "average over masks")
    style.simulation(ax, KEPT, *results.mean(INPUTS, "value"), 0)
    dense = predict_masked(D, RHO, 1.0, 1, 1)
    style.decoy(ax, [0.0, 1.0], [dense, dense], "dense kernel")
    ax.set(xlabel=r"share $\alpha$ of the input layer kept", ylabel=r"mean kernel $\Theta$", xlim=(0, 1.04))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "fluctuation",
        r"What random pruning costs: the variance of the kernel of one hidden layer grows with a straight line in "
        r"$1/\alpha$, so the same accuracy needs $(4/\alpha-1)/3$ times the width; pruned inputs change the mean",
        ("two-layer-fluctuation", "input-layer-pruning"),
        (VARIANCE, INPUTS),
        (Panel("one hidden layer", variance), Panel("inputs pruned, $d = 4$", inputs)),
    ),
)
