"""What Adam would hold for a layer: in full, in a projection to the gradient's leading directions, as two factors."""

from __future__ import annotations

from typing import Any

import theory.low_rank_gradients as theory
from overparam.measures.input import layer
from overparam.measures.low_rank_gradients.outside import outside_top, rank_for
from overparam.measures.result import Result
from overparam.measures.weights.singular import Spectrum, spectrum
from theory.domain import integer

_CLAIMS = ("optimiser-memory", "optimiser-memory-break-even")


def optimiser_memory(grad_W: Any, r: int | None = None) -> Result:
    r"""Return the states of Adam in a projection to rank r, as a share of those of full Adam.

    $$(mr + 2nr)/(2mn), \qquad m \le n$$
    the basis of the shorter side stored. Full Adam (the null): 1.

    grad_W: a gradient (neurons, inputs), or a convolution's four axes, of any library; or its `Spectrum`; r: from 1 to
    the smaller side, by default the smallest rank that misses at most a tenth of this gradient's energy. detail: r;
    full, projection and lora, the numbers in the states; weights and lora_weights; break_even, the largest rank that
    saves states; outside, the share of the gradient's energy that rank r misses. Raises ValueError for what is no
    matrix, or zero, and for other r.

    Source: `theory.low_rank_gradients.optimiser_memory`.

    >>> found = optimiser_memory([[2.0, 0.0, 0.0], [0.0, 0.1, 0.0]])
    >>> found.detail["r"], round(found.value, 3)
    (1, 0.667)
    """
    found = grad_W if isinstance(grad_W, Spectrum) else spectrum(layer("grad_W", grad_W, "neurons, inputs"))
    m, n = sorted(found.shape)
    rank = rank_for(found.values, 0.1) if r is None else integer("r", r, 1, m)
    full, low, lora = (theory.optimiser_memory(m, n, rank, method) for method in ("full", "projection", "lora"))
    outside, most = outside_top(found, rank), theory.break_even_rank(m, n)
    value = low.states / full.states
    sentence = f"In a projection to rank {rank}, which misses {100 * outside.value:.3g} % of this gradient's energy, "
    sentence += f"Adam holds {low.states} numbers in place of {full.states} ({100 * value:.3g} %); two factors of that "
    sentence += f"rank: {lora.states}. "
    sentence += f"Ranks up to {most} save." if most else "No rank saves in a layer of this shape."
    detail = {
        "r": rank, "full": full.states, "projection": low.states, "lora": lora.states, "weights": full.weights,
        "lora_weights": lora.weights, "break_even": most, "outside": outside.value,
    }  # fmt: skip
    return Result("states of a projected optimiser", value, 1.0, None, sentence=sentence, claims=_CLAIMS, detail=detail)
