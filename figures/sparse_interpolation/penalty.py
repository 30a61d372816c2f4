"""A penalty in place of interpolation: the lasso along its path, and what the height of a signal costs without one."""

from __future__ import annotations

import functools
import math

import numpy as np
import scipy
from matplotlib.axes import Axes

import theory.sparse_interpolation as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

N, HEIGHT = 32, 5.5
SPIKE_TRUTH = (N, 8 * N, (HEIGHT / math.sqrt(N), 0.0), (1, 8 * N - 1), 1.0)
PULLS = (0.1, 0.5, 1.0, 1.5, 2.0, 3.0)
PATH = along("regularised-contrast", 512, "pull", PULLS, n=N, ratio=8.0, share=1 / N, height=HEIGHT)
HEIGHTS, SPIKES = (0.5, 2.0, 4.0, 6.0, 9.0), 4
SIGNAL = along("l1-sparse-risk", 1024, "height", HEIGHTS, n=N, ratio=4.0, share=SPIKES / N)


@functools.cache
def _path() -> tuple[np.ndarray, np.ndarray]:
    """Penalties over sqrt(n) and the lasso's risks, from small ones on."""
    pulls = np.geomspace(0.03, 5, 50)
    return pulls, np.array([theory.lasso_fit(*SPIKE_TRUTH, float(pull * math.sqrt(N))).risk for pull in pulls])


@functools.cache
def _best() -> float:
    """The least risk over p."""
    n, d, *truth = SPIKE_TRUTH
    found = scipy.optimize.minimize_scalar(
        lambda p: theory.min_lp_risk(n, d, p, *truth), bounds=(1.01, 1.5), method="bounded", options={"xatol": 1e-3}
    )
    return float(found.fun)


def path(ax: Axes, results: Results) -> None:
    """The lasso's risk along its path, and where it ends as the penalty falls to 0."""
    pulls, risk = _path()
    style.theory(ax, pulls, risk, 3)
    style.simulation(ax, PULLS, *results.mean(PATH, "risk"), 3)
    end = theory.min_l1_risk(*SPIKE_TRUTH)
    style.asymptote(ax, [0.03, 0.4], [end, end], 3)
    best = float(_best())
    style.theory(ax, [0.03, 5], [best, best], 1, linestyle="-.")
    style.name(ax, 0.035, end, "interpolator, $p = 1$", 3, xytext=(0, 5))
    style.name(ax, 0.035, best, "best $p$", 1, xytext=(0, -11))
    style.name(ax, 0.9, 0.33, "lasso", 3, xytext=(-26, -4))
    ax.set(xlabel="penalty $\\lambda/(\\sigma\\sqrt{n})$", ylabel="risk over $\\sigma^2$", xscale="log", ylim=(0, 1.05))
    plain(ax.xaxis, (0.03, 0.1, 0.3, 1, 3))


def signal(ax: Axes, results: Results) -> None:
    """Risk of least l1 norm against the height of the spikes."""
    heights, d = np.linspace(0.01, 10, 45), 4 * N
    counts = (SPIKES, d - SPIKES)
    style.theory(ax, heights, [theory.min_l1_risk(N, d, (h / math.sqrt(N), 0.0), counts, 1.0) for h in heights], 0)
    style.simulation(ax, HEIGHTS, *results.mean(SIGNAL, "value"), 0)
    floor = theory.min_l1_noise_risk(N, d, 1.0)
    style.theory(ax, [0, 10], [floor, floor], 4, linestyle="-.")
    style.name(ax, 6, floor, "noise alone", 4, xytext=(0, -11))
    style.name(ax, 1.2, 0.9, "$n/8$ spikes", 0, xytext=(14, 0))
    ax.set(xlabel="height of the spikes $h\\sqrt{n}/\\sigma$", ylabel="risk over $\\sigma^2$", ylim=(0.5, 2.6))


FIGURES = (
    Picture(
        "penalty",
        "The lasso on the labels of one spike, $d/n = 8$: as its penalty falls to 0 its risk rises to that of the "
        "sparsest interpolator, and at its best it is half of what the best $p$ reaches. For $n/8$ equal spikes and "
        "$d/n = 4$ the risk of the sparsest interpolator rises with their height to a plateau, above which at $n = 32$ "
        "rare failures to find strong spikes lift the mean (dots). Lines are limits for large $n$",
        ("regularised-contrast", "l1-sparse-risk"),
        (PATH, SIGNAL),
        (
            Panel("a penalty instead", path),
            Panel("height of the signal, $p = 1$", signal),
        ),
    ),
)
