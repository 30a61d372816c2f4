"""Trajectories of the unconstrained features model from a spectral start: logistic modes, decaying deviations."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Counts, Floats, In, Integers, NonNegatives, checked, refusal

_Total = Annotated[int, In(2)]


class _Clock(NamedTuple):
    """s = 2 u* t/N and gain = (2t/N)(1 - e^{-|s|})/|s|, which is 2t/N at s = 0."""

    s: Floats
    gain: Floats


def _clock(t: Floats, n_k: Integers, N: int, lam: Floats) -> _Clock:
    if (n_k > N).any():
        raise refusal("n_k", n_k, f"integers from 1 to {N}")
    s = 2 * (np.sqrt(n_k) - N * lam) * t / N
    away = np.where(s == 0, 1.0, np.abs(s))
    return _Clock(s, 2 * t / N * np.where(s == 0, 1.0, -np.expm1(-away) / away))


@checked(broadcast=True)
def ufm_mode_strength(u0: NonNegatives, t: NonNegatives, n_k: Counts, N: _Total, lam: NonNegatives) -> Floats:
    r"""Strength $u_k(t)$ of a class mode of the square-loss unconstrained features model under gradient flow.

    No bias, $\lambda_W = \lambda_H = \lambda$, from the balanced spectral start
    $W = \sum_k \sqrt{u_k(0)}\,e_k q_k^\top$, $H = \sum_k \sqrt{u_k(0)}\,q_k 1_k^\top/\sqrt{n_k}$
    with $q_k$ orthonormal (so $d \ge K$):
    $$u_k(t) = \frac{u^*}{1 + (u^*/u_k(0) - 1)e^{-2u^*t/N}}, \qquad u^* = \sqrt{n_k} - N\lambda,$$
    which decays to zero for $u^* \le 0$ (as $1/(1/u_0 + 2t/N)$ at $u^* = 0$).

    u0 >= 0: strengths at t = 0; t >= 0: times; n_k: class sizes, integers from 1 to N; N: number of samples; lam >= 0:
    weight decay. Arrays broadcast. Returns u_k(t), without overflow at any time.

    Raises ValueError for a negative u0, t or lam, n_k outside 1..N, or shapes that do not broadcast.

    Source: logistic modes Saxe et al. 2013, arXiv:1312.6120 (recalled); with weight decay derived here.

    >>> ufm_mode_strength([0.01, 0.03, 0.1], 60.0, n_k=4, N=12, lam=0.005).round(6)
    array([1.939999, 1.94    , 1.94    ])
    """
    s, gain = _clock(t, n_k, N, lam)
    rising = s >= 0
    top = u0 * np.exp(np.minimum(s, 0.0))
    return np.asarray(top / (np.where(rising, np.exp(-np.maximum(s, 0.0)), 1.0) + u0 * gain))[()]


@checked(broadcast=True)
def ufm_within_class_decay(
    u0: NonNegatives, t: NonNegatives, n_k: Counts, N: _Total, lam: NonNegatives, aligned: bool = True
) -> Floats:
    r"""Ratio $e(t)/e(0)$ of a small within-class deviation of the features, on the path of `ufm_mode_strength`.

    A deviation E of H (rows orthogonal to the class indicators) has one component along each $q_k$ and the rest:
    $$\text{aligned: } \frac{e(t)}{e(0)} = e^{-\lambda t}
      \Big(1 + \frac{u_k(0)}{u^*}\big(e^{2u^*t/N} - 1\big)\Big)^{-1/2}, \qquad
      \text{orthogonal to all } q_k\text{: } e^{-\lambda t},$$
    exact to $O(|E|^2)$; at $u^* = 0$ the bracket is $1 + 2u_0t/N$. Without weight decay the orthogonal part never
    decays; NC1, which looks along the class means only, does not see it from this start (see `ufm_collapse_rate`).

    Parameters as `ufm_mode_strength`; aligned: along q_k (True) or orthogonal to all of them (False, independent of u0
    and n_k). Returns the signed ratio e(t)/e(0), which broadcasts.

    Raises ValueError as `ufm_mode_strength`, or where aligned is not a truth value.

    Source: derived here.

    >>> ufm_within_class_decay(0.1, 60.0, n_k=4, N=12, lam=0.005).round(9)
    np.float64(0.000199966)
    >>> ufm_within_class_decay(0.1, 60.0, n_k=4, N=12, lam=0.0, aligned=False)
    np.float64(1.0)
    """
    s, gain = _clock(t, n_k, N, lam)
    exponent = -lam * t
    if aligned:
        growth = np.where(
            s >= 0,
            np.maximum(s, 0.0) + np.log(np.exp(-np.maximum(s, 0.0)) + u0 * gain),
            np.log1p(u0 * gain),
        )
        exponent = exponent - 0.5 * growth
    return np.asarray(np.exp(exponent))[()]


@checked
def ufm_collapse_rate(lam: NonNegatives) -> Floats:
    r"""Rate at which NC1 finally decays under the gradient flow of the square-loss model from a generic start.

    With $\lambda_W = \lambda_H = \lambda$, $d > K$ and $\sqrt{n_k} > 3N\lambda$ for all k,
    $$NC1 \sim e^{-6\lambda t}, \qquad W^\top W - HH^\top = e^{-2\lambda t}D \text{ exactly},$$
    so without weight decay the collapse stops at a nonzero NC1. The deviations E of the features settle outside the
    classifier's row space, where they decay as $e^{-\lambda t}$, and NC1 sees them only through the layers' imbalance
    $e^{-2\lambda t}D$, which turns the class means M out of the row space: $M^\top E$ goes like
    $e^{-2\lambda t}M^\top DE \sim e^{-3\lambda t}$, and NC1 is its square. A balanced spectral start has D = 0 and
    collapses faster (`ufm_within_class_decay`, aligned).

    lam: weight decay >= 0, any shape. Returns the rate 6 lam.

    Raises ValueError for a negative lam.

    Source: derived here.

    >>> ufm_collapse_rate(0.02)
    np.float64(0.12)
    """
    return np.asarray(6 * lam)[()]
