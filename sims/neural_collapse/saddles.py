"""Critical points of the unconstrained features model with squared loss: their curvature, and descent past them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, eigvalsh, eye, kernel, namespace
from sims.neural_collapse.mse import Factors, alternating_ridge, objective
from sims.neural_collapse.samples import indicators
from sims.neural_collapse.softmax import pack, unpack
from sims.stacks import norm


class Curvature(NamedTuple):
    """Per trial: value, the smallest Hessian eigenvalue; gradient, the norm of the gradient there; loss."""

    value: Array
    gradient: Array
    loss: Array


def _gradient(W: Array, H: Array, Y: Array, lambda_W: float, lambda_H: float) -> Array:
    residual = (W @ H - Y) / Y.shape[-1]
    return pack(residual @ H.mT + lambda_W * W, W.mT @ residual + lambda_H * H)


def hessian(W: Array, H: Array, Y: Array, lambda_W: float, lambda_H: float) -> Array:
    """Return the Hessians of the bias-free squared loss in packed (W, H), shape (problems, size, size), exactly.

    Row j is the derivative of the gradient along the j-th unit vector.
    """
    xp, (K, N), d = namespace(W), Y.shape, W.shape[-1]
    problems, size = W.shape[0], d * (K + N)
    dW, dH = unpack(eye(W, size), K, d)
    W, H = W[:, None, :, :], H[:, None, :, :]
    residual = (W @ H - Y) / N
    change = (dW @ H + W @ dH) / N
    along_W = change @ H.mT + residual @ dH.mT + lambda_W * dW
    along_H = dW.mT @ residual + W.mT @ change + lambda_H * dH
    flat = [xp.reshape(part, (problems, size, -1)) for part in (along_W, along_H)]
    return xp.concat(flat, axis=-1)


@kernel(
    floats=lambda n_per_class, d=None, **_: (
        6 * ((d or len(n_per_class) + 1) * (len(n_per_class) + sum(n_per_class))) ** 2
    ),
    block=32,
)
def saddle_curvature(
    n_per_class: Sequence[int],
    lambda_W: float,
    lambda_H: float,
    off: Sequence[int],
    d: int | None = None,
    *,
    trials: int,
    rng: Generator,
    sweeps: int = 1000,
) -> Curvature:
    """Find the critical point where the classes `off` vanish, in a random frame, and its smallest curvature.

    Alternating regressions never leave the subspace in which these classes' rows and features are 0. With d features
    (one more than classes if None).

    n_per_class (K,): class sizes >= 1; lambda_W, lambda_H > 0; off: indices of classes. Returns the fields of
    Curvature.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> bool((saddle_curvature([3, 2], 0.01, 0.01, off=[1], trials=2, rng=rng).value < 0).all())
    True
    """
    Y = indicators(rng, n_per_class)
    K, N = Y.shape
    start = rng.standard_normal(size=(trials, K + 1 if d is None else d, N))
    on = asarray(rng, [0.0 if k in off else 1.0 for k in range(K)])
    factors = alternating_ridge(Y, start * (on @ Y), lambda_W, lambda_H, None, sweeps)
    W, H, _ = factors
    gradient = _gradient(W, H, Y, lambda_W, lambda_H)
    return Curvature(
        value=eigvalsh(hessian(W, H, Y, lambda_W, lambda_H))[..., 0],
        gradient=norm(gradient[:, None, :]),
        loss=objective(Y, factors, lambda_W, lambda_H, None),
    )


class Descent(NamedTuple):
    """Per trial: loss, reached by plain gradient descent; within, the norm of the features' deviations from their class
    means relative to the features' norm; gradient, the norm of the gradient at the end."""

    loss: Array
    within: Array
    gradient: Array


@kernel(floats=lambda n_per_class, **_: 8 * len(n_per_class) * sum(n_per_class), block=32)
def ufm_mse_descent(
    n_per_class: Sequence[int],
    lambda_W: float,
    lambda_H: float,
    d: int | None = None,
    *,
    trials: int,
    rng: Generator,
    step: float = 0.5,
    steps: int = 5000,
    scale: float = 0.5,
) -> Descent:
    """Descend classifier and features together by gradient steps of fixed size, from `trials` Gaussian starts.

    n_per_class (K,): class sizes >= 1; lambda_W, lambda_H > 0; d features, K + 1 if None; step > 0; scale > 0:
    standard deviation of the start's entries. Returns the fields of Descent, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> bool((ufm_mse_descent([3, 2], 0.01, 0.01, trials=2, rng=rng, steps=3000).within < 1e-6).all())
    True
    """
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    width = K + 1 if d is None else d
    W = scale * rng.standard_normal(size=(trials, K, width))
    H = scale * rng.standard_normal(size=(trials, width, N))
    for _ in range(steps):
        residual = (W @ H - Y) / N
        along_W = residual @ H.mT + lambda_W * W
        along_H = W.mT @ residual + lambda_H * H
        along_W *= step
        along_H *= step
        W -= along_W
        H -= along_H
    means = H @ Y.mT / xp.sum(Y, axis=-1)
    loss = objective(Y, Factors(W, H, 0.0 * W[..., :1]), lambda_W, lambda_H, None)
    gradient = _gradient(W, H, Y, lambda_W, lambda_H)
    return Descent(loss, norm(H - means @ Y) / norm(H), norm(gradient[:, None, :]))
