"""The frontier of one design from the eigenvalues of its Gram matrix; label noise is integrated."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, eigvalsh, kernel, namespace
from sims.size_loss_tradeoff.matching import match
from sims.size_loss_tradeoff.rows import Entries, unit_rows


class Frontier(NamedTuple):
    """Training loss and excess risk of the oracle for each design, (trials,)."""

    train: Array
    excess: Array


class FrontierAt(NamedTuple):
    """Excess risk of the oracle for each design, and the relative distance from the training loss wanted, (trials,)."""

    excess: Array
    residual: Array


def _features(g: float, n: int) -> int:
    p = round(g * n)
    if p < 1 or abs(p - g * n) > 1e-9 * n:
        raise ValueError(f"g = {g!r}: g n must be an integer >= 1 for n = {n}")
    return p


def _eigenvalues(g: float, n: int, entries: str, trials: int, rng: Generator) -> tuple[Array, int]:
    """The min(n, p) eigenvalues of ZZ'/n that are not zero by size, and how many are."""
    p = _features(g, n)
    z = unit_rows(rng, trials, n, p, entries)
    return eigvalsh((z @ z.mT if p >= n else z.mT @ z) / n), max(n - p, 0)


def _train(x: Array, zeros: int, l: Array) -> Array:
    left = l / (x + l)
    return (namespace(x).sum(left * left, axis=-1) + zeros) / (x.shape[-1] + zeros)


def _excess(x: Array, zeros: int, l: Array) -> Array:
    return namespace(x).sum(x / (x + l) ** 2, axis=-1) / (x.shape[-1] + zeros)


def _floats(g: float, n: int, **_: object) -> float:
    return (1 + g) * n * n + 3 * min(n, g * n) ** 2


@kernel(floats=_floats)
def mp_frontier(
    g: Positive, l: Positive, sigma2: Positive = 1.0, *, n: int, entries: Entries = "gaussian", trials: int,
    rng: Generator,
) -> Frontier:  # fmt: skip
    r"""Training loss and excess risk of the oracle $\theta^* + Z'(ZZ' + nl)^{-1}\varepsilon$, means given each design.

    $\tau^2 = \sigma^2\,\overline{(l/(x+l))^2}$, excess $= \sigma^2\,\overline{x/(x+l)^2}$ over the n eigenvalues x of
    ZZ'/n.

    g = p/n > 0 with integer p; l, sigma2 > 0; n samples; entries: the law of the whitened rows. Returns fields train
    and excess.

    >>> from sims.arrays import strict_rng
    >>> mp_frontier(2.0, 1.0, n=10, trials=3, rng=strict_rng(0)).excess.shape
    (3,)
    """
    x, zeros = _eigenvalues(g, n, entries, trials, rng)
    ridge = namespace(x).ones_like(x[:, :1]) * l
    return Frontier(sigma2 * _train(x, zeros, ridge), sigma2 * _excess(x, zeros, ridge))


@kernel(floats=_floats)
def mp_frontier_at(
    g: Positive, train: Positive, sigma2: Positive = 1.0, *, n: int, entries: Entries = "gaussian", trials: int,
    rng: Generator,
) -> FrontierAt:  # fmt: skip
    """Excess risk of the oracle of `mp_frontier`, its l chosen for each design so that its training loss is `train`.

    g = p/n > 0 with integer p; train > sigma2 max(0, 1-g) and below sigma2; n samples; entries: the law of the whitened
    rows. Returns fields excess and residual.

    >>> from sims.arrays import strict_rng
    >>> mp_frontier_at(2.0, 0.25, n=10, trials=3, rng=strict_rng(0)).excess.shape
    (3,)
    """
    x, zeros = _eigenvalues(g, n, entries, trials, rng)
    l, residual = match(lambda s: _train(x, zeros, s), train / sigma2, namespace(x).max(x, axis=-1))
    return FrontierAt(sigma2 * _excess(x, zeros, l), residual)
