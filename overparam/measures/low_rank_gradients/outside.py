"""The share of a gradient's energy outside its leading directions, against a random matrix of its shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Floats, layer
from overparam.measures.result import Result
from overparam.measures.weights.singular import Spectrum, spectrum
from theory.domain import integer
from theory.marchenko_pastur import quantile

_CLAIMS = ("gradient-spectrum-trajectory", "gradient-rank-one-rate", "projected-training-refreshed")


def outside_top(grad_W: Any, k: int = 1) -> Result:
    r"""Return the share of a gradient's energy that its k leading directions miss.

    $$\kappa = \sum_{i>k}s_i^2 \Big/ \sum_is_i^2$$
    What an optimiser loses of this step that sees the best rank k of it. Random matrix of that shape (the null): by the
    quantiles of the Marchenko-Pastur law, to order one over its size. Of rank k at most (the limit): 0.

    grad_W: (neurons, inputs), or a convolution's four axes, of any library; or its `Spectrum`; k: from 1 to the smaller
    side. detail: k; singular, all of them; rank_for, the smallest ranks that miss at most a half, a tenth and a
    hundredth. Raises ValueError for what is no matrix, or zero, and for other k.

    Source: kappa of `theory.low_rank_gradients.gradient_trajectory`, for k = 1.

    >>> outside_top([[2.0, 0.0], [0.0, 1.0]]).value
    0.2
    """
    found = grad_W if isinstance(grad_W, Spectrum) else spectrum(layer("grad_W", grad_W, "neurons, inputs"))
    smaller, larger = sorted(found.shape)
    k = integer("k", k, 1, smaller)
    energy = (found.values / found.values[0]) ** 2
    value = float(np.sum(energy[k:]) / np.sum(energy))
    null = _random(k, smaller, larger)
    ranks = {share: rank_for(found.values, share) for share in (0.5, 0.1, 0.01)}
    sentence = f"Its leading {'direction' if k == 1 else f'{k} directions'} miss"
    sentence += "es" if k == 1 else ""
    if found.values[k:].max(initial=0.0) <= found.floor:
        sentence += f" nothing beyond rounding of its energy (random: {100 * null:.3g} %)."
    else:
        sentence += (
            f" {100 * value:.3g} % of its energy (random: {100 * null:.3g} %); {ranks[0.1]} miss at most a tenth."
        )
    detail = {"k": k, "singular": found.values, "rank_for": {f"{share:g}": rank for share, rank in ranks.items()}}
    return Result("share outside the top", value, null, 0.0, sentence=sentence, claims=_CLAIMS, detail=detail)


def rank_for(singular: Floats, share: float) -> int:
    """Return the smallest rank that misses at most this share of the energy, 1 at least.

    >>> rank_for(np.array([3.0, 1.0, 1.0]), 0.1)
    2
    """
    energy = (singular / singular[0]) ** 2
    left = np.append(np.cumsum(energy[::-1])[::-1][1:], 0.0)
    return int(np.argmax(left <= share * float(np.sum(energy)))) + 1


def _random(k: int, smaller: int, larger: int) -> float:
    """The share of the Marchenko-Pastur law below its k/smaller quantile from above."""
    if smaller == 1:
        return 0.0
    middles = 1 - (np.arange(smaller) + 0.5) / smaller
    values = quantile(middles, smaller / larger)
    return float(np.sum(values[k:]) / np.sum(values))
