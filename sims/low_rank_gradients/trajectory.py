"""Gradient descent on the bilinear model, its gradients carried along by their own recursion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel, namespace, singular_values
from sims.stacks import norm


class GradientTrajectory(NamedTuple):
    """Of G_t, (trials, times, ...): singular values, descending; the first; stable rank; kappa; drift (trials,)."""

    singular_values: Array
    largest: Array
    stable_rank: Array
    kappa: Array
    drift: Array


def spectrum(G: Array) -> tuple[Array, Array, Array]:
    """Singular values (..., k), |G|_F^2/|G|_2^2 and the share of the energy outside the leading one, of a stack G."""
    values = singular_values(G)
    rest = namespace(G).sum((values[..., 1:] / values[..., :1]) ** 2, axis=-1)
    return values, 1 + rest, rest / (1 + rest)


def _stack(rng: Generator, trials: int, matrix: Array) -> Array:
    return arrays.zeros(rng, (trials, 1, 1)) + arrays.asarray(rng, matrix)


@kernel(
    floats=lambda A, B, C, steps, at=None, **_: (
        6 * A.size + B.size + C.size + 2 * (steps + 1 if at is None else len(at)) * min(A.shape)
    ),
    block=1,
)
def gradient_trajectory(
    A: Array,
    B: Array,
    C: Array,
    W0: Array,
    eta: Positive,
    steps: int,
    *,
    at: Sequence[int] | None = None,
    recompute: bool = False,
    trials: int,
    rng: Generator,
) -> GradientTrajectory:
    """Move W by + eta G from W0, with G = A - B W C carried along as G - eta B G C, and take its spectrum.

    Computed as A - B W C a late gradient would be the rounding of A. A, W0: (m, n); B: (m, m), C: (n, n); at: the steps
    at which to look, ascending, those beyond `steps` taken as it; None: all. drift is |A - B W C - G|/|A| at the end:
    that W and G belong together. recompute: take G as A - B W C all the same. All trials are equal. Returns
    `GradientTrajectory`.

    >>> from sims.arrays import strict_rng
    >>> from sims.low_rank_gradients import bilinear_problem
    >>> A, B, C, W0, *_ = bilinear_problem((0.5, 1.0), (1.0, 1.5, 2.0))
    >>> gradient_trajectory(A, B, C, W0, 0.4, 5, at=(0, 5), trials=1, rng=strict_rng(0)).singular_values.shape
    (1, 2, 2)
    """
    A, B, C, W = (_stack(rng, trials, matrix) for matrix in (A, B, C, W0))
    xp, G = namespace(A), A - B @ W @ C
    times = range(steps + 1) if at is None else [min(t, steps) for t in at]
    found, t = [], 0
    for stop in times:
        for _ in range(t, stop):
            W = W + eta * G
            G = A - B @ W @ C if recompute else G - eta * (B @ G @ C)
        t = stop
        found.append(spectrum(G))
    drift = norm(A - B @ W @ C - G) / norm(A)
    values, ranks, kappas = (xp.stack(list(rows), axis=1) for rows in zip(*found, strict=True))
    return GradientTrajectory(values, values[..., 0], ranks, kappas, drift)


class KappaLine(NamedTuple):
    """The line of log kappa against t, (trials,): its slope, and kappa where it meets t = 0."""

    rate: Array
    constant: Array


@kernel(floats=lambda G0, B, C, **_: 8 * G0.size + B.size + C.size, block=1)
def kappa_line(
    G0: Array, B: Array, C: Array, eta: Positive, t: int, span: int, *, trials: int, rng: Generator
) -> KappaLine:
    """The line through log kappa at the steps t and t + span of the recursion from G0 (m, n).

    B: (m, m), C: (n, n); t >= 0, span >= 1. All trials are equal. Returns fields rate, constant.

    >>> from sims.arrays import strict_rng
    >>> from sims.low_rank_gradients import bilinear_problem
    >>> one = bilinear_problem((0.3, 1.0), (0.3, 1.0))
    >>> round(float(kappa_line(one.G0, one.B, one.C, 0.9, 36, 4, trials=1, rng=strict_rng(0)).rate[0]), 4)
    -0.921
    """
    G, B, C = (_stack(rng, trials, matrix) for matrix in (G0, B, C))
    logs, now = [], 0
    for stop in (t, t + span):
        for _ in range(now, stop):
            G = G - eta * (B @ G @ C)
        now = stop
        logs.append(namespace(G).log(spectrum(G)[2]))
    rate = (logs[1] - logs[0]) / span
    return KappaLine(rate, namespace(G).exp(logs[0] - t * rate))


@kernel(floats=lambda G0, U, V, **_: 8 * G0.size + U.size + V.size, block=1)
def stable_rank_bound(
    G0: Array,
    beta: Sequence[float],
    gamma: Sequence[float],
    U: Array,
    V: Array,
    eta: Positive,
    t: Sequence[int],
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """The stable rank itself of G_t at the steps t, ascending, from G0 (m, n), by the recursion: (trials, len(t)).

    beta (m,), gamma (n,): eigenvalues; U (m, m), V (n, n): eigenvectors as columns. All trials are equal.

    >>> import numpy as np
    >>> from sims.arrays import strict_rng, to_host
    >>> I = np.eye(2)
    >>> to_host(stable_rank_bound(I, (0.5, 1.0), (1.0, 1.0), I, I, 0.5, (0, 1), trials=1, rng=strict_rng(0))).round(4)
    array([[2.    , 1.4444]])
    """
    B, C = ((q * list(values)) @ q.T for q, values in ((U, beta), (V, gamma)))
    G, B, C = (_stack(rng, trials, matrix) for matrix in (G0, B, C))
    found, now = [], 0
    for stop in t:
        for _ in range(now, stop):
            G = G - eta * (B @ G @ C)
        now = stop
        found.append(spectrum(G)[1])
    return namespace(G).stack(found, axis=1)
