"""Kernels of random features, gradient flow, early stopping and classification, each against a naive computation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from scipy.special import erf, ndtr

import sims.double_descent as sims
from sims import arrays
from sims.double_descent.early_stopping import matrix_exponential
from sims.double_descent.random_features import resolved

Kernel = Callable[..., Any]
TWO = {"n": 12, "spectrum": ((1.0, 0.1), (3, 4)), "beta_sq": (0.2, 0.5), "sigma2": 0.3}
FLAT = {"spectrum": (1.0, 0.5, 0.2), "beta_sq": (1.0, 2.0, 3.0)}
RF = {"d": 6, "lam": 0.05, "F_star": 0.7, "tau2": 0.3}

KERNELS: list[tuple[Kernel, dict[str, Any]]] = [
    (sims.rf_risk, {**RF, "N": 8, "n": 12, "activation": "relu"}),
    (sims.rf_risk, {**RF, "N": 12, "n": 8, "activation": "erf"}),
    (sims.rf_sample_wise_risk, {**RF, "N": 9, "n": (4, 8, 12), "activation": "erf"}),
    (sims.plain_rf_risk, {"d": 6, "N": 8, "n": 12, "lam": 0.05, "tau2": 0.3}),
    (sims.plain_rf_risk, {"d": 6, "N": 9, "n": 7, "lam": 0.05, "activation": "erf", "F1": 2.0}),
    (sims.gf_risk_isotropic, {"t": (0.5, 5.0), "n": 9, "p": 6, "sigma2": 0.3}),
    (sims.gf_risk_isotropic, {"t": (0.5, 5.0), "n": 6, "p": 9, "sigma2": 0.3}),
    (sims.gf_risk, {"t": (0.5, 5.0, 50.0), **TWO}),
    (sims.gf_risk, {"t": (0.5, 5.0), "n": 2, **FLAT}),
    (sims.gf_ridge_ratio, {"n": 6, "p": 9, "spread": 1.0, "t": (0.1, 1.0, 10.0)}),
    (sims.gf_ridge_ratio, {"n": 9, "p": 6, "spread": 0.0, "t": (1.0,), "design": "orthonormal"}),
    (sims.designed_gf_ridge_ratio, {"n": 9, "eigs": (0.1, 1.0, 3.0), "t": 2.0}),
    (sims.ls_classifier_error, {"n": 8, "p": 5, "s": 1.5}),
    (sims.ls_classifier_error, {"n": 5, "p": 8, "s": 1.5}),
    (sims.max_margin, {"n": 8, "p": 12, "s": 1.5}),
    (sims.max_margin, {"n": 12, "p": 8, "s": 1.5, "model": "logistic"}),
    (sims.max_margin, {"n": 9, "p": 6, "s": 0.0, "model": "sign"}),
]


def _parts(result: Any) -> tuple[Any, ...]:
    return tuple(result) if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize(("kernel", "cell"), KERNELS)
def test_strict_equals_numpy(kernel: Kernel, cell: dict[str, Any]) -> None:
    strict = _parts(kernel(**cell, trials=3, rng=arrays.strict_rng(11)))
    plain = _parts(kernel(**cell, trials=3, rng=np.random.Generator(np.random.SFC64(11))))
    for a, b in zip(strict, plain, strict=True):
        assert b.shape[0] == 3
        assert (arrays.to_host(a) == b).all()
    assert kernel.floats_per_trial(**cell) > 0


# --- random features --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relu", "erf"])
def test_activation_moments(name: str) -> None:
    """E act(w'x) act(v'x), E act(G) G and E act(G)(G^2 - 1) by a two-dimensional Gauss-Hermite rule."""
    act, (u, weights) = resolved(name), np.polynomial.hermite_e.hermegauss(180)
    weights = weights / weights.sum()
    plain = {"relu": lambda x: np.maximum(x, 0.0), "erf": erf}[name]
    assert act.linear == pytest.approx(weights @ (plain(u) * u), abs=1e-3 if name == "relu" else 1e-12)
    assert act.quadratic == pytest.approx(weights @ (plain(u) * (u * u - 1)), abs=1e-3 if name == "relu" else 1e-12)
    for c in (-0.9, 0.0, 0.3, 1.0):
        second = c * u[:, None] + math.sqrt(1 - c * c) * u[None, :]
        exact = weights @ (plain(u)[:, None] * plain(second)) @ weights
        assert act.correlation(np.asarray(c)) == pytest.approx(exact, abs=2e-3 if name == "relu" else 1e-10)


@pytest.mark.parametrize("cell", [kernel[1] for kernel in KERNELS[:2]])
def test_random_features_against_a_plain_simulation(cell: dict[str, Any]) -> None:
    """Nothing integrated: noise, direction, quadratic form and test points drawn; means over many draws agree."""
    d, N, n, lam, trials = cell["d"], cell["N"], cell["n"], cell["lam"], 3000
    rng = np.random.default_rng(5)
    act = {"relu": lambda u: np.maximum(u, 0.0), "erf": erf}[cell["activation"]]
    errors = np.empty(trials)
    for k in range(trials):
        w = rng.standard_normal((N, d))
        w /= np.linalg.norm(w, axis=1, keepdims=True)
        x = rng.standard_normal((n + 100, d))
        u, form = rng.standard_normal(d), rng.standard_normal((d, d))
        form = (form + form.T) / 2
        quadratic = np.einsum("ni,ij,nj->n", x, form, x) - np.trace(form)
        target = x @ u / math.sqrt(d) + cell["F_star"] * quadratic / math.sqrt(d * (d + 1))
        y = target[:n] + math.sqrt(cell["tau2"]) * rng.standard_normal(n)
        z = act(x @ w.T)
        a = np.linalg.solve(z[:n].T @ z[:n] + n * lam * N / d * np.eye(N), z[:n].T @ y)
        errors[k] = np.mean((target[n:] - z[n:] @ a) ** 2)
    mine = sims.rf_risk(**cell, trials=4000, rng=np.random.default_rng(6)).total
    se = math.hypot(errors.std() / math.sqrt(trials), mine.std() / math.sqrt(4000))
    assert abs(errors.mean() - mine.mean()) < 4 * se
    assert se < 0.03 * mine.mean()


@pytest.mark.parametrize(("N", "n"), [(8, 12), (13, 8)])
def test_one_target_against_many_test_points(N: int, n: int) -> None:
    """The fitted coefficients by a general solve, the test point integrated through the whole matrix of moments."""
    d, lam, F1, tau2 = 6, 0.05, 2.0, 0.3
    found = sims.plain_rf_risk(d, N, n, lam, F1=F1, tau2=tau2, trials=3, rng=np.random.default_rng(7))
    rng = np.random.default_rng(7)
    shapes = ((3, n, d), (3, N, d), (3, 1, d), (3, n, 1))
    for risk, x, w, u, noise in zip(found, *(rng.standard_normal(size=s) for s in shapes), strict=True):
        w, u = w / np.linalg.norm(w, axis=1, keepdims=True), u[0] / np.linalg.norm(u)
        z = np.maximum(x @ w.T, 0.0)
        y = F1 * x @ u + math.sqrt(tau2) * noise[:, 0]
        a = np.linalg.solve(z.T @ z + n * lam * N / d * np.eye(N), z.T @ y)
        moments = resolved("relu").correlation(w @ w.T)
        assert risk == pytest.approx(F1**2 - F1 * a @ w @ u + a @ moments @ a, rel=1e-10)


def test_one_target_agrees_with_the_average_over_targets() -> None:
    cell = {"d": 6, "N": 12, "n": 8, "lam": 0.05, "tau2": 0.3}
    one = sims.plain_rf_risk(**cell, trials=20000, rng=np.random.default_rng(8))
    mean = sims.rf_risk(**cell, trials=4000, rng=np.random.default_rng(9)).total
    se = math.hypot(one.std() / math.sqrt(20000), mean.std() / math.sqrt(4000))
    assert abs(one.mean() - mean.mean()) < 4 * se < 0.04 * mean.mean()


def test_nested_sample_sizes_are_single_ones() -> None:
    cell = {**RF, "N": 9, "lam": 0.0, "activation": "erf"}
    curve = sims.rf_sample_wise_risk(**cell, n=(4, 14), trials=3, rng=np.random.default_rng(1))
    single = sims.rf_risk(**cell, n=14, trials=3, rng=np.random.default_rng(1))
    for nested, alone in zip(curve, single, strict=True):
        assert nested[:, 1] == pytest.approx(alone, rel=1e-9)


# --- gradient flow ----------------------------------------------------------------------------------------------------


def _eigenvalues(spectrum: Any) -> np.ndarray:
    return np.repeat(*spectrum) if isinstance(spectrum, tuple) and np.ndim(spectrum[0]) else np.asarray(spectrum)


@pytest.mark.parametrize("cell", [TWO, {"n": 2, **FLAT, "sigma2": 1.0}])
def test_flow_against_matrix_exponentials(cell: dict[str, Any]) -> None:
    values, counts = _eigenvalues(cell["spectrum"]), cell["spectrum"][1]
    squares = np.repeat(cell["beta_sq"], counts) if np.ndim(counts) else np.asarray(cell["beta_sq"])
    n, times = cell["n"], (0.5, 5.0, 50.0)
    risk = sims.gf_risk(t=times, **cell, trials=2, rng=np.random.default_rng(3))
    x = np.random.default_rng(3).standard_normal((2, n, values.size)) * np.sqrt(values)
    for k in range(2):
        s = x[k].T @ x[k] / n
        for j, t in enumerate(times):
            left = scipy.linalg.expm(-t * s)
            fit = np.linalg.pinv(s) @ (np.eye(values.size) - left) @ x[k].T / n
            assert risk.bias[k, j] == pytest.approx(np.trace(np.diag(squares) @ left @ np.diag(values) @ left))
            assert risk.variance[k, j] == pytest.approx(cell["sigma2"] * np.trace(fit.T @ np.diag(values) @ fit))
    assert (risk.total == risk.bias + risk.variance).all()


def test_isotropic_flow_is_the_general_one_averaged_over_directions() -> None:
    for n, p in ((9, 6), (6, 9)):
        arguments = {"t": (0.5, 5.0), "n": n, "sigma2": 0.3, "trials": 4}
        special = sims.gf_risk_isotropic(**arguments, p=p, r2=2.0, rng=np.random.default_rng(2))
        general = sims.gf_risk(**arguments, spectrum=((1.0,), (p,)), beta_sq=(2.0 / p,), rng=np.random.default_rng(2))
        assert special.bias == pytest.approx(general.bias, rel=1e-9)
        assert special.variance == pytest.approx(general.variance, rel=1e-9)


def test_flow_is_the_limit_of_gradient_descent() -> None:
    """Real gradient descent on noisy labels, step 1e-3: its mean risk over noise and signs is the kernel's."""
    n, values, squares, sigma2, t = 12, np.asarray([1.0, 0.2]), np.asarray([0.5, 1.0]), 0.4, 4.0
    risk = sims.gf_risk((t,), n, list(values), list(squares), sigma2, trials=1, rng=np.random.default_rng(8)).total
    x = np.random.default_rng(8).standard_normal((1, n, 2))[0] * np.sqrt(values)
    rng, copies = np.random.default_rng(9), 20_000
    beta = np.sqrt(squares) * rng.choice([-1.0, 1.0], (copies, 2))
    y = beta @ x.T + math.sqrt(sigma2) * rng.standard_normal((copies, n))
    b, steps = np.zeros((copies, 2)), 1000
    for _ in range(steps):
        b -= t / steps * (b @ x.T - y) @ x / n
    errors = ((b - beta) ** 2) @ values
    assert abs(errors.mean() - risk[0, 0]) < 4 * errors.std() / math.sqrt(copies) + 1e-3 * risk[0, 0]


# --- early stopping ---------------------------------------------------------------------------------------------------


def test_largest_ratios_against_loops() -> None:
    n, p, times, r2, sigma2 = 6, 9, (0.1, 1.0, 10.0), 0.7, 1.3
    found = sims.gf_ridge_ratio(n, p, 0.8, times, r2, sigma2, trials=2, rng=np.random.default_rng(4))
    rng = np.random.default_rng(4)
    scales = np.exp(0.4 * rng.standard_normal((2, 1, p)))
    x = rng.standard_normal((2, n, p)) * scales
    for k in range(2):
        s, covariance = x[k].T @ x[k] / n, np.diag(scales[k, 0] ** 2)
        for name, metric in (("prediction", covariance), ("in_sample", s), ("estimation", np.eye(p))):
            ratios = []
            for t in times:
                left, ridge = scipy.linalg.expm(-t * s), np.linalg.inv(s + np.eye(p) / t)
                flow = np.linalg.pinv(s) @ (np.eye(p) - left)
                risks = [
                    r2 / p * np.trace(rest @ metric @ rest) + sigma2 / n * np.trace(metric @ fit @ s @ fit.T)
                    for rest, fit in ((left, flow), (ridge / t, ridge))
                ]
                ratios.append(risks[0] / risks[1])
            assert getattr(found, name)[k] == pytest.approx(max(ratios), rel=1e-8)


def test_orthonormal_design_is_orthonormal_in_its_ratio() -> None:
    found = sims.gf_ridge_ratio(9, 4, 0.0, (2.0,), 0.0, 1.0, "orthonormal", trials=3, rng=np.random.default_rng(4))
    exact = ((1 - math.exp(-2)) * 3 / 2) ** 2
    for ratio in found:
        assert ratio == pytest.approx(exact, rel=1e-12)


def test_matrix_exponential() -> None:
    a = np.random.default_rng(0).standard_normal((3, 5, 5))
    a = -(a @ a.mT)
    for t in (1e-3, 1.0, 30.0):
        norm = t * float(np.abs(np.linalg.eigvalsh(a)).max())
        assert matrix_exponential(t * a, norm) == pytest.approx(scipy.linalg.expm(t * a), abs=1e-12)


def test_designed_ratio_has_the_designed_spectrum() -> None:
    eigs, t = (0.2, 1.0, 3.0), 1.5
    found = sims.designed_gf_ridge_ratio(7, eigs, t, 0.8, 0.5, trials=3, rng=np.random.default_rng(1))
    s = np.asarray(eigs)
    flow = np.sum(0.8 / 3 * np.exp(-2 * t * s) + 0.5 / 7 * (1 - np.exp(-t * s)) ** 2 / s)
    ridge = np.sum((0.8 / 3 + 0.5 / 7 * t * t * s) / (1 + t * s) ** 2)
    assert found == pytest.approx(flow / ridge, rel=1e-11)


# --- classification ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "p"), [(8, 5), (5, 8)])
def test_least_squares_classifier_against_lstsq(n: int, p: int) -> None:
    found = sims.ls_classifier_error(n, p, 1.5, trials=3, rng=np.random.default_rng(6))
    mu = np.full(p, 1.5 / math.sqrt(p))
    rows = np.random.default_rng(6).standard_normal((3, n, p)) + mu
    labels = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    for k in range(3):
        b = np.linalg.lstsq(labels[:, None] * rows[k], labels, rcond=None)[0]
        assert found[k] == pytest.approx(ndtr(-mu @ b / np.linalg.norm(b)), rel=1e-9)


def test_logistic_labels_have_the_logistic_law() -> None:
    rows = sims.labelled_rows(50, 2, 2.0, "logistic", 2000, np.random.default_rng(7))
    w = rows[..., 0].ravel()
    # E tanh(s w/2) under density 2 phi(w)/(1 + e^{-sw}) is E tanh^2(s G/2).
    g = np.random.default_rng(8).standard_normal(10**6)
    exact = np.mean(np.tanh(g) ** 2)
    assert np.mean(np.tanh(w)) == pytest.approx(exact, abs=4 * math.hypot(np.tanh(w).std() / math.sqrt(w.size), 1e-3))
    assert (sims.labelled_rows(50, 2, 2.0, "sign", 5, np.random.default_rng(7))[..., 0] > 0).all()


def test_errors_of_the_maximum_margin_on_a_test_set() -> None:
    """A plain simulation: labels, a test set, nothing integrated."""
    n, p, s, trials = 20, 30, 1.5, 60
    rng = np.random.default_rng(10)
    wrong = np.empty(trials)
    mu = np.zeros(p)
    mu[0] = s
    from sims.max_margin import max_margin

    for k in range(trials):
        y = rng.choice([-1.0, 1.0], n + 500)
        x = y[:, None] * mu + rng.standard_normal((n + 500, p))
        b = max_margin((y[:n, None] * x[:n])[None]).direction[0]
        wrong[k] = np.mean(y[n:] * (x[n:] @ b) < 0)
    mine = sims.max_margin(n, p, s, trials=400, rng=np.random.default_rng(11)).error
    assert abs(wrong.mean() - mine.mean()) < 4 * math.hypot(wrong.std() / math.sqrt(trials), mine.std() / 20)
