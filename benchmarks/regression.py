"""Least squares: one noisy fit, the risk with the noise integrated, with draws, and ridge on random features."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers import Prepared, jax, jitted, tensors, torch
from benchmarks.timing import JAX, LOOP, OURS, SKLEARN, TORCH, Estimators, Family, Variant
from sims.catastrophic_forgetting.replay import min_norm_fit
from sims.double_descent import min_norm_risk, rf_risk


def _generator() -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(1))


def min_norm_fits(n: int, p: int, trials: int) -> Family:
    """The fit to one noisy draw, data given: its squared distance from the truth."""
    rng = np.random.default_rng(0)
    X, beta = rng.standard_normal((trials, n, p)), np.full(p, p**-0.5)
    y = X @ beta + rng.standard_normal((trials, n))

    def squared(w: Any) -> Any:
        return ((w - beta) ** 2).sum(-1)

    def loop(solve: Any) -> Any:
        return lambda: np.array([squared(solve(a, b)) for a, b in zip(X, y, strict=True)])

    def sklearn() -> np.ndarray:
        from sklearn.linear_model import LinearRegression

        fits = (LinearRegression(fit_intercept=False).fit(a, b).coef_ for a, b in zip(X, y, strict=True))
        return np.array([squared(w) for w in fits])

    variants = [
        Variant(OURS, lambda: squared(min_norm_fit(X, y)), trials, "Gram + Cholesky, stacked"),
        Variant(LOOP, loop(lambda a, b: np.linalg.lstsq(a, b)[0]), trials, "lstsq"),
        Variant(LOOP, loop(lambda a, b: np.linalg.pinv(a) @ b), trials, "pinv"),
        Variant(SKLEARN, sklearn, trials, "LinearRegression"),
    ]
    if jx := jax():
        cho = jx.scipy.linalg

        def one(a: Any, b: Any) -> Any:
            return squared(a.T @ cho.cho_solve(cho.cho_factor(a @ a.T), b))

        variants.append(Variant(JAX, jitted(one, X, y), trials, "jit vmap Gram + Cholesky"))
    if th := torch():
        Xt, yt, truth = tensors(X, y, beta)

        def batched() -> np.ndarray:
            factor = th.linalg.cholesky(Xt @ Xt.mT)
            w = (Xt.mT @ th.cholesky_solve(yt[..., None], factor))[..., 0]
            return ((w - truth) ** 2).sum(-1).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched Gram + Cholesky"))
    flops = n * n * p + n**3 / 3 + 4 * n * p
    target = {"lstsq": 8.0, "share": 0.5}
    return Family(f"min-norm fit, n={n} p={p}, data given", flops, tuple(variants), target)


def min_norm_risks(n: int, p: int, trials: int) -> Family:
    """Bias plus exact variance of given designs."""
    X = np.random.default_rng(0).standard_normal((trials, n, p))
    beta = np.full(p, p**-0.5)

    def ours() -> np.ndarray:
        risk = min_norm_risk(n, p, trials=trials, rng=Prepared(X))
        return risk.bias + risk.variance

    def pinv_one(a: np.ndarray) -> float:
        inverse = np.linalg.pinv(a)
        return float(np.sum((beta - inverse @ (a @ beta)) ** 2) + np.sum(inverse**2))

    variants = [
        Variant(OURS, ours, trials, "min_norm_risk"),
        Variant(LOOP, lambda: np.array([pinv_one(a) for a in X]), trials, "pinv"),
    ]
    if jx := jax():
        jnp, linalg = jx.numpy, jx.scipy.linalg

        def one(a: Any) -> Any:
            factor = jnp.linalg.cholesky(a @ a.T)
            right = jnp.concatenate([(a @ beta)[:, None], jnp.eye(n)], axis=1)
            half = linalg.solve_triangular(factor, right, lower=True)
            return 1.0 - jnp.sum(half[:, 0] ** 2) + jnp.sum(half[:, 1:] ** 2)

        variants.append(Variant(JAX, jitted(one, X), trials, "jit vmap Cholesky + triangular solve"))
    if th := torch():
        (Xt, truth), eye = tensors(X, beta), th.eye(n)

        def batched() -> np.ndarray:
            factor = th.linalg.cholesky(Xt @ Xt.mT)
            signal = th.linalg.solve_triangular(factor, (Xt @ truth)[..., None], upper=False)
            inverse = th.linalg.solve_triangular(factor, eye.expand(trials, n, n), upper=False)
            return (1.0 - (signal**2).sum((-2, -1)) + (inverse**2).sum((-2, -1))).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched Cholesky + triangular solve"))
    flops = n * n * p + 2 * n**3 / 3 + 2 * n * p
    return Family(f"min-norm risk, n={n} p={p}, noise integrated, data given", flops, tuple(variants), {"share": 0.5})


def min_norm_draws(n: int, p: int, trials: int) -> Family:
    """The whole trial: draws and all."""
    ours_rng, user = _generator(), np.random.default_rng(1)
    beta = np.full(p, p**-0.5)

    def ours() -> np.ndarray:
        risk = min_norm_risk(n, p, trials=trials, rng=ours_rng)
        return risk.bias + risk.variance

    def naive_one(tests: int) -> float:
        a = user.standard_normal((n, p))
        w = np.linalg.lstsq(a, a @ beta + user.standard_normal(n))[0]
        if not tests:
            return float(np.sum((w - beta) ** 2))
        return float(np.mean((user.standard_normal((tests, p)) @ (w - beta)) ** 2))

    def naive(tests: int) -> Any:
        return lambda: np.array([naive_one(tests) for _ in range(trials)])

    variants = [
        Variant(OURS, ours, trials, "min_norm_risk", "ours"),
        Variant(LOOP, naive(0), trials, "lstsq", "noisy"),
        Variant(LOOP, naive(1000), trials, "lstsq and 1000 test points", "tested"),
    ]
    if jx := jax():
        linalg, random = jx.scipy.linalg, jx.random

        def one(key: Any) -> Any:
            first, second = random.split(key)
            a = random.normal(first, (n, p))
            y = a @ beta + random.normal(second, (n,))
            return ((a.T @ linalg.cho_solve(linalg.cho_factor(a @ a.T), y) - beta) ** 2).sum()

        run = jitted(one, random.split(random.key(0), trials))
        variants.append(Variant(JAX, run, trials, "jit vmap Gram + Cholesky, one noisy draw", "jax"))
    if th := torch():
        (truth,) = tensors(beta)

        def batched() -> np.ndarray:
            a = th.randn(trials, n, p)
            y = a @ truth + th.randn(trials, n)
            factor = th.linalg.cholesky(a @ a.mT)
            w = (a.mT @ th.cholesky_solve(y[..., None], factor))[..., 0]
            return ((w - truth) ** 2).sum(-1).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched Gram + Cholesky, one noisy draw", "torch"))
    flops = n * n * p + 2 * n**3 / 3 + 2 * n * p
    name = f"min-norm risk, n={n} p={p}, with draws"
    target = {"lstsq": 5.0, "precision": 50.0}
    return Family(name, flops, tuple(variants), target, Estimators(ours, naive(1000)))


def random_features(d: int, N: int, n: int, tests: int, trials: int, lam: float = 1e-2) -> Family:
    """ReLU features: ours integrates test point, target direction and noise; the others have one target, a test set."""
    rng, ours_rng, user = np.random.default_rng(0), _generator(), np.random.default_rng(1)
    ridge = n * lam * N / d

    def unit(w: np.ndarray) -> np.ndarray:
        return w / np.linalg.norm(w, axis=-1, keepdims=True)

    def problem(source: np.random.Generator) -> tuple[np.ndarray, ...]:
        x, w = source.standard_normal((trials, n, d)), unit(source.standard_normal((trials, N, d)))
        u, test = unit(source.standard_normal((trials, d)))[..., None], source.standard_normal((trials, tests, d))
        return x, w, (x @ u)[..., 0], test, (test @ u)[..., 0]

    data = problem(rng)

    def ours(source: np.random.Generator) -> np.ndarray:
        return rf_risk(d, N, n, lam, trials=trials, rng=source).total

    def loop(fit: Any, source: Any) -> np.ndarray:
        errors = []
        for x, w, y, test, truth in zip(*source, strict=True):
            a = fit(np.maximum(x @ w.T, 0), y)
            errors.append(np.mean((np.maximum(test @ w.T, 0) @ a - truth) ** 2))
        return np.array(errors)

    def by_solve(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.linalg.solve(z.T @ z + ridge * np.eye(N), z.T @ y)

    def by_sklearn(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        from sklearn.linear_model import Ridge

        return Ridge(alpha=ridge, fit_intercept=False, solver="cholesky").fit(z, y).coef_

    prepared = Prepared(data[0], data[1])
    variants = [
        Variant(OURS, lambda: ours(prepared), trials, "rf_risk", "ours"),
        Variant(LOOP, lambda: loop(by_solve, data), trials, "solve and a test set"),
        Variant(SKLEARN, lambda: loop(by_sklearn, data), trials, "Ridge and a test set"),
    ]
    if jx := jax():
        jnp, linalg = jx.numpy, jx.scipy.linalg

        def one(x: Any, w: Any, y: Any, test: Any, truth: Any) -> Any:
            z = jnp.maximum(x @ w.T, 0)
            a = z.T @ linalg.cho_solve(linalg.cho_factor(z @ z.T + ridge * jnp.eye(n)), y)
            return jnp.mean((jnp.maximum(test @ w.T, 0) @ a - truth) ** 2)

        variants.append(Variant(JAX, jitted(one, *data), trials, "jit vmap Cholesky and a test set"))
    if th := torch():
        x, w, y, test, truth = tensors(*data)

        def batched() -> np.ndarray:
            z = (x @ w.mT).relu()
            factor = th.linalg.cholesky(z @ z.mT + ridge * th.eye(n))
            a = z.mT @ th.cholesky_solve(y[..., None], factor)
            return ((((test @ w.mT).relu() @ a)[..., 0] - truth) ** 2).mean(-1).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched Cholesky and a test set"))
    # Features, their kernel's half, Gram, inverse, Z K Z', squares and the traces.
    flops = 2 * n * N * d + N * N * d + n * n * N + n**3 + 2 * n * N * N + 2 * n * n * N + n**3 + 4 * n * n * d
    estimators = Estimators(lambda: ours(ours_rng), lambda: loop(by_sklearn, problem(user)))
    name = f"random features ridge, d={d} n={n} N={N}"
    note = "ours averages over all target directions exactly; the others have one target and a test set"
    return Family(name, flops, tuple(variants), {"scikit-learn": 1.8, "precision": 50.0}, estimators, note=note)
