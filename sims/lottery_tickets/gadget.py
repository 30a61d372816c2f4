"""A ReLU layer that is only pruned: subsets of units of either sign of their input weight."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel
from sims.lottery_tickets.sums import reached


@kernel(floats=lambda N, **_: 32 * 2 ** (N // 4), block=1024)
def relu_gadget_prob(N: int, eps: Positive, w: float, *, trials: int, rng: Generator) -> Array:
    """1.0 where a pruned layer of N units v relu(u x) is w x to within eps |x|, else 0.0. Returns (trials,).

    u, v uniform on [-1, 1]. Units with u > 0 act for x > 0, the others for x < 0; a subset of the products of either
    kind must sum to w. As the products know nothing of the signs of u, the first units are those with u > 0.

    >>> from sims.arrays import strict_rng
    >>> relu_gadget_prob(6, 0.1, 0.3, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    positive = arrays.to_host(rng.random(size=(trials, N)) < 0.5).sum(-1).tolist()
    products = rng.random(size=(trials, N)) * (2 * rng.random(size=(trials, N)) - 1)
    xp = arrays.namespace(products)
    found: list[Array | None] = [None] * trials
    for m in sorted(set(positive)):
        rows = [row for row in range(trials) if positive[row] == m]
        x = xp.stack([products[row, :] for row in rows])
        both = reached(x[:, :m], w, eps) * reached(x[:, m:], w, eps)
        for place, row in enumerate(rows):
            found[row] = both[place]
    return xp.stack(found)
