"""Minimum-norm least squares at any size: isotropic Gaussian designs drawn in bidiagonal form, 2 min(n, p) numbers."""

from __future__ import annotations

from sims import wishart
from sims.arrays import Generator, NonNegative, kernel, zeros
from sims.double_descent.min_norm import MinNormRisk


@kernel(floats=lambda **_: 16)
def bidiagonal_min_norm_risk(
    n: int, p: int, r2: NonNegative = 1.0, sigma2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> MinNormRisk:
    r"""Bias and variance of `min_norm_risk`, equal in law, in time proportional to min(n, p).

    Rotations of samples and of features, which leave the law of a Gaussian design as it is, bring it to a lower
    bidiagonal B of independent chi variables ($a_i$ on the diagonal, $b_i$ below); for p > n after the column that the
    target looks along, which becomes $c e_1$. Bottom up, with $C = BB'$ of the trailing rows:
    $g = e_1'C^{-1}e_1 = (1 + b^2 g)/a^2$, $h = |C^{-1}e_1|^2 = g^2 + b^2 h/a^2$, and the g add up to tr $C^{-1}$.

    Source: Silverstein 1985 (recalled); recursions derived here. A third route for large sizes: it takes the law of
    the design for granted, which `min_norm_risk` does not.

    >>> from sims.arrays import strict_rng
    >>> bidiagonal_min_norm_risk(2000, 4000, trials=3, rng=strict_rng(0)).bias.shape
    (3,)
    """
    size, freedom = (n, p - 1) if p > n else (p, n)
    g, h, trace = (zeros(rng, (trials,)) for _ in range(3))
    for diagonal, sub in wishart.bidiagonal(rng, trials, size, freedom):
        ratio = 1 / diagonal
        below = ratio * sub
        g = ratio + below * g
        h = g * g + below * h
        trace = trace + g
    if p <= n:
        return MinNormRisk(0 * trace, sigma2 * trace)
    square = rng.chisquare(n, size=(trials,))
    unseen = 1 / (1 + square * g)
    return MinNormRisk(r2 * unseen, sigma2 * (trace - square * h * unseen))
