"""The share of all weights that masks have ever kept, against random regrowth of as many a round."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import layer
from overparam.measures.result import Result

_CLAIMS = ("set-explored-rate", "set-explored-rate-variance", "rigl-saturation", "rigl-saturation-digits")


def explored_rate(masks: Any) -> Result:
    r"""Return the share of the weights active in at least one of the masks, with its value for random regrowth.

    $$\text{null} = 1 - S \prod_t \Bigl(1 - \frac{g_t}{N - s_t}\Bigr)$$
    its exact mean where the g_t weights that come in round t, of the N - s_t that were not active, are random ones;
    whether those just dropped might have returned makes no difference once the g_t are counted.

    masks: (rounds, ...), the masks of a layer in order of time, or its weights: what is not 0 is active. At least two
    masks. Returns the share, null, limit 1 (all), and detail: path and null_path, the shares after each mask, null_sd,
    the standard deviation of random regrowth, z = (value - null)/null_sd (None where that is 0), grown, the g_t.
    Raises ValueError for fewer masks, or arrays that are not real and finite.

    Source: quantity: Liu et al. 2021, arXiv:2102.02887 (abstract seen); null derived here,
    `theory.dynamic_sparse_training.set_explored_rate` for changing numbers.

    >>> found = explored_rate([[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 1, 0, 0, 0]])
    >>> round(found.value, 3), round(found.null, 3)
    (0.6, 0.733)
    """
    given = layer("masks", masks, "rounds, weights")
    if given.shape[0] < 2:
        raise ValueError("masks = array of 1 mask: must hold at least 2, in order of time")
    active = given.raw[0] != 0
    ever, N = active.copy(), active.size
    path, null_path, grown = [float(ever.mean())], [float(ever.mean())], []
    unseen = float(N - np.count_nonzero(active))
    pairs = unseen * (unseen - 1)  # E U and E U(U-1) of the weights never active
    for row in given.raw[1:]:
        new = row != 0
        g, M = int(np.count_nonzero(new & ~active)), int(N - np.count_nonzero(active))
        unseen *= 1 - g / M if M else 1.0
        pairs *= (M - g) * (M - g - 1) / (M * (M - 1)) if M > 1 else 0.0
        ever |= new
        active = new
        grown.append(g)
        path.append(float(ever.mean()))
        null_path.append(1 - unseen / N)
    value, null = path[-1], null_path[-1]
    variance = pairs + unseen - unseen**2
    sd = math.sqrt(variance) / N if variance > 1e-9 * max(1.0, unseen**2) else 0.0
    z = (value - null) / sd if sd > 0 else None
    detail = {"path": np.array(path), "null_path": np.array(null_path), "null_sd": sd, "z": z, "grown": np.array(grown)}
    sentence = _sentence(value, null, z, len(grown), path[0])
    return Result("explored rate", value, null, 1.0, sentence=sentence, claims=_CLAIMS, detail=detail)


def _sentence(value: float, null: float, z: float | None, rounds: int, start: float) -> str:
    text = f"In {rounds} rounds the masks have kept {100 * value:.3g} % of the weights at one time or another"
    if value == start:
        return text + ", those of the first mask only: nothing was explored."
    text += f"; random regrowth of as many a round would have kept {100 * null:.3g} %"
    if z is None or abs(z) < 4:
        return text + ": the masks explore as random ones do."
    return text + (": the same weights come back." if z < 0 else ": weights seen before are avoided.")
