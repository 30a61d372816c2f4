"""Risks of the blind and the additive estimator; parities by kernels and by elimination."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.compositional_sparsity as theory
from claims.compositional_sparsity.projection import additive, best_cut
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

SIZES = (50, 100, 200, 400, 800)
D = 3
KINDS = {"ball": "blind", "axes": "structure known"}
RISKS = {
    kind: cells("projection-risk", 64, *({"D": D, "M": best_cut(D, n, kind), "n": n, "modes": kind} for n in SIZES))
    for kind in KINDS
}
BITS = 10
EXAMPLES = (9, 10, 11, 12, 13, 14, 16, 18, 20)
FOUND = along("parity-separation-elimination", 2048, "n", EXAMPLES, d=BITS)


def risk(ax: Axes, results: Results) -> None:
    """Risk at the best cut against n."""
    n = np.unique(np.round(np.geomspace(40, 4000, 40)).astype(int))
    risk_of = additive.of(theory.projection_risk)
    for index, (kind, label) in enumerate(KINDS.items()):
        exact = [risk_of(D=D, M=best_cut(D, int(one), kind), n=int(one), modes=kind) for one in n]
        style.theory(ax, n, exact, index, label)
        style.simulation(ax, SIZES, *results.mean(RISKS[kind], "value"), index)
    ax.set(xlabel="samples $n$", ylabel="risk at the best $M$", xscale="log", yscale="log")
    style.legend(ax, loc="lower left")


def parity(ax: Axes, results: Results) -> None:
    """What elimination finds, and what no kernel on as many points can capture."""
    n = np.arange(1, 21)
    style.theory(ax, n, [theory.gf2_recovery_prob(int(one), BITS) for one in n], 0, "elimination finds it")
    style.simulation(ax, EXAMPLES, *results.mean(FOUND, "value"), 0)
    captured = [1 - theory.kernel_parity_bound(int(one), BITS, 4) for one in n]
    style.asymptote(ax, n, captured, 1, "any kernel, $k = 4$, at most")
    ax.set(xlabel="examples $n$", ylabel="probability, share", ylim=(0, 1.05), xlim=(0, 20.5))
    style.legend(ax, loc="center right")


FIGURES = (
    Picture(
        "risk",
        "An estimator that knows that a function of three variables is a sum over them has another exponent than one "
        "that does not; "
        "elimination finds a parity of ten bits where no kernel captures a tenth of it",
        ("projection-risk", "projection-risk-gain", "parity-separation", "parity-separation-elimination"),
        (RISKS, FOUND),
        (Panel("a sum over coordinates, $D = 3$", risk), Panel("parities", parity)),
    ),
)
