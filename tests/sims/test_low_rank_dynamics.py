"""Kernels of low-rank dynamics: cases by hand, another route, and where a structure must break."""

from __future__ import annotations

import numpy as np
import pytest

from sims import low_rank_dynamics as sims
from sims.arrays import asarray, to_host
from sims.low_rank_dynamics.descent import crossing_times, target
from sims.low_rank_dynamics.outer_bases import train_with_bases
from sims.low_rank_dynamics.subspace import shared_value

EPS = (0.4, 0.5, 0.6)


def test_the_shared_value_is_found_anywhere_in_the_spectrum(make_rng):
    for values, rho, equal in (([5.0, 2, 2, 2, 1], 2.0, 3), ([5.0, 4, 2, 2, 2], 2.0, 3), ([2.0, 2, 2, 1, 0], 2.0, 3)):
        found = shared_value(asarray(make_rng(0), np.diag(values)), 3)
        assert [float(to_host(x)) for x in found] == [rho, equal]
    assert float(to_host(shared_value(asarray(make_rng(0), np.diag([5.0, 4, 3, 2.5, 1])), 3)[1])) < 3


def test_most_singular_values_stay_together_unless_the_start_is_gaussian():
    cell = {"d": 9, "s": (2.0, 1.0), "at": (0, 5, 60), "trials": 2}
    found = sims.rho_trajectory(EPS, 0.1, 0.02, 60, **cell, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(found.still[:, 0], 9)
    np.testing.assert_array_equal(found.still[:, 1:], 5)
    broken = sims.rho_trajectory(EPS, 0.1, 0.02, 60, **cell, start="gaussian", rng=np.random.default_rng(0))
    assert (broken.still <= 1).all()
    with pytest.raises(ValueError, match="d = 4"):
        sims.rho_trajectory(EPS, 0.1, 0.0, 3, d=4, s=(2.0, 1.0), trials=1, rng=np.random.default_rng(0))


def test_moving_directions_hold_all_that_moves():
    W0, M, _ = sims.aligned_problem(8, (2.0, 1.0), EPS, 1)
    probes = np.eye(8)
    found = sims.moving_energy(W0, M, probes, 2, 0.1, (3, 40), trials=1, rng=np.random.default_rng(0))
    np.testing.assert_allclose(found.right.sum(-1), 4, rtol=1e-9)  # the trace of a projector on 2r directions
    np.testing.assert_allclose(found.right[:, 0], found.right[:, 1], atol=1e-9)  # the same at both times
    np.testing.assert_allclose(found.left[:, :, :-1], found.right[:, :, 1:], atol=1e-9)


def test_a_copy_of_half_the_width_is_farther():
    cell = {"eta": 0.1, "weight_decay": 0.0, "steps": 50, "d": 9, "r": 2, "s": (2.0, 1.0), "at": (0, 50), "trials": 3}
    whole = sims.compression_error(EPS, **cell, rng=np.random.default_rng(0))
    half = sims.compression_error(EPS, **cell, half=True, rng=np.random.default_rng(0))
    np.testing.assert_allclose(half.gap[:, 0] / whole.gap[:, 0], (7 / 5) ** 0.5)
    assert (half.gap[:, 1] > 3 * whole.gap[:, 1]).all()
    np.testing.assert_allclose(whole.excess, whole.full - whole.compressed)
    np.testing.assert_array_equal(half.full, whole.full)
    with pytest.raises(ValueError, match="s = "):
        sims.compression_error(EPS, 0.1, 0.0, 5, 9, 3, s=(1.0,), trials=1, rng=np.random.default_rng(0))


def test_watching_all_steps_and_some_is_the_same():
    options = {"trials": 2}
    every = sims.component_recursion((2.0, 1.0, 0.0), 0.4, 3, 0.1, 12, **options, rng=np.random.default_rng(1))
    some = sims.component_recursion(
        (2.0, 1.0, 0.0), 0.4, 3, 0.1, 12, at=(0, 7, 99), **options, rng=np.random.default_rng(1)
    )
    np.testing.assert_array_equal(every.u[:, [0, 7, 12]], some.u)
    assert every.u.shape == (2, 13, 3)
    assert every.outside.max() < 1e-14


def test_an_orthogonal_start_is_not_aligned_and_times_end_at_the_horizon():
    cell = {"s": (3.0, 1.0), "eps": 0.2, "L": 2, "eta": 0.02, "trials": 2}
    aligned = sims.half_time(**cell, time=2.5, rng=np.random.default_rng(0))
    assert (aligned[:, 0] < aligned[:, 1]).all()
    short = sims.half_time(**cell, time=1.0, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(short[:, 0], aligned[:, 0])
    assert np.isnan(short[:, 1]).all()
    # Without a null direction the sign of the determinant may hold the last component back for ever.
    turned = sims.half_time(**cell, d=4, time=12.0, start="orthogonal", rng=np.random.default_rng(0))
    assert np.abs(turned - aligned).max() > 0.1


def test_crossings_of_an_exponential_are_exact():
    level = np.asarray([2.0, 5.0, 1e9])
    grow = lambda w: (1.1 * w[0],)  # noqa: E731
    found = crossing_times(grow, (np.ones((1, 3)),), lambda w: w[0], level, 0.5, 20.0)
    np.testing.assert_allclose(found[0, :2], 0.5 * np.log(level[:2]) / np.log(1.1))
    assert np.isnan(found[0, 2])


def test_bases_at_rest_do_not_move_and_the_floor_is_that_of_a_least_squares_fit():
    M, U, V = sims.outer_problem(3, 6, 2, (2.0, 1.0))
    A, *_, B = train_with_bases(U, V, lambda f: f - M, 0.3, 0.0, 2, 0.1, 20)
    np.testing.assert_array_equal(A, V.mT)
    np.testing.assert_array_equal(B, U)
    options = {"eps": 0.5, "L": 1, "eta": 0.2, "time": 40.0, "trials": 2, "rng": np.random.default_rng(0)}
    found = sims.frozen_floor(M, U, V, gamma=0.0, **options)
    for m, u, v, loss in zip(M, U, V, found[1], strict=True):
        assert loss == pytest.approx(np.linalg.lstsq(np.kron(u, v), m.ravel())[1][0] / 2, rel=1e-9)
    assert (sims.frozen_floor(M, U, V, gamma=0.3, **options) < found).all()


def test_what_is_kept_is_kept_better_by_half_the_step():
    problem = sims.outer_problem(2, 6, 3, (2.0, 1.0))
    options = {"eps": 0.3, "gamma": 0.3, "L": 3, "time": 6.0, "trials": 1}
    coarse, fine = (
        sims.conserved_quantities(*problem, eta=eta, **options, rng=np.random.default_rng(0)) for eta in (4e-3, 2e-3)
    )
    np.testing.assert_allclose(fine.violation / coarse.violation, 0.5, rtol=0.02)
    np.testing.assert_allclose(fine.balance / coarse.balance, 0.5, rtol=0.02)
    assert (fine.forgotten > 10 * fine.violation).all()


def test_a_mode_between_bases_ends_where_all_is_fitted():
    end = sims.trained_mode_final(
        (2.0, 1.2), 0.2, 0.3, 2, d=4, eta=0.01, time=20.0, trials=2, rng=np.random.default_rng(0)
    )
    assert end.residual.max() < 1e-12
    np.testing.assert_allclose(end.outer**2 * end.w**2, [[2.0, 1.2]] * 2, rtol=1e-12)


def test_completion_of_a_matrix_seen_whole_leaves_the_null_directions():
    options = {"eps": 0.3, "eta": 0.1, "steps": 600, "trials": 2}
    found = sims.completion_error(7, (2.0,), 2, 1.0, **options, rng=np.random.default_rng(0))
    rho = 0.3
    for _ in range(600):
        rho *= 1 - 0.1 * rho * rho
    # Width 4 holds the 2 moving directions and 2 null ones; the full network has 3 more of them.
    np.testing.assert_allclose((found.full**2 - found.frozen**2) * 4, 3 * rho**4, rtol=1e-9)
    assert found.trained.max() < found.full.min()
    with pytest.raises(ValueError, match="d = 7"):
        sims.completion_error(7, (2.0, 1.0), 2, 0.5, trials=1, rng=np.random.default_rng(0))


def test_targets_have_their_singular_values():
    M = target(np.random.default_rng(0), 2, 5, (3.0, 1.0))[0]
    np.testing.assert_allclose(np.linalg.svd(M)[1], [[3.0, 1.0, 0, 0, 0]] * 2, atol=1e-14)
    with pytest.raises(ValueError, match="s = "):
        target(np.random.default_rng(0), 2, 1, (3.0, 1.0))
