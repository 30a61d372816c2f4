"""The strength of the prior: the best l_p norm lies between 1 and 2, and a penalty lies far below it."""

from __future__ import annotations

import functools
import math

import numpy as np
from matplotlib.axes import Axes

import theory.sparse_interpolation as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

N, HEIGHT = 32, 5.5
RATIOS = (2, 4, 8)
SPIKE = {"n": N, "share": 1 / N, "height": HEIGHT}
DOTTED = (1.0, 1.1, 1.2, 1.35, 1.5, 2.0)
POWERS = np.array([1.02, 1.06, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.65, 1.8, 2.0])
DOTS = {ratio: along("lp-risk", 256, "p", DOTTED, ratio=float(ratio), **SPIKE) for ratio in RATIOS}
NOISE = along("lp-risk-noise", 256, "p", (1.0, 1.2, 1.5, 2.0), n=N, ratio=8.0)


def _truth(ratio: float, height: float = HEIGHT) -> tuple[int, int, tuple[float, float], tuple[int, int], float]:
    d = round(ratio * N)
    return N, d, (height / math.sqrt(N), 0.0), (1, d - 1), 1.0


@functools.cache
def _curve(ratio: int) -> tuple[np.ndarray, np.ndarray]:
    """Powers from 1 to 2 and the risks."""
    n, d, *truth = _truth(ratio)
    risks = [theory.min_lp_risk(n, d, float(p), *truth) for p in POWERS]
    return np.append(1.0, POWERS), np.append(theory.min_l1_risk(n, d, *truth), risks)


@functools.cache
def _path(ratio: int) -> tuple[np.ndarray, np.ndarray]:
    """Penalties over sqrt(n) and the lasso's risks, from small ones on."""
    pulls = np.geomspace(0.03, 5, 50)
    return pulls, np.array([theory.lasso_fit(*_truth(ratio), float(pull * math.sqrt(N))).risk for pull in pulls])


def strength(ax: Axes, results: Results) -> None:
    """Risk against p at several d/n; the best lasso as a level."""
    for index, ratio in enumerate(RATIOS):
        p, risk = _curve(ratio)
        style.theory(ax, p, risk, index)
        best = int(np.argmin(risk))
        ax.plot(p[best], risk[best], marker="v", markersize=6, color=style.COLOURS[index], zorder=5)
        style.simulation(ax, DOTTED, *results.mean(DOTS[ratio], "value"), index)
        style.name(ax, 2.0, float(risk[-1]), f"$d/n = {ratio}$", index, xytext=(5, (-3, 0, -7)[index]))
    least = float(_path(8)[1].min())
    style.theory(ax, [1, 2], [least, least], 3, linestyle="-.")
    style.name(ax, 1.2, least, "best lasso, $d/n = 8$", 3, xytext=(0, -11))
    ax.set(xlabel="norm $p$", ylabel="risk over $\\sigma^2$", xlim=(0.96, 2.4), ylim=(0.15, 1.85))
    ax.set_xticks([1, 1.25, 1.5, 1.75, 2])


def parts(ax: Axes, results: Results) -> None:
    """Risk against p at d/n = 8: on labels of noise, and what the spike adds."""
    p, risk = _curve(8)
    noise = [theory.min_l1_noise_risk(N, 8 * N, 1.0)]
    noise += [theory.min_lp_risk(N, 8 * N, float(q), [0.0], [8 * N], 1.0) for q in POWERS]
    style.theory(ax, p, risk, 1)
    style.theory(ax, p, noise, 4)
    style.theory(ax, p, risk - noise, 5)
    style.simulation(ax, DOTTED, *results.mean(DOTS[8], "value"), 1)
    style.simulation(ax, (1.0, 1.2, 1.5, 2.0), *results.mean(NOISE, "value"), 4)
    style.name(ax, 1.5, float(np.interp(1.5, p, risk)), "both", 1, xytext=(-26, 4))
    style.name(ax, 1.5, 0.17, "noise alone", 4, xytext=(0, 5))
    style.name(ax, 1.45, 0.42, "added by the spike", 5, xytext=(14, 0))
    ax.set(xlabel="norm $p$", ylabel="risk over $\\sigma^2$", ylim=(0, 1.25))


FIGURES = (
    Picture(
        "trade_off",
        "One spike of $5.5\\,\\sigma/\\sqrt{n}$ among $d$ coordinates, $n = 32$ labels, fitted exactly by the $w$ of "
        "least $\\ell_p$ norm: the risk is least (triangles) strictly between $p = 1$, which pays for noise, and "
        "$p = 2$, which misses the spike; a penalty, which does not fit the noise, lies below all of them. At "
        "$d/n = 8$: what labels of noise cost, and what the spike adds. Lines are limits for large $n$",
        ("lp-risk", "lp-risk-noise", "regularised-contrast"),
        (*DOTS.values(), NOISE),
        (
            Panel("strength of the prior", strength),
            Panel("noise and structure", parts),
        ),
    ),
)
