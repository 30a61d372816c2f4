"""Least squares: one noisy fit, the risk with the noise integrated, and with draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers import Prepared, jax, jitted, tensors, torch
from benchmarks.timing import FLOOR, JAX, LOOP, OURS, SKLEARN, TORCH, Estimators, Family, Run, Variant
from sims.catastrophic_forgetting.replay import min_norm_fit
from sims.double_descent import bidiagonal_min_norm_risk, min_norm_risk

SMALL = "products and factors of a few hundred rows run below the rate of the 1000 x 1000 product"


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
    return Family(f"min-norm fit, n={n} p={p}, data given", flops, tuple(variants), target, note=SMALL)


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
    name = f"min-norm risk, n={n} p={p}, noise integrated, data given"
    return Family(name, flops, tuple(variants), {"share": 0.5}, note=SMALL)


def _naive(n: int, p: int, trials: int) -> Callable[[int], Run]:
    """The loop with draws: a noisy fit by lstsq, and its test error, exact or on that many test points."""
    user, beta = np.random.default_rng(1), np.full(p, p**-0.5)

    def one(tests: int) -> float:
        a = user.standard_normal((n, p))
        w = np.linalg.lstsq(a, a @ beta + user.standard_normal(n))[0]
        if not tests:
            return float(np.sum((w - beta) ** 2))
        return float(np.mean((user.standard_normal((tests, p)) @ (w - beta)) ** 2))

    return lambda tests: lambda: np.array([one(tests) for _ in range(trials)])


def min_norm_draws(n: int, p: int, trials: int) -> Family:
    """The whole trial: draws and all."""
    rng, beta, naive = _generator(), np.full(p, p**-0.5), _naive(n, p, trials)

    def ours() -> np.ndarray:
        risk = min_norm_risk(n, p, trials=trials, rng=rng)
        return risk.bias + risk.variance

    variants = [
        Variant(OURS, ours, trials, "min_norm_risk", "ours"),
        Variant(FLOOR, lambda: rng.standard_normal((trials, n, p)), trials, "its draws alone", "draws"),
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
    note = f"the design is drawn whole, {n * p:,} normals a trial, which no solver makes cheaper; see the row below"
    return Family(name, flops, tuple(variants), target, Estimators(ours, naive(1000)), note=note)


def min_norm_bidiagonal(n: int, p: int, trials: int) -> Family:
    """The same risk, the design drawn in bidiagonal form, equal in law: 2 min(n, p) numbers a trial."""
    rng, naive = _generator(), _naive(n, p, 4)

    def ours() -> np.ndarray:
        risk = bidiagonal_min_norm_risk(n, p, trials=trials, rng=rng)
        return risk.bias + risk.variance

    variants = (
        Variant(OURS, ours, trials, "bidiagonal_min_norm_risk", "ours"),
        Variant(LOOP, naive(0), 4, "lstsq", "noisy"),
        Variant(LOOP, naive(1000), 4, "lstsq and 1000 test points", "tested"),
    )
    name = f"min-norm risk, n={n} p={p}, drawn in bidiagonal form"
    target = {"lstsq": 5.0, "precision": 50.0}
    return Family(name, float("nan"), variants, target, Estimators(ours, naive(1000)))
