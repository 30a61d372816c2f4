"""Interpolators of least norm and the lasso: stacks of convex programmes against a solver problem by problem."""

from __future__ import annotations

import numpy as np
import scipy.optimize

from benchmarks.timing import LOOP, OURS, SKLEARN, Family, Variant
from sims.interior_point import basis_pursuit
from sims.lasso import lasso
from sims.power_norm import least_power_norm


def _data(n: int, d: int, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """A spike in noise."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((trials, n, d))
    return X, X[:, :, 0] + 0.5 * rng.standard_normal((trials, n))


def basis_pursuits(n: int, d: int, trials: int, few: int = 4) -> Family:
    """The least l1 norm of an interpolator."""
    X, y = _data(n, d, trials)

    def highs() -> np.ndarray:
        costs = np.ones(2 * d)
        pairs = zip(X[:few], y[:few], strict=True)
        return np.array([scipy.optimize.linprog(costs, A_eq=np.hstack([a, -a]), b_eq=b).fun for a, b in pairs])

    variants = (
        Variant(OURS, lambda: np.abs(basis_pursuit(X, y).w).sum(-1), trials, "basis_pursuit"),
        Variant(LOOP, highs, few, "scipy linprog, HiGHS"),
    )
    flops = 12 * (n * n * d + n**3 / 3)
    return Family(f"basis pursuit, n={n} d={d}", flops, variants, {"HiGHS": 4.0}, tolerance=1e-8)


def lassos(n: int, d: int, trials: int, few: int = 4, share: float = 0.05) -> Family:
    """The lasso's least objective at a share of the penalty that silences all."""
    X, y = _data(n, d, trials)
    lam = share * np.abs(y[:, None, :] @ X).max(-1)

    def objective(w: np.ndarray) -> np.ndarray:
        k = len(w)
        return 0.5 * np.sum((y[:k] - (X[:k] @ w[..., None])[..., 0]) ** 2, -1) + lam[:k, 0] * np.abs(w).sum(-1)

    def descents() -> np.ndarray:
        from sklearn.linear_model import Lasso

        found = [
            Lasso(alpha=lam[i, 0] / n, fit_intercept=False, tol=1e-9, max_iter=100_000).fit(X[i], y[i]).coef_
            for i in range(few)
        ]
        return objective(np.array(found))

    variants = (
        Variant(OURS, lambda: objective(lasso(X, y, lam).w), trials, "interior point"),
        Variant(SKLEARN, descents, few, "coordinate descent"),
    )
    flops = 11 * (n * n * d + n**3 / 3)
    note = "one descent with few coefficients is cheap; the interior point costs the same down to lam = 0"
    return Family(f"lasso at {share:g} of its range, n={n} d={d}", flops, variants, tolerance=1e-6, note=note)


def power_norms(n: int, d: int, trials: int, few: int = 4, p: float = 1.2) -> Family:
    """The least l_p norm of an interpolator."""
    X, y = _data(n, d, trials)
    q = p / (p - 1)

    def norms(w: np.ndarray) -> np.ndarray:
        return np.sum(np.abs(w) ** p, -1) ** (1 / p)

    def dual(a: np.ndarray, b: np.ndarray) -> float:
        def value(l: np.ndarray) -> tuple[float, np.ndarray]:
            u = a.T @ l
            return np.sum(np.abs(u) ** q) / q - b @ l, a @ (np.sign(u) * np.abs(u) ** (q - 1)) - b

        start = np.linalg.solve(a @ a.T, b)
        return float(-p * scipy.optimize.minimize(value, start, jac=True, method="BFGS", tol=1e-9).fun) ** (1 / p)

    variants = (
        Variant(OURS, lambda: norms(least_power_norm(X, y, p).w), trials, "least_power_norm"),
        Variant(LOOP, lambda: np.array([dual(a, b) for a, b in zip(X[:few], y[:few], strict=True)]), few, "dual BFGS"),
    )
    flops = 8 * (n * n * d + n**3 / 3)
    return Family(f"least l_p norm, p={p:g}, n={n} d={d}", flops, variants, tolerance=1e-5)
