"""The square by depth and by width: exact errors in the maximum norm on [0, 1]."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from theory.domain import In, checked

Levels = Annotated[int, In(0, 500)]
Pieces = Annotated[int, In(1, 10**15)]
Small = Annotated[float, In(1e-28, 1.0)]


@checked
def square_deep_error(m: Levels) -> float:
    r"""Return the largest error of $x - \sum_{s=1}^m 4^{-s}T_s(x)$ as an approximation of x^2 on [0, 1].

    .. math:: \max_x |x^2 - (x - \textstyle\sum_s 4^{-s}T_s(x))| = 4^{-(m+1)}

    T_s is the s-fold iterate of the tent map, two ReLU units a level: 2m units in depth m. A constant shift halves it.

    m: levels, from 0 (x itself) to 500. Returns a float. Raises ValueError outside this domain.

    Source: Yarotsky 2017, arXiv:1610.01145 (recalled); the constant derived here.

    >>> square_deep_error(3)
    0.00390625
    """
    return 4.0 ** -(m + 1)


@checked
def square_shallow_error(pieces: Pieces) -> float:
    r"""Return the least error in the maximum norm of a function of [0, 1] with N affine pieces from x^2.

    .. math:: \frac{1}{8N^2}

    attained by the interpolant at uniform knots, shifted down by this much: N - 1 ReLU units in one hidden layer.

    pieces: N from 1 to 1e15. Returns a float. Raises ValueError outside this domain.

    Source: derived here (an interval of length l has the best affine error l^2/8).

    >>> square_shallow_error(2)
    0.03125
    """
    return 1 / (8.0 * pieces * pieces)


@checked
def units_for_error(eps: Small, kind: Literal["deep", "shallow"]) -> int:
    r"""Return the hidden ReLU units of the smallest network, of one kind, whose error for x^2 is at most eps.

    2m with $4^{-(m+1)} \le \epsilon$ for "deep", N - 1 with $1/(8N^2) \le \epsilon$ for "shallow".

    eps: from 1e-28 to 1; an error that is exactly attainable is attained. Returns an int. Raises ValueError outside
    this domain.

    Source: as `square_deep_error` and `square_shallow_error`.

    >>> units_for_error(4.0**-5, "deep"), units_for_error(1 / 392, "shallow")
    (8, 6)
    """
    if kind == "deep":
        m = 0
        while square_deep_error(m) > eps:
            m += 1
        return 2 * m
    # Rounded as `square_shallow_error` is: start a little below the root and go up.
    pieces = max(int(float((1 / (8 * Fraction(eps))) ** 0.5)) - 1, 1)
    while 1 / (8.0 * pieces * pieces) > eps:
        pieces += 1
    return pieces - 1
