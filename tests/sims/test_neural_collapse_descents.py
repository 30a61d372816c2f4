"""Descents of the unconstrained features model: portable, with exact gradients, Hessians and honest certificates."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import sims.neural_collapse as nc
from sims import arrays
from sims.neural_collapse import cross_entropy, deep_head, low_rank, minority, mse, saddles, seli
from sims.neural_collapse.samples import indicators
from sims.neural_collapse.softmax import cross_entropy as softmax_loss
from sims.neural_collapse.softmax import decay, logit_distance, pack, penalised_gap, unpack
from sims.optimize import lbfgs
from sims.sections import transition
from sims.stacks import mean_cosine

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
    (nc.seli_ridge_distance, {"n_per_class": (3, 2, 1), "lam": 1e-3, "steps": 10}),
    (nc.saddle_curvature, {"n_per_class": (3, 2, 1), **PENALTIES, "off": (1,), "sweeps": 20}),
    (nc.ufm_mse_descent, {"n_per_class": (3, 2, 1), **PENALTIES, "steps": 20}),
    (nc.deep_head_optimum, {"n_per_class": (3, 2, 1), "lambdas": (0.01, 0.02, 0.01), "starts": 2, "steps": 20}),
    (nc.deep_head_branches, {"n": 2, "N": 6, "L": 3, "c": 0.03, "steps": 10, "rounds": 2}),
    (nc.deep_ce_losses, {"K": 4, "n": 2, "L": 3, "lam": 0.01, "steps": 10}),
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
    "deep cross-entropy": (low_rank._objective(Y3, deep_head._shapes(3, 3, 6, 4), 0.1), 52),
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


# --- cross-entropy without cancellation -----------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0, 900.0])
def test_cross_entropy_equals_high_precision_however_small(scale):
    """Losses of e^-60 and gradients of that size, which log(total) - logit and p - 1 would lose."""
    Z, Y = scale * sfc(3).standard_normal(size=(1, 3, 6)), Y3
    Z[0, :, 0] = [60.0, 0.0, -1.0]  # a sure sample
    found = softmax_loss(Z, Y, 1.0)
    with mpmath.workdps(700):
        for i in range(6):
            true = int(np.argmax(Y[:, i]))
            weights = [mpmath.exp(mpmath.mpf(z) - mpmath.mpf(Z[0, true, i])) for z in Z[0, :, i]]
            total = mpmath.fsum(weights)
            loss = softmax_loss(Z[:, :, i : i + 1], Y[:, i : i + 1], 1.0).value[0]
            assert abs(loss / mpmath.log(total) - 1) < 1e-13 * (1 + scale)
            for c in range(3):
                slope = (weights[c] - total) / total if c == true else weights[c] / total
                # Logits are floats: their differences err by rounding of their size.
                assert abs(found.gradient[0, c, i] - slope) <= 1e-13 * (1 + scale) * abs(slope) + 1e-300


def test_entropy_of_sure_samples_does_not_cancel():
    """At Z = t Y the gap of the dual is of the size of the loss itself, far below rounding of 1."""
    Y = np.eye(2)
    ce = softmax_loss(45.0 * Y[None] - 22.5, Y, 0.5)
    gap = penalised_gap(ce.value + 1e-30, ce, Y, 0.5, 1.0)
    # q = p: value - entropy = -45 p_wrong to first order.
    assert gap[0] == pytest.approx(1e-30 - 45.0 * math.exp(-45.0), rel=1e-6)


@pytest.mark.parametrize("lambda_b", [None, 0.01, 0.3])
def test_gap_of_the_penalised_minority_bounds_the_minimum_and_the_logits(lambda_b):
    sizes = minority._sizes(sfc(0), 1, 2, np.full(8, 3.0))
    objective, logits = minority._penalised(np.eye(3), sizes, 2, 0.05, 0.1, lambda_b)
    start = sfc(8).standard_normal(size=(8, 18 + (0 if lambda_b is None else 3)))
    early, late = lbfgs(objective, start, 12), lbfgs(objective, start, 500)
    weights, c = sizes / sizes.sum(axis=-1, keepdims=True), math.sqrt(0.05 * 0.1)
    for end, tight in ((early, False), (late, True)):
        ce = softmax_loss(logits(end.point), np.eye(3), weights)
        gap = penalised_gap(end.value, ce, np.eye(3), weights, c, root=np.sqrt(2 * sizes), lambda_b=lambda_b)
        assert (end.value - gap <= late.value.min() + 1e-14).all()
        if tight:
            assert np.abs(gap).max() < 1e-9
    middle = lbfgs(objective, start, 15)
    M, best = (logits(end.point) - logits(end.point).mean(axis=1, keepdims=True) for end in (middle, late))
    ce = softmax_loss(logits(middle.point), np.eye(3), weights)
    gap = penalised_gap(middle.value, ce, np.eye(3), weights, c, root=np.sqrt(2 * sizes), lambda_b=lambda_b)
    away = np.sqrt(((M - best) ** 2).sum(axis=1)).max(axis=-1)
    assert (away <= 1.2 * logit_distance(gap, ce, np.eye(3), weights)).all()  # to leading order
    assert away.max() > 1e-8


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
    if lambda_b:
        np.testing.assert_array_equal(mse.duality_gap(Y, early, 0.01, 0.02, np.full(16, lambda_b)), gap)


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
    found = nc.deep_head_optimum((4, 4, 4), (0.08, 0.08, 0.08), starts=8, trials=2, rng=sfc(1))
    assert (found.reached < 1).all()
    assert (found.worst > found.loss + 1e-3).all()
    np.testing.assert_allclose(found.loss[0], found.loss[1], atol=1e-12)


@pytest.mark.parametrize("sizes", [(9, 4, 2), (2, 9, 4)])
def test_planted_starts_are_the_sets_of_the_largest_classes(sizes):
    """c between the thresholds of sizes 9 and 4: one class lives, which random starts alone may miss."""
    found = nc.deep_head_optimum(sizes, (0.08, 0.08, 0.08), starts=1, trials=4, rng=sfc(1))
    np.testing.assert_array_equal(found.collapsed, np.tile(np.array(sizes) < 9, (4, 1)))
    assert found.gradient.max() < 1e-12


@pytest.mark.parametrize(("n", "N", "L", "c"), [(4, 12, 3, 0.05), (3, 6, 4, 0.11), (2, 10, 5, 0.03)])
def test_branches_of_a_deep_head_are_the_minima_of_one_strength(n, N, L, c):
    """In each class the factors share one strength: the branches are those of a function of a single variable."""

    def loss(z, c=c):
        return (z - math.sqrt(n)) ** 2 / (2 * N) + 0.5 * L * c * z ** (2 / L)

    found = nc.deep_head_branches(n, N, L, c, trials=2, rng=sfc(3))
    best = minimize_scalar(loss, bounds=(0.4 * math.sqrt(n), math.sqrt(n)), method="bounded", options={"xatol": 1e-12})
    np.testing.assert_allclose(found.alive_loss, best.fun, rtol=1e-12)
    np.testing.assert_allclose(found.alive, best.x, rtol=1e-6)
    np.testing.assert_allclose(found.dead_loss, n / (2 * N), rtol=1e-14)
    crossing = found.c_crit[0]
    np.testing.assert_allclose(loss(found.jump * math.sqrt(n), crossing), n / (2 * N), rtol=1e-11)
    assert max(found.gradient.max(), found.residual.max()) < 1e-12
    early = nc.deep_head_branches(n, N, L, c, trials=2, rng=sfc(3), steps=10, rounds=2)
    assert (early.gradient > 1e-8).all()  # the certificate says so


def test_branches_need_whole_classes():
    with pytest.raises(ValueError, match=r"^N = 10"):
        nc.deep_head_branches(4, 10, 3, 0.05, trials=1, rng=sfc(0))


# --- max-margin and small penalties ---------------------------------------------------------------------------------


def test_ridge_distance_is_stationary_to_rounding_at_the_smallest_penalties():
    """lambda = e^-22: the gradient falls to rounding, which it cannot where differences of the loss are lost."""
    found = nc.seli_ridge_distance((4, 2, 1), math.exp(-22), trials=8, rng=sfc(2))
    assert found.gradient.max() < 1e-7
    assert np.ptp(found.value) < 1e-9
    np.testing.assert_allclose(found.value, 0.016549987911, rtol=1e-9)  # the contract's fixed point
    assert nc.seli_ridge_distance((4, 2, 1), 1e-6, trials=4, steps=4, rng=sfc(2)).gradient.max() > 1e-4


@pytest.mark.parametrize("lam", [0.0, 1.0, -1e-3])
def test_ridge_distance_refuses_other_penalties(lam):
    with pytest.raises(ValueError, match=r"^lam = "):
        nc.seli_ridge_distance((4, 2, 1), lam, trials=1, rng=sfc(0))


def test_max_margin_that_violates_a_margin_is_no_number():
    hopeless = nc.seli_geometry((3, 2, 1), outer=1, steps=1, trials=16, rng=sfc(4))
    assert np.isnan(hopeless.value).any()
    assert np.isnan(hopeless.gap[np.isnan(hopeless.value)]).all()


def test_saddles_are_critical_and_descent_leaves_them():
    saddle = nc.saddle_curvature((5, 4, 2), 0.02, 0.01, (2,), trials=2, rng=sfc(1))
    assert saddle.gradient.max() < 1e-12
    assert saddle.value.max() < -0.1
    assert nc.ufm_mse_descent((5, 4, 2), 0.02, 0.01, trials=8, rng=sfc(2)).loss.max() < saddle.loss.min() - 0.05


@pytest.mark.parametrize("rising", [True, False])
def test_transition_finds_a_step(make_rng, rising):
    rng = make_rng(0)
    found = transition(lambda x: ((x > 3.7) if rising else (x < 3.7), 1 / x), rng, 5, (0.1, 100.0), 6, rising=rising)
    np.testing.assert_allclose(arrays.to_host(found.value), 3.7, rtol=2e-5)
    # The smallest value tried is that of the first section.
    np.testing.assert_allclose(arrays.to_host(found.worst), 10 * 1000 ** (-1 / 8), rtol=1e-12)


def test_small_measures():
    logits = np.array([[[2.0, 0, 0], [1, 5, 3], [0, 2, 7]]])
    # True logits 5 and 7 of the two minority columns, against 2 and 3.
    assert minority.minority_gap(logits, 1) == pytest.approx([(5 + 7) / 2 - (2 + 3) / 2])
    assert mean_cosine(np.array([[[1.0, 0], [0, 2.0], [-3.0, 0]]])) == pytest.approx([-1 / 3])
