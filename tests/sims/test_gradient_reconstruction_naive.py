"""Kernels and their parts against slow, independent computations on a few draws."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.special

from sims import digits
from sims import gradient_reconstruction as gr
from sims.activations import activate, activation_slope
from sims.gradient_reconstruction import hermite, kkt, matching, queries, reconstruction, small_moments, tensor_attack
from sims.levenberg import levenberg_marquardt, search
from sims.max_margin import max_margin

ACTIVATIONS = {
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "abs": abs,
    "step": lambda z: float(z > 0),
    "quadratic": lambda z: z**2,
    "cubic": lambda z: z**3,
    "erf": math.erf,
    "gelu": lambda z: z * 0.5 * math.erfc(-z / math.sqrt(2)),
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "elu": lambda z: z if z > 0 else math.expm1(z),
}


def sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_their_slopes(name):
    z = np.array([-3.1, -0.7, 0.4, 2.2])
    values = activate(z, name)
    np.testing.assert_allclose(values, [ACTIVATIONS[name](t) for t in z], rtol=1e-13)
    if name in ("step", "leaky_relu", "elu"):
        with pytest.raises(ValueError, match="activation = "):
            activation_slope(z, name)
        return
    h = 1e-6
    differences = [(ACTIVATIONS[name](t + h) - ACTIVATIONS[name](t - h)) / (2 * h) for t in z]
    np.testing.assert_allclose(activation_slope(z, name), differences, atol=1e-8)


# --- moments ----------------------------------------------------------------------------------------------------------


def hermite_tensor(w, p):
    """H_p(w) entry by entry: (-1)^p d^p exp(-|w|^2/2) / exp(-|w|^2/2) as products of one-dimensional polynomials."""
    d = len(w)
    tensor = np.empty((d,) * p)
    for index in np.ndindex(tensor.shape):
        tensor[index] = math.prod(
            scipy.special.eval_hermitenorm(index.count(k), w[k]) for k in range(d) if index.count(k)
        )
    return tensor


def test_moments_are_means_of_hermite_tensors():
    rng = np.random.default_rng(0)
    W, g = rng.standard_normal((2, 7, 3)), rng.standard_normal((2, 7))
    a, A = rng.standard_normal((2, 3)), rng.standard_normal((2, 3, 3))
    A = A + A.mT
    mean = [[sum(c * hermite_tensor(w, p) for c, w in zip(g[t], W[t], strict=True)) / 7 for t in (0, 1)]
            for p in (1, 2, 3, 4)]  # fmt: skip
    moments = small_moments.small_moments(W, g, fourth=True)
    for t in (0, 1):
        np.testing.assert_allclose(queries.order1(W, g)[t], mean[0][t], atol=1e-14)
        np.testing.assert_allclose(queries.order2(W, g)[t], mean[1][t], atol=1e-14)
        np.testing.assert_allclose(small_moments.third_tensor(W, g)[t], mean[2][t], atol=1e-13)
        contracted = np.einsum("ijk,k", mean[2][t], a[t])
        np.testing.assert_allclose(queries.order3(W, g, a)[t], contracted, atol=1e-13)
        np.testing.assert_allclose(small_moments.contract3(moments, a)[t], contracted, atol=1e-13)
        contracted = np.einsum("ijkl,kl", mean[3][t], A[t])
        np.testing.assert_allclose(queries.order4(W, g, A)[t], contracted, atol=1e-12)
        np.testing.assert_allclose(small_moments.contract4(moments, A)[t], contracted, atol=1e-12)
    other = (rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 5)))
    squared = small_moments.third_order_squared((W, g), other)
    difference = small_moments.third_tensor(W, g) - small_moments.third_tensor(*other)
    np.testing.assert_allclose(squared, (difference**2).sum(axis=(1, 2, 3)), rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_tensor_mse_and_tensor_errors_are_the_same_statistic(order):
    X = [[1.0, 0.0, 0.0], [0.6, 0.0, 0.8]]
    squared = gr.tensor_mse(X, (1.0, -0.5), 6, order, trials=3, rng=sfc(1))
    rng, tensors = sfc(1), []
    for _ in range(2):
        W = rng.standard_normal((3, 6, 3))
        g = np.maximum(W @ np.array(X).T, 0) @ np.array([1.0, -0.5])
        tensors.append([sum(c * hermite_tensor(w, order) for c, w in zip(*pair, strict=True)) / 6
                        for pair in zip(g, W, strict=True)])  # fmt: skip
    expected = [0.5 * ((a - b) ** 2).sum() for a, b in zip(*tensors, strict=True)]
    np.testing.assert_allclose(squared, expected, rtol=1e-12)


def test_subspace_error_takes_the_largest_absolute_eigenvalues():
    found = gr.subspace_error((1.0, -0.9), 5, 400, trials=4, rng=sfc(2))
    W = sfc(2).standard_normal((4, 400, 5))
    for t in range(4):
        g = np.maximum(W[t][:, :2], 0) @ [1.0, -0.9]
        values, vectors = np.linalg.eigh((W[t].T * g) @ W[t] / 400 - g.mean() * np.eye(5))
        top = vectors[:, np.argsort(-np.abs(values))[:2]]
        sines = np.sin(scipy.linalg.subspace_angles(top, np.eye(5)[:, :2]))
        assert found.drawn[t] == pytest.approx((sines**2).sum(), rel=1e-8)
        first = W[t].T @ g
        cosine = first @ [1, -0.9, 0, 0, 0] / np.linalg.norm(first) / math.hypot(1, 0.9)
        assert found.direction[t] == pytest.approx(1 - cosine**2, rel=1e-9)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_what_is_integrated_has_no_mean_given_the_weights_inside_the_span(activation):
    """The parts taken off `drawn`: many draws of the weights outside the span, those inside kept."""
    inside, outside = sfc(20).standard_normal((30, 2)), sfc(21).standard_normal((6000, 30, 3))
    W = np.concatenate([np.broadcast_to(inside, (6000, 30, 2)), outside], axis=-1)
    g = queries.output_gradient(W, np.eye(2, 5), np.array([1.0, -0.7]), activation)
    for part in (hermite._chance(W, g, queries.order2(W, g), 2), *reconstruction._chance(W, g, 2).T):
        assert abs(part.mean()) < 5 * part.std() / math.sqrt(6000)
        assert part.std() > 1e-3


def test_the_integrated_errors_spread_less_around_the_same_mean():
    for found in (
        gr.subspace_error((1.0, -0.8), 6, 3200, trials=400, rng=sfc(22)),
        gr.tensor_attack_error("sin", (1.0,), 4, 3200, trials=400, rng=sfc(22)),
    ):
        difference = found[0] - found.drawn
        assert abs(difference.mean()) < 5 * difference.std() / 20
        assert found[0].std() < 0.6 * found.drawn.std()


# --- matching ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["softmax", "squared"])
def test_the_jacobian_of_the_gradient_by_differences(loss):
    layer = matching.random_layer(sfc(3), 2, 3, 4, 3, loss)
    X, h = sfc(4).standard_normal((2, 3, 4)), 1e-6
    jacobian = matching.layer_jacobian(layer, X)
    for i, q in np.ndindex(3, 4):
        step = np.zeros((2, 3, 4))
        step[:, i, q] = h
        difference = (matching.layer_gradient(layer, X + step)[1] - matching.layer_gradient(layer, X - step)[1]) / h / 2
        np.testing.assert_allclose(jacobian[:, :, 4 * i + q], difference, atol=1e-8)


def test_matching_below_and_above_the_threshold():
    below = gr.gradient_matching(2, 5, 3, "softmax", restarts=8, trials=20, rng=sfc(5))
    above = gr.gradient_matching(3, 5, 3, "softmax", restarts=8, trials=20, rng=sfc(5))
    assert below.matched.mean() > 0.9
    assert np.nanmin(below.recovered) == 1
    assert np.nanmax(below.impostor) == 0
    assert above.matched.mean() > 0.9
    assert np.nanmax(above.recovered) == 0
    np.testing.assert_array_equal(above.impostor, above.matched)


def test_a_matching_of_one_step_says_nothing_about_the_data():
    crippled = gr.gradient_matching(3, 5, 3, "softmax", steps=1, restarts=2, trials=20, rng=sfc(5))
    assert crippled.mismatch.min() > 1e-12
    assert crippled.matched.max() == crippled.impostor.max() == 0
    assert np.isnan(crippled.recovered).all()


def test_levenberg_marquardt_solves_rosenbrock_from_several_starts():
    def model(x):
        a, b = x[:, 0], x[:, 1]
        zero, one = np.zeros_like(a), np.ones_like(a)
        rows = [np.stack([-20 * a, 10 * one], axis=-1), np.stack([-one, zero], axis=-1)]
        return np.stack([10 * (b - a * a), 1 - a], axis=-1), np.stack(rows, axis=1)

    fit = levenberg_marquardt(model, np.array([[-1.2, 1.0], [3.0, -2.0], [1.0, 1.0]]), 60)
    np.testing.assert_allclose(fit.point, 1.0, atol=1e-12)
    assert fit.cost.max() < 1e-24


def test_a_search_serves_each_problem_as_if_it_were_alone():
    """Costs with many local minima, from several starts: solved problems drop out of the stack, others go on."""
    goals = np.linspace(-2.0, 2.0, 9)
    starts = [np.full((9, 1), x) for x in (-3.0, 0.4, 2.5, -0.8)]

    def problems(chosen):
        def model(x):
            return x + 1.5 * np.sin(4 * x) - goals[chosen, None], (1 + 6 * np.cos(4 * x))[..., None]

        return model

    together = search(problems, starts, 30, 1e-20)
    for i in range(9):
        alone = search(lambda chosen, i=i: problems(chosen + i), [s[:1] for s in starts], 30, 1e-20)
        # Alone it ends as soon as it is solved, not when all others are.
        np.testing.assert_allclose(together.point[i], alone.point[0], rtol=1e-8)
        assert (together.cost[i] < 1e-20) == (alone.cost[0] < 1e-20)
    solved = [search(problems, starts[:k], 30, 1e-20).cost < 1e-20 for k in range(1, 5)]
    assert 0 < solved[0].sum() < solved[-1].sum()
    with pytest.raises(ValueError, match="starts"):
        search(problems, [], 30, 1e-20)


def test_levenberg_marquardt_refuses_steps_into_nonsense():
    def model(x):
        with np.errstate(invalid="ignore"):
            return np.log(x) - 1.0, 1 / x[..., None]

    fit = levenberg_marquardt(model, np.array([[40.0]]), 60)  # the first full step goes below zero
    np.testing.assert_allclose(fit.point, math.e, rtol=1e-9)


# --- counts -----------------------------------------------------------------------------------------------------------


def test_exclusive_by_brute_force():
    B, m, h, rho = 4, 6, 0.3, 0.2
    got = gr.expected_exclusive(B, m, h, rho, trials=8, rng=sfc(6))
    rng = sfc(6)
    own, common = rng.standard_normal((8, m, B)), rng.standard_normal((8, m, 1))
    fires = math.sqrt(1 - rho) * own + math.sqrt(rho) * common > h
    expected = [sum(any(row[i] and row.sum() == 1 for row in f) for i in range(B)) for f in fires]
    np.testing.assert_array_equal(got, expected)


def test_imprint_by_brute_force():
    counts = gr.imprint_counts(7, 5, covered=False, trials=6, rng=sfc(7))
    rng = sfc(7)
    first, second = ([sum(1 for b in row if b > 0 and list(row).count(b) == 1) for row in rng.integers(0, 6, (6, 7))]
                     for _ in range(2))  # fmt: skip
    np.testing.assert_array_equal(counts.expected, first)
    np.testing.assert_array_equal(counts.variance, 0.5 * (np.array(first) - second) ** 2)


def test_imprint_gradients_give_the_lone_samples_and_nothing_else():
    n, k = 6, 9
    got = gr.imprint_division(n, k, 4, trials=10, rng=sfc(8))
    X = sfc(8).standard_normal((10, n, 4))
    bins = np.floor(scipy.special.ndtr(X[:, :, 0]) * k)
    np.testing.assert_array_equal(got, [sum(list(row).count(b) == 1 for b in row) for row in bins])


def test_relu_recovery_against_least_squares():
    m, d = 9, 4
    got = gr.relu_recovery_probability(m, d, trials=40, rng=sfc(9))
    rng = sfc(9)
    W, x = rng.standard_normal((40, m, d)), rng.standard_normal((40, d, 1))
    for t in range(40):
        rows = W[t][(W[t] @ x[t])[:, 0] > 0]
        enough = np.linalg.matrix_rank(rows) == d if len(rows) else False
        assert got[t] == float(enough)


# --- noise ------------------------------------------------------------------------------------------------------------


def test_posterior_mean_by_the_information_form():
    delta = np.array([[1.0, 0.2, 0.4], [0.3, -0.5, 0.0]])
    got = gr.noise_mmse(delta, 0.5, 2.0, d=4, trials=5, rng=sfc(10))
    rng = sfc(10)
    X, N = 2.0 * rng.standard_normal((5, 3, 4)), rng.standard_normal((5, 2, 4))
    G = delta @ X + 0.5 * N
    precision = np.eye(3) / 4 + delta.T @ delta / 0.25
    estimate = np.linalg.solve(precision, delta.T @ G / 0.25)
    np.testing.assert_allclose(got, ((estimate - X) ** 2).mean(axis=(1, 2)), rtol=1e-12)


def test_the_integrated_error_is_what_plain_draws_give():
    """Nothing integrated: pixels and noise drawn for the residual matrices of the integrated kernel."""
    integrated = gr.noise_mmse_asymptotic(6, 4, 0.8, 1.5, trials=3, rng=sfc(11))
    deltas = sfc(11).standard_normal((3, 6, 4))
    for value, delta in zip(integrated, deltas, strict=True):
        plain = gr.noise_mmse(delta, 0.8, 1.5, trials=4000, rng=sfc(12))
        assert abs(plain.mean() - value) < 5 * plain.std() / math.sqrt(4000)


@pytest.mark.parametrize(("m", "d"), [(8, 5), (5, 8)])
def test_spectral_overlap_against_the_svd(m, d):
    got = gr.spectral_overlap(m, d, 3.0, 0.5, 0.4, trials=6, rng=sfc(13))
    G = 0.4 * sfc(13).standard_normal((6, m, d))
    G[:, 0, 0] += 1.5
    np.testing.assert_allclose(got, np.linalg.svd(G)[2][:, 0, 0] ** 2, rtol=1e-9)


def test_plug_in_inverse_solves_the_gradient_equation():
    w, x, y = np.array([1.0, -0.5]), np.array([0.7, 0.2]), 0.4
    exact = gr.reconstruction_crlb(w, x, y, 0.0, trials=2, rng=sfc(14))
    np.testing.assert_allclose(exact, 0, atol=1e-28)
    wrong = gr.reconstruction_crlb(w, x, y, 0.0, root="plus", trials=2, rng=sfc(14))
    assert max(wrong.min(), gr.reconstruction_crlb(w, -x, -y, 0.0, root="plus", trials=2, rng=sfc(14)).min()) > 0.1


# --- the attack -------------------------------------------------------------------------------------------------------


def test_the_attack_on_a_population_of_neurons_is_exact():
    """Gauss-Hermite nodes in place of random neurons: the moments are exact, so the directions are too."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(11)
    W = np.array(list(itertools.product(nodes, repeat=3)))
    mass = np.array([math.prod(c) for c in itertools.product(weights / math.sqrt(2 * math.pi), repeat=3)])
    X = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    g = ((W @ X.T) ** 3 @ [1.0, -0.7]) * mass * len(W)  # weights of the nodes as part of g
    found = tensor_attack.estimate_directions(W[None], g[None], 2, "cubic", sfc(15))
    np.testing.assert_allclose(gr.matched_errors(found.directions, X[None], signs=True), 0, atol=1e-20)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid", "cubic"])
def test_the_polish_makes_the_attack_exact(activation):
    """Always where the fit says so, which from starts as good as these is most of the time."""
    found = gr.tensor_reconstruction(
        activation, 8, (1.0, -0.7), 12000, polish_neurons=300, restarts=2, trials=24, rng=sfc(16)
    )
    assert np.nanmax(found.certified) < 1e-20
    np.testing.assert_array_equal(found.recovered, found.misfit < 1e-22)
    assert found.recovered.mean() > 0.5
    assert np.median(found.error) > 1e-4


def test_an_attack_of_one_step_certifies_nothing():
    crippled = gr.tensor_reconstruction(
        "tanh", 8, (1.0, -0.7), 2000, polish_neurons=300, steps=1, restarts=2, trials=12, rng=sfc(16)
    )
    assert np.isnan(crippled.certified).all()
    assert crippled.recovered.max() == 0
    assert crippled.misfit.min() > 1e-12
    bare = gr.tensor_reconstruction("tanh", 8, (1.0, -0.7), 2000, trials=12, rng=sfc(16))
    assert np.isnan(bare.certified).all()
    assert np.isnan(bare.misfit).all()
    images = gr.digits_reconstruction("relu", 2, 4000, 500, steps=1, trials=4, rng=sfc(18))
    assert np.isnan(images.certified).all()
    assert images.recovered.max() == 0


def test_a_machine_that_has_not_converged_does_not_stay_the_same(monkeypatch):
    monkeypatch.setattr(kkt, "max_margin", lambda a: max_margin(a, iterations=3))
    crippled = gr.max_margin_split(12, 30, 3.0, trials=8, rng=sfc(9))
    assert np.isnan(crippled.change).all()
    assert np.isnan(crippled.gap).all()


def test_too_few_active_neurons_reproduce_the_gradient_by_other_data():
    few = gr.relu_recovery_probability(12, 10, trials=400, rng=sfc(3))
    assert np.isfinite(few).all()
    assert 0 < few.mean() < 0.1


def test_no_real_root_no_estimate():
    far = gr.reconstruction_crlb((1.0, 0.0), (0.5, 1.0), 0.1, 50.0, trials=200, rng=sfc(4))
    assert 0 < np.isnan(far).sum() < 200


def test_third_order_sees_nothing_through_relu():
    for m in (2000, 20000):
        wrong = gr.tensor_reconstruction("relu", 12, (1.0, -0.7), m, order=3, trials=6, rng=sfc(17))
        assert np.median(wrong.error) > 0.5


def test_real_images_from_one_gradient():
    found = gr.digits_reconstruction("relu", 2, 8000, 500, steps=50, restarts=4, trials=2, rng=sfc(18))
    exact = found.misfit < 1e-26
    assert exact.any()
    assert found.polished[exact].max() < 1e-20
    images = digits.scaled_images()
    assert all(np.isclose(images, x, atol=0).all(axis=1).any() for x in found.truth.reshape(-1, 64))


def test_the_gallery_shows_one_batch_attacked_in_every_way():
    found = gr.digits_gallery(1, 3000, 300, 0.05, trials=4, rng=sfc(19))

    def error(images):
        return gr.matched_errors(queries.unit_rows(images), queries.unit_rows(found.truth), signs=True)[:, 0]

    assert error(found.matching).max() < 1e-12
    assert np.median(error(found.polished)) < 1e-20
    assert 1e-8 < np.median(error(found.noisy_polished)) < np.median(error(found.noisy_estimate))
    assert np.median(error(found.estimate)) < 0.5 < np.median(error(found.third_order))
