"""Steps upon steps: gradient descent on unconstrained features, and cyclic learning of linear tasks."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers import Prepared, jax, jitted, tensors, torch
from benchmarks.timing import JAX, LOOP, OURS, TORCH, Family, Variant
from sims.catastrophic_forgetting import gaussian_cyclic_forgetting
from sims.neural_collapse.cross_entropy import ufm_ce_path

DECAY = 5e-3


def features_descent(K: int, per_class: int, d: int, steps: int, trials: int, few: int = 2) -> Family:
    """Plain gradient descent with cross-entropy from given starts: the loss-free end points W H."""
    N = K * per_class
    start = np.random.default_rng(0).standard_normal((trials, d * (K + N)))
    W0, H0 = start[:, : K * d].reshape(trials, K, d), start[:, K * d :].reshape(trials, d, N)
    Y = np.repeat(np.eye(K), per_class, axis=1)

    def ours() -> np.ndarray:
        path = ufm_ce_path(K, per_class, DECAY, DECAY, d, (steps,), trials=trials, rng=Prepared(start))
        return (path.W @ path.H)[:, 0]

    def loop() -> np.ndarray:
        ends = []
        for W, H in zip(W0, H0, strict=True):
            for _ in range(steps):
                Z = W @ H
                P = np.exp(Z - Z.max(axis=0))
                G = (P / P.sum(axis=0) - Y) / N
                W, H = W - (G @ H.T + DECAY * W), H - (W.T @ G + DECAY * H)
            ends.append(W @ H)
        return np.array(ends)

    variants = [
        Variant(OURS, ours, trials, "ufm_ce_path"),
        Variant(LOOP, loop, trials, "NumPy, one trial at a time"),
    ]
    if jx := jax():
        jnp = jx.numpy

        def one(W: Any, H: Any) -> Any:
            def step(state: Any, _: Any) -> Any:
                W, H = state
                G = (jx.nn.softmax(W @ H, axis=0) - Y) / N
                return (W - (G @ H.T + DECAY * W), H - (W.T @ G + DECAY * H)), None

            (W, H), _ = jx.lax.scan(step, (W, H), None, length=steps)
            return jnp.matmul(W, H)

        variants.append(Variant(JAX, jitted(one, W0, H0), trials, "jit vmap scan"))
    if th := torch():
        W1, H1, labels = tensors(W0, H0, Y)

        def batched() -> np.ndarray:
            W, H = W1.clone(), H1.clone()
            for _ in range(steps):
                G = th.softmax(W @ H, dim=-2).sub_(labels).div_(N)
                along = W.mT @ G
                W.mul_(1 - DECAY).sub_(G @ H.mT)
                H.mul_(1 - DECAY).sub_(along)
            return (W @ H).numpy()

        def autograd() -> np.ndarray:
            ends, classes = [], labels.argmax(0)
            for i in range(few):
                W, H = W1[i].clone().requires_grad_(), H1[i].clone().requires_grad_()
                optimiser = th.optim.SGD([W, H], lr=1.0, weight_decay=DECAY)
                for _ in range(steps):
                    optimiser.zero_grad()
                    th.nn.functional.cross_entropy((W @ H).mT, classes).backward()
                    optimiser.step()
                ends.append((W @ H).detach().numpy())
            return np.array(ends)

        variants.append(Variant(TORCH, batched, trials, "batched, hand gradient, in place"))
        variants.append(Variant(TORCH, autograd, few, "autograd and SGD, one trial at a time"))
    flops = steps * 6.0 * K * d * N
    target = {LOOP: 4.0, "autograd": 60.0}
    return Family(f"unconstrained features, K={K} N={N} d={d}, {steps} steps", flops, tuple(variants), target)


def cyclic_forgetting(d: int, tasks: int, rank: int, cycles: int, trials: int, few: int = 2) -> Family:
    """Tasks of given rows learned in turn to the minimum-norm change; forgetting after all cycles, data given."""
    rng = np.random.default_rng(0)
    X, normals = rng.standard_normal((trials, tasks, rank, d)), rng.standard_normal((trials, d, 1))
    truth = normals / d**0.5

    def ours() -> np.ndarray:
        prepared = Prepared(X, normals)
        return gaussian_cyclic_forgetting(tasks, cycles, d, rank, trials=trials, rng=prepared)

    def loss(rows: np.ndarray, e: np.ndarray) -> float:
        return float(np.sum((rows @ e) ** 2)) / tasks

    def lstsq() -> np.ndarray:
        out = []
        for rows, w_star in zip(X[:few], truth[:few, :, 0], strict=True):
            w = np.zeros(d)
            for _ in range(cycles):
                for task in rows:
                    w = w + np.linalg.lstsq(task, task @ (w_star - w))[0]
            out.append(loss(rows, w - w_star))
        return np.array(out)

    def pinv() -> np.ndarray:
        out = []
        for rows, w_star in zip(X[:few], truth[:few, :, 0], strict=True):
            e, inverses = -w_star, [np.linalg.pinv(task) for task in rows]
            for _ in range(cycles):
                for task, inverse in zip(rows, inverses, strict=True):
                    e = e - inverse @ (task @ e)
            out.append(loss(rows, e))
        return np.array(out)

    variants = [
        Variant(OURS, ours, trials, "gaussian_cyclic_forgetting"),
        Variant(LOOP, lstsq, few, "lstsq at each step"),
        Variant(LOOP, pinv, few, "pinv once a task"),
    ]
    if jx := jax():
        jnp = jx.numpy

        def one(rows: Any, w_star: Any) -> Any:
            q = jnp.linalg.qr(rows.mT)[0]

            def step(e: Any, basis: Any) -> Any:
                return e - basis @ (basis.T @ e), None

            def turn(e: Any, _: Any) -> Any:
                return jx.lax.scan(step, e, q)[0], None

            e = jx.lax.scan(turn, -w_star, None, length=cycles)[0]
            return jnp.sum((rows @ e) ** 2) / tasks

        variants.append(Variant(JAX, jitted(one, X, truth), trials, "jit vmap scan over orthonormal bases"))
    if th := torch():
        Xt, wt = tensors(X, truth)

        def batched() -> np.ndarray:
            q, e = th.linalg.qr(Xt.mT)[0], -wt
            for _ in range(cycles):
                for t in range(tasks):
                    e = e - q[:, t] @ (q[:, t].mT @ e)
            return (((Xt @ e[:, None]) ** 2).sum((-3, -2, -1)) / tasks).numpy()

        variants.append(Variant(TORCH, batched, trials, "batched orthonormal bases"))
    # What stepping through orthonormal bases costs; doubling needs fewer steps than this count.
    flops = cycles * tasks * 4.0 * rank * d + tasks * (2 * rank**2 * d)
    name = f"cyclic forgetting, d={d} T={tasks} rank {rank}, {cycles} cycles"
    # Orthogonal components cancel over the cycles: what is left is compared in absolute terms.
    return Family(name, flops, tuple(variants), {"lstsq": 100.0}, tolerance=1e-8)
