"""Which weights to remove: all sets, one at a time, exchanges; and the pair that rules of single weights get wrong."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, Integers, Real, Vector, checked, refusal
from theory.pruning.domains import Definite, fitting
from theory.pruning.removal import downdate, joint_loss

__all__ = ["PairExample", "Removal", "greedy_obs", "joint_optimum", "pair_example", "swap_search"]

_MOST = 1_000_000
_GAIN = 1e-12
"""An exchange counts if it lowers the loss by more than this share: below it, rounding would go in circles."""


class Removal(NamedTuple):
    """The weights removed, ascending, and the joint loss of doing so."""

    S: Integers
    loss: float


class PairExample(NamedTuple):
    """H (4, 4), w (4,), and the losses of removing the correlated pair and the two small weights."""

    H: Floats
    w: Floats
    pair_loss: float
    small_loss: float


def _sized(H: Floats, w: Floats, k: int) -> Floats:
    if H.ndim != 2:
        raise refusal("H", H, "one p x p array, no stack")
    if k > len(H):
        raise refusal("k", k, f"an integer from 1 to {len(H)}, the number of weights")
    if fitting(H, w).ndim != 1:
        raise refusal("w", w, "of one dimension")
    return np.asarray(np.linalg.inv(H))


def _best(inverse: Floats, w: Floats, sets: Iterable[tuple[int, ...]], k: int) -> Removal:
    """The set of least joint loss, the first of equals; in batches of bounded memory."""
    batch, rest, best = max(1, 2**20 // k**2), iter(sets), Removal(np.arange(k), math.inf)
    while chunk := list(itertools.islice(rest, batch)):
        S = np.array(chunk)
        losses = joint_loss(inverse, w, S)
        i = int(np.argmin(losses))
        if losses[i] < best.loss:
            best = Removal(np.sort(S[i]), float(losses[i]))
    return best


@checked
def joint_optimum(H: Definite, w: Vector, k: Count) -> Removal:
    r"""Return the k weights whose joint removal costs least, by trying all $\binom pk$ sets.

    H: (p, p), symmetric positive definite; w: (p,); 1 <= k <= p with at most $10^6$ sets. Returns fields `S`,
    ascending, and `loss`, that of `obs_joint_loss`. Raises ValueError outside these domains.

    Source: the combinatorial problem of Yu, Serra, Ramalingam, Zhe 2022, arXiv:2203.04466 (abstract seen).

    >>> joint_optimum([[1.0, 0.9, 0.0], [0.9, 1.0, 0.0], [0.0, 0.0, 1.0]], [1.0, -1.0, 0.4], 2).S.tolist()
    [0, 1]
    """
    inverse = _sized(H, w, k)
    if math.comb(len(H), k) > _MOST:
        raise refusal("k", k, f"such that at most {_MOST} of the sets of {len(H)} weights have as many")
    return _best(inverse, w, itertools.combinations(range(len(H)), k), k)


@checked
def greedy_obs(H: Definite, w: Vector, k: Count) -> Removal:
    """Return the k weights that Optimal Brain Surgeon removes one at a time, each time the cheapest, with its updates.

    H: (p, p), symmetric positive definite; w: (p,); 1 <= k <= p. Returns fields `S`, ascending, and `loss`. Raises
    ValueError outside these domains.

    Source: Hassibi and Stork 1993 (recalled).

    >>> greedy_obs([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.5], 1).S.tolist()
    [0]
    """
    inverse = _sized(H, w, k)
    left, removed, total = list(range(len(H))), [], 0.0
    for _ in range(k):
        q = min(left, key=lambda i: w[i] ** 2 / inverse[i, i])
        cost, w, inverse = downdate(inverse, w, q)
        left.remove(q)
        removed.append(q)
        total += float(cost)
    return Removal(np.sort(removed), total)


@checked
def swap_search(H: Definite, w: Vector, k: Count) -> Removal:
    """Return the end of best-improving exchanges, one weight in and one out, from the set of `greedy_obs`.

    Each round takes the exchange of lowest joint loss, until none lowers it by more than a share of 1e-12. It need not
    reach the optimum.

    H: (p, p), symmetric positive definite; w: (p,); 1 <= k <= p. Returns fields `S`, ascending, and `loss`. Raises
    ValueError outside these domains.

    Source: local search for the problem of Yu, Serra, Ramalingam, Zhe 2022, arXiv:2203.04466 (abstract seen).

    >>> swap_search([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.5], 1).S.tolist()
    [0]
    """
    inverse = _sized(H, w, k)
    now = greedy_obs(H, w, k)
    while k < len(H):
        inside = now.S.tolist()
        outside = [i for i in range(len(H)) if i not in inside]
        exchanges = ((*inside[:a], b, *inside[a + 1 :]) for a in range(k) for b in outside)
        best = _best(inverse, w, exchanges, k)
        if not best.loss < now.loss * (1 - _GAIN):
            break
        now = best
    return now


@checked
def pair_example(r: Annotated[float, In(0.0, 1.0, open_high=True)], a: Real) -> PairExample:
    r"""Return a problem of four weights whose correlated pair is cheap to remove together and dear one by one.

    H is the identity but for $H_{12} = r$, $w = (1, -1, a, a)$; removing two: the pair costs $1-r$, the small ones
    $a^2$. Saliencies of single weights by Optimal Brain Surgeon choose the small ones where $a^2 < 1 - r^2$: wrong for
    $1-r < a^2 < 1-r^2$, by a factor up to $1+r$; magnitude is wrong for all $1-r < a^2 < 1$.

    r in [0, 1); a: a real number. Returns fields `H`, `w`, `pair_loss`, `small_loss`. Raises ValueError outside.

    Source: derived here.

    >>> found = pair_example(0.95, 0.25)
    >>> round(found.pair_loss, 12), found.small_loss
    (0.05, 0.0625)
    """
    H = np.eye(4)
    H[0, 1] = H[1, 0] = r
    return PairExample(H, np.array([1.0, -1.0, a, a]), 1 - r, a * a)
