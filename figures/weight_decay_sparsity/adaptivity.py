"""A jump: linear smoothers against total variation; sparse means: linear estimators against soft thresholds."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.weight_decay_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

H, SIGMA2 = 1.0, 0.25
SIZES = (128, 256, 512, 1024)
BEST = along("linear-smoother-barrier-filter", 256, "n", SIZES, h=H, sigma2=SIGMA2)
VARIATION = along("linear-smoother-barrier-total-variation", 256, "n", SIZES, h=H, sigma2=SIGMA2)
MANY = (100, 1000, 10_000)
SPIKES = {
    n: along("sparse-vs-linear-spikes", 256, "n", [n], k=(theory.worst_spike_risk(n, 1.0, n**-0.5).k,)) for n in MANY
}


def jump(ax: Axes, results: Results) -> None:
    """Risk at a box against the number of points."""
    n = np.array(SIZES)
    line = np.unique(np.round(np.geomspace(100, 1300, 30)).astype(int))
    exact = [theory.best_linear_risk_box(int(2 * (one // 2)), int(one // 2), H, SIGMA2) for one in line]
    style.theory(ax, line, exact, 0, "best linear smoother")
    style.simulation(ax, n, *results.mean(BEST, "value"), 0)
    found = results.mean(VARIATION, "value")
    style.simulation(ax, n, *found, 1)
    scale = float(np.asarray(found[0])[0]) / (np.log(n[0]) / n[0])
    ax.plot(
        line,
        scale * np.log(line) / line,
        color=style.COLOURS[1],
        linewidth=1,
        label=r"total variation, line $\propto \log n/n$",
    )
    ax.set(xlabel="points $n$", ylabel="risk a point", xscale="log", yscale="log")
    ax.set_xticks([128, 256, 512, 1024], ["128", "256", "512", "1024"])
    ax.minorticks_off()
    style.legend(ax, loc="lower left")


def spikes(ax: Axes, results: Results) -> None:
    """Linear minimax risk against the worst case of soft thresholds over equal spikes."""
    n = np.round(np.geomspace(60, 20_000, 30)).astype(int)
    style.theory(
        ax, n, [theory.worst_spike_risk(int(one), 1.0, int(one) ** -0.5).risk for one in n], 2, "soft threshold"
    )
    for one in MANY:
        style.simulation(ax, [one], *results.mean(SPIKES[one], lambda s: s["value"][:, 0]), 2)
    style.theory(ax, n, theory.linear_minimax_lq(n, 1.0, 1 / n), 0, "any linear estimator")
    ax.set(xlabel="means $n$", ylabel=r"worst risk, $\sigma = n^{-1/2}$", xscale="log", yscale="log", ylim=(0.02, 1))
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "adaptivity",
        "At a jump no linear smoother has a risk below the line, of slope one half, and total variation falls nearly "
        "like "
        "$1/n$; over an $l_1$ ball linear estimators do not improve at all where soft thresholds do",
        ("linear-smoother-barrier", "linear-smoother-barrier-total-variation", "sparse-vs-linear-spikes"),
        (BEST, VARIATION, SPIKES),
        (Panel("a box in noise", jump), Panel("sparse means", spikes)),
    ),
)
