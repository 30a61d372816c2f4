"""How much SGD fluctuates for ever: against the share of the batch, and the step from which on it grows."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.square_loss_dynamics as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

N, MU = 12, 0.4
DECAYS = (0.1, 0.03, 0.0)
BATCHES = (1, 2, 3, 4, 6, 8, 10, 12)
SPREAD = {lam: along("sgd-noise-floor", 512, "B", BATCHES, N=N, mu=MU, lam=lam, r2=1.0, w0=1.0) for lam in DECAYS}
SIDES = {
    lam: along("sgd-noise-floor-critical-step", 1, "B", range(1, 6), N=5, lam=lam, r2=1.0) for lam in (0.1, 0.5, 0.0)
}


def stationary(ax: Axes, results: Results) -> None:
    """Stationary standard deviation against B/N for three decays."""
    batches = np.arange(1, N + 1)
    for index, lam in enumerate(DECAYS):
        var = theory.sgd_stationary(N, batches, MU, lam, 1.0, 1.0).var
        style.theory(ax, batches / N, np.sqrt(var), index, rf"$\lambda = {lam:g}$")
        found, se = results.mean(SPREAD[lam], "var")
        root = np.sqrt(found)
        style.simulation(ax, np.asarray(BATCHES) / N, root, se / (2 * np.maximum(root, 1e-12)), index)
    ax.set(xlabel="batch size over samples $B/N$", ylabel="stationary spread of a weight", xlim=(0, 1.03))
    ax.set_ylim(-0.012, None)
    style.legend(ax, loc="upper right")


def critical(ax: Axes, results: Results) -> None:
    """Largest step with a finite variance against the batch size."""
    batches = np.arange(1, 6)
    for index, (lam, declared) in enumerate(SIDES.items()):
        style.theory(ax, batches, theory.sgd_critical_step(5, batches, lam, 1.0), index, rf"$\lambda = {lam:g}$")
        style.simulation(ax, batches, [sample["step"][0] for sample in results.samples(declared)], None, index)
    ax.set(xlabel="batch size $B$ of 5 samples", ylabel=r"critical step $\mu_c$", ylim=(0, None))
    ax.set_xticks(batches)
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "spread",
        "The stationary spread of SGD with weight decay is known, and zero for the full batch and without decay; "
        "beyond a critical step there is no stationary variance",
        ("sgd-noise-floor", "sgd-noise-floor-zero", "sgd-noise-floor-critical-step"),
        (SPREAD, SIDES),
        (Panel("what never stops", stationary), Panel("where it grows", critical)),
    ),
)
