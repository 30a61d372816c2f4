"""Compressed activations: changes converge where values leave a floor, up to a critical noise."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.structured_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

ETA, STEPS = 0.3, 12
NOISES = (0.3, 0.6, 0.9)
PATHS = {
    c: along("activation-delta", 1, "steps", (STEPS,), eta=ETA, c=c, e0sq=1.0, u0sq=1.0, upper=0.5) for c in NOISES
}
FLOORS = along("activation-delta-direct-floor", 20_000, "c", (0.3, 0.6), eta=ETA, b=1.0)
RATES = (0.3, 0.5, 0.75, 1.0, 1.25, 1.5)
CRITICAL = along("activation-delta-critical-noise", 1, "eta", RATES)
DELTAS = (0.1, 0.25, 0.5)
SHRINKING = along("error-feedback-lag", 16, "delta", DELTAS, change=1.0)
TOP_K = along("error-feedback-lag-top-k", 16, "delta", DELTAS, change=1.0, d=20)


def paths(ax: Axes, results: Results) -> None:
    """Mean squared error against steps: changes at three noises, values at two."""
    t = np.arange(31)
    for index, c in enumerate(NOISES):
        style.theory(ax, t, theory.delta_second_moments(ETA, c, 1.0, 1.0, 30).e2, index)
        style.simulation(ax, t[: STEPS + 1], results.samples(PATHS[c])[0]["e2"][0], None, index)
    for index, (c, floor) in enumerate(zip((0.3, 0.6), results.mean(FLOORS, "value").mean, strict=True)):
        style.asymptote(ax, t, np.full(t.size, theory.direct_floor(ETA, c, 1.0)), index)
        style.simulation(ax, [30], [floor], None, index)
    style.name(ax, 13, theory.direct_floor(ETA, 0.3, 1.0), "values: floors", color="black")
    style.name(ax, 0.5, 30, "changes, $c = 0.9$", 2)
    style.name(ax, 21, 2e-4, "$c = 0.6$", 1)
    style.name(ax, 1, 3e-6, "changes,\n$c = 0.3$", 0)
    ax.set(xlabel="step", ylabel="mean square of $w - b$", yscale="log", ylim=(1e-7, 300))


def stable(ax: Axes, results: Results) -> None:
    """The noise that is too much, against the step size."""
    eta = np.linspace(0.01, 1.99, 200)
    critical = np.array([theory.delta_critical_c(float(e)) for e in eta])
    ax.fill_between(eta, 0, critical, color=style.COLOURS[2], alpha=0.12, linewidth=0)
    style.theory(ax, eta, critical, 2)
    style.simulation(ax, RATES, results.mean(CRITICAL, "value").mean, None, 2)
    style.decoy(ax, eta, 1 / (1 + eta))
    style.name(ax, 1.0, 0.5, "$1/(1+\\eta)$ (decoy)", color=style.GREY)
    ax.text(0.35, 0.25, "converges", color=style.COLOURS[2], fontsize=8)
    ax.text(1.25, 0.8, "diverges", fontsize=8)
    ax.set(xlabel="step size $\\eta$", ylabel="noise of the quantiser $c$", xlim=(0, 2), ylim=(0, 1.05))


def lag(ax: Axes, results: Results) -> None:
    """Largest lag of a message against what a compressor keeps."""
    delta = np.geomspace(0.07, 0.7, 60)
    style.asymptote(ax, delta, [theory.tracking_bound(float(d), 1.0) for d in delta], 0, "guarantee")
    style.simulation(ax, DELTAS, results.mean(SHRINKING, "value").mean, None, 0, "shrinking")
    style.simulation(ax, DELTAS, results.mean(TOP_K, "value").mean, None, 1, "largest entries")
    ax.set(xlabel="share kept $\\delta$", ylabel="largest lag / move", xscale="log", yscale="log")
    plain(ax.xaxis, (0.1, 0.2, 0.5))
    plain(ax.yaxis, (1, 3, 10, 30))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "activation",
        "Descent that hears of its activations through a noisy quantiser, $\\eta = 0.3$: sent changes converge to $0$ "
        "up to a critical noise, sent values leave a floor; how far a message with error feedback lags behind",
        ("activation-delta", "activation-delta-direct-floor", "activation-delta-critical-noise", "error-feedback-lag",
         "error-feedback-lag-top-k"),
        (PATHS, FLOORS, CRITICAL, SHRINKING, TOP_K),
        (
            Panel("changes and values", paths),
            Panel("how much noise", stable),
            Panel("lag of a message", lag),
        ),
    ),
)  # fmt: skip
