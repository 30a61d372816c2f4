"""A trained graph convolution, by the law of its rows: given the features the rows of AX are independent Gaussians."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import (
    Array,
    Generator,
    NonNegative,
    Positive,
    Share,
    cholesky,
    kernel,
    namespace,
    normal_cdf,
    spd_solve,
)


class GcnRisk(NamedTuple):
    """Mean squared error on the unlabelled and on the labelled nodes, and accuracy, each (trials,)."""

    test: Array
    train: Array
    accuracy: Array


class SelfLoopGain(NamedTuple):
    """On one draw, test risk less that at c: without a self-loop, at -c, c/2 and 3c/2, each (trials,)."""

    none: Array
    opposite: Array
    half: Array
    more: Array


class Signed(NamedTuple):
    """Every row times its label, so that all labels are 1: features, their part in the convolution, and v."""

    x: Array
    noisy: Array
    v: Array


def sizes(gam: float, tau: float, N: int) -> tuple[int, int]:
    """F = N/gam features and M = tau N labelled nodes, rounded; refused where one of the two groups is empty."""
    F, M = max(1, round(N / gam)), round(tau * N)
    if not 0 < M < N:
        raise ValueError(f"tau = {tau!r}: must leave labelled and unlabelled nodes among N = {N}")
    return F, M


def features(rng: Generator, trials: int, N: int, F: int, mu: float) -> Array:
    """Rows of the features times their labels, (T, N, F): sqrt(mu/N) u + z with u the first axis."""
    z = rng.standard_normal(size=(trials, N, F)) / math.sqrt(F)
    first = arrays.arange(z, F) == 0
    xp = namespace(z)
    return z + math.sqrt(mu / N) * xp.astype(first, z.dtype)


def ridge(rows: Array, rho: float) -> Array:
    """The least-squares weights (T, F, 1) of all-one targets on rows (T, M, F), by the smaller Gram matrix."""
    xp = namespace(rows)
    trials, M, F = rows.shape
    ones = xp.ones((trials, M, 1), dtype=rows.dtype, device=arrays.device(rows))
    if M >= F:
        return spd_solve(rows.mT @ rows + rho * arrays.eye(rows, F), rows.mT @ ones)
    return rows.mT @ spd_solve(rows @ rows.mT + rho * arrays.eye(rows, M), ones)


def draw(rng: Generator, trials: int, N: int, F: int, M: int, lam: float, mu: float) -> Signed:
    """Features and the labelled rows of AX: v plus noise of covariance X'X/N, where v = lam X'y/N."""
    x = features(rng, trials, N, F, mu)
    xp = namespace(x)
    v = lam * xp.mean(x, axis=-2, keepdims=True)
    if F <= N:
        noise = rng.standard_normal(size=(trials, M, F)) @ cholesky(x.mT @ x / N).mT
    else:
        noise = rng.standard_normal(size=(trials, M, N)) @ x / math.sqrt(N)
    return Signed(x, noise + v, v)


def risks(at: Signed, M: int, rho: float, c: float) -> GcnRisk:
    """Fit on the first M rows; the noise of the graph's other rows is integrated."""
    xp = namespace(at.x)
    rows = at.noisy + c * at.x[:, :M, :] if c else at.noisy
    w = ridge(rows, rho)
    own = (at.x @ w)[..., 0]
    noise = xp.mean(own * own, axis=-1)
    mean = (at.v @ w)[..., 0] + c * own[:, M:]
    return GcnRisk(
        xp.mean((1 - mean) ** 2, axis=-1) + noise,
        xp.mean((1 - (rows @ w)[..., 0]) ** 2, axis=-1),
        xp.mean(normal_cdf(mean / xp.sqrt(noise)[:, None]), axis=-1),
    )


def floats(gam: float, tau: float, N: int, **_: object) -> float:
    """Numbers alive a trial."""
    F, M = sizes(gam, tau, N)
    return N * F + 2 * M * max(F, 1 if F <= N else N) + 3 * min(F, M) ** 2 + F * F * (F <= N)


@kernel(floats=floats)
def gcn_risk(
    gam: Positive, tau: Share, lam: float, mu: NonNegative, rho: NonNegative, c: float = 0.0,
    *, N: int, trials: int, rng: Generator,
) -> GcnRisk:  # fmt: skip
    """Train a graph convolution on tau N of N nodes of the Gaussian graph, drawn by the law of its rows.

    Every row is multiplied by its label, which changes no law; the graph of the unlabelled nodes is integrated.

    gam > 0: nodes over features; tau: share of labelled nodes; lam: homophily; mu, rho >= 0: strength of the
    features and ridge; c: self-loop; N: nodes. Returns fields test, train, accuracy, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> gcn_risk(2.0, 0.5, 2.0, 1.0, 0.1, N=20, trials=3, rng=strict_rng(0)).test.shape
    (3,)
    """
    F, M = sizes(gam, tau, N)
    return risks(draw(rng, trials, N, F, M, lam, mu), M, rho, c)


@kernel(floats=floats)
def self_loop_gain(
    gam: Positive, tau: Share, lam: float, mu: NonNegative, rho: NonNegative, c: float,
    *, N: int, trials: int, rng: Generator,
) -> SelfLoopGain:  # fmt: skip
    """Compare self-loops on the same graphs and features.

    Arguments as in `gcn_risk`. Returns fields none, opposite, half, more: test risk at 0, -c, c/2 and 3c/2, less that
    at c, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> self_loop_gain(2.0, 0.5, 2.0, 1.0, 0.1, 0.5, N=20, trials=3, rng=strict_rng(0)).none.shape
    (3,)
    """
    F, M = sizes(gam, tau, N)
    at = draw(rng, trials, N, F, M, lam, mu)
    here, *others = (risks(at, M, rho, loop).test for loop in (c, 0.0, -c, c / 2, 1.5 * c))
    return SelfLoopGain(*(other - here for other in others))
