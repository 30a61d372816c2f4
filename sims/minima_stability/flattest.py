"""Among the rescalings of its neurons, all of one function: the weights with the least curvature of the loss."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel
from sims.minima_stability.nets import dense, sharpness
from sims.optimize import dot, lbfgs, newton
from sims.tangent import tangent_gram

_FARTHEST = 30.0  # logarithms of scales that a trial step may reach: beyond, the curvature would overflow


class Flattest(NamedTuple):
    """(trials, count): least trace of H and slope there over the trace; lambda_max as given and at its least found."""

    trace: Array
    slope: Array
    given: Array
    sharpest: Array


class _Terms(NamedTuple):
    """What the neurons add to G G'/n at scale one: slopes (count, h, n, n) of the inner weights, and of the outer."""

    inner: Array
    outer: Array


def _terms(w1: Array, b1: Array, w2: Array, x: Array) -> _Terms:
    xp, n = arrays.namespace(w1), x.shape[-1]
    z = w1[..., None] * x[:, None, :] + b1[..., None]
    on = xp.astype(z > 0, z.dtype)
    h, slope = on * z, on * w2[..., None]
    inputs = x[:, None, :, None] * x[:, None, None, :] + 1.0
    return _Terms(slope[..., None] * slope[..., None, :] * inputs / n, h[..., None] * h[..., None, :] / n)


def _trace(terms: _Terms, logs: Array) -> tuple[Array, Array, Array]:
    """tr H at (w1, b1) e^s, w2 e^-s, with its derivatives by s."""
    xp = arrays.namespace(logs)
    inner = xp.linalg.trace(terms.inner) * xp.exp(-2 * logs)
    outer = xp.linalg.trace(terms.outer) * xp.exp(2 * logs)
    both = inner + outer
    return 1 + xp.sum(both, axis=-1), 2 * (outer - inner), 4 * both[..., None] * arrays.eye(logs, logs.shape[-1])


def _largest(terms: _Terms, logs: Array) -> tuple[Array, Array]:
    """lambda_max at the same weights, and its slope."""
    xp, n = arrays.namespace(logs), terms.inner.shape[-1]
    logs = xp.clip(logs, -_FARTHEST, _FARTHEST)
    shrink, grow = xp.exp(-2 * logs)[..., None, None], xp.exp(2 * logs)[..., None, None]
    total = xp.sum(terms.inner * shrink + terms.outer * grow, axis=-3) + 1.0 / n
    values, vectors = arrays.eigh(total)
    top = vectors[..., -1]
    change = 2 * (terms.outer * grow - terms.inner * shrink)
    slope = xp.sum(xp.sum(change * top[:, None, None, :], axis=-1) * top[:, None, :], axis=-1)
    return values[..., -1], slope


@kernel(floats=lambda w1, x, **_: 8 * w1.size * x.shape[-1] ** 2 + 40 * w1.size, block=1)
def flattest_trace(
    w1: Array, b1: Array, w2: Array, x: Array, *, steps: int = 60, trials: int, rng: Generator
) -> Flattest:
    """Minimise tr H, and then lambda_max, over the scales of the neurons of a stack.

    w1, b1, w2: (count, h); x: (count, n). The trace by Newton steps, whose end `slope` certifies; lambda_max by
    quasi-Newton steps from there: it has corners, and any end is an upper bound of its least value. Both are measured
    at the end by the tangent kernel of the rescaled network. Returns `Flattest`; all trials are equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> from sims.minima_stability import clustered
    >>> to_host(flattest_trace(*clustered(0.0), trials=1, rng=strict_rng(0)).sharpest).round(5)
    array([[9.48528]])
    """
    a, b, c, at = (arrays.asarray(rng, one) for one in (w1, b1, w2, x))
    xp, terms = arrays.namespace(a), _terms(a, b, c, at)

    def rescaled(logs: Array) -> Array:
        grow = xp.exp(logs)
        return tangent_gram(dense(a * grow, b * grow, c / grow), at[..., None]) / at.shape[-1]

    end = newton(lambda logs: _trace(terms, logs), 0.0 * a, steps)
    trace = xp.linalg.trace(rescaled(end.point))
    slope = xp.sqrt(dot(end.gradient, end.gradient))[..., 0] / trace
    flat = lbfgs(lambda logs: _largest(terms, logs), end.point, steps)
    found = (trace, slope, sharpness(dense(a, b, c), at[..., None]), arrays.eigvalsh(rescaled(flat.point))[..., -1])
    return Flattest(*(one + arrays.zeros(rng, (trials, 1)) for one in found))
