"""The ways to collapse: the central path on logarithmic axes, logistic modes, and the pace that weight decay sets."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

OMEGA0, C, N_CLASS = (2.467, 1.377, 0.3), 4, 8
TIMES = tuple(float(x) for x in np.geomspace(3, 1e5, 8))
FLOWS = {
    flow: cells(
        f"central-path-{flow}", 1,
        {"omega0": OMEGA0, "t": TIMES, "C": C, "n": N_CLASS, "flow": flow, "d": 10, "steps": 16},
    )
    for flow in ("projected", "renormalised")
}  # fmt: skip
SIZES, START, TOTAL, LAM = (9, 5, 3, 1), (1e-3,) * 4, 18, 0.03
MODE_TIMES = tuple(float(x) for x in np.linspace(4, 120, 30))
MODES = cells("ufm-logistic", 1, {"u0": START, "t": MODE_TIMES, "n_k": SIZES, "N": TOTAL, "lam": LAM, "d": 6})
PACE_TIMES = tuple(float(x) for x in np.linspace(10, 400, 14))
PACE = {
    lam: cells("ufm-logistic-random-start", 8, {"n_k": (4, 4, 4), "lam": lam, "t": PACE_TIMES, "scale": 0.5, "d": 6})
    for lam in (0.0, 2e-3, 5e-3, 1e-2)
}


def central(ax: Axes, results: Results) -> None:
    t = np.geomspace(1, 1e5, 200)
    for index, flow in enumerate(FLOWS):
        curves = theory.central_path_omega(OMEGA0, t, C, N_CLASS, flow=flow)
        omega = results.samples(FLOWS[flow])[0]["omega"][0]
        for j in range(C - 1):
            style.theory(ax, t, curves[j], index, flow if j == 0 else None)
            style.simulation(ax, TIMES, omega[j], None, index, markersize=3.5)
    late = np.asarray([2e3, 1e5])
    for power, start, name in ((0.25, 2.6, "$t^{1/4}$"), (0.5, 20.0, "$t^{1/2}$")):
        ax.plot(late, start * (late / late[0]) ** power, ":", color=style.GREY, linewidth=0.8)
        ax.annotate(
            name,
            (late[0], start),
            xytext=(20, -7) if power < 0.5 else (-4, 14),
            textcoords="offset points",
            fontsize=7,
            color=style.GREY,
        )
    ax.set(xscale="log", yscale="log", xlabel="time $t$", ylabel=r"singular values $\omega_j$")
    ax.legend(loc="upper left")


def _modes(ax: Axes, results: Results) -> None:
    t, strength = np.linspace(0, 120, 300), results.samples(MODES)[0]["strength"][0]
    for k, n in enumerate(SIZES):
        style.theory(ax, t, theory.ufm_mode_strength(START[k], t, n, TOTAL, LAM), k)
        style.simulation(ax, MODE_TIMES, strength[k], None, k, markersize=3.5)
        ax.annotate(rf"$n_k = {n}$", (120, strength[k, -1]), ha="right", xytext=(0, 5), textcoords="offset points")
    style.decoy(ax, t, theory.ufm_mode_strength(START[0], t / 2, SIZES[0], TOTAL, LAM))
    ax.set(xlabel="time $t$", ylabel="strength $u_k(t)$")


def _pace(ax: Axes, results: Results) -> None:
    ticks = PACE_TIMES
    for index, lam in enumerate(PACE):
        logs = np.log(results.samples(PACE[lam])[0]["nc1"])
        mean, se = logs.mean(axis=0), logs.std(axis=0, ddof=1) / np.sqrt(len(logs))
        values = np.exp(mean)
        style.simulation(ax, ticks, values, None, index, rf"$\lambda = {lam:g}$", markersize=3.5)
        ax.fill_between(
            ticks, np.exp(mean - 1.96 * se), np.exp(mean + 1.96 * se), color=style.COLOURS[index], alpha=0.15
        )
        late = np.asarray(ticks[6:] if lam < 1e-2 else ticks[3:])
        rate = float(theory.ufm_collapse_rate(lam))
        style.theory(ax, late, values[-1] * np.exp(rate * (late[-1] - late)), index)
    ax.set(yscale="log", xlabel="time $t$", ylabel="NC1", ylim=(1e-12, 3))
    ax.legend(loc="lower left")


FIGURES = (
    Picture(
        "paths",
        "Ways to collapse: (a) both flows of the central path, (b) class modes of the unconstrained features model, "
        "one after the other by size, (c) NC1 from a random start, geometric mean of eight",
        (
            "central-path-projected", "central-path-renormalised", "ufm-logistic", "ufm-logistic-within-class",
            "ufm-logistic-random-start",
        ),
        (FLOWS, MODES, PACE),
        (
            Panel("central path", central), Panel("logistic modes", _modes),
            Panel(r"random start: $e^{-6\lambda t}$", _pace),
        ),
    ),
)  # fmt: skip
