"""A ReLU layer that is only pruned: subsets of units of either sign of their input weight."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel
from sims.lottery_tickets.sums import hit_share

CHUNK = 2**17
"""Subset sums held at a time, but for a single trial with more."""


@kernel(floats=lambda N, **_: 8 * max(2 ** (N // 2), CHUNK // 32), block=32)
def relu_gadget_prob(N: int, eps: Positive, w: float, *, trials: int, rng: Generator) -> Array:
    """Probability that a pruned layer of N units v relu(u x) is w x to within eps |x|, over the signs of all v.

    u, v uniform on [-1, 1]. Units with u > 0 act for x > 0, the others for x < 0; a subset of the products of either
    kind must sum to w. Given the sizes |u v| and the signs of u, the two have independent signs of v, which are
    integrated. As the sizes know nothing of the signs of u, the first units are those with u > 0. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> relu_gadget_prob(6, 0.1, 0.3, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    positive = arrays.to_host(rng.random(size=(trials, N)) < 0.5).sum(-1).tolist()
    products = rng.random(size=(trials, N)) * rng.random(size=(trials, N))
    xp = arrays.namespace(products)
    prob: list[Array | None] = [None] * trials
    for m in sorted(set(positive)):
        rows = [row for row in range(trials) if positive[row] == m]
        step = max(1, CHUNK // 2 ** max(m, N - m))
        for chunk in (rows[start : start + step] for start in range(0, len(rows), step)):
            x = xp.stack([products[row, :] for row in chunk])
            both = hit_share(x[:, :m], w, eps, rng) * hit_share(x[:, m:], w, eps, rng)
            for place, row in enumerate(chunk):
                prob[row] = both[place]
    return xp.stack(prob)
