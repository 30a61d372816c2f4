"""The loss of sparse weights in the quadratic model, per parameter, for w* of independent N(0, 1) and N to infinity."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Floats, In, Share, Shares, checked, refusal
from theory.normal_tails import energy_below, energy_of_top

__all__ = ["rigl_loss", "set_loss", "sparse_optimum_loss"]

Sparsity = Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)]
Drop = Annotated[float, In(0.0, 1.0, open_low=True)]
Rounds = Annotated[Floats, In(0.0, infinite=True)]


def _energy_without_top(share: Floats) -> Floats:
    """1 - A(q), without cancellation for q near 1."""
    u = -scipy.special.ndtri(np.asarray(share) / 2)
    return np.where(np.isinf(u), 1.0, energy_below(np.where(np.isinf(u), 0.0, np.abs(u))))


@checked
def sparse_optimum_loss(S: Shares) -> Floats:
    r"""Return the least loss per parameter at sparsity S: half the energy of all but the largest, (1 - A(1-S))/2.

    A(q): the share of the energy in the largest q of normal entries, `theory.normal_tails.energy_of_top`.

    S in [0, 1], any shape; 0 at S = 0, 1/2 at S = 1. Raises ValueError outside the domain.

    Source: derived here.

    >>> sparse_optimum_loss([0.0, 0.8, 1.0]).round(4)
    array([0.    , 0.1751, 0.5   ])
    """
    return np.asarray(0.5 * _energy_without_top(1 - S))[()]


@checked
def set_loss(S: Sparsity, zeta: Drop, t: Rounds) -> Floats:
    r"""Return the loss per parameter after t rounds: the smallest dropped, others grown at random, dropped ones too.

    .. math:: \tfrac12 (1-\kappa) \bigl[(1-R_{t-1}) A(q) + 1 - A(q)\bigr], \qquad
        \kappa = \frac{\zeta(1-S)}{S + \zeta(1-S)}, \quad q = \frac{(1-S)(1-\zeta)}{R_{t-1}}

    for t >= 1, with R_t = 1 - S (1-kappa)^t, and S/2 at t = 0. The weights kept are the largest of those ever active;
    the others, a random share kappa of which was just grown, count by their energy. For t = inf it ends above
    `sparse_optimum_loss`. Finite N: to order 1/N.

    S in (0, 1); zeta in (0, 1]; t >= 0: whole rounds or inf, of any shape. Returns an array of t's shape. Raises
    ValueError outside these domains.

    Source: derived here; algorithm: Mocanu et al. 2018, arXiv:1707.04780 (recalled).

    >>> set_loss(0.8, 0.2, [0, 1, 60, math.inf]).round(4)
    array([0.4   , 0.3814, 0.2068, 0.2011])
    """
    if np.any((t != np.floor(t)) & np.isfinite(t)):
        raise refusal("t", t.tolist(), "whole numbers of rounds, or inf")
    left = S / (S + zeta * (1 - S))  # 1 - kappa
    with np.errstate(invalid="ignore"):  # left = 1 to rounding and t = inf
        never = S * np.nan_to_num(np.exp(np.maximum(t - 1, 0) * math.log(left)))
    share = np.minimum(1.0, (1 - S) * (1 - zeta) / (1 - never))
    after = 0.5 * left * (never * energy_of_top(share) + _energy_without_top(share))
    return np.asarray(np.where(t == 0, S / 2, after))[()]


@checked
def rigl_loss(S: Share, zeta: Drop, include_pruned: bool = False) -> float:
    r"""Return the loss per parameter at which regrowth by gradients ends, as the mean of one round and the next.

    .. math:: \tfrac12 \bigl[1 - \tfrac12 A\bigl((1-S)(1+\zeta)\bigr) - \tfrac12 A\bigl((1-S)(1-\zeta)\bigr)\bigr]

    with just-dropped weights excluded; the optimum where they are included. Excluded, the support ends in a 2-cycle:
    with b = (1-S)N kept, the 2k weights of ranks b-k+1..b+k are split into two sets of k, active in turn. Which sets
    depends on the initial mask: m of the k best ones are missing in one phase and k - m in the other, where m is the
    number of best weights missing at the start modulo k. The sum of the two losses does not depend on the split.

    S in [0, 1]; zeta in (0, 1], zeta (1-S) <= S unless include_pruned. Raises ValueError outside these domains.

    Source: derived here; algorithm: Evci et al. 2020, arXiv:1911.11134 (recalled).

    >>> round(rigl_loss(0.8, 0.2), 5), round(rigl_loss(0.8, 0.2, include_pruned=True), 5)
    (0.17803, 0.17509)
    """
    if include_pruned:
        return float(sparse_optimum_loss(S))
    if zeta * (1 - S) > S * (1 + 1e-12):
        raise refusal("zeta", zeta, f"a real number in (0, {S / (1 - S):g}]: no more is grown than is missing")
    missed = _energy_without_top(np.minimum(1.0, (1 - S) * np.asarray([1 + zeta, 1 - zeta])))
    return float(missed.mean() / 2)
