"""What source tasks teach of a shared direction, with its dead zone; what a representation is worth to the target."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.multitask_representation as mt
from claims.multitask_representation.shown import scratch_risk, subspace_alignment, transfer_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, cells, decoy
from figures.strip import Strip

D, TASKS = 60, (15, 240)
PER_DIMENSION = np.asarray([0.15, 0.25, 0.4, 0.7, 1.2, 2.0, 3.2, 5.5, 9.0, 18.0, 40.0])
OVERLAPS = {
    T: cells(
        subspace_alignment, 96,
        *({"s": (float(np.sqrt(T)),), "tau2": T / (D * x), "d": D, "T": T} for x in PER_DIMENSION.tolist()),
    )
    for T in TASKS
}  # fmt: skip

K, DIM, RHO2, SIGMA2 = 3, 20, 0.15, 0.5
TARGETS = np.asarray([9, 12, 16, 24, 36, 60, 100, 200, 400])
FROM_SCRATCH = np.asarray([2, 5, 9, 13, 16, 25, 28, 36, 60, 100, 200, 400])
LEARNED, ORACLE = (
    along(transfer_risk, 256, "n2", TARGETS, rho2=rho2, k=K, sigma2=SIGMA2, d=DIM) for rho2 in (RHO2, 0.0)
)
SCRATCH = along(scratch_risk, 512, "n2", FROM_SCRATCH, d=DIM, sigma2=SIGMA2, theta_norm2=1.0)


def dead_zone(ax: Axes, results: Results) -> None:
    """Squared overlap with the shared direction against samples per dimension, for few tasks and for many."""
    x = np.geomspace(0.12, 60, 400)
    for index, T in enumerate(TASKS):
        limit = np.concatenate([mt.subspace_alignment([np.sqrt(T)], T / (D * v), D, T) for v in x])
        style.theory(ax, x, limit, index)
        seen = results.mean(OVERLAPS[T], lambda s: s["value"][:, 0])
        style.simulation(ax, PER_DIMENSION, *seen, index)
        start = float(np.sqrt(T / D))
        ax.plot(start, 0, "|", color=style.COLOURS[index], markersize=9, markeredgewidth=1.4, zorder=4)
    few, many = ("few tasks", "many tasks") if results.brief else (f"{TASKS[0]} tasks", f"{TASKS[1]} tasks")
    style.name(ax, 1.5, 0.66, few, 0, ha="right", xytext=(0, 0))
    style.name(ax, 4.4, 0.4, many, 1, xytext=(0, 0))
    ax.set(xscale="log", xlabel="samples per dimension $n_1 T/d$", ylabel="squared overlap", ylim=(-0.04, 1.02))
    plain(ax.xaxis, (0.2, 1, 5, 20))


def worth(ax: Axes, results: Results) -> None:
    """Risk on the target against its samples: from scratch, on the learned representation, on the oracle's."""
    n2 = spaced(K + 2, 500, 300)
    n0 = np.arange(1, 501)
    scratch = np.asarray(mt.scratch_risk(DIM, n0, SIGMA2, 1.0))
    style.theory(ax, n0, np.where(np.isfinite(scratch), scratch, np.nan), 0)
    style.theory(ax, n2, mt.transfer_risk(RHO2, K, n2, SIGMA2), 1)
    style.theory(ax, n2, mt.transfer_risk(0.0, K, n2, SIGMA2), 2)
    style.asymptote(ax, n0, np.full(n0.size, RHO2), 1)
    cross = mt.crossover(RHO2, K, DIM, SIGMA2)
    style.mark(ax, cross, "scratch\nwins", y=0.99)
    seen = [results.mean(own, "value") for own in (SCRATCH, LEARNED, ORACLE)]
    for index, (own, at) in enumerate(zip(seen, (FROM_SCRATCH, TARGETS, TARGETS), strict=True)):
        style.simulation(ax, at, *own, index)
    style.name(ax, 14, 5.5, "from scratch", 0, ha="right", xytext=(0, 0))
    style.name(ax, 520, RHO2 * 1.35, "learned", 1, ha="right", xytext=(0, 1))
    style.name(ax, 9, 0.035, "oracle", 2, xytext=(0, 0))
    ax.set(xscale="log", yscale="log", xlabel="target samples $n_2$", ylabel="risk", ylim=(2.5e-3, 30))
    plain(ax.xaxis, (1, 10, 100))
    plain(ax.yaxis, (0.01, 0.1, 1, 10))
    strip = Strip(ax, results, 0.15)
    strip.dots(FROM_SCRATCH, seen[0], mt.scratch_risk(DIM, FROM_SCRATCH, SIGMA2, 1.0), 0)
    strip.dots(TARGETS, seen[1], mt.transfer_risk(RHO2, K, TARGETS, SIGMA2), 1)
    strip.dots(TARGETS, seen[2], mt.transfer_risk(0.0, K, TARGETS, SIGMA2), 2)
    wrong = decoy("head-on-representation", "bias only")
    values = [wrong(rho2=RHO2, k=K, n2=int(n), sigma2=SIGMA2, d=DIM)["value"] for n in n2]
    strip.decoy(n2, values, mt.transfer_risk(RHO2, K, n2, SIGMA2)).says("bias only", 5, -0.105)


FIGURES = (
    Picture(
        "overlap",
        f"Source tasks teach nothing below a threshold (ticks; $d = {D}$); and what a representation with $k = {K}$ of "
        f"{DIM} dimensions that leaves out $\\rho^2 = {RHO2}$ (dotted) is worth to the target",
        (
            "subspace-bbp", "subspace-bbp-threshold", "subspace-bbp-near-threshold", "subspace-bbp-least-squares",
            "head-on-representation", "head-on-representation-scratch", "head-on-representation-crossover",
        ),
        (OVERLAPS, LEARNED, ORACLE, SCRATCH),
        (Panel("what source tasks teach", dead_zone), Panel("what it is worth", worth)),
        height=3.1,
    ),
)  # fmt: skip
