"""Kernels of minima stability: by hand, by another route, and where they must see a difference."""

from __future__ import annotations

import numpy as np
import pytest

from sims import minima_stability as sims
from sims.arrays import asarray, to_host
from sims.dense_nets import Net
from sims.minima_stability.bends import kinks, place_weight, smooth_curvature, weighted_kinks
from sims.minima_stability.nets import dense, sharpness

RNG = np.random.default_rng


def values(w1, b1, w2, at):
    return np.maximum(np.multiply.outer(at, w1) + b1, 0) @ w2


def test_sharpness_is_the_largest_eigenvalue_of_finite_differences(make_rng):
    nets = sims.random_nets(2, 3, 5)
    given = [asarray(make_rng(0), part) for part in nets]
    found = to_host(sharpness(dense(*given[:3]), given[3][..., None]))
    for i, top in enumerate(found):
        w1, b1, w2, x = (part[i] for part in nets)
        theta = np.concatenate([w1, b1, w2])
        columns = [np.ones(5)]
        for k in range(9):
            step = 1e-6 * np.eye(9)[k]
            columns.append((values(*np.split(theta + step, 3), x) - values(*np.split(theta - step, 3), x)) / 2e-6)
        J = np.stack(columns, axis=1)
        assert top == pytest.approx(np.linalg.eigvalsh(J @ J.T / 5)[-1], rel=1e-7)


def test_a_network_that_has_diverged_has_no_sharpness():
    nets = sims.random_nets(2, 3, 5)
    w2 = nets.w2.copy()
    w2[0, 0] = np.inf
    with np.errstate(invalid="ignore"):
        found = sharpness(dense(nets.w1, nets.b1, w2), nets.x[..., None])
    assert np.isnan(found[0])
    assert found[1] > 1


def test_the_search_over_scales_finds_what_a_grid_finds():
    nets = sims.random_nets(3, 2, 4)
    found = sims.flattest_trace(*nets, trials=2, rng=RNG(0))
    logs = np.linspace(-3, 3, 121)
    for i in range(3):
        w1, b1, w2, x = (part[i] for part in nets)
        grid = np.stack(np.meshgrid(logs, logs), axis=-1).reshape(-1, 2)
        a = np.exp(grid)
        net = dense(a * w1, a * b1, w2 / a)
        assert found.sharpest[1, i] <= sharpness(net, x[:, None]).min() + 1e-9
        assert found.given[1, i] >= found.sharpest[1, i]
        assert found.trace[1, i] >= found.sharpest[1, i] - 1e-9


def test_weights_of_places_are_loops_over_samples():
    x, tau = np.array([-1.0, 0.5, 2.0, 2.0]), np.array([-3.0, -1.0, 0.0, 1.0, 2.0, 5.0])
    for t, found in zip(tau, place_weight(tau, x), strict=True):
        sides = []
        for part in ([v for v in x if v > t], [v for v in x if v < t]):
            m = sum(part) / len(part) if part else 0.0
            sides.append((len(part) / 4) ** 2 * abs(m - t) * (1 + m * m) ** 0.5 if part else 0.0)
        assert found == pytest.approx(min(sides), abs=1e-15)


def test_kinks_are_where_the_slope_jumps():
    w1, b1, w2 = (part[:, :2] for part in sims.random_nets(1, 2, 3)[:3])
    tau, strength = kinks(dense(w1, b1, w2))
    for t, c in zip(tau[0], strength[0], strict=True):
        at = t + 1e-7 * np.array([-2.0, -1.0, 1.0, 2.0])
        f = values(w1[0], b1[0], w2[0], at)
        assert (f[3] - f[2] - f[1] + f[0]) / 1e-7 == pytest.approx(c, abs=1e-5)
    bent = weighted_kinks(dense(w1, b1, w2), np.linspace(-2, 2, 9)[:, None])
    assert bent.weighted < bent.plain


def test_smooth_curvature_is_an_integral_of_second_differences():
    rng = RNG(0)
    net = Net((rng.standard_normal((1, 1, 3)), rng.standard_normal((1, 3, 1))), (rng.standard_normal((1, 1, 3)),
              np.zeros((1, 1, 1))), "tanh")  # fmt: skip
    x = np.array([-1.0, 0.3, 2.0])
    at = np.linspace(-1, 2, 3001)
    f = np.tanh(np.multiply.outer(at, net.weights[0][0, 0]) + net.biases[0][0, 0]) @ net.weights[1][0, :, 0]
    second = np.abs(np.diff(f, 2)) / 1e-6
    brute = np.sum(second * place_weight(at[1:-1], x)) * 1e-3
    assert smooth_curvature(net, x[:, None])[0] == pytest.approx(brute, rel=5e-3)


def test_thresholds_are_where_a_power_of_the_mean_step_begins_to_grow():
    G = sims.generic_gradients(5, 2)
    found = sims.sgd_threshold(G, 2, trials=2, rng=RNG(0))
    assert found.gap.max() < 1e-12
    for times, grows in ((0.99, False), (1.01, True)):
        Q = sims.second_moment_operator(G, 2, times * found.step[0], trials=1, rng=RNG(0))[0]
        assert (np.abs(np.linalg.matrix_power(Q, 4000)).max() > 1) == grows
    unhalved = sims.sgd_threshold(G, 2, loss="unhalved", trials=1, rng=RNG(0))
    assert 2 * unhalved.step[0] == pytest.approx(found.step[0], rel=1e-12)
    wide = G @ np.linalg.qr(RNG(1).standard_normal((9, 2)))[0].T
    tall = sims.sgd_threshold(wide[:2], 1, trials=1, rng=RNG(0)).step[0]
    assert tall == pytest.approx(sims.sgd_threshold(G[:2], 1, trials=1, rng=RNG(0)).step[0], rel=1e-9)


def test_too_many_batches_and_too_large_ones_are_refused():
    G = sims.generic_gradients(5, 2)
    with pytest.raises(ValueError, match="B = 9: must be an integer from 1 to n = 5"):
        sims.sgd_threshold(G, 9, trials=1, rng=RNG(0))
    with pytest.raises(ValueError, match="B = 9: must leave at most"):
        sims.sgd_threshold(G, 9, True, trials=1, rng=RNG(0))


@pytest.mark.parametrize(("B", "replacement"), [(1, False), (3, False), (3, True)])
def test_one_drawn_step_is_in_the_mean_that_of_all_batches(B, replacement):
    G, v = sims.generic_gradients(4, 2), (1.0, -0.5)
    Q = sims.second_moment_operator(G, B, 0.3, replacement, trials=1, rng=RNG(0))[0]
    exact = (Q @ np.outer(v, v).ravel()).reshape(2, 2).trace()
    drawn = sims.mean_square_distance(G, B, 0.3, v, 1, replacement, trials=40000, rng=RNG(0))[:, 0]
    assert drawn.mean() == pytest.approx(exact, abs=5 * drawn.std() / 200)


def test_a_larger_displacement_flips_activations_and_the_certificate_sees_it(monkeypatch):
    from sims.minima_stability import growth

    assert sims.gd_growth(1.0, 2.1, trials=8, rng=RNG(0)).flips.max() == 0
    monkeypatch.setattr(growth, "_DISPLACED", 1.0)
    assert sims.gd_growth(1.0, 2.1, trials=8, rng=RNG(0)).flips.min() > 0


def test_gradients_of_a_trained_network_span_as_many_directions_as_samples():
    G = sims.trained_gradients(5, 8, steps=500, instance=1)
    assert G.shape == (5, 25)
    assert np.linalg.matrix_rank(G) == 5
    np.testing.assert_array_equal(G[:, -1], 1.0)  # the output bias


def test_a_ramp_ends_at_minima_sees_kinks_and_looks_where_it_is_told():
    etas = (0.1, 0.15, 0.2)
    found = sims.ramp(etas, (0, 2), (1,), count=3, h=6, n=3, number=0, steps=3000, trials=2, rng=RNG(0))
    assert found.curvature.shape == (2, 2)
    assert found.median_curvature.shape == (2, 1)
    assert found.loss.max() < 1e-10
    again = sims.ramp(etas, (2,), (1,), count=3, h=6, n=3, number=0, steps=3000, trials=1, rng=RNG(5))
    np.testing.assert_array_equal(found.curvature[:1, 1:], again.curvature)
    none = sims.ramp(etas, (0,), count=3, h=6, n=3, number=0, steps=2, trials=1, rng=RNG(0))
    assert np.isnan(none.curvature).all()
    assert none.share.max() == 0


def test_one_start_for_all_steps_on_digits():
    found = sims.digits_sharpness((0.1, 0.4), n=10, h=4, steps=5, trials=2, rng=RNG(0))
    np.testing.assert_allclose(found.start[:, 1], 4 * found.start[:, 0])
    assert (found.end > 0).all()
