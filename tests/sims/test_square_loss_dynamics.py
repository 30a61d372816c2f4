"""Kernels of square loss dynamics: literal SGD on vectors, nets by hand, and where a structure must break."""

from __future__ import annotations

import numpy as np
import pytest

from claims.square_loss_dynamics import balance
from sims import dense_nets
from sims import square_loss_dynamics as sims
from sims.arrays import strict_rng, to_host
from sims.square_loss_dynamics.balance import _instance as start_of
from sims.square_loss_dynamics.balance import problem


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


# --- SGD --------------------------------------------------------------------------------------------------------------


def test_chains_are_literal_sgd_on_rotated_inputs():
    N, B, mu, lam, r2, w0, steps = 5, 2, 0.3, 0.1, 2.0, 1.5, 7
    found = sims.sgd_stationary(
        N, B, mu, lam, r2, w0, start="zero", steps=steps - 1, looks=1, every=1, trials=3, rng=_sfc(0)
    )
    draws, Q = _sfc(0), np.linalg.qr(np.random.default_rng(1).standard_normal((N, N)))[0]
    x = np.sqrt(r2) * Q  # rows are inputs; targets x (Q' w0 ones)
    target = Q.T @ (w0 * np.ones(N))
    w = np.zeros((3, N))
    for _ in range(steps):
        mask = np.argsort(np.argsort(-draws.random(size=(3, N)), axis=1), axis=1) < B
        error = (w - target) @ x.T
        gradient = 2 / B * (mask * error) @ x
        w = (1 - 2 * mu * lam) * w - mu * gradient
    np.testing.assert_allclose(found.mean, (w @ Q.T).mean(1), rtol=1e-12)
    full = np.linalg.solve(x.T @ x / N + lam * np.eye(N), x.T @ (x @ target) / N)
    np.testing.assert_allclose(found.var, ((w - full) ** 2).mean(1), rtol=1e-12)


def test_batches_larger_than_the_data_and_unknown_starts_are_refused():
    for options, name in (({"B": 6}, "B = 6"), ({"B": 2, "start": "here"}, "start = 'here'")):
        with pytest.raises(ValueError, match=name):
            sims.sgd_stationary(5, mu=0.1, lam=0.1, r2=1.0, w0=1.0, **options, trials=1, rng=_sfc(0))


def test_chains_grow_on_one_side_of_the_critical_step_only():
    step = float(sims.sgd_critical_step(4, 2, 0.2, 1.0, trials=1, rng=_sfc(0)).step[0])
    options = {"start": "zero", "steps": 200, "looks": 1, "every": 1, "trials": 400}
    below, above = (
        np.log(sims.sgd_stationary(4, 2, c * step, 0.2, 1.0, 1.0, **options, rng=_sfc(1)).var).max() for c in (0.9, 1.5)
    )
    assert below < 10 < above


# --- balance ----------------------------------------------------------------------------------------------------------


def test_gaps_by_hand_and_without_training():
    still = sims.norm_balance((3, 4, 2), 5, 0.1, 0.001, 0.01, trials=2, rng=_sfc(0))
    np.testing.assert_array_equal(still.ratio, 1.0)
    np.testing.assert_array_equal(still.start, still.end)
    found = sims.norm_balance((3, 4, 2), 5, 0.1, 0.01, 0.01, trials=1, rng=_sfc(0))
    np.testing.assert_array_equal(found.start, still.start[:1])  # the instance alone decides
    assert (
        sims.norm_balance((3, 4, 2), 5, 0.1, 0.01, 0.01, instance=1, trials=1, rng=_sfc(0)).start != found.start
    ).all()
    assert found.incoming.shape == (1, 4)


def test_half_the_step_halves_the_deviation_and_forgotten_biases_break_the_law():
    cell = {"widths": (6, 12, 9, 2), "n": 15, "lam": 0.05, "time": 4.0, "trials": 1}
    law = np.exp(-2 * 0.05 * 4.0)

    def deviation(eta, **options):
        found = sims.norm_balance(**cell, eta=eta, **options, rng=_sfc(0))
        return np.abs(found.end - law * found.start).max()

    for options in ({}, {"biases": True}, {"activation": "linear"}, {"loss": "cross_entropy"}):
        assert deviation(0.02, **options) / deviation(0.01, **options) == pytest.approx(2, rel=0.1)
    assert deviation(0.01, biases=True, count_biases=False) > 10 * deviation(0.01, biases=True)
    whole = sims.norm_balance(**cell, eta=0.01, whole=True, rng=_sfc(0))
    assert (whole.scatter > 10 * sims.norm_balance(**cell, eta=0.01, rng=_sfc(0)).scatter).all()


def curvature(cell, biases, activation, data):
    """The largest eigenvalue of the Hessian at the start, by power iteration on differences of gradients."""
    widths, loss = cell["widths"], cell.get("loss", "mse")
    x, y, net = start_of(_sfc(0), widths, cell["n"], data, loss, activation, biases, cell.get("instance", 0))
    count, size = len(net.weights), 1e-6
    v = [_sfc(i).standard_normal(p.shape) for i, p in enumerate(net.parameters)]
    for _ in range(40):
        length = sum((part**2).sum() for part in v) ** 0.5
        v = [part / length for part in v]
        ends = []
        for h in (size, -size):
            moved = tuple(p + h * part for p, part in zip(net.parameters, v, strict=True))
            there = dense_nets.Net(moved[:count], moved[count:], net.activation)
            ends.append(dense_nets.gradient(there, x, y, loss, cell["lam"])[1].parameters)
        image = [(a - b) / (2 * size) for a, b in zip(*ends, strict=True)]
        value = sum((a * b).sum() for a, b in zip(v, image, strict=True))
        v = image
    return value


@pytest.mark.parametrize("claim", balance.CLAIMS, ids=lambda claim: claim.slug)
def test_the_curvature_that_the_allowance_names(claim):
    options = dict(claim.simulate.constants)
    chosen = (options.get("biases", False), options.get("activation", "relu"), options.get("data", "gaussian"))
    first = {cell["widths"] + (cell.get("loss", ""),): cell for cell in (*claim.grid.quick, *claim.grid.full)}
    for cell in first.values():
        assert 0.1 < curvature(cell, *chosen) < balance.CURVATURE


def test_digits_fit_their_net():
    x, y = problem(_sfc(0), 1, (64, 5, 10), 30, "digits")
    assert x.shape == (30, 64)
    np.testing.assert_array_equal(y.sum(1), 1)
    with pytest.raises(ValueError, match="widths = "):
        problem(_sfc(0), 1, (64, 5, 3), 30, "digits")


# --- at rest ----------------------------------------------------------------------------------------------------------


def test_the_error_bounds_what_is_wrong_before_the_end_too():
    for activation in ("linear", "relu"):
        for steps in (1, 30, 300):
            found = sims.stationary_norms(
                (4, 6, 5, 2), 7, 0.05, activation=activation, steps=steps, last=20, trials=3, rng=_sfc(steps)
            )
            assert (np.abs(found.ratio - 1).max(1) <= found.error * (1 + 1e-9)).all()


def test_the_derivative_is_that_of_a_finer_difference_and_outputs_must_be_those_of_the_net():
    net = sims.random_net((3, 5, 2), 6, instance=4)
    found = sims.norm_identity_residual(net.weights, net.f, net.y, 0.3, x=net.x, trials=2, rng=strict_rng(0))

    def objective(scale):
        f = dense_nets.forward(dense_nets.Net((scale * net.weights[0], net.weights[1])), net.x)[-1]
        return ((f - net.y) ** 2).sum() / 12 + 0.15 * ((scale * net.weights[0]) ** 2).sum()

    assert to_host(found)[1, 0] == pytest.approx((objective(1 + 1e-5) - objective(1 - 1e-5)) / 2e-5, rel=1e-8)
    with pytest.raises(ValueError, match="f = "):
        sims.norm_identity_residual(net.weights, 2 * net.f, net.y, 0.3, x=net.x, trials=1, rng=_sfc(0))


def test_margins_need_an_integer_count_and_too_few_steps_are_seen():
    with pytest.raises(ValueError, match=r"fbar = 0\.6"):
        sims.quasi_interpolation_margin(0.1, 3, 0.6, trials=1, rng=_sfc(0))
    short = sims.quasi_interpolation_margin(0.1, 3, 0.5, steps=3, trials=2, rng=_sfc(0))
    assert (short.gradient > 1e-9).all()


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_outside_the_span_nothing_but_decay_inside_it_more():
    cell = {"widths": (6, 7, 2), "n": 3, "B": 2, "trials": 2}
    found = sims.null_space_factor(0.1, 0.2, 30, **cell, rng=_sfc(0))
    np.testing.assert_allclose(found.ratio, 0.96**30, rtol=1e-12)
    assert (found.turned < 1e-12).all()
    assert (np.abs(found.inside - 0.96**30) > 1e-3).all()
    with pytest.raises(ValueError, match="n = 6"):
        sims.null_space_factor(0.1, 0.2, 3, widths=(6, 7, 2), n=6, B=2, trials=1, rng=_sfc(0))


def test_tails_are_those_of_a_literal_run():
    found = sims.low_rank_tail_bound(0.1, 0.3, 3, 2.0, B=2, n=9, schedule="fresh", trials=1, rng=_sfc(5))
    rng = _sfc(5)
    from sims.subspaces import haar_orthogonal

    W = 2.0 * haar_orthogonal(rng, 1, 9) @ haar_orthogonal(rng, 1, 9).mT / 3
    for _ in range(3):
        W = 0.94 * W - 0.1 * rng.standard_normal(size=(1, 9, 2)) @ rng.standard_normal(size=(1, 2, 9))
    values = np.linalg.svd(W[0])[1]
    assert found.tail[0] == pytest.approx(np.linalg.norm(values[6:]), rel=1e-10)
    assert found.narrow[0] == pytest.approx(np.linalg.norm(values[3:]), rel=1e-10)
    assert found.spectral[0] == pytest.approx(3 * values[6], rel=1e-10)
    with pytest.raises(ValueError, match="m = 5"):
        sims.low_rank_tail_bound(0.1, 0.3, 5, 2.0, B=2, n=9, trials=1, rng=_sfc(5))


def test_the_rank_of_the_whole_layer_and_of_one_direction_agree():
    for cell in ((2, 0.1, 0.4, 0.2, 1.3), (3, 0.1, 0.8, 0.3, 1.0), (1, 0.1, 0.8, 0.5, 0.4)):
        whole = sims.guaranteed_rank(*cell, n=60, trials=1, rng=_sfc(0))
        np.testing.assert_array_equal(whole, sims.guaranteed_rank(*cell, n=None, trials=1, rng=_sfc(0)))
    assert np.isnan(sims.guaranteed_rank(2, 0.1, 0.1, 0.1, 1.0, n=12, trials=1, rng=_sfc(0))).all()
    assert np.isinf(sims.guaranteed_rank(2, 0.1, 0.0, 0.1, 1.0, n=None, trials=1, rng=_sfc(0))).all()


def test_trained_tails_are_of_the_layer_m_steps_apart():
    cell = {"widths": (4, 8, 8, 2), "n": 6, "steps": 12, "trials": 2}
    found = sims.trained_tails(0.05, 0.1, 1, (2, 5), **cell, rng=_sfc(3))
    rng = _sfc(3)
    x, y = problem(rng, 2, (4, 8, 8, 2), 6, "gaussian")
    net = dense_nets.initialise(rng, 2, (4, 8, 8, 2), gain=1.0, biases=False)
    path = []
    for _ in dense_nets.train(net, x, y, steps=12, lr=0.1, weight_decay=0.1, batch=1, rng=rng):
        path.append(np.linalg.svd(net.weights[1])[1])
    for i, m in enumerate((2, 5)):
        tail = np.linalg.norm(path[-1][:, m:], axis=1)
        np.testing.assert_allclose(found.tail[:, i], tail / np.linalg.norm(path[-1 - m], axis=1), rtol=1e-10)
        np.testing.assert_allclose(found.spectral[:, i], path[-1][:, m] / path[-1 - m][:, 0], rtol=1e-10)
    with pytest.raises(ValueError, match="at = "):
        sims.trained_tails(0.05, 0.1, 2, (5,), **cell, rng=_sfc(3))


def test_more_decay_leaves_a_smaller_stable_rank_on_digits():
    small, large = (
        sims.digits_stable_rank(0.05, lam, 8, widths=(64, 24, 24, 10), n=100, steps=300, trials=2, rng=_sfc(0))
        for lam in (0.001, 0.05)
    )
    assert (large.stable_rank < small.stable_rank).all()
    assert np.isfinite(large.loss).all()
