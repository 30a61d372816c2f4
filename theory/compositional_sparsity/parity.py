"""Parities: what any fixed space of functions captures of them, and what linear algebra over two elements recovers."""

from __future__ import annotations

import math
from typing import Annotated

from theory.domain import Count, In, checked, refusal

Whole = Annotated[int, In(0)]
Bits = Annotated[int, In(1, 10_000)]


@checked
def kernel_parity_bound(n: Whole, d: Bits, k: Whole) -> float:
    r"""Return the least test error, on average over all parities of k of d bits, in a space of n functions.

    .. math:: \max\Bigl(0,\ 1 - \frac{n}{\binom dk}\Bigr)

    for any space fixed before the labels, so for every kernel method on n points; the mean square error is over the
    whole cube. The kernel $\sum_{|S|=k}\chi_S(x)\chi_S(x')$ attains it where its sections are independent (those at x
    and -x are not).

    n >= 0: dimension of the space; d: bits, from 1 to 10,000; k from 0 to d. Returns a float. Raises ValueError outside
    these domains.

    Source: derived here (the sum over S of |P chi_S|^2 is at most n).

    >>> round(kernel_parity_bound(10, 8, 3), 6)
    0.821429
    """
    if k > d:
        raise refusal("k", k, f"at most d = {d}")
    spaces = math.comb(d, k)
    return 0.0 if n >= spaces else 1 - n / spaces


@checked
def gf2_recovery_prob(n: Count, d: Bits) -> float:
    r"""Return the probability that n random examples fix the parity, so that elimination over GF(2) recovers it.

    .. math:: \prod_{i=0}^{d-1}\bigl(1 - 2^{i-n}\bigr)

    n >= 1 examples; d: bits, from 1 to 10,000. Returns a float, 0 for n < d. Raises ValueError outside these domains.

    Source: rank of random matrices over GF(2) (classical).

    >>> round(gf2_recovery_prob(12, 10), 4)
    0.7703
    """
    if n < d:
        return 0.0
    # exp(log1p) of each factor: the last ones matter, the first are 1 to rounding.
    return math.exp(math.fsum(math.log1p(-(2.0 ** (i - n))) for i in range(max(0, d - 1100), d)))
