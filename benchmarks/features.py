"""Ridge on random features: one target with its exact test error, and the average over targets and noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peers import Prepared, jax, jitted, tensors, torch
from benchmarks.timing import JAX, LOOP, OURS, SKLEARN, TORCH, Estimators, Family, Variant
from sims.double_descent import plain_rf_risk, rf_risk

LINEAR = 0.5
"""E relu(G) G."""


class Problem(NamedTuple):
    """Stacks of samples x, unit weights w, unit directions u, labels, test points and what is true there."""

    x: np.ndarray
    w: np.ndarray
    u: np.ndarray
    y: np.ndarray
    test: np.ndarray
    truth: np.ndarray


def _unit(w: np.ndarray) -> np.ndarray:
    return w / np.linalg.norm(w, axis=-1, keepdims=True)


def problem(d: int, N: int, n: int, tests: int, trials: int, rng: np.random.Generator) -> Problem:
    """Draw data sets of a linear target without noise."""
    x, w = rng.standard_normal((trials, n, d)), _unit(rng.standard_normal((trials, N, d)))
    u, test = _unit(rng.standard_normal((trials, 1, d))), rng.standard_normal((trials, tests, d))
    return Problem(x, w, u, (x @ u.mT)[..., 0], test, (test @ u.mT)[..., 0])


def moments(xp: Any, w: Any) -> Any:
    """E relu(Wx) relu(Wx)' for unit weights (..., N, d), in NumPy, JAX or PyTorch."""
    c = xp.clip(w @ w.mT, -1.0, 1.0)
    return (c * xp.arccos(-c) + xp.sqrt(1 - c * c)) / (2 * math.pi)


def _tested(data: Problem, fit: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Mean squared error on the test points, one data set at a time."""
    errors = []
    for x, w, _, y, test, truth in zip(*data, strict=True):
        a = fit(np.maximum(x @ w.T, 0), y)
        errors.append(np.mean((np.maximum(test @ w.T, 0) @ a - truth) ** 2))
    return np.array(errors)


def _solvers(ridge: float, N: int) -> tuple[Callable[..., np.ndarray], Callable[..., np.ndarray]]:
    def by_solve(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.linalg.solve(z.T @ z + ridge * np.eye(N), z.T @ y)

    def by_sklearn(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        from sklearn.linear_model import Ridge

        return Ridge(alpha=ridge, fit_intercept=False, solver="cholesky").fit(z, y).coef_

    return by_solve, by_sklearn


def one_target(d: int, N: int, n: int, tests: int, trials: int, lam: float = 1e-2) -> Family:
    """Data given, one target: the coefficients and their test error, exact or on a test set."""
    data = problem(d, N, n, tests, trials, np.random.default_rng(0))
    ridge = n * lam * N / d
    by_solve, by_sklearn = _solvers(ridge, N)
    # The kernel scales its draws in place: copies, and noise of level zero.
    prepared = Prepared(data.x, data.w.copy(), data.u.copy(), np.zeros((trials, n, 1)))
    variants = [
        Variant(OURS, lambda: plain_rf_risk(d, N, n, lam, trials=trials, rng=prepared), trials, "plain_rf_risk"),
        Variant(LOOP, lambda: _tested(data, by_solve), trials, "solve and a test set", "tested"),
        Variant(SKLEARN, lambda: _tested(data, by_sklearn), trials, "Ridge and a test set", "tested"),
    ]
    if jx := jax():
        jnp, linalg = jx.numpy, jx.scipy.linalg

        def fit(x: Any, w: Any, y: Any) -> Any:
            z = jnp.maximum(x @ w.T, 0)
            return z.T @ linalg.cho_solve(linalg.cho_factor(z @ z.T + ridge * jnp.eye(n)), y)

        def exact_one(x: Any, w: Any, u: Any, y: Any) -> Any:
            a = fit(x, w, y)
            return 1 - 2 * LINEAR * a @ (w @ u[0]) + a @ moments(jnp, w) @ a

        def tested_one(x: Any, w: Any, y: Any, test: Any, truth: Any) -> Any:
            return jnp.mean((jnp.maximum(test @ w.T, 0) @ fit(x, w, y) - truth) ** 2)

        variants.append(Variant(JAX, jitted(exact_one, *data[:4]), trials, "jit vmap Cholesky, test point integrated"))
        run = jitted(tested_one, data.x, data.w, data.y, data.test, data.truth)
        variants.append(Variant(JAX, run, trials, "jit vmap Cholesky and a test set", "tested"))
    if th := torch():
        x, w, u, y, test, truth = tensors(*data)

        def coefficients() -> Any:
            z = (x @ w.mT).relu()
            factor = th.linalg.cholesky(z @ z.mT + ridge * th.eye(n))
            return z.mT @ th.cholesky_solve(y[..., None], factor)

        def exact() -> np.ndarray:
            a = coefficients()
            return (1 - 2 * LINEAR * (u @ w.mT) @ a + a.mT @ (moments(th, w) @ a))[:, 0, 0].numpy()

        def tested() -> np.ndarray:
            return ((((test @ w.mT).relu() @ coefficients())[..., 0] - truth) ** 2).mean(-1).numpy()

        variants.append(Variant(TORCH, exact, trials, "batched Cholesky, test point integrated"))
        variants.append(Variant(TORCH, tested, trials, "batched Cholesky and a test set", "tested"))
    flops = 2.0 * n * N * d + n * n * N + n**3 / 3 + N * N * d + 2 * N * N
    name = f"random features ridge, one target, d={d} n={n} N={N}"
    note = "all pay for features and Gram matrix; then ours for an arc cosine a pair of features, others for a test set"
    return Family(name, flops, tuple(variants), {"scikit-learn": 1.8}, note=note)


def all_targets(d: int, N: int, n: int, tests: int, trials: int, lam: float = 1e-2) -> Family:
    """Data given: the risk averaged exactly over target direction and test point (noise and all: one more trace)."""
    data, ours_rng = problem(d, N, n, tests, trials, np.random.default_rng(0)), np.random.Generator(np.random.SFC64(1))
    user, ridge = np.random.default_rng(1), n * lam * N / d
    _, by_sklearn = _solvers(ridge, N)

    def ours(source: np.random.Generator) -> np.ndarray:
        return rf_risk(d, N, n, lam, tau2=1.0, trials=trials, rng=source).total

    def parts(z: Any, x: Any, w: Any, inverse: Any, second: Any) -> Any:
        """The bias averaged over directions, and the matrix whose trace is the variance, from M' = inverse Z."""
        estimator = inverse @ z
        middle, fit = estimator @ second @ estimator.mT, x.mT @ estimator
        return 1 - (2 * LINEAR * (fit * w.mT).sum((-2, -1)) - (x * (middle @ x)).sum((-2, -1))) / d, middle

    def loop() -> np.ndarray:
        risks = []
        for x, w in zip(data.x, data.w, strict=True):
            z = np.maximum(x @ w.T, 0)
            bias, middle = parts(z, x, w, np.linalg.inv(z @ z.T + ridge * np.eye(n)), moments(np, w))
            risks.append(bias + np.trace(middle))
        return np.array(risks)

    prepared = Prepared(data.x, data.w.copy())
    variants = [
        Variant(OURS, lambda: ours(prepared), trials, "rf_risk"),
        Variant(LOOP, loop, trials, "NumPy, the same traces one trial at a time"),
    ]
    if jx := jax():
        jnp, linalg = jx.numpy, jx.scipy.linalg

        def one(x: Any, w: Any) -> Any:
            z = jnp.maximum(x @ w.T, 0)
            inverse = linalg.cho_solve(linalg.cho_factor(z @ z.T + ridge * jnp.eye(n)), jnp.eye(n))
            bias, middle = parts(z, x, w, inverse, moments(jnp, w))
            return bias + jnp.trace(middle)

        variants.append(Variant(JAX, jitted(one, data.x, data.w), trials, "jit vmap, the same traces"))
    if th := torch():
        x, w = tensors(data.x, data.w)

        def batched() -> np.ndarray:
            z = (x @ w.mT).relu()
            inverse = th.cholesky_inverse(th.linalg.cholesky(z @ z.mT + ridge * th.eye(n)))
            bias, middle = parts(z, x, w, inverse, moments(th, w))
            return (bias + middle.diagonal(dim1=-2, dim2=-1).sum(-1)).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched, the same traces"))

    def naive() -> np.ndarray:
        fresh = problem(d, N, n, tests, trials, user)
        noisy = fresh._replace(y=fresh.y + user.standard_normal(fresh.y.shape))
        return _tested(noisy, by_sklearn)

    # Features, half of their kernel, Gram, inverse, ZUZ', squares and the traces.
    flops = 2.0 * n * N * d + N * N * d + n * n * N + n**3 + n * N * N + 2 * n * n * N + n**3 + 5 * n * n * d
    name = f"random features risk, all targets and noise, d={d} n={n} N={N}"
    estimators = Estimators(lambda: ours(ours_rng), naive)
    return Family(name, flops, tuple(variants), {"precision": 50.0}, estimators)
