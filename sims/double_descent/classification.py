"""Linear classifiers on drawn data: least squares on the labels, and the maximum margin. No test set is needed."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel
from sims.double_descent.min_norm import small_gram
from sims.max_margin import max_margin as solve_max_margin


class MaxMargin(NamedTuple):
    """Margin (0 if not separable), cosine with the truth, error, 1.0 where separable, else 0.0, and the certificate
    `gap` between dual and primal margin; shape (trials,). A trial without convergence is NaN."""

    margin: Array
    cosine: Array
    error: Array
    separable: Array
    gap: Array


@kernel(floats=lambda n, p, **_: 2 * n * p + 2 * min(n, p) ** 2)
def ls_classifier_error(n: int, p: int, s: float, *, trials: int, rng: Generator) -> Array:
    """Test error of minimum-norm least squares on labels y = +-1, x = y mu + N(0, I), |mu| = s.

    n, p: samples and features, integers >= 1; s: length of the mean. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> ls_classifier_error(20, 30, 1.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    a = rng.standard_normal(size=(trials, n, p))
    a += s / math.sqrt(p)  # the rows y x, mu = s (1, ..., 1)/sqrt(p)
    xp = arrays.namespace(a)
    ones = xp.ones_like(a[..., :1])
    gram = small_gram(a)
    b = (arrays.spd_solve(gram, a.mT @ ones) if p <= n else a.mT @ arrays.spd_solve(gram, ones))[..., 0]
    along = xp.sum(b, axis=-1) / math.sqrt(p)
    return arrays.normal_cdf(-s * along / xp.sqrt(xp.sum(b * b, axis=-1)))


def labelled_rows(n: int, p: int, s: float, model: str, trials: int, rng: Generator) -> Array:
    """The rows y x of each trial, the truth along the first axis: 'mixture', 'logistic' or 'sign'.

    n, p: samples and features; s: length of the mean, or slope of the logistic labels. Returns (trials, n, p).

    >>> from sims.arrays import strict_rng
    >>> labelled_rows(5, 3, 1.0, 'sign', 2, strict_rng(0)).shape
    (2, 5, 3)
    """
    a = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(a)
    first = a[..., :1]
    if model == "mixture":
        first = first + s
    elif model == "sign":
        first = xp.abs(first)
    else:
        wrong = rng.random(size=(trials, n, 1)) > 1 / (1 + xp.exp(-s * xp.abs(first)))
        first = xp.where(wrong, -xp.abs(first), xp.abs(first))
    return xp.concat([first, a[..., 1:]], axis=-1)


@kernel(floats=lambda n, p, **_: 4 * n * (p + 1) + 4 * min(n, p + 1) ** 2)
def max_margin(
    n: int, p: int, s: float, model: Literal["mixture", "logistic", "sign"] = "mixture", *, trials: int, rng: Generator
) -> MaxMargin:
    """Maximum-margin classifier without intercept; error is the test error ('mixture') or the angle over pi.

    n, p: samples and features, integers >= 1; s: length of the mean, or slope of the logistic labels; model: 'mixture',
    'logistic' or 'sign'. Returns the fields of `MaxMargin`, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> max_margin(10, 15, 1.0, trials=3, rng=strict_rng(0)).margin.shape
    (3,)
    """
    solution = solve_max_margin(labelled_rows(n, p, s, model, trials, rng))
    xp = arrays.namespace(solution.margin)
    cosine = solution.direction[..., 0]
    angle = xp.acos(xp.clip(cosine, -1.0, 1.0))
    error = arrays.normal_cdf(-s * cosine) if model == "mixture" else angle / math.pi
    separable = 1 - arrays.less_equal(solution.margin, 1e-5)
    return MaxMargin(solution.margin, cosine, error, separable, solution.gap)
