"""Which directions of the layers move under descent, seen in their singular values and in what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.factor_descent import Factors
from sims.low_rank_dynamics.descent import Numbers, descent, orthogonal_start, target, watch
from sims.subspaces import top_directions

_EQUAL = 1e-9  # two singular values are one, relatively


class Spectra(NamedTuple):
    """Of each layer, (trials, times, L): the value that most singular values share, and how many do."""

    rho: Array
    still: Array


class MovingEnergy(NamedTuple):
    """|V_l' x|^2 and |U_l' x|^2 of each layer's moving directions, for probes x: (trials, times, L, probes)."""

    right: Array
    left: Array


class _Problem(NamedTuple):
    """W0 (L, d, d), M (d, d) and probes (d, p): fields of one instance."""

    W0: Array
    M: Array
    probes: Array


class _Values(NamedTuple):
    values: Array


def shared_value(w: Array, share: int) -> tuple[Array, Array]:
    """The mean of the `share` singular values of w (..., d, d) that lie closest together, and how many equal it."""
    values = arrays.singular_values(w)
    xp, d = arrays.namespace(values), values.shape[-1]
    spread = values[..., : d - share + 1] - values[..., share - 1 :]
    means = xp.stack([xp.mean(values[..., i : i + share], axis=-1) for i in range(d - share + 1)], axis=-1)
    place = xp.argmin(spread, axis=-1)[..., None]
    rho = xp.take_along_axis(means, place, axis=-1)
    equal = xp.sum(xp.astype(xp.abs(values - rho) <= _EQUAL * rho, xp.float64), axis=-1)
    return rho[..., 0], equal


@kernel(floats=lambda eps, d, **_: 8 * len(eps) * d * d, block=4)
def rho_trajectory(
    eps: Numbers,
    eta: NonNegative,
    weight_decay: NonNegative,
    steps: int,
    *,
    d: int,
    s: Numbers,
    at: Sequence[int] | None = None,
    start: Literal["orthogonal", "gaussian"] = "orthogonal",
    trials: int,
    rng: Generator,
) -> Spectra:
    """Train L layers d x d on a target of singular values s, and find what d - 2r singular values of a layer share.

    eps: (L,), scales of the starts, orthogonal or (to break the structure) of independent N(0, 1/d) entries; s: (r,),
    r = rank M, 2r < d; at: updates after which to look, ascending, those beyond steps taken as it; None: all. The value
    is not computed by any formula: it is the mean of the d - 2r singular values closest together. Returns `Spectra`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = rho_trajectory((0.5, 0.6), 0.1, 0.0, 3, d=5, s=(1.0,), at=(0, 3), trials=1, rng=strict_rng(0))
    >>> to_host(found.still)[0].tolist()
    [[5.0, 5.0], [3.0, 3.0]]
    """
    share = _still(d, len(s))
    M = target(rng, trials, d, s)[0]
    W = orthogonal_start(rng, trials, d, eps)
    if start == "gaussian":
        W = tuple(float(e) / d**0.5 * rng.standard_normal(size=(trials, d, d)) for e in eps)

    def look(factors: Factors) -> Spectra:
        xp = arrays.namespace(M)
        return Spectra(*shared_value(xp.stack(list(factors), axis=1), share))

    return watch(descent(M, eta, weight_decay), W, steps, at, look)


def _still(d: int, r: int) -> int:
    if d <= 2 * r:
        raise ValueError(f"d = {d!r}: must be an integer > 2r = {2 * r}")
    return d - 2 * r


@kernel(floats=lambda eps, d, **_: 8 * len(eps) * d * d, block=1)
def singular_values_along(
    eps: Numbers,
    eta: NonNegative,
    weight_decay: NonNegative,
    steps: int,
    *,
    d: int,
    s: Numbers,
    layer: int,
    at: Sequence[int] | None = None,
    trials: int,
    rng: Generator,
) -> Array:
    """All singular values of one layer (1 to L), descending, as in `rho_trajectory`: (trials, times, d).

    >>> from sims.arrays import strict_rng
    >>> singular_values_along((0.5, 0.6), 0.1, 0.0, 3, d=5, s=(1.0,), layer=2, trials=1, rng=strict_rng(0)).shape
    (1, 4, 5)
    """
    M = target(rng, trials, d, s)[0]
    W = orthogonal_start(rng, trials, d, eps)
    step = descent(M, eta, weight_decay)
    return watch(step, W, steps, at, lambda w: _Values(arrays.singular_values(w[layer - 1]))).values


def aligned_problem(d: int, s: Numbers, eps: Numbers, probes: int, *, instance: int = 0) -> _Problem:
    """Return an instance: orthogonal starts W0 (L, d, d) of scales eps, M (d, d) of singular values s, unit probes.

    >>> aligned_problem(5, (1.0,), (0.5, 0.6), 2).W0.shape
    (2, 5, 5)
    """
    starts = instances.stack(instances.frame, len(eps), d, d, instance=instance)
    scales = [[[float(e)]] for e in eps]
    M = instances.with_singular_values(s, d, d, instance=instance)
    return _Problem(starts * scales, M, instances.frame(d, probes, instance=len(eps) * (instance + 1)))


@kernel(floats=lambda W0, **_: 8 * W0.size, block=1)
def moving_energy(
    W0: Array, M: Array, probes: Array, r: int, eta: NonNegative, at: Sequence[int], *, trials: int, rng: Generator
) -> MovingEnergy:
    """Train from W0 (L, d, d) on M (d, d) of rank r; how much of each probe (d, p) lies in the directions that moved.

    The directions are the 2r leading ones of W_l(t) - c W_l(0), c the singular value that d - 2r of W_l(t) share over
    that of the start. Returns `MovingEnergy`; trials are equal.

    >>> from sims.arrays import strict_rng
    >>> W0, M, probes = aligned_problem(5, (1.0,), (0.5, 0.6), 2)
    >>> moving_energy(W0, M, probes, r=1, eta=0.1, at=(3,), trials=1, rng=strict_rng(0)).left.shape
    (1, 1, 2, 2)
    """
    L, d = W0.shape[0], W0.shape[-1]
    one = arrays.zeros(rng, (trials, 1, 1))
    start, goal, x = one[:, None, ...] + arrays.asarray(rng, W0), arrays.asarray(rng, M), arrays.asarray(rng, probes)
    xp, share = arrays.namespace(start), _still(d, r)
    first = shared_value(start, share)[0]

    def look(factors: Factors) -> MovingEnergy:
        now = xp.stack(list(factors), axis=1)
        kept = shared_value(now, share)[0] / first
        moved = now - kept[..., None, None] * start
        found = [xp.sum((top_directions(m, 2 * r).directions.mT @ x) ** 2, axis=-2) for m in (moved.mT, moved)]
        return MovingEnergy(*found)

    factors = tuple(start[:, l, ...] for l in range(L))
    return watch(descent(goal, eta), factors, max(at), at, look)
