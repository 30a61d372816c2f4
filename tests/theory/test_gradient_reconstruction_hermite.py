"""Hermite coefficients, population tensors and their errors against mpmath, exact small cases and outside numbers."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import gradient_reconstruction as gr
from theory.activations import activation_function

S2 = math.sqrt(2 * math.pi)

# Unit-norm coefficients c_0..c_4, confirmed independently to 1e-9.
KNOWN = {
    "relu": (1 / S2, 0.5, 1 / S2, 0, -1 / S2),
    "abs": (2 / S2, 0, 2 / S2, 0, -2 / S2),
    "step": (0.5, 1 / S2, 0, -1 / S2, 0),
    "quadratic": (1, 0, 2, 0, 0),
    "cubic": (0, 3, 0, 6, 0),
    "erf": (0, 0.6514700159, 0, -0.4343133439, 0),
    "gelu": (0.5 / math.sqrt(math.pi), 0.5, 0.75 / math.sqrt(math.pi), 0, -0.625 / math.sqrt(math.pi)),
    "sin": (0, math.exp(-0.5), 0, -math.exp(-0.5), 0),
    "cos": (math.exp(-0.5), 0, -math.exp(-0.5), 0, math.exp(-0.5)),
    "tanh": (0, 0.6057055096, 0, -0.3635953763, 0),
    "sigmoid": (0.5, 0.2066209641, 0, -0.0623964840, 0),
    "softplus": (0.8060591833, 0.5, 0.2066209641, 0, -0.0623964840),
    "silu": (0.2066209641, 0.5, 0.3508454443, 0, -0.1852059626),
}

EXACT = {
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "sin": mpmath.sin,
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf("0.01") * z,
}


def mp_hermite(p, z):
    before, now = mpmath.mpf(0), mpmath.mpf(1)
    for k in range(p):
        before, now = now, z * now - k * before
    return now


def mp_coefficient(name, p, t):
    points = [-14, -6, -2, -0.5, 0, 0.5, 2, 6, 14]
    with mpmath.workdps(25):
        t = mpmath.mpf(t)
        return float(mpmath.quad(lambda z: EXACT[name](t * z) * mp_hermite(p, z) * mpmath.npdf(z), points))


@pytest.mark.parametrize("name", KNOWN)
def test_unit_norm_coefficients_are_the_known_ones(name):
    got = [gr.hermite_coefficient(name, p) for p in range(5)]
    assert got == pytest.approx(KNOWN[name], abs=1e-9)
    assert [c == 0 for c in got] == [c == 0 for c in KNOWN[name]]  # zeros by parity are exact


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("p", "t"), [(0, 0.3), (3, 0.05), (1, 1.7), (4, 1.7)])
def test_coefficients_at_other_norms_against_high_precision(name, p, t):
    assert gr.hermite_coefficient(name, p, t) == pytest.approx(mp_coefficient(name, p, t), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "abs"])
@pytest.mark.parametrize("p", range(6))
def test_homogeneous_activations_scale_with_the_norm(name, p):
    assert gr.hermite_coefficient(name, p, 2.5) == pytest.approx(2.5 * gr.hermite_coefficient(name, p), rel=1e-14)


@pytest.mark.parametrize("name", gr.ACTIVATIONS)
@pytest.mark.parametrize("p", [0, 1, 2, 3])
def test_a_callable_gives_the_coefficient_of_its_name(name, p):
    got = gr.hermite_coefficient(activation_function(name), p, 0.8)
    assert got == pytest.approx(gr.hermite_coefficient(name, p, 0.8), abs=1e-10)


def test_shape_parameters():
    slope, relu = gr.hermite_coefficient("leaky_relu", 1, slope=0.3), gr.hermite_coefficient("relu", 2)
    assert slope == pytest.approx(0.65, rel=1e-14)
    assert gr.hermite_coefficient("leaky_relu", 2, slope=0.3) == pytest.approx(0.7 * relu, rel=1e-14)
    linear = [gr.hermite_coefficient("elu", p, alpha=0.0) for p in range(5)]
    assert linear == pytest.approx([gr.hermite_coefficient("relu", p) for p in range(5)], abs=1e-13)


def test_at_norm_zero_only_the_value_at_zero_remains():
    assert gr.hermite_coefficient("sigmoid", 0, 0.0) == 0.5
    assert gr.hermite_coefficient("cos", 2, 0.0) == 0.0


@pytest.mark.parametrize("t", [1e-6, 1e12])
@pytest.mark.parametrize("name", gr.ACTIVATIONS)
def test_extreme_norms_stay_finite(name, t):
    assert all(math.isfinite(gr.hermite_coefficient(name, p, t)) for p in (0, 1, 2, 3, 4, 30))


def test_failures_follow_parity():
    for name in ("relu", "leaky_relu", "gelu", "silu", "softplus", "abs"):
        assert all(gr.failure(name, p) for p in (3, 5, 7))
        assert not gr.failure(name, 2)
        assert not gr.failure(name, 4)
    for name in ("tanh", "erf", "sin", "cubic", "sigmoid", "step"):
        assert all(gr.failure(name, p) for p in (2, 4, 6))
        assert not gr.failure(name, 3)
    assert all(gr.failure(name, 1) for name in ("abs", "cos", "quadratic"))
    assert gr.failure("quadratic", 4)
    assert not gr.failure("elu", 3)
    assert gr.failure(lambda z: np.maximum(z, 0), 3)
    assert not gr.failure(lambda z: np.maximum(z, 0), 2)


def test_population_tensor_is_the_sum_of_rank_one_tensors():
    X = np.array([[3.0, 4.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    r = np.array([1.0, -2.0, 5.0])
    tensor = gr.population_tensor(X, r, "erf", 3)
    expected = np.zeros((3, 3, 3))
    for x, c in zip(X[:2], r, strict=False):
        t = np.linalg.norm(x)
        for i, j, k in itertools.product(range(3), repeat=3):
            expected[i, j, k] += c * gr.hermite_coefficient("erf", 3, t) * x[i] * x[j] * x[k] / t**3
    np.testing.assert_allclose(tensor, expected, atol=1e-15)
    zero = gr.population_tensor(X, r, "sigmoid", 0)
    assert zero.shape == ()
    assert zero == pytest.approx(0.5 * r.sum())


def gauss_hermite(order=60):
    return np.polynomial.hermite_e.hermegauss(order)


def test_a_query_with_output_against_quadrature():
    """One dimension, smooth activation: all expectations over the m neurons by Gauss-Hermite."""
    nodes, weights = gauss_hermite()
    weights = weights / S2
    x, y, alpha, m, s = 0.7, 0.4, 1.5, 3, np.tanh
    first = weights @ s(x * nodes)
    signal = weights @ (s(x * nodes) * (nodes**2 - 1))
    square = weights @ (s(x * nodes) ** 2 * (nodes**2 - 1))
    expected = ((m - 1) / m * alpha * first - y) * signal + alpha / m * square
    got = gr.population_tensor_with_output([[x]], [y], alpha, m, "tanh", 2)
    assert got[0, 0] == pytest.approx(expected, abs=1e-9)  # the reference converges slowly


def test_a_query_with_output_confirmed_value():
    got = gr.population_tensor_with_output([[1.0, 0.0]], [0.3], 2.0, 5, "relu", 2)
    assert got[0, 0] == pytest.approx(0.5350, abs=5e-5)


def test_projections_are_those_of_the_tensors():
    own, shared, r = math.sqrt(0.7), math.sqrt(0.3), [1.0, -0.6]
    batch = [[0.8 * own, 0, 0.8 * shared], [0, 1.5 * own, 1.5 * shared]]
    found = gr.tensor_projections("elu", 3, [0.8, 1.5], 0.3, r)
    for p, values in enumerate(found, 1):
        tensor = gr.population_tensor(batch, r, "elu", p)
        for x, value in zip(np.array(batch), values, strict=True):
            projected = tensor
            for _ in range(p):
                projected = projected @ (x / np.linalg.norm(x))
            assert value == pytest.approx(float(projected), rel=1e-12)


# --- errors of the tensors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 3])
def test_tensor_error_in_one_dimension_is_a_gaussian_moment(order):
    """d = 1: g = |x| r relu(w) and H_p = He_p, so all moments are those of half a Gaussian."""
    nodes, weights = gauss_hermite()
    hermite = {1: nodes, 2: nodes**2 - 1, 3: nodes**3 - 3 * nodes}[order]
    second = 0.5 * weights @ (nodes**2 * hermite**2) / S2
    mean = gr.hermite_coefficient("relu", order)
    got = gr.tensor_mse([[2.0]], [-1.5], 7, order)
    assert got == pytest.approx(9.0 * (second - mean**2) / 7, rel=1e-12)


def test_tensor_error_of_a_repeated_sample_adds_up():
    one = gr.tensor_mse([[1.0, 2.0]], [3.0], 5, 2)
    assert gr.tensor_mse([[1.0, 2.0]] * 3, [2.0, 2.0, -1.0], 5, 2) == pytest.approx(one, rel=1e-12)
    assert gr.tensor_mse([[0.0, 0.0]], [1.0], 5, 2) == 0.0


@pytest.mark.parametrize(("m", "expected"), [(4000, 0.07906), (16000, 0.01977), (64000, 0.004941)])
def test_subspace_error_confirmed_values(m, expected):
    assert gr.subspace_error([1.0, -0.8], 20, m) == pytest.approx(expected, rel=3e-4)


def test_subspace_error_of_one_sample():
    assert gr.subspace_error([-2.0], 21, 1000) == pytest.approx(3 * math.pi * 20 / 1000, rel=1e-14)


@given(st.permutations([1.0, -0.7, 0.4, 2.0]))
def test_subspace_error_ignores_the_order_of_the_samples(r):
    assert gr.subspace_error(r, 9, 100) == pytest.approx(gr.subspace_error([1.0, -0.7, 0.4, 2.0], 9, 100), rel=1e-12)


def test_query_coefficients():
    assert gr.query_coefficient("gaussian", 7) == pytest.approx(1 / S2, rel=1e-14)
    root = math.sqrt(3)
    by_hand = (root**4 / 4 - root**2 / 2) / (2 * root)  # one uniform coordinate
    assert gr.query_coefficient("uniform", 1) == pytest.approx(by_hand, rel=1e-14)
    signs = np.array(list(itertools.product([-1, 1], repeat=6))).sum(axis=1) / math.sqrt(6)
    assert gr.query_coefficient("rademacher", 6) == pytest.approx(
        np.mean(np.maximum(signs, 0) * (signs**2 - 1)), rel=1e-12
    )
    for name in ("uniform", "rademacher"):  # the central limit
        assert gr.query_coefficient(name, 400) == pytest.approx(1 / S2, rel=2e-3)


def test_two_uniform_coordinates_by_quadrature():
    nodes, weights = np.polynomial.legendre.leggauss(400)
    a, b = np.meshgrid(nodes, nodes)
    z = math.sqrt(3 / 2) * (a + b)
    mean = (np.outer(weights, weights) * np.maximum(z, 0) * (z**2 - 1)).sum() / 4
    assert gr.query_coefficient("uniform", 2) == pytest.approx(mean, abs=1e-5)


def test_rate():
    assert gr.reconstruction_rate() == -1


def test_the_attack_error_by_quadrature_in_two_dimensions():
    """All moments of g = r_1 s(u_1) + r_2 s(u_2) on a tensor grid, for an activation without symmetry."""
    nodes, weights = gauss_hermite(80)
    u, v = np.meshgrid(nodes, nodes, indexing="ij")
    mean = np.outer(weights, weights) / (2 * math.pi)
    r, d, m = (1.2, -0.7), 6, 500

    def s(z):
        return np.sin(z) + 0.3 * np.cos(z)

    g2 = (r[0] * s(u) + r[1] * s(v)) ** 2
    signal = float((weights / S2) @ (s(nodes) * (nodes**3 - 3 * nodes)))
    expected, span = [], 0.0
    for own, (a, b) in zip(r, ((u, v), (v, u)), strict=True):
        outside = (d - 2) * float((mean * g2 * (a**2 - 1) ** 2).sum())
        inside = float((mean * g2 * b**2 * (a**2 - 1) ** 2).sum())
        expected.append((outside + inside) / (m * (own * signal) ** 2))
        span += outside / (m * (own * signal) ** 2)
    got = gr.tensor_attack_error(s, r, d, m)
    assert got.mean_error == pytest.approx(np.mean(expected), rel=1e-9)
    assert got.subspace == pytest.approx(span, rel=1e-9)
