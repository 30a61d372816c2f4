"""The excess risk of algorithms at one training loss; label noise and the direction of the signal are integrated."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, Generator, NonNegative, Positive, eigh, eye, kernel, namespace, zeros
from sims.size_loss_tradeoff.matching import fitted, flow_filter, match, ridge_filter
from sims.size_loss_tradeoff.rows import Features, draw


class Excess(NamedTuple):
    """Excess risk of three algorithms, (trials,): its mean given the design, and that times tr ZZ'/(np) (on_draw_...).

    residual: the largest relative distance from the training loss wanted.
    """

    oracle: Array
    ridge: Array
    flow: Array
    on_draw_oracle: Array
    on_draw_ridge: Array
    on_draw_flow: Array
    residual: Array


class Problem(NamedTuple):
    """A design in the eigenbasis of its Gram matrix: eigenvalues (T, n), metric = features Sigma features' (T, n, n),
    second = second moment of the targets given the design (T, n, n), signal = |beta|^2, p."""

    eigenvalues: Array
    metric: Array
    second: Array
    signal: float
    p: int


@kernel(floats=lambda n, p, **_: 4 * n * p + 12 * n * n)
def excess_at(
    n: int,
    p: int,
    train_loss: NonNegative,
    sigma2: Positive = 1.0,
    *,
    features: Features = "gaussian",
    r2: NonNegative = 1.0,
    misfit: NonNegative = 0.0,
    trials: int,
    rng: Generator,
) -> Excess:
    r"""Train three algorithms to the training loss `train_loss` and return their excess risks.

    The targets are $x^\top\theta^* + b(x) + \varepsilon$: in whitened features a signal with $|\beta|^2$ = r2 and a
    random direction, $b = \sqrt{\text{misfit}}\,\mathrm{sign}(z_1 z_p)$, which no linear function sees, and noise of
    variance sigma2. The oracle adds ridge on $b + \varepsilon$, with whitened rows, to theta*: given the design nothing
    is better. ridge and flow (gradient flow stopped early) are fitted to targets and features as they are. Each is
    stopped, draw by draw, where the mean of its training loss over noise and signal is train_loss (0: interpolation, p
    >= n).

    n, p: integers >= 1; train_loss >= 0 (out of reach: residual large); sigma2 > 0; r2, misfit >= 0 (misfit > 0: rows
    of a symmetric law, p > 1); features: as `rows.draw` says.
    Returns fields oracle, ridge, flow, the same with on_draw_ before it, and residual.

    >>> from sims.arrays import strict_rng
    >>> excess_at(10, 30, 0.25, features="relu", trials=3, rng=strict_rng(0)).ridge.shape
    (3,)
    """
    rows = draw(rng, trials, n, p, features)
    z = rows.whitened
    xp = namespace(z)
    bent = math.sqrt(misfit) * xp.sign(z[:, :, :1]) * xp.sign(z[:, :, -1:])
    known = problem(z, z @ z.mT, bent, sigma2, 0.0)
    metric = (rows.raw @ rows.moment) @ rows.raw.mT
    given = problem(rows.raw, metric, bent, sigma2, r2, z)
    energy = xp.sum(z * z, axis=(-2, -1)) / (n * p)
    chosen = ((known, ridge_filter), (given, ridge_filter), (given, flow_filter))
    found = [_matched(one, leaves, train_loss) for one, leaves in chosen]
    oracle, ridge, flow = (excess for excess, _ in found)
    residual = xp.max(xp.stack([missed for _, missed in found], axis=-1), axis=-1)
    return Excess(oracle, ridge, flow, energy * oracle, energy * ridge, energy * flow, residual)


def problem(
    raw: Array, metric: Array, bent: Array, sigma2: float, signal: float, whitened: Array | None = None
) -> Problem:
    """Rotate a design raw (T, n, p) into the eigenbasis of raw raw'/n; `whitened` carries the signal."""
    n, p = raw.shape[-2:]
    eigenvalues, basis = eigh(raw @ raw.mT / n)
    xp = namespace(eigenvalues)
    # Ranks below n leave eigenvalues that are 0 but for rounding: a small ridge would fit along them.
    noise = 1e-13 * xp.max(eigenvalues, axis=-1, keepdims=True)
    eigenvalues = xp.where(eigenvalues > noise, eigenvalues, xp.zeros_like(eigenvalues))
    second = bent @ bent.mT + sigma2 * eye(raw, n)
    if whitened is not None:
        second = second + signal / p * (whitened @ whitened.mT)
    return Problem(eigenvalues, basis.mT @ metric @ basis, basis.mT @ second @ basis, signal, p)


def train_of(one: Problem, left: Array) -> Array:
    """The training loss, where the share `left` (T, n) of the targets is not fitted."""
    xp = namespace(left)
    return xp.mean(left * left * xp.linalg.diagonal(one.second), axis=-1)


def excess_of(one: Problem, left: Array) -> Array:
    r"""Mean of $|\Sigma^{1/2}(\hat\theta-\theta^*)|^2$: fit squared, less twice along the signal, plus signal."""
    xp, n = namespace(left), one.eigenvalues.shape[-1]
    shares = fitted(left, one.eigenvalues)
    square = xp.sum(shares[:, :, None] * shares[:, None, :] * one.metric * one.second, axis=(-2, -1)) / n**2
    along = xp.sum(shares * one.eigenvalues, axis=-1)
    return square - 2 * one.signal / one.p * along + one.signal


def _matched(one: Problem, leaves: Callable[[Array, Array], Array], target: float) -> tuple[Array, Array]:
    xp, trials = namespace(one.eigenvalues), one.eigenvalues.shape[0]
    if target == 0:
        nothing = xp.zeros_like(one.eigenvalues)
        return excess_of(one, nothing), zeros(one.eigenvalues, (trials,))
    scale = xp.max(one.eigenvalues, axis=-1)
    l, residual = match(lambda s: train_of(one, leaves(one.eigenvalues, s)), target, scale)
    return excess_of(one, leaves(one.eigenvalues, l)), residual
