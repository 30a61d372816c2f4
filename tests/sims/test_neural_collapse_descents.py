"""Descents of the unconstrained features model: portable, with exact gradients, Hessians and honest certificates."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sims.neural_collapse as nc
from sims import arrays
from sims.neural_collapse import cross_entropy, deep_head, minority, mse, saddles, seli
from sims.neural_collapse.samples import indicators, mean_cosine
from sims.neural_collapse.sections import transition
from sims.neural_collapse.softmax import cross_entropy as softmax_loss
from sims.neural_collapse.softmax import decay, pack, penalised_gap, unpack

SIZES = (4, 2, 1)
PENALTIES = {"lambda_W": 0.01, "lambda_H": 0.02}

KERNELS = [
    (nc.ufm_mse_optimum, {"n_per_class": SIZES, **PENALTIES, "sweeps": 20}),
    (nc.ufm_mse_optimum, {"n_per_class": SIZES, **PENALTIES, "d": 2, "sweeps": 20}),
    (nc.ufm_mse_bias, {"K": 3, "n": 2, **PENALTIES, "lambda_b": 0.1, "sweeps": 20}),
    (nc.ufm_mse_free_bias, {"n_per_class": SIZES, **PENALTIES, "sweeps": 20}),
    (nc.ufm_mse_bias_transition, {"K": 3, "n": 2, **PENALTIES, "sweeps": 20, "rounds": 2}),
    (nc.ufm_ce_optimum, {"K": 3, "n": 2, **PENALTIES, "steps": 20}),
    (nc.ufm_ce_optimum, {"K": 3, "n": 2, **PENALTIES, "nonnegative_features": True, "starts": 2, "steps": 20}),
    (nc.minority_collapse_ratio_ufm, {"K_A": 1, "K_B": 2, "n_B": 2, **PENALTIES, "steps": 10, "rounds": 2}),
    (
        nc.minority_collapse_ratio_ufm,
        {"K_A": 1, "K_B": 2, "n_B": 2, **PENALTIES, "lambda_b": 0.1, "steps": 10, "rounds": 2},
    ),
    (nc.minority_collapse_ratio_lpm, {"K_A": 1, "K_B": 2, "E_W": 1, "E_H": 2, "steps": 10, "rounds": 2}),
    (nc.lpm_balanced_loss, {"K": 3, "E_W": 1, "E_H": 2, "steps": 10}),
    (nc.layer_peeled_optimum, {"K_A": 2, "K_B": 2, "R": 2.5, "E_W": 1, "E_H": 2, "steps": 10}),
    (nc.minority_map, {"K_A": 2, "K_B": 2, "ratios": (2.0, 9.0), "energies": (0.5, 1.0, 2.0), "steps": 10}),
    (nc.ufm_ce_path, {"K": 3, "n": 2, **PENALTIES, "d": 2, "times": (0, 2, 5)}),
    (nc.seli_geometry, {"n_per_class": (3, 2, 1), "outer": 2, "steps": 10}),
    (nc.ridge_path, {"n_per_class": (3, 2, 1), "points": (5.0, 6.0), "steps": 10}),
    (nc.saddle_curvature, {"n_per_class": (3, 2, 1), **PENALTIES, "off": (1,), "sweeps": 20}),
    (nc.ufm_mse_descent, {"n_per_class": (3, 2, 1), **PENALTIES, "steps": 20}),
    (nc.deep_head_optimum, {"n_per_class": (3, 2, 1), "lambdas": (0.01, 0.02, 0.01), "starts": 2, "steps": 20}),
    (nc.deep_head_transition, {"K": 3, "n": 2, "L": 3, "starts": 2, "steps": 10, "rounds": 2}),
]


def sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize(("kernel", "cell"), KERNELS)
def test_every_backend_gives_the_same_finite_numbers(kernel, cell):
    here, strict = (kernel(**cell, trials=3, rng=rng) for rng in (sfc(3), arrays.strict_rng(3)))
    assert kernel.floats_per_trial(**cell) > 0
    for name, values, other in zip(here._fields, here, strict, strict=True):
        assert values.shape[0] == 3
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values, arrays.to_host(other), err_msg=name)


# --- gradients and Hessians ------------------------------------------------------------------------------------------


def slopes(objective, x, h=1e-6):
    """Central differences of a batched objective at one point x (1, size)."""
    steps = h * np.eye(x.shape[1])
    return (objective(x + steps)[0] - objective(x - steps)[0]) / (2 * h)


Y3 = indicators(sfc(0), (3, 2, 1))
R = np.full(1, 4.0)
SHARES = minority._sizes(sfc(0), 1, 2, R)
OBJECTIVES = {
    "features": (cross_entropy.features_objective(Y3, 3, 0.1, 0.2), 27),
    "squared features": (cross_entropy.features_objective(Y3, 3, 0.1, 0.2, squared=True), 27),
    "penalised": (minority._penalised(np.eye(3), SHARES, 2, 0.1, 0.2, None)[0], 18),
    "penalised with bias": (minority._penalised(np.eye(3), SHARES, 2, 0.1, 0.2, 0.3)[0], 21),
    "peeled": (minority._peeled(np.eye(3), SHARES / SHARES.sum(), 4.0)[0], 18),
    "augmented": (seli._augmented(Y3, 3, np.full((1, 3, 6), 0.1)), 27),
    "deep": (deep_head._objective(Y3, deep_head._shapes(3, 3, 6, 4), (0.1, 0.2, 0.3)), 52),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradients_are_those_of_the_objective(name):
    objective, size = OBJECTIVES[name]
    x = sfc(4).standard_normal(size=(1, size))
    np.testing.assert_allclose(objective(x)[1][0], slopes(objective, x), atol=2e-8)


def test_hessian_is_the_derivative_of_the_gradient():
    W, H = sfc(1).standard_normal(size=(1, 3, 2)), sfc(2).standard_normal(size=(1, 2, 6))
    found = saddles.hessian(W, H, Y3, 0.1, 0.2)[0]
    x, steps = pack(W, H), 1e-5 * np.eye(18)
    up, down = (saddles._gradient(*unpack(x + s * steps, 3, 2), Y3, 0.1, 0.2) for s in (1, -1))
    np.testing.assert_allclose(found, (up - down) / 2e-5, atol=1e-9)


# --- against independent computations --------------------------------------------------------------------------------


def test_alternating_ridge_sweeps_are_the_exact_block_minimisers():
    start, N = sfc(5).standard_normal(size=(2, 4, 7)), 7
    Y = indicators(sfc(0), SIZES)
    W, H, b = mse.alternating_ridge(Y, start, 0.01, 0.02, 0.5, 1)
    for i in range(2):
        # Ridge as least squares on a system with sqrt(N lambda) I below.
        rows = np.vstack([start[i].T, math.sqrt(N * 0.01) * np.eye(4)])
        first = np.linalg.lstsq(rows, np.vstack([Y.T, np.zeros((4, 3))]))[0].T
        rows = np.vstack([first, math.sqrt(N * 0.02) * np.eye(4)])
        second = np.linalg.lstsq(rows, np.vstack([Y, np.zeros((4, 7))]))[0]
        np.testing.assert_allclose(W[i], first, atol=1e-12)
        np.testing.assert_allclose(H[i], second, atol=1e-12)
        np.testing.assert_allclose(b[i, :, 0], (Y - first @ second).mean(axis=1) / 1.5, atol=1e-12)


@pytest.mark.parametrize("lambda_b", [None, 0.0, 0.3])
def test_mse_gap_bounds_the_distance_to_any_better_point(lambda_b):
    Y, rng = indicators(sfc(0), SIZES), sfc(6)
    early, late = (
        mse.alternating_ridge(Y, rng.standard_normal(size=(16, 3, 7)), 0.01, 0.02, lambda_b, s) for s in (3, 500)
    )
    loss, best = (mse.objective(Y, factors, 0.01, 0.02, lambda_b) for factors in (early, late))
    gap = mse.duality_gap(Y, early, 0.01, 0.02, lambda_b)
    assert (loss - gap <= best.min() + 1e-14).all()
    assert np.abs(mse.duality_gap(Y, late, 0.01, 0.02, lambda_b)).max() < 1e-12


@pytest.mark.parametrize("nonnegative", [False, True])
def test_cross_entropy_gap_bounds_the_minimum(nonnegative):
    cell = {"K": 3, "n": 2, "lambda_W": 0.02, "lambda_H": 0.03, "nonnegative_features": nonnegative}
    minimum = nc.ufm_ce_optimum(**cell, trials=4, starts=4, rng=sfc(1)).loss.min()
    Y, rng = indicators(sfc(0), (2, 2, 2)), sfc(7)
    W, H = rng.standard_normal(size=(32, 3, 3)), rng.standard_normal(size=(32, 3, 6))
    H = np.abs(H) if nonnegative else H
    ce = softmax_loss(W @ H, Y, 1 / 6)
    value = ce.value + decay(W, H, 0.02, 0.03)
    gap = penalised_gap(value, ce, Y, 1 / 6, math.sqrt(0.02 * 0.03), nonnegative=nonnegative)
    assert (value - gap <= minimum + 1e-12).all()
    assert (gap > 0).all()


def test_local_minima_of_nonnegative_features_are_reported():
    found = nc.ufm_ce_optimum(2, 3, 0.05, 0.0166, True, d=2, starts=16, trials=2, rng=sfc(1))
    assert (found.reached < 1).all()
    assert (found.gap < 1e-9).all()


def test_deep_heads_trap_some_starts_but_not_the_best():
    found = nc.deep_head_optimum((4, 4, 4), (0.08, 0.08, 0.08), starts=32, trials=2, rng=sfc(1))
    assert (found.reached < 1).all()
    assert (found.worst > found.loss + 1e-3).all()
    np.testing.assert_allclose(found.loss[0], found.loss[1], atol=1e-12)


def test_saddles_are_critical_and_descent_leaves_them():
    saddle = nc.saddle_curvature((5, 4, 2), 0.02, 0.01, (2,), trials=2, rng=sfc(1))
    assert saddle.gradient.max() < 1e-12
    assert saddle.value.max() < -0.1
    assert nc.ufm_mse_descent((5, 4, 2), 0.02, 0.01, trials=8, rng=sfc(2)).loss.max() < saddle.loss.min() - 0.05


@pytest.mark.parametrize("rising", [True, False])
def test_transition_finds_a_step(make_rng, rising):
    rng = make_rng(0)
    found = transition(lambda x: (x > 3.7) if rising else (x < 3.7), rng, 5, (0.1, 100.0), 6, rising=rising)
    np.testing.assert_allclose(arrays.to_host(found), 3.7, rtol=2e-5)


def test_small_measures():
    logits = np.array([[[2.0, 0, 0], [1, 5, 3], [0, 2, 7]]])
    # True logits 5 and 7 of the two minority columns, against 2 and 3.
    assert minority.minority_gap(logits, 1) == pytest.approx([(5 + 7) / 2 - (2 + 3) / 2])
    assert mean_cosine(np.array([[[1.0, 0], [0, 2.0], [-3.0, 0]]])) == pytest.approx([-1 / 3])
    gram = np.array([[[4.0, 2.0], [2.0, 4.0]]])
    assert seli.angles(gram) == pytest.approx(np.array([[math.pi / 3]]))
    assert seli.shares(gram) == pytest.approx(np.array([[0.5, 0.5]]))
