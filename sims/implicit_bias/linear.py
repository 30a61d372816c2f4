"""One mode of a deep linear network, and least squares: descents whose every step is known."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.implicit_bias.flows import Scheme, advance, repeated


class Mode(NamedTuple):
    """Strength a (trials, K) at K times, the invariant differences of factors, and the change by halved steps."""

    a: Array
    spread: Array
    error: Array


@kernel(floats=lambda depth, **_: 60 * depth, block=1)
def deep_linear_mode(
    t: Array,
    s: Positive,
    a0: Positive,
    depth: int,
    *,
    steps: int = 200,
    scheme: Scheme = "flow",
    trials: int,
    rng: Generator,
) -> Mode:
    r"""Train the factors of one mode of a deep linear network, each from a0^{1/depth}, on $(s - \prod w)^2/2$.

    t: increasing times > 0; s, a0: target and strength at the start; steps: for a unit of time; scheme: "flow" (order
    four; error by halved steps) or "descent" (error 0). Returns fields a (trials, K), spread (between the factors), and
    the certificate error, (trials, K) each. All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> deep_linear_mode([0.5, 1.0], 1.0, 0.1, 3, trials=1, rng=strict_rng(0)).a.shape
    (1, 2)
    """
    start = arrays.zeros(rng, (1, depth)) + a0 ** (1 / depth)
    xp = namespace(start)
    coarse = _mode(start, t, s, steps, scheme)
    fine = _mode(start, t, s, 2 * steps, scheme) if scheme == "flow" else coarse
    a = xp.prod(fine, axis=-1)
    error = xp.abs(a - xp.prod(coarse, axis=-1)) / xp.abs(a)
    return Mode(*repeated(rng, trials, a, xp.max(fine, axis=-1) - xp.min(fine, axis=-1), error))


def _mode(w: Array, t: Array, s: float, steps: int, scheme: Scheme) -> Array:
    """Factors (K, depth) at the times t."""
    xp = namespace(w)

    def field(w: Array) -> Array:
        strength = xp.prod(w, axis=-1, keepdims=True)
        return (s - strength) * strength / w

    now, found = 0.0, []
    for end in (float(x) for x in t):
        count = max(1, round((end - now) * steps))
        for _ in range(count):
            w = advance(field, w, (end - now) / count, scheme)
        now = end
        found.append(w)
    return xp.concat(found, axis=0)


@kernel(floats=lambda X, **_: 2 * X.size, block=1)
def gd_least_squares(X: Array, y: Array, w0: Array, step: Positive, T: int, *, trials: int, rng: Generator) -> Array:
    r"""Gradient descent on $\|Xw - y\|^2/2$: T steps from w0, a stack of problems.

    X: (m, n, d); y: (m, n); w0: (m, d). Returns w_T (trials, m, d), all trials equal.

    >>> from sims.arrays import strict_rng
    >>> from sims.implicit_bias import gaussian_problems
    >>> gd_least_squares(*gaussian_problems(2, 3, 5), 0.1, 3, trials=1, rng=strict_rng(0)).shape
    (1, 2, 5)
    """
    given, target, w = (arrays.asarray(rng, a) for a in (X, y, w0))
    for _ in range(T):
        w = w - step * (given.mT @ ((given @ w[..., None]) - target[..., None]))[..., 0]
    return repeated(rng, trials, w)[0]
