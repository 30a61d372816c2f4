"""Gaussian tasks really fitted one after the other, with or without a ridge penalty on the change."""

from __future__ import annotations

from sims.arrays import Array, Generator, NonNegative, asarray, eye, kernel, namespace, spd_inverse, zeros


def _floats(w_star: Array, n: int, **_: object) -> float:
    p = len(w_star[0])
    return 2.5 * n * p + 3 * min(n, p) ** 2


def _run(w_star: Array, n: int, sigma2: float, lam: float, trials: int, rng: Generator) -> Array:
    """Errors (trials, T + 1, T): the noise of each step is integrated where it is recorded, drawn where it is kept."""
    optima = asarray(rng, w_star)
    xp = namespace(optima)
    p = optima.shape[1]
    w = zeros(rng, (trials, p))
    errors = [xp.sum((w[:, None, :] - optima) ** 2, axis=-1)]
    for target in range(optima.shape[0]):
        X = rng.standard_normal(size=(trials, n, p))
        z = sigma2**0.5 * rng.standard_normal(size=(trials, n, 1))
        gram = X @ X.mT if n <= p else X.mT @ X
        inverse = spd_inverse(gram + lam * eye(rng, min(n, p)))
        columns = xp.concat([X @ (optima[target, :] - w)[..., None], z], axis=-1)
        # X'(XX' + lam)^-1 r = (X'X + lam)^-1 X' r: the smaller side is inverted.
        change = X.mT @ (inverse @ columns) if n <= p else inverse @ (X.mT @ columns)
        w += change[..., 0]
        trace = xp.sum(xp.linalg.diagonal(inverse), axis=-1) - lam * xp.sum(inverse * inverse, axis=(-2, -1))
        errors.append(xp.sum((w[:, None, :] - optima) ** 2, axis=-1) + sigma2 * trace[:, None])
        w += change[..., 1]
    return xp.stack(errors, axis=1)


@kernel(floats=_floats)
def gaussian_sequence_errors(w_star: Array, n: int, sigma2: NonNegative, trials: int, rng: Generator) -> Array:
    r"""Fit T Gaussian tasks one after the other, each by the minimum-norm change, and record all population errors.

    $w_t = w_{t-1} + X_t^+ (y_t - X_t w_{t-1})$, $y_t = X_t w^*_t + z_t$. The error $\|w_t - w^*_i\|^2$ is averaged over
    the label noise of step t given the rest (the test point is integrated out altogether).

    w_star: optima (T, p) as nested lists or an array; n: rows per task; sigma2: noise variance.
    Returns errors (trials, T + 1, T): axis 1 after task t (0: before any), axis 2 the task.

    Source: the model of Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836.

    >>> from sims.arrays import strict_rng
    >>> gaussian_sequence_errors([[1.0, 0.0, 0.0]] * 2, n=1, sigma2=0.0, trials=5, rng=strict_rng(0)).shape
    (5, 3, 2)
    """
    return _run(w_star, n, sigma2, 0.0, trials, rng)


@kernel(floats=_floats)
def ridge_sequence_errors(
    w_star: Array, n: int, sigma2: NonNegative, lam: NonNegative, trials: int, rng: Generator
) -> Array:
    r"""Fit T Gaussian tasks one after the other with the penalty $\lambda\|w - w_{t-1}\|^2$; record all errors.

    Parameters and returned errors (trials, T + 1, T) as for `gaussian_sequence_errors`; lam: penalty > 0.

    >>> from sims.arrays import strict_rng
    >>> ridge_sequence_errors([[1.0, 0.0]] * 2, n=2, sigma2=0.1, lam=1.0, trials=5, rng=strict_rng(0)).shape
    (5, 3, 2)
    """
    return _run(w_star, n, sigma2, lam, trials, rng)


def forgetting(A: Array) -> Array:
    """Return the forgetting of each error table of a stack (..., T + 1, T): mean rise since learned, tasks 1..T-1.

    >>> from sims.arrays import asarray, strict_rng
    >>> forgetting(asarray(strict_rng(0), [[1.0, 1.0], [0.5, 1.5], [1.25, 0.75]]))
    Array(0.75, dtype=array_api_strict.float64, device=array_api_strict.Device('device1'))
    """
    xp = namespace(A)
    tasks = A.shape[-1]
    when_learned = xp.linalg.diagonal(A[..., 1:, :])[..., : tasks - 1]
    return xp.mean(A[..., tasks, : tasks - 1] - when_learned, axis=-1)


def overall_error(A: Array) -> Array:
    """Return the mean error over all tasks after the last one, for each error table of a stack (..., T + 1, T).

    A (..., T + 1, T): row t holds the errors of all tasks after t of them. Returns (...).

    >>> import numpy as np
    >>> overall_error(np.array([[1.0, 1.0], [0.0, 0.5], [0.5, 0.0]]))
    np.float64(0.25)
    """
    return namespace(A).mean(A[..., -1, :], axis=-1)
