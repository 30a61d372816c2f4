"""Sparse coding, the l1 transition and coherence: quadrature at 40 digits, brute-force minima, exact dictionaries."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
import scipy

from theory import matrix_denoising as md
from theory.quadrature import normal_rule
from theory.shrinkage import soft_threshold_risk


def test_sure_has_the_risk_as_its_mean() -> None:
    for mu, t in ((0.0, 1.0), (1.7, 0.4), (-3.0, 2.0)):
        z, weights = normal_rule(30, [-t - mu, t - mu])
        mean = sum(w * md.sure_soft([mu + g], t) for g, w in zip(z, weights, strict=True))
        assert mean == pytest.approx(float(soft_threshold_risk(mu, t)), rel=1e-10)


def test_second_moment_of_the_error_of_sure() -> None:
    for mu, t in ((0.0, 1.0), (1.7, 0.4), (-3.0, 2.0)):
        with mpmath.workdps(20):

            def square(z: mpmath.mpf, mu: float = mu, t: float = t) -> mpmath.mpf:
                y = mu + z
                inside = abs(y) <= t
                sure = 1 - 2 * inside + min(y * y, t * t)
                shrunk = 0 if inside else y - mpmath.sign(y) * t
                return (sure - (shrunk - mu) ** 2) ** 2 * mpmath.npdf(z)

            exact = mpmath.quad(square, [-mpmath.inf, -t - mu, t - mu, mpmath.inf])
        assert md.sure_error_second_moment([mu], t) == pytest.approx(float(exact), rel=1e-10)
    assert md.sure_error_second_moment(np.linspace(-4, 4, 20), 0.8) == pytest.approx(69.516, abs=6e-4)


@pytest.mark.parametrize(
    ("fraction", "tau", "t"), [(0.1, 3.0, 1.38251), (0.3, 1.0, 0.2), (0.05, 5.0, 4.0), (1.0, 2.0, 1.0)]
)
def test_risk_under_the_prior_is_the_mean_over_the_prior(fraction: float, tau: float, t: float) -> None:
    nodes, weights = normal_rule(60, [0.0])
    spike = weights @ soft_threshold_risk(tau * nodes, t)
    expected = (1 - fraction) * soft_threshold_risk(0.0, t) + fraction * spike
    assert md.sparse_coding_risk(fraction, tau, t) == pytest.approx(float(expected), rel=1e-8)


def test_the_best_threshold() -> None:
    for fraction, tau, t, risk in (
        (0.1, 3, 1.38251, 0.235225),
        (0.05, 5, 1.5369, 0.165117),
        (0.3, 1, 1.57654, 0.237083),
    ):
        found = md.sparse_coding_threshold(fraction, tau)
        assert found == pytest.approx((t, risk), abs=6e-6)
        grid = np.linspace(0.0, 8.0, 80_001)
        assert found.risk <= md.sparse_coding_risk(fraction, tau, grid).min() + 1e-12
    assert md.sparse_coding_threshold(0.0, 3.0) == (math.inf, 0.0)
    assert md.sparse_coding_threshold(0.2, 0.0) == (math.inf, 0.0)
    assert md.sparse_coding_threshold(1e-30, 1.0).risk == pytest.approx(1e-30)
    assert md.sparse_coding_risk(0.1, 3.0, [0.0, 1e70]) == pytest.approx([1.0, 0.9])


def test_the_l1_transition_is_a_minimum_over_thresholds() -> None:
    for fraction in (1e-6, 0.01, 0.2, 0.9):
        found = scipy.optimize.minimize_scalar(
            lambda t, f=fraction: f * (1 + t * t) + (1 - f) * float(soft_threshold_risk(0.0, t)), bounds=(0, 12),
            method="bounded", options={"xatol": 1e-9},
        )  # fmt: skip
        assert md.l1_transition(fraction) == pytest.approx(found.fun, rel=1e-9)
        assert md.l1_sparsity(md.l1_transition(fraction)) == pytest.approx(fraction, rel=1e-9)
    assert md.l1_transition([0.01, 0.05, 0.1, 0.2, 0.3]) == pytest.approx(
        [0.0612440, 0.2038999, 0.3287935, 0.5111296, 0.6455723], abs=6e-8
    )
    delta = np.array([0.1, 0.25, 0.5, 0.75])
    assert md.l1_sparsity(delta) / delta == pytest.approx([0.189429, 0.267384, 0.385690, 0.533712], abs=6e-7)
    assert 0 <= md.l1_transition(1e-70) < 1e-65
    assert md.l1_transition(1 - 1e-16) <= 1


def test_coherence_of_known_dictionaries() -> None:
    for n in (4, 16):
        both = np.hstack([np.eye(n), scipy.linalg.hadamard(n)])
        assert md.coherence(both) == pytest.approx(n**-0.5, rel=1e-14)
    with pytest.raises(ValueError, match="none of them 0"):
        md.coherence([[1.0, 0.0], [1.0, 0.0]])


def test_the_simplex_shows_that_the_bound_is_sharp() -> None:
    for N in (3, 5, 7):
        # Differences of centred unit vectors: N + 1 points of coherence 1/N that sum to 0.
        atoms = np.eye(N + 1) - 1 / (N + 1)
        mu = md.coherence(atoms)
        assert mu == pytest.approx(1 / N, rel=1e-12)
        k = md.coherence_sparsity(mu)
        assert k + 1 == (N + 1) // 2
        # Below the bound any 2k atoms are independent, above it two halves sum to opposite points.
        assert all(
            np.linalg.matrix_rank(atoms[:, list(s)]) == 2 * k for s in itertools.combinations(range(N + 1), 2 * k)
        )
        assert np.abs(atoms.sum(axis=1)).max() < 1e-14


def test_the_largest_sparsity_below_the_bound() -> None:
    assert [md.coherence_sparsity(1 / n) for n in range(1, 200)] == [-(-(n + 1) // 2) - 1 for n in range(1, 200)]
    assert [md.coherence_sparsity(mu) for mu in (0.25, 0.125, 0.3, 1.0)] == [2, 4, 2, 0]
