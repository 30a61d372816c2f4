"""Simulations of low-rank gradients: recursion against the model, late gradients, counts of arrays, sketches."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from sims import low_rank_gradients as lrg
from sims.low_rank_gradients import memory
from theory import low_rank_gradients as theory


@pytest.fixture
def rng():
    return np.random.default_rng(0)


BETA, GAMMA = (0.5, 0.8, 1.1, 1.4), (0.6, 0.9, 1.2)


def test_the_problem_is_what_it_says():
    one = lrg.bilinear_problem(BETA, GAMMA, 2, instance=3)
    np.testing.assert_allclose(np.linalg.eigvalsh(one.B), BETA)
    np.testing.assert_allclose(one.C @ one.V, one.V * GAMMA)
    np.testing.assert_allclose(one.P.T @ one.P, np.eye(2), atol=1e-14)
    np.testing.assert_array_equal(one.G0, one.A - one.B @ one.W0 @ one.C)
    assert not np.allclose(one.A, lrg.bilinear_problem(BETA, GAMMA, 2, instance=4).A)


def test_late_gradients_need_the_recursion(rng):
    A, B, C, W0, *_ = lrg.bilinear_problem(BETA, GAMMA)
    found = lrg.gradient_trajectory(A, B, C, W0, 0.3, 900, at=(600, 900), trials=1, rng=rng)
    predicted = theory.gradient_trajectory(A, B, C, W0, 0.3, 900)
    np.testing.assert_allclose(found.singular_values[0, :, 0], predicted.singular_values[[600, 900], 0], rtol=1e-9)
    assert found.drift[0] < 1e-13
    W = W0
    for _ in range(900):
        W = W + 0.3 * (A - B @ W @ C)
    naive = np.linalg.norm(A - B @ W @ C, 2)
    assert naive > 1e6 * predicted.singular_values[900, 0]  # rounding, no gradient


def test_the_stable_rank_at_steps_is_that_of_the_trajectory(rng):
    one = lrg.bilinear_problem(BETA, GAMMA)
    ranks = lrg.stable_rank_bound(one.G0, BETA, GAMMA, one.U, one.V, 0.3, (0, 4, 9), trials=1, rng=rng)
    path = lrg.gradient_trajectory(one.A, one.B, one.C, one.W0, 0.3, 9, trials=1, rng=rng).stable_rank
    np.testing.assert_allclose(ranks, path[:, [0, 4, 9]], rtol=1e-10)


def test_late_projected_gradients_keep_their_digits(rng):
    one = lrg.bilinear_problem(BETA, GAMMA, 2, instance=1)
    given = (one.G0, one.B, one.C, one.P, 0.5)
    W = 0 * one.G0
    for _ in range(3):
        W = W + 0.5 * one.P @ one.P.T @ (one.G0 - one.B @ W @ one.C)
    early = lrg.projected_residual(*given, 3, trials=1, rng=rng)
    np.testing.assert_allclose(early.value[0], one.P.T @ (one.G0 - one.B @ W @ one.C), rtol=1e-12)
    late = lrg.projected_residual(*given, 200, trials=1, rng=rng)
    np.testing.assert_allclose(late.value[0], theory.projected_residual(*given, 200), rtol=1e-9)
    assert np.abs(late.value).max() < 1e-12
    assert late.drift[0] < 1e-14


def test_the_floor_reports_a_descent_that_has_not_ended(rng):
    one = lrg.bilinear_problem(BETA, GAMMA, 2)
    short = lrg.projection_floor(one.G0, one.B, one.P, C=one.C, eta=0.3, steps=5, trials=1, rng=rng)
    long = lrg.projection_floor(one.G0, one.B, one.P, C=one.C, eta=0.3, steps=600, trials=1, rng=rng)
    assert short.residual[0] > 0.01
    assert long.residual[0] < 1e-12


def test_ties_among_singular_values_do_no_harm(rng):
    found = lrg.refreshed_loss((2.0, 2.0, 2.0, 1.0), 2, 3, 0.2, 4, trials=5, rng=rng)
    expected = theory.refreshed_loss([2.0, 2.0, 2.0, 1.0], 2, 3, 0.2, 4)
    np.testing.assert_allclose(found, np.broadcast_to(expected, (5, 5)), rtol=1e-10)


def test_a_sketch_against_its_definition():
    s = np.array([1e4, 3.0, 2.0, 1.0, 0.5])
    found = lrg.range_finder_error(tuple(s), 1, 2, trials=1, rng=np.random.default_rng(5))
    spectral = lrg.range_finder_spectral(tuple(s), 1, 2, trials=1, rng=np.random.default_rng(5))
    Q = np.linalg.qr(np.diag(s) @ np.random.default_rng(5).standard_normal((1, 5, 3))[0])[0]
    rest = np.linalg.svd(np.diag(s) - Q @ (Q.T @ np.diag(s)), compute_uv=False)
    assert spectral[0] == pytest.approx(rest[0], rel=1e-6)
    assert found.F2[0] == pytest.approx(np.sum(rest**2), rel=1e-6)
    assert found.F[0] == pytest.approx(found.F2[0] ** 0.5)
    with pytest.raises(ValueError, match=r"s = .*largest"):
        lrg.range_finder_error((1e9, 1.0, 1.0), 1, 1, trials=1, rng=np.random.default_rng(5))


def test_gradients_from_the_weights_are_rounding_in_the_end(rng):
    A, B, C, W0, *_ = lrg.bilinear_problem(BETA, GAMMA)
    late = {"at": (900,), "trials": 1, "rng": rng}
    found = lrg.gradient_trajectory(A, B, C, W0, 0.3, 900, recompute=True, **late)
    assert found.stable_rank[0, 0] > 1.01
    assert lrg.gradient_trajectory(A, B, C, W0, 0.3, 900, **late).stable_rank[0, 0] == pytest.approx(1, abs=1e-12)


def test_a_start_can_be_prescribed():
    one = lrg.bilinear_problem(BETA, GAMMA, H0=[[i + j for j in range(3)] for i in range(4)], instance=2)
    np.testing.assert_allclose(one.U.T @ one.G0 @ one.V, np.add.outer(range(4), range(3)), atol=1e-13)
    drawn = lrg.random_start(4, 3, 2, instance=5)
    assert drawn.beta[:3].count(0.0) == 2 == drawn.gamma.count(0.0)
    assert drawn.G0.shape == (4, 3)


def test_the_line_of_kappa_is_that_of_the_trajectory(rng):
    one = lrg.bilinear_problem(BETA, GAMMA)
    line = lrg.kappa_line(one.G0, one.B, one.C, 0.3, 20, 5, trials=1, rng=rng)
    kappa = theory.gradient_trajectory(one.A, one.B, one.C, one.W0, 0.3, 25).kappa
    rate = np.log(kappa[25] / kappa[20]) / 5
    assert line.rate[0] == pytest.approx(rate, rel=1e-9)
    assert line.constant[0] == pytest.approx(kappa[20] * np.exp(-20 * rate), rel=1e-8)


@pytest.mark.parametrize("method", ["full", "projection", "lora"])
def test_the_optimisers_train_and_hold_what_they_hold(method, rng):
    held = lrg.optimiser_memory(6, 9, 3, method, dtype="float32", steps=60, trials=2, rng=rng)
    assert (held.state_bytes == 4 * held.states).all()
    assert (held.weights >= 54).all()
    assert (held.loss_left < (0.3 if method == "full" else 0.8)).all()


@pytest.mark.parametrize("method", ["full", "projection", "lora"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bytes_counted_are_the_bytes_allocated(method, dtype, rng):
    """What the allocator still holds when the optimiser has made its steps, and no array beside its own is alive."""
    A = rng.standard_normal((1, 300, 400)).astype(dtype)
    held = lrg.optimiser_memory(300, 400, 20, method, dtype=dtype, steps=1, trials=1, rng=rng)
    memory._step(memory._start(A, rng, 20, method), A, 1, 0.05)  # what is cached for good is cached now
    gc.collect()
    tracemalloc.start()
    layer = memory._step(memory._step(memory._start(A, rng, 20, method), A, 1, 0.05), A, 2, 0.05)
    gc.collect()
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert allocated == pytest.approx(float(held.weight_bytes[0] + held.state_bytes[0]), abs=2e4)
    assert len(layer.first) == len(layer.second) == (2 if method == "lora" else 1)


def test_ranks_of_gradients(rng):
    assert (lrg.gradient_rank_cap(40, 5, 12, True, trials=20, rng=rng) == 4).all()
    assert (lrg.gradient_rank_cap(40, 5, 12, trials=20, rng=rng) == 5).all()
    assert (lrg.gradient_rank_cap(3, 5, 12, trials=20, rng=rng) == 3).all()
    assert (lrg.break_even_rank(8, 8, trials=2, rng=rng) == 5).all()


def test_the_network_learns(rng):
    found = lrg.digits_gradients((0, 40), 0.0, per_class=10, width=32, trials=2, rng=rng)
    assert (found.accuracy[:, 1] > 0.7).all()
    assert (found.hidden >= 1).all()
    assert (found.last <= 9).all()
