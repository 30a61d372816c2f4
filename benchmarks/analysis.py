"""Tensors of moments, fixed points of the theory, and maximum margins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from benchmarks.peers import jax, jitted, tensors, torch
from benchmarks.timing import JAX, LOOP, OURS, SKLEARN, TORCH, Family, Variant
from sims.gradient_reconstruction.small_moments import third_tensor
from sims.max_margin import max_margin
from theory.deterministic_equivalent import fixed_point, parse_spectrum


def moment_tensors(d: int, m: int, trials: int, few: int = 2) -> Family:
    """The mean of g H_3(w) over m neurons, whole: d^3 numbers."""
    rng = np.random.default_rng(0)
    W, g = rng.standard_normal((trials, m, d)), rng.standard_normal((trials, m))
    eye = np.eye(d)

    def less_traces(raw: np.ndarray, first: np.ndarray) -> np.ndarray:
        spread = np.einsum("ij,k->ijk", eye, first)
        return raw - spread - spread.transpose(0, 2, 1) - spread.transpose(2, 1, 0)

    def einsum(optimize: bool) -> Any:
        def run() -> np.ndarray:
            out = []
            for w, c in zip(W[:few], g[:few], strict=True):
                out.append(less_traces(np.einsum("i,ij,ik,il->jkl", c / m, w, w, w, optimize=optimize), c @ w / m))
            return np.array(out)

        return run

    variants = [
        Variant(OURS, lambda: third_tensor(W, g), trials, "third_tensor"),
        Variant(LOOP, einsum(False), few, "naive einsum"),
        Variant(LOOP, einsum(True), few, "optimised einsum"),
    ]
    if jx := jax():
        jnp = jx.numpy

        def one(w: Any, c: Any) -> Any:
            pairs = (w[:, :, None] * w[:, None, :]).reshape(m, d * d)
            raw = (pairs.T @ (w * c[:, None] / m)).reshape(d, d, d)
            spread = eye[:, :, None] * (c @ w / m)
            return raw - spread - jnp.swapaxes(spread, 1, 2) - jnp.swapaxes(spread, 0, 2)

        variants.append(Variant(JAX, jitted(one, W, g), trials, "jit vmap Khatri-Rao product"))
    if torch():
        Wt, gt, identity = tensors(W, g, eye)

        def batched() -> np.ndarray:
            pairs = (Wt[..., :, None] * Wt[..., None, :]).reshape(trials, m, d * d)
            raw = (pairs.mT @ (Wt * gt[..., None] / m)).reshape(trials, d, d, d)
            first = (gt[:, None, :] @ Wt)[:, 0] / m
            spread = identity[:, :, None] * first[:, None, None, :]
            return (raw - spread - spread.transpose(2, 3) - spread.transpose(1, 3)).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched Khatri-Rao product"))
    pairs = d * (d + 1) / 2
    flops = m * pairs * (1 + 2 * d / 3)  # products of pairs, and the symmetric part of the tensor
    return Family(f"third Hermite moments, d={d} m={m}", flops, tuple(variants), {"naive einsum": 45.0}, tolerance=1e-8)


def _bisection(n: float, ridge: float, values: np.ndarray, degrees: Callable[[float], float]) -> float:
    """kappa by halving a bracket down to two units in the last place: about sixty evaluations."""
    low, high = ridge / n, (sum(values) + ridge) / n
    while high - low > 2e-16 * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if degrees(middle) + ridge / middle > n:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def fixed_points(sizes: int, modes: int, ridge: float = 1e-2, few: int = 2) -> Family:
    """Effective regularisation of a power law at many sample sizes; one trial is one solution."""
    values = np.arange(1.0, modes + 1) ** -1.5
    n = np.geomspace(5, modes / 2, sizes)
    spectrum = parse_spectrum("spectrum", values)

    def brent() -> np.ndarray:
        def excess(u: float, size: float) -> float:
            return float(np.sum(values / (values + np.exp(u)))) + ridge * np.exp(-u) - size

        span = [(np.log(ridge / s), np.log((values.sum() + ridge) / s)) for s in n]
        close = {"xtol": 1e-15, "rtol": 1e-15}
        roots = [scipy.optimize.brentq(excess, *ends, args=(s,), **close) for s, ends in zip(n, span, strict=True)]
        return np.exp(roots)

    def bisection() -> np.ndarray:
        return np.array([_bisection(s, ridge, values, lambda k: float(np.sum(values / (values + k)))) for s in n])

    def by_mode() -> np.ndarray:
        numbers = values.tolist()
        return np.array([_bisection(s, ridge, values, lambda k: sum(v / (v + k) for v in numbers)) for s in n[:few]])

    variants = [
        Variant(OURS, lambda: fixed_point(n, ridge, spectrum), sizes, "fixed_point"),
        Variant(LOOP, bisection, sizes, "bisection, NumPy over the modes"),
        Variant(LOOP, by_mode, few, "bisection, mode by mode"),
        Variant(LOOP, brent, sizes, "scipy brentq"),
    ]
    if jx := jax():
        jnp, total = jx.numpy, values.sum() + ridge

        def one(size: Any) -> Any:
            def halve(_: Any, ends: Any) -> Any:
                middle = 0.5 * (ends[0] + ends[1])
                above = jnp.sum(values / (values + middle)) + ridge / middle > size
                return jnp.where(above, middle, ends[0]), jnp.where(above, ends[1], middle)

            low, high = jx.lax.fori_loop(0, 64, halve, (ridge / size, total / size))
            return 0.5 * (low + high)

        variants.append(Variant(JAX, jitted(one, n), sizes, "jit vmap bisection"))
    if th := torch():
        modes_t, sizes_t = tensors(values, n)

        def batched() -> np.ndarray:
            low, high = ridge / sizes_t, (values.sum() + ridge) / sizes_t
            for _ in range(64):
                middle = 0.5 * (low + high)
                above = (modes_t / (modes_t + middle[:, None])).sum(-1) + ridge / middle > sizes_t
                low, high = th.where(above, middle, low), th.where(above, high, middle)
            return (0.5 * (low + high)).numpy()

        variants.append(Variant(TORCH, batched, sizes, "batched bisection"))
    flops = 8.0 * 4 * modes  # eight Newton steps of four operations a mode
    name = f"fixed points, {sizes} sizes, {modes} modes"
    return Family(name, flops, tuple(variants), {"mode by mode": 300.0}, tolerance=2e-14)


def margins(n: int, p: int, trials: int, few: int = 4) -> Family:
    """The maximum margin of random labels in general position (p >= n: separable)."""
    a = np.random.default_rng(0).standard_normal((trials, n, p)) / p**0.5

    def nnls() -> np.ndarray:
        out, right = [], np.append(np.zeros(p), 1.0)
        for rows in a[:few]:
            u = scipy.optimize.nnls(np.vstack([rows.T, np.ones(n)]), right, maxiter=100 * n)[0]
            out.append(np.linalg.norm(rows.T @ u) / u.sum())
        return np.array(out)

    def svc() -> np.ndarray:
        from sklearn.svm import SVC

        out = []
        for rows in a[:few]:
            signs = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)  # two classes are wanted: y x = row all the same
            machine = SVC(kernel="linear", C=1e8, tol=1e-8).fit(
                np.vstack([signs[:, None] * rows, -signs[:, None] * rows]), np.concatenate([signs, -signs])
            )
            out.append(1 / np.linalg.norm(machine.coef_))
        return np.array(out)

    variants = (
        Variant(OURS, lambda: max_margin(a).margin, trials, "max_margin"),
        Variant(LOOP, nnls, few, "scipy nnls"),
        Variant(SKLEARN, svc, few, "SVC, C = 1e8, mirrored rows"),
    )
    flops = n * n * p + 15 * (n**3 / 3 + 8 * n * n)
    note = "compiled active sets are ahead of interior points on arrays while the rows are few; see the larger size"
    return Family(f"maximum margin, n={n} p={p}", flops, variants, tolerance=1e-5, note=note)
