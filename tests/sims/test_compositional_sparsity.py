"""Kernels against naive loops and exact small cases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import sims.compositional_sparsity as S
import theory.compositional_sparsity as T
from sims.compositional_sparsity.products import derivative
from sims.compositional_sparsity.sawtooth import _Moments


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def test_interpolants_by_numpy():
    found = S.interpolation_error(4, trials=3, rng=_sfc(0))
    inner = np.sort(_sfc(0).random(size=(3, 3)), axis=1)
    for t in range(3):
        knots = np.concatenate([[0.0], inner[t], [1.0]])
        gap = np.diff(knots).max() ** 2 / 4
        assert found[t] == pytest.approx(gap / 2, rel=1e-6)


def test_moments_by_quadrature():
    moments = _Moments(_sfc(0), 3)
    nodes, weights = np.polynomial.legendre.leggauss(5)
    for i, j in ((0, 64), (3, 20), (17, 18), (40, 64)):
        x = np.concatenate([(c + (nodes + 1) / 2) / 64 for c in range(i, j)])
        w = np.sqrt(np.tile(weights / 128, j - i))
        A, b = np.stack([w, w * x], axis=1), w * T.sawtooth(x, 3)
        expected = np.sum((b - A @ np.linalg.lstsq(A, b, rcond=None)[0]) ** 2)
        assert float(moments.cost(np.array([i]), np.array([j]))[0]) == pytest.approx(expected, abs=1e-14)
    assert np.isinf(moments.cost(np.array([5]), np.array([5]))[0])


def test_searches_end_at_or_above_the_best():
    found = S.sawtooth_search(3, 3, trials=100, rng=_sfc(1))
    assert found.min() == pytest.approx(T.sawtooth_best_l2(3, 3), rel=1e-9)
    assert S.sawtooth_search(2, 4, trials=200, rng=_sfc(2)).min() < 1e-12


def test_derivatives_by_differences():
    import mpmath

    for n in range(1, 8):
        exact = mpmath.diff(lambda z: 1 / (1 + mpmath.exp(-z)) + mpmath.exp(mpmath.mpf("0.7") * z), 0, n)
        assert derivative("mixed", n) == pytest.approx(float(exact), rel=1e-9)


def test_products_are_theorys_network():
    x = S.inputs(3)
    found = S.product_errors(3, 4.0, trials=1, rng=_sfc(3))
    network = T.product_network(3, lambda z: 1 / (1 + np.exp(-z)) + np.exp(0.7 * z), derivative("mixed", 3), 0.25)
    assert found.layer[0] == pytest.approx(np.sqrt(np.mean((network(x) - np.prod(x, axis=1)) ** 2)), rel=1e-9)
    with pytest.raises(ValueError, match="n = 9"):
        S.product_errors(9, 4.0, trials=1, rng=_sfc(3))


def test_rank_of_the_moments_that_a_network_has():
    """The moments of the sum over signs itself: of rank 2^n too."""
    n = 3
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=n)))
    weights = np.prod(signs, axis=1)
    subsets = list(itertools.product((0, 1), repeat=n))
    matrix = [
        [np.sum(weights * np.prod(signs ** (np.array(s) + np.array(t)), axis=1)) for t in subsets] for s in subsets
    ]
    assert np.linalg.matrix_rank(matrix) == 8
    assert (S.moment_rank(n, trials=5, rng=_sfc(4)) == 8).all()


@pytest.mark.parametrize("modes", ["ball", "axes"])
def test_estimates_by_complex_coefficients(modes):
    g2, n, M = (0.1, 0.05), 30, 1
    found = S.projection_risk(g2, 2, M, n, 0.0, modes, trials=1, rng=_sfc(5))
    rng = _sfc(5)
    x = rng.random(size=(1, n, 2))[0]
    y = sum(2 * np.sqrt(g) * np.cos(2 * np.pi * j * x[:, i]) for i in range(2) for j, g in enumerate(g2, start=1))
    error = 0.0
    for k in itertools.product(range(-3, 4), repeat=2):
        nonzero = [abs(e) for e in k if e]
        truth = np.sqrt(g2[nonzero[0] - 1]) if len(nonzero) == 1 and nonzero[0] <= 2 else 0.0
        inside = sum(e * e for e in k) <= M * M  # at M = 1 ball and axes are the same set
        estimate = np.mean(y * np.exp(-2j * np.pi * (x @ np.array(k)))) if inside else 0.0
        error += abs(estimate - truth) ** 2
    assert found[0] == pytest.approx(error, rel=1e-9)


def test_captured_energy_by_least_squares():
    found = S.parity_error(4, 4, 2, trials=1, rng=_sfc(6))[0]
    drawn = np.argsort(_sfc(6).random(size=(1, 16)), axis=-1)[0, :4]
    cube = np.array(list(itertools.product((1.0, -1.0), repeat=4)))
    V = np.exp((cube @ cube[drawn].T - 4) / 4)
    total = []
    for chosen in itertools.combinations(range(4), 2):
        chi = np.prod(cube[:, list(chosen)], axis=1)
        total.append(np.mean((chi - V @ np.linalg.lstsq(V, chi, rcond=None)[0]) ** 2))
    assert found == pytest.approx(np.mean(total), rel=1e-9)


def test_elimination_finds_what_brute_force_finds():
    found = S.gf2_recovery_prob(4, 3, trials=200, rng=_sfc(7))
    rng = _sfc(7)
    A = (rng.random(size=(200, 4, 3)) < 0.5).astype(int)
    candidates = np.array(list(itertools.product((0, 1), repeat=3)))
    for t in range(200):
        kernel = sum(not ((A[t] @ v) % 2).any() for v in candidates)
        assert found[t] == float(kernel == 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: S.square_deep_error(21, trials=1, rng=r), "m = 21"),
        (lambda r: S.sawtooth_pieces(17, trials=1, rng=r), "k = 17"),
        (lambda r: S.sawtooth_search(8, 2, trials=1, rng=r), "k = 8"),
        (lambda r: S.moment_rank(7, trials=1, rng=r), "n = 7"),
        (lambda r: S.parity_error(3, 11, 2, trials=1, rng=r), "n, d, k = 3, 11, 2"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(_sfc(0))
