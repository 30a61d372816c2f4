"""gradient_reconstruction: shapes, ends of the domains, scales, and samples that are parallel or of unlike length."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy.special import expit, ndtr

from theory import gradient_reconstruction as gr
from theory.activations import activation_function
from theory.gradient_reconstruction.moments import arc_cosine_kernel


def test_counts_keep_the_shape_of_a_table() -> None:
    every = gr.imprint_all([[2], [3]], [4, 5, 6])
    assert every.shape == (2, 3)
    assert every[1, 2] == pytest.approx(5 / 6 * 4 / 6, rel=1e-14)
    alone = gr.expected_exclusive([[2], [3]], [4, 5, 6], 0.1, 0.2)
    assert alone.shape == (2, 3)
    assert alone[1, 2] == gr.expected_exclusive(3, 6, 0.1, 0.2)


def test_a_neuron_that_always_fires_isolates_one_sample() -> None:
    assert gr.expected_exclusive(1, 5, -40.0) == 1.0


def test_one_number_is_a_number() -> None:
    for value in (gr.imprint_all(2, 4), gr.expected_exclusive(2, 3), gr.noise_mmse_asymptotic(4, 3, 0.1, 1.0)):
        assert isinstance(value, float)


def test_the_largest_norm_is_allowed() -> None:
    assert gr.population_tensor([[1e12, 0.0]], [2.0], "relu", 1) == pytest.approx([1e12, 0.0], rel=1e-15)


def test_the_largest_norm_is_that_of_one_sample() -> None:
    found = gr.population_tensor([[9e11, 0.0], [9e11, 0.0]], [1.0, 1.0], "relu", 1)
    assert found == pytest.approx([9e11, 0.0], rel=1e-15)


def test_slope_that_is_left_out() -> None:
    assert gr.population_tensor([[1.0, 0.0]], [1.0], "leaky_relu", 1) == pytest.approx([1.01 / 2, 0.0], rel=1e-15)


@pytest.mark.parametrize("t", [0.3, 1.0, 1.5, 4.0])
def test_first_coefficients_of_elu(t: float) -> None:
    # E elu(tz) = t/sqrt(2 pi) + e^(t^2/2) Q(t) - 1/2, and E z elu(tz) = t E elu'(tz)
    tail = math.exp(t * t / 2) * ndtr(-t)
    mean = t / math.sqrt(2 * math.pi) + tail - 0.5
    assert gr.hermite_coefficient("elu", 0, t) == pytest.approx(mean, rel=1e-11)
    assert gr.hermite_coefficient("elu", 1, t) == pytest.approx(t * (0.5 + tail), rel=1e-11)


def test_value_at_zero_of_the_activation_with_a_parameter() -> None:
    assert gr.hermite_coefficient("elu", 0, 0.0, alpha=2.0) == 0.0
    assert gr.hermite_coefficient("step", 0, 0.0) == 0.0
    assert gr.hermite_coefficient("softplus", 0, 0.0) == pytest.approx(math.log(2), rel=1e-15)


def test_angles_of_single_rows_and_rows_below_the_numerical_rank() -> None:
    assert gr.row_space_angles([[1.0, 0.0]], [[0.0, 2.0]]) == pytest.approx([math.pi / 2])
    gradient = np.diag([1.0, 1e-6, 1e-12])
    assert gr.row_space_angles(gradient, np.eye(3)[:2]) == pytest.approx([0.0, 0.0], abs=1e-9)
    assert gr.row_space_angles(gradient, np.eye(3)).shape == (2,)


def test_arc_cosine_kernel_of_unlike_lengths() -> None:
    x, y = np.array([2.0, 0.0]), np.array([3.0, 3.0])  # 45 degrees
    cross = 2 * math.sqrt(18) * (math.sqrt(0.5) + 3 * math.pi / 4 * math.sqrt(0.5)) / (2 * math.pi)
    assert arc_cosine_kernel(np.stack([x, y])) == pytest.approx(np.array([[2.0, cross], [cross, 9.0]]), rel=1e-14)
    assert (arc_cosine_kernel(np.stack([x, 0 * y]))[1] == 0).all()


def test_arc_cosine_kernel_of_parallel_samples() -> None:
    X = np.random.default_rng(7).standard_normal((50, 3))
    for row in X:
        kernel = arc_cosine_kernel(np.stack([row, -3.3 * row, 1.7 * row]))  # cosines may round beyond 1 in size
        square = float(row @ row)
        assert kernel[0, 1] == pytest.approx(0.0, abs=1e-7 * square)
        assert kernel[0, 2] == pytest.approx(1.7 * square / 2, rel=1e-7)


def test_a_flat_prior_with_more_samples_than_rows() -> None:
    assert gr.noise_mmse_asymptotic(4, [3, 4, 8], 0.5, math.inf) == pytest.approx([0.25, math.inf, math.inf])


def test_split_pairs_in_order() -> None:
    split = gr.split_dataset([[2.0, 0.0]], [1], [0.0, 1.0], 3.0)
    assert split.X.tolist() == [[2.0, 3.0], [2.0, -3.0]]
    assert split.y.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_max_margin_at_every_scale(scale: float) -> None:
    X = scale * np.array([[2.0, 0.0], [0.0, 1.0], [5.0, 5.0]])
    found = gr.max_margin(X, [1, 1, 1])
    assert found.w == pytest.approx(np.array([0.5, 1.0]) / scale, rel=1e-12, abs=0)
    assert found.dual == pytest.approx(np.array([0.25, 1.0, 0.0]) / scale**2, rel=1e-12, abs=0)


def test_refusal_of_residuals_without_norms() -> None:
    with pytest.raises(ValueError) as refusal:
        gr.tensor_projections("tanh", 4, [1.0, 2.0], 0.2, [1.0])
    expected = "r = [1.0]: must hold one number for each of the 2 rows of X, one for each of norms"
    assert str(refusal.value) == expected


def test_split_direction_is_orthogonal_relative_to_its_length_and_that_of_w() -> None:
    # w = (1e4, 0); v w = 1e-10 |v| |w|
    split = gr.split_dataset([[1e-4, 0.0]], [1], [1e-4, 1e6], 0.0)
    assert split.X.tolist() == [[1e-4, 0.0], [1e-4, 0.0]]


def test_numerical_rank_does_not_feel_the_unit() -> None:
    for unit in (1e-6, 1e6):
        assert gr.row_space_angles(unit * np.diag([1.0, 1e-6, 1e-12]), np.eye(3)).shape == (2,)


def test_tensor_errors_of_one_sample_in_small_dimensions() -> None:
    # relu: S = 1/2, c_1 = 1/2, c_2^2 = 1/(2 pi), c_3 = 0; q_p as in the docstring
    for d, q in ((2, (4, 18, 96)), (3, (5, 28, 180))):
        exact = [q[0] / 2 - 1 / 4, q[1] / 2 - 1 / (2 * math.pi), q[2] / 2]
        assert [gr.tensor_mse(np.eye(1, d), [1.0], 1, order) for order in (1, 2, 3)] == pytest.approx(exact, rel=1e-14)
        assert list(gr.tensor_errors(d, [1.0], 0.0, [1.0], 1)) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_tensor_error_is_quadratic_in_the_samples(order: int) -> None:
    X = np.array([[1.0, 0.5, 0.0], [0.2, -0.3, 0.7]])
    whole = gr.tensor_mse(X, [1.0, -2.0], 7, order)
    assert gr.tensor_mse(0.25 * X, [1.0, -2.0], 7, order) == pytest.approx(whole / 16, rel=1e-13)


def test_query_with_output_on_a_long_sample() -> None:
    # p = 0, relu on |x| = 2: c_0 = 2/sqrt(2 pi), E s^2 = 2
    c0, scale, m, y = 2 / math.sqrt(2 * math.pi), 1.5, 4, 0.3
    exact = (3 / 4 * scale * c0 - y) * c0 + scale / m * 2
    assert gr.population_tensor_with_output([[2.0]], [y], scale, m, "relu", 0) == pytest.approx(exact, rel=1e-12)


def test_query_of_three_uniform_coordinates() -> None:
    # S of three uniforms on [-1, 1]: E|S| = 13/16, E|S|^3 = 121/80
    assert gr.query_coefficient("uniform", 3) == pytest.approx((121 / 80 - 13 / 16) / 2, rel=1e-14)


def test_renyi_bound_of_a_wide_interval() -> None:
    assert gr.renyi_reconstruction_bound(2.0, 3.0) == pytest.approx(9 / (4 * math.expm1(9 / 4)), rel=1e-14)


def test_attack_error_of_one_sample() -> None:
    # sin: E s^2 (u^2 - 1)^2 = 1 - e^-2 and c_3^2 = 1/e
    error = gr.tensor_attack_error("sin", [2.0], 5, 1000)
    assert error.mean_error == pytest.approx(4 * -math.expm1(-2) * math.e / 1000, rel=1e-10)
    assert error.subspace == error.mean_error


def test_attack_error_of_two_samples_under_an_activation_with_a_mean() -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    u, v = np.meshgrid(nodes, nodes, indexing="ij")
    r, d, m = [1.0, -0.6], 6, 500
    c3 = gr.hermite_coefficient("sigmoid", 3)
    errors = []
    for mine, other in ((r[0], r[1]), (r[1], r[0])):
        lean = (mine * expit(u) + other * expit(v)) ** 2 * (u * u - 1) ** 2
        total = weights @ ((d - 2) * lean + lean * v * v) @ weights
        errors.append(total / (mine**2 * c3**2 * m))
    assert gr.tensor_attack_error("sigmoid", r, d, m).mean_error == pytest.approx(np.mean(errors), rel=1e-8)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_flat_prior_asks_for_full_rank_in_any_unit(unit: float) -> None:
    assert gr.noise_mmse([[2.0 * unit]], 1.0, math.inf) == pytest.approx(0.25 / unit**2, rel=1e-14)
    assert gr.noise_mmse(unit * np.ones((2, 2)), 1.0, math.inf) == math.inf
    assert gr.noise_mmse(unit * np.diag([1.0, 1e-6]), 1.0, math.inf) == pytest.approx(0.5e12 / unit**2, rel=1e-6)


@pytest.mark.parametrize("p", [5, 6, 7, 8])
@pytest.mark.parametrize("name", ["erf", "gelu", "sin", "cos", "silu", "elu"])
def test_higher_coefficients_against_quadrature(name: str, p: int) -> None:
    t = 0.8
    found = gr.hermite_coefficient(name, p, t)
    direct = gr.hermite_coefficient(activation_function(name), p, t)
    assert found == pytest.approx(direct, rel=1e-8, abs=1e-10 * math.sqrt(math.factorial(p)))


@pytest.mark.parametrize(("p", "t"), [(1, 10.0), (3, 10.0), (5, 6.0), (3, 0.2)])
def test_coefficients_of_a_steep_and_a_flat_tanh(p: int, t: float) -> None:
    with mpmath.workdps(20):
        exact = (
            mpmath.quad(
                lambda z: 2 * mpmath.tanh(t * z) * mpmath.hermite(p, z / mpmath.sqrt(2)) * mpmath.npdf(z),
                [0, 0.5 / t, 2 / t, 1, 4, 15],
            )
            / mpmath.sqrt(2) ** p
        )
    assert gr.hermite_coefficient("tanh", p, t) == pytest.approx(float(exact), rel=1e-9)


def test_what_an_activation_may_be() -> None:
    def words(z: object) -> str:
        return "a"

    with pytest.raises(ValueError) as refusal:
        gr.failure(words, 1)
    expected = f"activation = {words!r}: must take and give real arrays (could not convert string to float: 'a')"
    assert str(refusal.value) == expected
    assert not gr.failure(lambda z: 1 / (1 + np.exp(-2000.0 * z)), 1)  # overflows on its way to a number
