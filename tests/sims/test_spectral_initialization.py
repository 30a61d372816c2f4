"""Descents from small starts: what must hold on every draw, and independent routes, on every backend."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import spectral_initialization as si
from sims.arrays import asarray, to_host
from sims.dense_nets import Net
from sims.spectral_initialization.flow import extrapolated
from sims.spectral_initialization.jacobian import _hidden, _kernel, _paired
from sims.tangent import tangent_gram


def rng(seed=0):
    return np.random.default_rng(seed)


def test_extrapolation_removes_every_power_and_says_its_error():
    found = extrapolated(lambda n: np.array([2 + 3 / n + 5 / n**2 - 1 / n**3, 1.0 + 1 / n]), 2, levels=5)
    np.testing.assert_allclose(found.value, [2, 1], atol=1e-13)
    coarse = extrapolated(lambda n: np.array([(1 + 1 / n) ** n]), 2, levels=4)
    fine = extrapolated(lambda n: np.array([(1 + 1 / n) ** n]), 2, levels=7)
    assert abs(coarse.value[0] / math.e - 1) < coarse.error[0]
    assert abs(fine.value[0] / math.e - 1) < fine.error[0] < 1e-3 * coarse.error[0]


def test_descents_of_a_stack_are_those_of_its_instances(make_rng):
    M, U0 = si.random_starts(3, (1.0, 0.4, -0.2), 2, 0.3, instance=2)
    gram = to_host(si.flow_gram(M, U0, 3.0, 16, trials=2, rng=make_rng(0)).gram)
    assert gram.shape == (2, 3, 3, 3)
    np.testing.assert_array_equal(gram[0], gram[1])
    for m, u, g in zip(M, U0, gram[0], strict=True):
        np.testing.assert_allclose(si.riccati_gram(m, u, 3.0, steps=16), g, atol=1e-13)
    plain = to_host(si.descent_gram(M, U0, 3.0, 50_000, trials=1, rng=make_rng(0)).eigenvalues)
    np.testing.assert_allclose(plain[0], np.linalg.eigvalsh(gram[0])[:, 1:], rtol=5e-4)


def test_strengths_do_not_depend_on_the_directions(make_rng):
    found = si.mode_strength((2.0, 1.0, 0.2), 0.01, 2.0, steps=16, trials=3, rng=make_rng(0))
    strength = to_host(found.strength)
    np.testing.assert_allclose(strength, strength[:1] + np.zeros((3, 1)), rtol=1e-9)
    # An aligned start keeps the modes apart: each is the logistic equation's.
    a = np.full(3, 0.01)
    for _ in range(100_000):
        a += 2e-5 * 2 * a * (np.array([2.0, 1.0, 0.2]) - a)
    np.testing.assert_allclose(strength[0], a, rtol=1e-4)
    assert to_host(found.error).max() < 1e-6
    with pytest.raises(ValueError, match="at most 4"):
        si.mode_strength((1.0,) * 5, 0.01, 1.0, trials=1, rng=rng())


def test_times_are_where_the_strengths_are_the_level(make_rng):
    found = si.mode_time((2.0, 1.0, 0.1), 1e-3, 0.4, horizon=8.0, step=0.02, trials=2, rng=make_rng(0))
    time = to_host(found.time)
    assert np.isnan(time[:, 2]).all()
    for mode, s in enumerate((2.0, 1.0)):
        there = si.mode_strength((2.0, 1.0), 1e-3, float(time[0, mode]), trials=1, rng=rng()).strength
        assert there[0, mode] == pytest.approx(0.4 * s, rel=1e-7)
    np.testing.assert_allclose(to_host(found.ratio)[0, 1], 2 * time[0, 1] / math.log(1e3))


def test_a_null_mode_loses_its_inverse_steadily():
    early, late = (si.null_mode(0.3, t, trials=1, rng=rng()).strength[0] for t in (5.0, 9.0))
    assert 1 / late - 1 / early == pytest.approx(8.0, rel=1e-9)


def test_the_power_phase_has_no_even_orders():
    M, G = si.random_start((1.0, 0.5, 0.0), 2, 0.5)
    E = [si.power_phase_coefficient(M, G, 0.1, 10, alpha=a) for a in (1e-2, 5e-3, 2.5e-3)]
    assert np.linalg.norm(E[0] - E[1]) / np.linalg.norm(E[1] - E[2]) == pytest.approx(4, rel=0.01)
    stack = si.power_phase_deviation(M[None], G[None], 0.1, 10, 1e-2, trials=1, rng=rng())
    assert stack.coefficient[0, 0] == pytest.approx(np.linalg.norm(E[0]))
    assert stack.deviation[0, 0] == pytest.approx(1e-6 * np.linalg.norm(E[0]))


def test_alignment_is_the_power_methods(make_rng):
    found = si.alignment_tan2(7, 3, 1.5, 0.4, 6, trials=5, rng=make_rng(0))
    host = np.random.Generator(np.random.SFC64(0))
    assert to_host(found.tan2).shape == (5,)
    path = si.alignment_path(7, 3, 1.5, 0.4, (2, 6), alpha=1e-7, trials=5, rng=make_rng(0))
    np.testing.assert_allclose(to_host(path.tan2)[:, 1], to_host(found.tan2), rtol=1e-6)
    # From one start G by numpy alone: singular vectors of Z^t G.
    v, G = np.eye(7)[:, 0], host.standard_normal((7, 3))
    left = np.linalg.svd(np.diag(1 + 0.6 * v) ** 6 @ G)[0][:, 0]
    expected = 1 / left[0] ** 2 - 1
    from sims.spectral_initialization.alignment import _tan2

    U = np.diag(1 + 0.6 * v) ** 6 @ G
    assert _tan2(U[None], v[None, :, None])[0] == pytest.approx(expected)


def test_no_residual_where_the_width_is_the_rank():
    G, V = si.random_signals(2, 6, 2, 2)
    options = {"values": (1.0, 0.8), "steps": 64, "trials": 1}
    assert si.off_signal_residual(G, V, 0.1, 40.0, **options, rng=rng()).residual.max() < 1e-11
    wide, _ = si.random_signals(2, 6, 4, 2)
    flow = si.off_signal_residual(wide, V, 0.1, 40.0, **options, rng=rng())
    np.testing.assert_allclose(flow.coefficient, 100 * flow.residual)
    plain = [
        si.off_signal_residual(wide, V, 0.1, 40.0, **options | {"steps": n}, flow=False, rng=rng()).residual
        for n in (200, 400)
    ]
    np.testing.assert_allclose((plain[0] - flow.residual) / (plain[1] - flow.residual), 2, rtol=0.05)
    assert flow.error.max() < 1e-9


def test_the_kernel_of_a_wide_net_is_its_tangent_kernel():
    given = si.samples(4, 3)
    net = _paired(rng(), 2, 6, given)
    h, res = _hidden(net, net.W)
    np.testing.assert_allclose(res[..., 0], -given.y + np.zeros((2, 1)), atol=1e-15)
    # All parameters count in the whole kernel: take the output layer's part away.
    output = np.broadcast_to(net.v[:, None], (2, 6, 1)).copy()
    whole = tangent_gram(Net((net.W, output), activation="tanh"), asarray(rng(), given.x))
    np.testing.assert_allclose(_kernel(net, h), whole - h @ h.mT, atol=1e-14)


def test_wide_nets_stay_near_their_linearisation(make_rng):
    narrow, wide = (
        to_host(si.residual_along_jacobian(4, 3, 0.5, 10, h, 1, trials=20, rng=make_rng(0)).deviation)
        for h in (16, 1024)
    )
    assert 30 < narrow.mean() / wide.mean() < 130
    path = si.residual_path(4, 3, 0.5, 10, 4096, 1, trials=1, rng=rng())
    expected = (1 - path.rate[:, None, :]) ** np.arange(11)[None, :, None]
    np.testing.assert_allclose(path.share, expected, atol=0.02)
    with pytest.raises(ValueError, match="width = 5"):
        si.residual_along_jacobian(4, 3, 0.5, 10, 5, 1, trials=1, rng=rng())


def test_a_linear_model_by_two_routes(make_rng):
    J, res0 = si.linear_model(4, 7)
    fitted = to_host(si.linear_descent(J, res0, 0.5, 12, trials=1, rng=make_rng(0)).residual)
    np.testing.assert_allclose(fitted[0], si.linearized_residual(J @ J.T, res0, 0.5, 12), atol=1e-14)


def test_the_delay_is_that_of_the_whole_flow(make_rng):
    found = si.two_mode_delay(4, 2.0, 1.0, 0.01, 14.0, 0.02, trials=6, rng=make_rng(0))
    delay, kept = to_host(found.delay), to_host(found.kept)
    np.testing.assert_allclose(kept, np.exp(-2 * delay))
    g = np.random.Generator(np.random.SFC64(0)).standard_normal((6, 2, 4))
    M = np.diag([2.0, 1.0])
    cosine2 = (g[:, 0] * g[:, 1]).sum(-1) ** 2 / ((g[:, 0] ** 2).sum(-1) * (g[:, 1] ** 2).sum(-1))
    np.testing.assert_allclose(kept, 1 - cosine2, atol=2e-3)
    # The second mode is half learned at its time: U itself, followed by descents.
    late = math.log(1 / (1e-4 * (g[0, 1] ** 2).sum()) - 1) / 2 + delay[0]
    assert si.riccati_gram(M, 0.01 * g[0], late)[1, 1] == pytest.approx(0.5, abs=1e-4)


def test_sensing_measures_what_it_says(make_rng):
    found = si.sensing(4, 16, (0.5, 0.05), 0.1, 400, trials=8, rng=make_rng(0))
    error = to_host(found.error)
    np.testing.assert_allclose(to_host(found.decades)[:, 0], np.log10(error[:, 0] / error[:, 1]))
    # More measurements than unknowns: what fits them is the target.
    assert to_host(found.misfit).max() < 0.1
    assert np.median(error[:, 1]) < 0.02


def test_a_network_on_digits_starts_whole(make_rng):
    start = si.digits_start(16)
    assert start.K0.shape == (100, 100)
    assert start.res0.shape == (100, 10)
    assert np.linalg.eigvalsh(start.K0)[0] > 0
    slow = si.digits_residual(16, 3, 1e-7, 0, trials=2, rng=make_rng(0))
    np.testing.assert_allclose([to_host(part)[0] for part in slow], 1, atol=1e-5)
    trained = si.digits_residual(512, 3, 0.5, 0, trials=1, rng=rng())
    assert 0 < to_host(trained.leading)[0] < to_host(trained.others)[0] < 1
