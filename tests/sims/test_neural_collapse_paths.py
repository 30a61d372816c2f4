"""Kernels of the paths, the null metrics and real training: any backend, plain computations, orders of convergence."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg

import sims.neural_collapse as sims
from sims.arrays import strict_rng, to_host
from sims.neural_collapse import central_path, logistic, training

_WALK = {"omega0": (1.5, 0.7), "t": (2.0, 30.0), "C": 3, "n": 4, "d": 5, "steps": 3}
_MODES = {"u0": (0.1, 0.3), "t": (1.0, 6.0), "n_k": (3, 2), "N": 5, "lam": 0.02, "d": 4}
_MIXTURE = {
    "weight_decay": 1e-2, "C": 3, "n": 6, "d": 4, "separation": 3.0, "hidden": (8,), "steps": 10, "lr": 1e-2
}  # fmt: skip

KERNELS = [
    (sims.central_path_omega, {**_WALK, "flow": "projected"}),
    (sims.central_path_omega, {**_WALK, "flow": "renormalised"}),
    (sims.central_path_euler, {**_WALK, "flow": "projected"}),
    (sims.ufm_modes, _MODES),
    (sims.ufm_mode_strength, _MODES),
    (sims.ufm_within_class_decay, _MODES),
    (sims.ufm_relaxation, {"n_k": (3, 2), "lam": 0.05, "t": (1.0, 4.0), "scale": 0.5, "d": 4}),
    (sims.nc1_null_mean, {"C": 3, "n": 4, "d": 8}),
    (sims.nc_metrics_optimum, {"C": 4, "n": 2, "d": 6, "optimum": "etf"}),
    (sims.nc_metrics_optimum, {"C": 4, "n": 2, "d": 4, "optimum": "frame"}),
    (sims.mixture_training, {**_MIXTURE, "loss": "mse", "batch": None}),
    (sims.mixture_training, {**_MIXTURE, "loss": "cross_entropy", "batch": 4}),
    (
        sims.digits_training,
        {"loss": "mse", "weight_decay": 1e-3, "per_class": 4, "hidden": (8,), "steps": 8, "lr": 1e-2},
    ),
    (
        sims.digits_bottleneck,
        {"widths": (3, 9), "weight_decay": 1e-3, "per_class": 3, "hidden": (8,), "steps": 5, "lr": 1e-2},
    ),
]


def _fields(result):
    return list(result._asdict().items()) if hasattr(result, "_asdict") else [("value", result)]


@pytest.mark.parametrize(("kernel", "cell"), KERNELS)
def test_every_kernel_is_portable_and_leads_with_the_trials(kernel, cell):
    host = kernel(**cell, trials=2, rng=np.random.Generator(np.random.SFC64(7)))
    strict = kernel(**cell, trials=2, rng=strict_rng(7))
    assert kernel.floats_per_trial(**cell) > 0
    for (name, a), (_, b) in zip(_fields(host), _fields(strict), strict=True):
        assert a.shape[0] == 2, name
        assert np.isfinite(a).all(), name
        np.testing.assert_array_equal(a, to_host(b), err_msg=name)


# --- central path ----------------------------------------------------------------------------------------------------


def _plain_step(H, Y, dt, flow):
    """One step of one walk: lstsq for the classifier, sqrtm for the whitening."""
    d, N = H.shape
    C = Y.shape[0]
    augmented = np.vstack([H, np.ones(N)])
    Wb = np.linalg.lstsq(augmented.T, Y.T, rcond=None)[0].T
    g = Wb[:, :d].T @ (Wb @ augmented - Y) / N
    average = Y.T @ Y * C / N
    if flow == "renormalised":
        H = H - dt * g
        E = H - H @ average
        return np.linalg.inv(scipy.linalg.sqrtm(E @ E.T / N)) @ H
    E, g_within = H - H @ average, g - g @ average
    tangent = g_within - (g_within @ E.T + E @ g_within.T) @ E / (2 * N)
    assert np.abs(tangent).max() < 1e-12  # the within-class part rests on this flow
    E = E - dt * tangent
    return H @ average - dt * g @ average + np.linalg.inv(scipy.linalg.sqrtm(E @ E.T / N)) @ E


@pytest.mark.parametrize("flow", ["projected", "renormalised"])
def test_walk_equals_a_plain_walk(flow):
    walk, H = central_path._start(np.random.default_rng(1), 2, (1.5, 0.7), 4, 5)
    end = central_path._step(central_path._step(H, walk, 0.7, flow), walk, 0.4, flow)
    for i in range(2):
        plain = _plain_step(_plain_step(H[i], walk.Y, 0.7, flow), walk.Y, 0.4, flow)
        np.testing.assert_allclose(end[i], plain, atol=1e-11)


def test_start_has_the_wanted_spectrum():
    walk, H = central_path._start(np.random.default_rng(1), 2, (1.5, 0.7), 4, 5)
    measured = central_path._measured(H, walk)
    np.testing.assert_allclose(measured.omega, [[1.5, 0.7]] * 2, rtol=1e-12)
    np.testing.assert_allclose(measured.drift, 0.0, atol=1e-7)
    np.testing.assert_allclose(measured.nc1, 1 / 1.5**2 + 1 / 0.7**2, rtol=1e-12)
    means = H @ walk.Y.mT / 4
    E = H - means @ walk.Y
    np.testing.assert_allclose(E @ E.mT / 12, np.broadcast_to(np.eye(5), (2, 5, 5)), atol=1e-12)


@pytest.mark.parametrize("flow", ["projected", "renormalised"])
def test_errors_fall_with_the_step(flow):
    """Euler: halving the step halves the error; Romberg from three step counts: an eighth."""

    def run(kernel, steps):
        cell = {**_WALK, "flow": flow, "t": (30.0,), "steps": steps}
        return kernel(**cell, trials=1, rng=np.random.default_rng(1)).omega[0, :, 0]

    exact = run(sims.central_path_omega, 200)
    euler = [np.abs(run(sims.central_path_euler, steps) - exact).max() for steps in (40, 80)]
    romberg = [np.abs(run(sims.central_path_omega, steps) - exact).max() for steps in (10, 20)]
    assert euler[0] / euler[1] == pytest.approx(2.0, rel=0.05)
    assert romberg[0] / romberg[1] == pytest.approx(8.0, rel=0.25)


@pytest.mark.parametrize("flow", ["projected", "renormalised"])
def test_residual_of_the_walk_bounds_its_error(flow):
    cell = {**_WALK, "flow": flow}
    exact = sims.central_path_omega(**{**cell, "steps": 200}, trials=1, rng=np.random.default_rng(1)).omega
    for kernel in (sims.central_path_omega, sims.central_path_euler):
        found = kernel(**{**cell, "steps": 16}, trials=1, rng=np.random.default_rng(1))
        error = np.abs(found.omega / exact - 1).max()
        assert 0 < error < 1.5 * found.residual[0] < 0.05


def test_wrong_number_of_singular_values_is_refused():
    with pytest.raises(ValueError, match="omega0"):
        sims.central_path_omega(**{**_WALK, "omega0": (1.0,)}, trials=1, rng=np.random.default_rng(0))


# --- logistic modes --------------------------------------------------------------------------------------------------


def test_modes_equal_an_adaptive_integration_of_the_gradient():
    found = sims.ufm_modes(**_MODES, trials=1, rng=np.random.default_rng(0))
    Y = np.array([[1.0, 1, 1, 0, 0], [0, 0, 0, 1, 1]])
    # Any frame will do for the strengths: the flow commutes with rotations.
    W0 = np.diag(np.sqrt(_MODES["u0"])) @ np.eye(2, 4)
    H0 = np.eye(4, 2) @ np.diag(np.sqrt(np.array(_MODES["u0"]) / (3, 2))) @ Y

    def slope(_, v):
        W, H = v[:8].reshape(2, 4), v[8:].reshape(4, 5)
        R = (W @ H - Y) / 5
        return np.concatenate([(-R @ H.T - 0.02 * W).ravel(), (-W.T @ R - 0.02 * H).ravel()])

    start = np.concatenate([W0.ravel(), H0.ravel()])
    path = scipy.integrate.solve_ivp(slope, (0, 6), start, t_eval=(1.0, 6.0), rtol=1e-11, atol=1e-13)
    for j in range(2):
        Z = path.y[:8, j].reshape(2, 4) @ path.y[8:, j].reshape(4, 5)
        np.testing.assert_allclose(found.strength[0, :, j], (Z * Y).sum(axis=1) / np.sqrt((3, 2)), rtol=1e-7)


def test_modes_wrappers_choose_and_sizes_are_checked():
    cell, rng = _MODES, np.random.default_rng
    all_three = sims.ufm_modes(**cell, trials=2, rng=rng(3))
    np.testing.assert_array_equal(sims.ufm_mode_strength(**cell, trials=2, rng=rng(3)), all_three.strength)
    np.testing.assert_array_equal(sims.ufm_within_class_decay(**cell, trials=2, rng=rng(3)), all_three.aligned)
    slow = sims.ufm_within_class_decay(**cell, aligned=False, trials=2, rng=rng(3))
    np.testing.assert_array_equal(slow, all_three.orthogonal)
    with pytest.raises(ValueError, match=r"^N = "):
        sims.ufm_modes(**{**cell, "N": 6}, trials=1, rng=rng(0))
    with pytest.raises(ValueError, match=r"^d = "):
        sims.ufm_modes(**{**cell, "d": 2}, trials=1, rng=rng(0))


def test_residual_of_a_flow_sees_the_step():
    """Runge-Kutta of fourth order: steps twice as long change the result sixteen times as much as is left."""
    Y, start = np.array([[1.0, 1, 0], [0, 0, 1]]), np.random.default_rng(0).standard_normal(size=(1, 12))
    W, H = start[:, :6].reshape(1, 2, 3), start[:, 3:].reshape(1, 3, 3)

    def measure(W, H):
        return (W @ H,)

    exact, _ = logistic._flow(W, H, Y, 0.1, (3.0,), 1e-3, measure), None
    fine, residual = logistic._halved(W, H, Y, (2, 1), 0.1, (3.0,), measure)
    error = np.abs(fine[0] / exact[0] - 1).max()
    assert 8 * error < residual[0] < 40 * error


def test_flow_goes_downhill_and_relaxation_reads_its_features():
    cell = {"n_k": (3, 2), "lam": 0.05, "scale": 0.5, "d": 4}
    early, late = (
        sims.ufm_relaxation(**cell, t=(t, 40.0), trials=2, rng=np.random.default_rng(0)) for t in (1.0, 30.0)
    )
    np.testing.assert_allclose(early.nc1[:, 1], late.nc1[:, 1], rtol=1e-4)
    np.testing.assert_allclose(late.decay, np.log(late.nc1[:, 0] / late.nc1[:, 1]), rtol=1e-12)
    assert (late.nc1[:, 0] < early.nc1[:, 0]).all()


# --- null metrics and training ---------------------------------------------------------------------------------------


def test_null_metric_with_nothing_shared():
    """A plain simulation, one draw after the other, against the kernel's mean."""
    rng, values = np.random.default_rng(0), []
    labels = np.repeat(np.arange(3), 4)
    for _ in range(2500):
        values.append(sims.nc_metrics(rng.standard_normal((20, 12)), labels).nc1)
    batch = sims.nc1_null_mean(3, 4, 20, trials=6000, rng=np.random.default_rng(1))
    spread = np.sqrt(np.var(values) / 2500 + np.var(batch) / 6000)
    assert abs(np.mean(values) - np.mean(batch)) < 4 * spread < 0.05 * np.mean(batch)


def test_marks_hold_the_steps_that_are_compared():
    assert {1, 300, 1500} <= set(training.marks(1500))
    assert training.marks(1500) == tuple(sorted(training.marks(1500)))


def test_arms_start_alike_and_only_decay_tells_them_apart():
    result = sims.mixture_training(
        **{**_MIXTURE, "weight_decay": 0.0}, loss="mse", trials=2, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(result.nc1[:, 0], result.nc1[:, 1])
    np.testing.assert_array_equal(result.nc1_lead, 0.0)
    decayed = sims.mixture_training(**_MIXTURE, loss="mse", trials=2, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(decayed.nc1[:, 1], result.nc1[:, 1])
    assert (decayed.nc1[:, 0, -1] != result.nc1[:, 0, -1]).all()


def test_digits_are_sorted_and_centred():
    x, Y = training._digits(np.random.default_rng(0), 5)
    assert x.shape == (50, 64)
    np.testing.assert_array_equal(np.argmax(Y, axis=1), np.repeat(np.arange(10), 5))
    np.testing.assert_allclose(x.mean(axis=0), 0.0, atol=1e-12)
