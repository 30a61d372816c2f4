"""Noise amplified by the angles between signal and attack, and the certificate of a convex programme."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.subspace_robustness as theory
from claims.subspace_robustness.certificate import predict_certificate
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

D_S, D_A = 3, 4
SIZES = (11, 12, 14, 16, 20, 26, 34)
AVERAGE = along("decomposition-noise-average", 4096, "n", SIZES, d_s=D_S, d_a=D_A)
LAMBDAS = (0.3, 0.45, 0.6, 0.8, 1.0, 1.25, 1.6)
SETTING = {"n": 20, "d_s": 4, "d_a": 4, "K_s": 5, "K_a": 3, "number": 4}
CERTIFIED = along("certificate-probability", 1024, "lam", LAMBDAS, **SETTING)


def amplification(ax: Axes, results: Results) -> None:
    """Error a unit of noise against the dimension, diverging at d_s + d_a."""
    line = np.arange(D_S + D_A + 2, 36)
    style.theory(ax, line, theory.expected_amplification(line, D_S, D_A), 0, "exact")
    style.decoy(ax, line, D_S * line / (line - D_A), "large $n$")
    style.simulation(ax, SIZES, *results.mean(AVERAGE, "value"), 0)
    style.asymptote(ax, [D_S + D_A] * 2, [0, 14], 1)
    style.name(ax, D_S + D_A + 0.5, 0.6, "$n = d_s + d_a$", 1)
    ax.set(xlabel="dimension $n$", ylabel=r"$\mathrm{E}|\hat s - s|^2/\sigma^2$", ylim=(0, 14), xlim=(6, 35))
    style.legend(ax, loc="upper right")


def certificate(ax: Axes, results: Results) -> None:
    """Probability of the certificate against the weight of the attack's norms."""
    lam = np.geomspace(0.25, 1.8, 80)
    style.theory(ax, lam, [predict_certificate(**SETTING, lam=float(one)) for one in lam], 2, "predicted")
    style.simulation(ax, LAMBDAS, *results.mean(CERTIFIED, "value"), 2)
    ax.set(xlabel=r"weight $\lambda$ of the attack's norms", ylabel="P(certificate)", ylim=(0, 1.02))
    style.legend(ax, loc="lower center")


FIGURES = (
    Picture(
        "noise",
        "Subtracting an attack amplifies noise, without end as signal and attack fill the space; among many subspaces "
        "a convex programme finds the pair, certified with a known probability that is largest where both norms count "
        "about alike",
        ("decomposition-noise-average", "certificate-probability"),
        (AVERAGE, CERTIFIED),
        (Panel("known subspaces", amplification), Panel("unknown subspaces", certificate)),
    ),
)
