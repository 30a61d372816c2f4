"""A shift of distribution, what it costs, and what training on the one test image repairs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.image_reconstruction as ir
from claims.image_reconstruction.shown import shift_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy
from figures.strip import Strip

GAP, TTT, EXCESS = "distribution-shift-gap-risk", "test-time-shrinkage", "test-time-shrinkage-excess"
D, TAU2, SIGMA2 = 30, 1.0, 0.5
RATIOS = np.asarray([0.03, 0.1, 0.3, 1.0, 3.0, 10.0])
SHIFTED = along(GAP, 4096, "ratio", RATIOS, d=D, tau2=TAU2, sigma2=SIGMA2)
TUNED = along(TTT, 4096, "d", [D], tau2=TAU2, sigma2=SIGMA2, k=D, positive_part=False)
NOISY = 0.4, 1.0
DIMENSIONS = (8, 12, 20, 40, 80)
PAID = {
    clip: [along(EXCESS, 16384, "d", [d], tau2=NOISY[0], sigma2=NOISY[1], k=d, positive_part=clip) for d in DIMENSIONS]
    for clip in (False, True)
}
P, Q = (3.0, 0.5), (1.0, 0.5)
ALPHAS = np.asarray([0.45, 0.55, 0.667, 0.76, 0.857, 0.95])
ARC = {which: along(shift_risk, 8192, "alpha", ALPHAS, d=10, tau2=which[0], sigma2=which[1]) for which in (P, Q)}


def training_elsewhere(ax: Axes, results: Results) -> None:
    """Risk on Q against the variance of the training images: tuned on P, and tuned on the test image."""
    ratio = np.geomspace(0.02, 15, 100)
    floor, tuned = float(ir.bayes_floor(D, TAU2, SIGMA2)), float(ir.ttt_risk(D, TAU2, SIGMA2))

    def shifted(r: np.ndarray) -> np.ndarray:
        return np.asarray(ir.shift_risk(D, r * TAU2 / (r * TAU2 + SIGMA2), TAU2, SIGMA2)) / floor

    style.theory(ax, ratio, shifted(ratio), 0)
    style.theory(ax, ratio[[0, -1]], [tuned / floor] * 2, 1)
    style.asymptote(ax, ratio[[0, -1]], [1, 1], 6)
    seen, one = results.mean(SHIFTED, "value").over(floor), results.mean(TUNED, "value").over(floor)
    style.simulation(ax, RATIOS, *seen, 0)
    style.simulation(ax, [1.0], one.mean, one.se, 1)
    style.name(ax, 0.2, 2.1, "trained on\nother images", 0, xytext=(0, 0))
    style.name(ax, 0.021, tuned / floor, "test-time\ntraining", 1, xytext=(0, 4))
    style.name(ax, 15, 1, "floor", 6, xytext=(0, -10), ha="right")
    ax.set(xscale="log", xlabel=r"variance in training / in test", ylabel="risk / floor", ylim=(0.8, 3.0))
    plain(ax.xaxis, (0.1, 1, 10))
    Strip(ax, results, 0.05).dots(RATIOS, seen, shifted(RATIOS), 0).dots([1.0], one, [tuned / floor], 1)


def price(ax: Axes, results: Results) -> None:
    """Excess of test-time training over the floor against the dimension, plain and clipped, and of a shift."""
    d = np.arange(6, 101)
    tau2, sigma2 = NOISY
    floor = np.asarray(ir.bayes_floor(d, tau2, sigma2))
    alpha = 3 * tau2 / (3 * tau2 + sigma2)
    style.theory(ax, d, ir.shift_gap(d, alpha, tau2, sigma2) / floor, 0)
    for clip, index in ((False, 1), (True, 3)):
        style.theory(ax, d, ir.ttt_risk(d, tau2, sigma2, None, clip) / floor - 1, index)
        own = [results.mean(declared, "value") for declared in PAID[clip]]
        unit = np.asarray(ir.bayes_floor(DIMENSIONS, tau2, sigma2))
        style.simulation(
            ax, DIMENSIONS, np.concatenate([o.mean for o in own]) / unit, np.concatenate([o.se for o in own]) / unit,
            index,
        )  # fmt: skip
    wrong = [decoy(EXCESS, "James-Stein throughout")(d=int(k), tau2=tau2, sigma2=sigma2, k=int(k), positive_part=False)[
        "value"] for k in d]  # fmt: skip
    style.decoy(ax, d, np.asarray(wrong) / floor)
    style.name(ax, 60, float(ir.shift_gap(1, alpha, tau2, sigma2) / ir.bayes_floor(1, tau2, sigma2)), "shifted", 0)
    style.name(ax, 11, 0.72, "test-time training", 1, xytext=(0, 0))
    style.name(ax, 6.3, 0.08, "clipped at 0", 3, xytext=(0, 0))
    ax.set(xscale="log", xlabel="dimension $d$", ylabel="excess / floor", ylim=(0, 1.0))
    plain(ax.xaxis, (10, 20, 50, 100))


def arc(ax: Axes, results: Results) -> None:
    """Risk on P against risk on Q along all shrinkages: an arc, not a line."""
    alpha = np.linspace(0.40, 1.0, 200)
    best = [which[0] / sum(which) for which in (P, Q)]
    x, y = (np.asarray(ir.shift_risk(10, alpha, *which)) for which in (P, Q))
    style.theory(ax, x, y, 0)
    between = (alpha >= best[1]) & (alpha <= best[0])
    style.theory(ax, x[between], y[between], 1, linewidth=2.6)
    seen = [results.mean(ARC[which], "value") for which in (P, Q)]
    style.simulation(ax, seen[0].mean, seen[1].mean, seen[1].se, 0)
    mixed = ir.mixture_shrinkage([P[0], Q[0]], [P[1], Q[1]])
    ax.plot(*(float(ir.shift_risk(10, mixed, *which)) for which in (P, Q)), "*", color="black", markersize=8, zorder=4)
    ends = [[float(ir.shift_risk(10, a, *which)) for which in (P, Q)] for a in best]
    style.name(ax, ends[0][0], ends[0][1], "best on P", 1, xytext=(8, -2))
    style.name(ax, ends[1][0], ends[1][1], "best on Q", 1, xytext=(8, -8))
    style.name(ax, 7.2, 3.9, "weaker", 0, xytext=(0, -10))
    style.name(ax, 4.85, 4.82, "stronger", 0, xytext=(6, -2))
    ax.set(xlabel="risk on P", ylabel="risk on Q")


FIGURES = (
    Picture(
        "shift",
        "A shift of distribution. (a) A denoiser tuned on images of another variance pays for it; one tuned on the "
        f"test image itself does not need to know (d = {D}). (b) Its price falls like one over the dimension (grey: "
        "that of James and Stein's constant). (c) Along all shrinkages the risks on two distributions trace an arc; "
        "between the two optima what is gained on one is lost on the other (star: trained on both)",
        (
            GAP, "distribution-shift-gap", "distribution-shift-gap-mixture", "distribution-shift-gap-trend", TTT,
            EXCESS, "test-time-shrinkage-sure",
        ),
        (SHIFTED, TUNED, PAID, ARC),
        (Panel("trained elsewhere", training_elsewhere), Panel("its price", price), Panel("two distributions", arc)),
        height=3.0,
    ),
)  # fmt: skip
