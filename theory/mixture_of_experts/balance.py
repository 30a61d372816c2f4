"""The balance loss: what it is, how low it can go, and what it is for a router that knows nothing."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, NonNegativeVector, Share, checked, refusal

__all__ = ["AuxConstruction", "aux_loss", "aux_loss_construction", "aux_loss_infimum", "expected_aux_random"]


class AuxConstruction(NamedTuple):
    """Share of tokens sent to each expert, f (E,), and mean router probability of each, P (E,)."""

    f: Floats
    P: Floats


@checked
def aux_loss(f: NonNegativeVector, P: Annotated[Floats, In(0.0, ndim=1, like="f")]) -> float:
    r"""Return the balance loss $E \sum_i f_i P_i$; it is 1 where f is uniform, whatever P.

    f, P: (E,), non-negative, each with sum 1. Raises ValueError outside these domains.

    Source: Fedus, Zoph, Shazeer 2021, arXiv:2101.03961, equations 4-6; GShard, arXiv:2006.16668 (recalled).

    >>> aux_loss([0.5, 0.5, 0.0], [0.25, 0.25, 0.5])
    0.75
    """
    for name, value in (("f", f), ("P", P)):
        if abs(float(value.sum()) - 1) > 1e-9:
            raise refusal(name, value.tolist(), "numbers that sum to 1")
    return float(f.size * (f @ P))


@checked
def aux_loss_infimum(E: Count) -> float:
    r"""Return how low the balance loss of a router goes whose tokens go to their most probable expert.

    .. math:: \min_{1 \le m \le E} \frac{E}{m(E-m+1)} = \frac{E}{m(E-m+1)}\Big|_{m=\lfloor(E+1)/2\rfloor}
        \approx \frac4E \quad (E = 1,\ E \ge 3), \qquad \tfrac78 \quad (E = 2)

    An infimum: ties decide the arg-max. That it can be approached is proved by `aux_loss_construction` (E = 2: three
    quarters of the tokens on expert 1, barely, one quarter on expert 2 for sure); that nothing is lower is proved for
    E = 2, and searched for E from 3 to 10, 12 and 16.

    E >= 1. Raises ValueError outside this domain.

    Source: derived here.

    >>> [round(aux_loss_infimum(E), 4) for E in (1, 2, 3, 4, 8, 64)]
    [1.0, 0.875, 0.75, 0.6667, 0.4, 0.0606]
    """
    m = (E + 1) // 2
    return 0.875 if E == 2 else E / (m * (E - m + 1))


@checked
def aux_loss_construction(E: Count, m: Count, eps: Annotated[float, In(0.0, 1.0)] = 0.0) -> AuxConstruction:
    r"""Return a router that dispatches evenly to m of E experts and gives the others almost the same probability.

    With r = E - m + 1 each token gives its own expert 1/r + eps and each of the E - m unused ones 1/r - eps/(E-m):

    .. math:: f_i = \frac1m,\ P_i = \frac{1/r + \varepsilon}{m}\ (i \le m), \qquad
        E \sum_i f_i P_i = \frac Em \Bigl(\frac1r + \varepsilon\Bigr)

    1 <= m <= E; 0 <= eps <= (r-1)/r, so eps = 0 for m = E. Returns fields f, P. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> aux_loss(*aux_loss_construction(4, 2)).__round__(12)
    0.666666666667
    """
    if m > E:
        raise refusal("m", m, f"an integer from 1 to E = {E}")
    r = E - m + 1
    if eps > (r - 1) / r:
        raise refusal("eps", eps, f"a real number in [0, {(r - 1) / r:g}]")
    chosen = np.arange(E) < m
    unused = (1 / r - eps / (E - m)) if m < E else 0.0
    return AuxConstruction(np.where(chosen, 1 / m, 0.0), np.where(chosen, (1 / r + eps) / m, unused))


@checked
def expected_aux_random(E: Count, T: Count, mean_max_prob: Share) -> float:
    r"""Return the expected balance loss of T independent tokens and a router to which all experts are alike.

    .. math:: 1 + \frac{E\, E[\max_i p_i] - 1}{T}

    A hard router, mean_max_prob = 1, gives $E[E \sum_i f_i^2] = 1 + (E-1)/T$.

    E, T >= 1; mean_max_prob: E[max_i p_i], in [1/E, 1]. Raises ValueError outside these domains.

    Source: derived here.

    >>> expected_aux_random(8, 32, 1.0)
    1.21875
    """
    if mean_max_prob < (1 - 1e-12) / E:
        raise refusal("mean_max_prob", mean_max_prob, f"a real number in [1/E, 1], 1/E = {1 / E:g}")
    return 1 + (E * mean_max_prob - 1) / T
