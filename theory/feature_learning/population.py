"""The first gradient of one neuron, averaged over the data: for quadratic targets and for single-index ones."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, In, Integers, Vector, checked, refusal
from theory.feature_learning.domains import Symmetric, Unit, fitting

__all__ = ["IndexGradient", "population_gradient_quadratic", "relu_hermite", "single_index_gradient"]


class IndexGradient(NamedTuple):
    """g = alpha u + beta w; u and w are not orthogonal."""

    alpha: Floats
    beta: Floats


@checked
def population_gradient_quadratic(A: Symmetric, w: Unit) -> Floats:
    r"""Return the mean gradient of a ReLU neuron on a quadratic target, $E[f(x)\,1\{w\cdot x>0\}\,x]$.

    $$g = \frac1{\sqrt{2\pi}}\Bigl(Aw - \tfrac12(w^\top Aw)\,w\Bigr), \quad f(x) = \tfrac12(x^\top Ax - \mathrm{tr}A)$$

    A: (d, d), symmetric; w: (d,), of norm 1. Returns (d,). Raises ValueError outside these domains.

    Source: derived here by Stein's lemma, $E[fs'x] = E[s'\nabla f] + w\,E[fs'']$; the expansion as in Damian, Lee,
    Soltanolkotabi 2022, arXiv:2206.15144 (recalled).

    >>> population_gradient_quadratic([[1.0, 0.0], [0.0, 0.0]], [0.6, 0.8]).round(5)
    array([ 0.19628, -0.05745])
    """
    fitting(A, w)
    Aw = A @ w
    return np.asarray((Aw - 0.5 * (w @ Aw) * w) / math.sqrt(2 * math.pi))


@checked
def relu_hermite(k: Annotated[Integers, In(0, 10**15)]) -> Floats:
    r"""Return the coefficients $a_k$ of ReLU in orthonormal Hermite polynomials.

    $$a_0 = \frac1{\sqrt{2\pi}}, \quad a_1 = \frac12, \quad a_k = (-1)^{(k-2)/2}\,\frac{(k-3)!!}{\sqrt{2\pi\,k!}}
    \ (k \text{ even}), \quad 0 \text{ else};\ (-1)!! = 1$$

    by $a_{2j}^2 = B(j+\tfrac12, \tfrac12)/(2\pi^2(2j-1)^2)$, which overflows nowhere.

    k: integers from 0 to 1e15, any shape. Returns an array of its shape. Raises ValueError outside this domain.

    Source: classical; the form with Euler's beta function derived here.

    >>> relu_hermite([0, 1, 2, 3, 4]).round(6)
    array([ 0.398942,  0.5     ,  0.282095,  0.      , -0.081434])
    """
    j = k / 2.0
    size = np.sqrt(scipy.special.beta(j + 0.5, 0.5) / 2) / (math.pi * np.abs(np.where(k == 1, 1.0, k - 1.0)))
    even = np.where(k % 4 == 0, np.where(k == 0, size, -size), size)
    return np.where(k == 1, 0.5, np.where(k % 2 == 0, even, 0.0))[()]


@checked
def single_index_gradient(c: Vector, a: Vector, m: Annotated[Floats, In(-1.0, 1.0)]) -> IndexGradient:
    r"""Return the mean gradient of a neuron on a single-index target, $g = E[f(u\cdot x)\,s'(w\cdot x)\,x]$, m = u.w.

    $$g = \alpha u + \beta w, \qquad \alpha = \sum_k k\,c_ka_k\,m^{k-1}, \quad
    \beta = \sum_k\sqrt{(k+1)(k+2)}\,c_ka_{k+2}\,m^k$$

    c: Hermite coefficients of the target f, from k = 0 on; a: those of the activation s, at least len(c) + 2 of them;
    m: in [-1, 1], any shape. Returns fields alpha, beta of its shape. Raises ValueError outside these domains.

    Source: derived here; the Hermite expansion as in Damian, Lee, Soltanolkotabi 2022, arXiv:2206.15144 (recalled).

    >>> found = single_index_gradient([0.0, 0.7, 0.5, -0.4, 0.3], relu_hermite(np.arange(7)), 0.6)
    >>> [round(float(part), 6) for part in found]
    [0.498149, -0.041279]
    """
    if a.size < c.size + 2:
        raise refusal(
            "a", a, f"at least {c.size + 2} coefficients, two more than c has: a series cut off would be wrong"
        )
    k = np.arange(c.size)
    power = np.polynomial.polynomial.polyval
    alpha = (k * c * a[: c.size])[1:]
    beta = np.sqrt((k + 1.0) * (k + 2.0)) * c * a[2 : c.size + 2]
    return IndexGradient(np.asarray(power(m, alpha if alpha.size else np.zeros(1)))[()], np.asarray(power(m, beta))[()])
