"""Risk of fixed features in the share of features that samples can pay; risk after transfer in every dimension."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.feature_learning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along

SHARES = (0.15, 0.35, 0.55, 0.75)
CASES = {"degree 2, $d = 6$": (6, 2), "degree 3, $d = 4$": (4, 3)}
SIZES = {
    case: [round(share * math.comb(case[0] + case[1] - 1, case[1])) for share in SHARES] for case in CASES.values()
}
FIXED = {
    case: along("fixed-features-lower-bound", 1024, "n", SIZES[case], d=case[0], p=case[1]) for case in CASES.values()
}
SQUARES = along("fixed-features-lower-bound-rank-one", 1024, "n", SIZES[6, 2], d=6)
KERNEL = along("fixed-features-lower-bound-kernels", 2048, "n", SIZES[6, 2], d=6, kernel="quadratic")
R, P, NOISE = 2, 3, 0.25
SAMPLES = (12, 20, 40, 80, 160)
TRANSFER = {d: along("transfer-dimension-free", 512, "n", SAMPLES, r=R, p=P, sigma2=NOISE, d=d) for d in (2, 10, 50)}


def fixed(ax: Axes, results: Results) -> None:
    """Average risk against n/D."""
    x = np.linspace(0, 1, 50)
    style.theory(ax, x, 1 - x, 0, "random targets, $1 - n/D$")
    for index, case in enumerate(CASES.values()):
        D = math.comb(case[0] + case[1] - 1, case[1])
        style.simulation(ax, np.asarray(SIZES[case]) / D, *results.mean(FIXED[case], "value"), 0, fmt="oD"[index])
    n = np.arange(1, 22)
    style.theory(ax, n / 21, theory.rank_one_lower_bound(6, n), 1, r"$h_2(u \cdot x)$, least, $d = 6$")
    style.simulation(ax, np.asarray(SIZES[6, 2]) / 21, *results.mean(SQUARES, "value"), 1)
    seen = results.mean(KERNEL, "value")
    style.simulation(ax, np.asarray(SIZES[6, 2]) / 21, *seen, 2, r"$h_2(u \cdot x)$, kernel regression", fmt="^")
    ax.set(xlabel="samples over features $n/D$", ylabel="risk", xlim=(0, 1), ylim=(0, 1.02))
    style.legend(ax, loc="lower left")


def transfer(ax: Axes, results: Results) -> None:
    """Excess risk against n, the same in every dimension."""
    n = spaced(10, 1000, 60)
    style.theory(ax, n, theory.transfer_in_sample_risk(R, P, n, NOISE), 0, r"$\sigma^2 q/n$, $q = 10$")
    for index, (d, declared) in enumerate(TRANSFER.items()):
        moved = np.asarray(SAMPLES) * (0.93, 1.0, 1.075)[index]
        style.simulation(ax, moved, *results.mean(declared, "value"), index, f"$d = {d}$")
    many = spaced(math.comb(13, 3), 1000, 20)
    style.asymptote(ax, many, theory.transfer_in_sample_risk(10, P, many, NOISE), 1, "from scratch, $d = 10$")
    ax.set(xscale="log", yscale="log", xlabel="samples $n$", ylabel="excess risk", xlim=(9, 1100))
    plain(ax.xaxis, (10, 30, 100, 300, 1000))
    plain(ax.yaxis, (0.003, 0.01, 0.03, 0.1, 0.3))
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "fixed",
        "Predictors on fixed features pay a sample for each polynomial of the degree, and hardly less for squares "
        "of one hidden direction (dots and diamonds: degree 2 and 3); with the directions known the price is the "
        "same in every dimension (dots moved aside)",
        ("fixed-features-lower-bound", "fixed-features-lower-bound-rank-one", "fixed-features-lower-bound-kernels",
         "transfer-dimension-free"),
        (FIXED, SQUARES, KERNEL, TRANSFER),
        (Panel("fixed features", fixed), Panel("known directions, $r = 2$, $p = 3$", transfer)),
    ),
)  # fmt: skip
