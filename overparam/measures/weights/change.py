"""What moved between two checkpoints: a few directions, or all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import Given, layer
from overparam.measures.result import Result
from overparam.measures.weights.singular import signal_rank_of, spectrum, stable_rank_of

_CLAIMS = ("invariant-subspace", "invariant-subspace-bases", "compressed-equivalence")


def moving_directions(start: Any, end: Any) -> Result:
    r"""Return in how many directions a layer moved: those of $W_{end}-W_{start}$ beyond the edge of noise.

    The edge is that of `spectrum`, for the change; a change that is nothing but rounding moved in none. Random change
    of that shape: 0. detail: share, the part of the change's energy that these directions hold; relative, the change's
    size over the start's; stable_rank and stable_rank_null of the change.

    A deep linear network that learns a target of rank r moves in 2r, whatever its width: r grow and stand out here, r
    shrink a little faster than all the others, which shrink alike and are the bulk.

    start, end: the layer in two checkpoints, of one shape. Raises ValueError where shapes differ.

    >>> rng = np.random.default_rng(0)
    >>> W = rng.standard_normal((40, 60))
    >>> moving_directions(W, W + np.outer(rng.standard_normal(40), rng.standard_normal(60))).value
    1
    """
    before = start if isinstance(start, Given) else layer("start", start)
    after = end if isinstance(end, Given) else layer("end", end)
    if before.shape != after.shape:
        raise ValueError(f"end = array of shape {after.shape}: must be {before.shape}, as start")
    step = after.values - before.values
    size, moved = float(np.linalg.norm(before.values)), float(np.linalg.norm(step))
    eps = max(before.eps, after.eps)
    rounding = eps / math.sqrt(12) * max(size, float(np.linalg.norm(after.values)))
    relative = moved / size if size else math.inf
    if moved <= rounding:
        return Result("moving directions", 0, 0.0, None, sentence="It did not move.",
                      claims=_CLAIMS, detail={"relative": relative, "share": 0.0})  # fmt: skip
    found = spectrum(Given("end - start", step, 2.0**-52))
    # Both ends are rounded, entry by entry: a matrix of noise whose largest singular value is that of its shape.
    m, d = before.shape
    noise = rounding / math.sqrt(m * d) * (math.sqrt(m) + math.sqrt(d))
    count = int(np.count_nonzero(found.values > max(found.edge, 2 * noise)))
    share = float(np.sum(found.values[:count] ** 2) / np.sum(found.values**2))
    rank = stable_rank_of(found)
    sentence = f"It moved by {100 * relative:.3g} % of its size, in {count} directions that stand out (random: 0)"
    sentence += f" and hold {100 * share:.3g} % of the change." if count else ": like noise."
    detail = {
        "share": share, "relative": relative, "stable_rank": rank.value, "stable_rank_null": rank.null,
        "singular": found.values, "edge": signal_rank_of(found).detail["edge"],
    }  # fmt: skip
    return Result("moving directions", count, 0.0, None, sentence=sentence, claims=_CLAIMS, detail=detail)
