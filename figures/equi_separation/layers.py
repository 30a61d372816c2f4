"""Fuzziness through the layers of a network on digits; deep linear compression."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.equi_separation as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Cells, Results, cells

DIGITS = cells("equi-separation-law", 48, {"per_class": 10, "width": 48, "depth": 4, "steps": 600, "lr": 2e-3})
TIMES = ("start", "after a twentieth", "end")
N, L, K = 12, 6, 2
EPS = (1.0, 0.5, 0.25)


def _built(eps: float) -> Cells:
    return cells("deep-linear-compression-trained", 2, {"n": N, "L": L, "eps": eps, "K": K})


BUILT = {eps: _built(eps) for eps in EPS}


def digits(ax: Axes, results: Results) -> None:
    """Median over runs of log D_l with quartiles, at the start, early, at the end."""
    logs = results.samples(DIGITS)[0]["logs"]
    depth = np.arange(logs.shape[-1])
    for index, time in enumerate(TIMES):
        low, middle, high = np.quantile(logs[:, index], [0.25, 0.5, 0.75], axis=0)
        ax.fill_between(depth, np.exp(low), np.exp(high), color=style.COLOURS[index], alpha=0.2, linewidth=0)
        ax.plot(
            depth, np.exp(middle), color=style.COLOURS[index], marker=style.MARKERS[index], markersize=4.5, label=time
        )
    ax.set(xlabel="layer $l$", ylabel="fuzziness $D_l$", yscale="log", xticks=depth)
    style.legend(ax, loc="lower left")


def compression(ax: Axes, results: Results) -> None:
    """Products of the trained ratios on the predicted straight lines."""
    depth = np.arange(L)
    for index, eps in enumerate(EPS):
        found = np.concatenate(([1.0], np.cumprod(results.samples(BUILT[eps])[0]["ratio"][0])))
        ratio = theory.deep_linear_compression_ratio(N, L, eps)
        style.theory(ax, depth, ratio**depth, index, rf"$\epsilon = {eps:g}$")
        style.simulation(ax, depth, found, None, index)
    ax.set(xlabel="layer $l$", ylabel="compression $C_l/C_0$", yscale="log", xticks=depth)
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "layers",
        "On digits the classes become fuzzier from layer to layer before training, and sharper by one factor a layer "
        "after it (medians and quartiles of runs); deep linear networks compress by a factor that is known",
        ("equi-separation-law", "deep-linear-compression", "deep-linear-compression-trained"),
        (DIGITS, BUILT),
        (Panel("ReLU network, digits", digits), Panel("deep linear networks", compression)),
    ),
)
