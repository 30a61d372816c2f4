"""Products by networks: exponentially many units in one layer, four a factor in a tree."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from theory.domain import Floats, In, Parsed, Positive, Real, checked, reals, refusal

Factors = Annotated[int, In(1, 20)]


def _function(name: str, value: Any) -> Callable[[Floats], Floats]:
    if not callable(value):
        raise refusal(name, value, "a function of arrays")
    return value  # type: ignore[no-any-return]


Function = Annotated[Callable[[Floats], Floats], Parsed(_function, "a function of arrays")]


@checked
def product_network(n: Factors, sigma: Function, dn: Real, lam: Positive) -> Callable[[Floats], Floats]:
    r"""Return the network of one hidden layer that tends to the product of its n inputs as lam falls.

    .. math:: x \mapsto \frac{1}{2^n\sigma^{(n)}(0)\,\lambda^n}\sum_{s\in\{\pm1\}^n}\Bigl(\prod_i s_i\Bigr)\,
        \sigma(\lambda\,s\cdot x) = \prod_i x_i + O(\lambda^2)

    for any activation whose n-th derivative at 0 is not 0; for exp it is $\prod\sinh(\lambda x_i)/\lambda$ exactly.
    Rounding grows like $\lambda^{-n}$.

    n: factors, from 1 to 20; sigma: the activation, of arrays; dn: its n-th derivative at 0, not 0; lam > 0. Returns a
    function of arrays (..., n) with values (...), which refuses others. Raises ValueError outside these domains.

    Source: Lin, Tegmark, Rolnick 2017, arXiv:1608.08225 (recalled).

    >>> float(product_network(2, np.exp, 1.0, 1e-3)(np.array([3.0, -2.0])).round(4))
    -6.0
    """
    if dn == 0:
        raise refusal("dn", dn, "a number other than 0: the n-th derivative of sigma at 0")
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=n)))
    weights = np.prod(signs, axis=1) / (2.0**n * dn * lam**n)

    def network(x: Floats) -> Floats:
        points = reals("x", x)
        if points.shape[-1:] != (n,):
            raise ValueError(
                f"x = array of shape {points.shape}: must have {n} entries along its last axis, the factors"
            )
        return np.asarray(sigma(lam * (points @ signs.T)) @ weights)

    return network


@checked
def shallow_units(n: Factors) -> int:
    r"""Return the units that one hidden layer needs to multiply n numbers to any accuracy, $2^n$.

    For activations whose derivatives at 0 up to the n-th are not 0: the $2^n \times 2^n$ matrix of the moments
    $\sum_j w_j a_j^{S+T}$ has full rank. For $\sigma(t) = t^n$ half of them do.

    n: factors, from 1 to 20. Raises ValueError outside this domain.

    Source: Rolnick, Tegmark 2018, arXiv:1705.05502 (recalled); rank argument derived here.

    >>> shallow_units(4)
    16
    """
    return int(2**n)


@checked
def deep_units(n: Annotated[int, In(2, 10**9)]) -> int:
    r"""Return the units of a binary tree of pairwise products, $4(n-1)$.

    n: factors, >= 2. Raises ValueError outside this domain.

    Source: Rolnick, Tegmark 2018, arXiv:1705.05502 (recalled).

    >>> deep_units(16)
    60
    """
    return 4 * (n - 1)
