"""Balance between neighbouring layers: gradient flow keeps the difference of their Gram matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import Floats, Given, layer
from overparam.measures.result import Result

_CLAIMS = ("balance-decay", "balance-decay-matrix")


def neuron_norms(before: Given, after: Given) -> tuple[Floats, Floats]:
    """Squared norms of the incoming and the outgoing weights of each neuron (or channel) between two layers, (h,) each.

    The inputs of the second layer are the h outputs of the first, or h channels of as many entries each, one channel
    after the other. Raises ValueError where they are not.
    """
    h, inputs = before.shape[0], after.shape[1]
    if inputs % h:
        raise ValueError(
            f"{after.name} = array of shape {after.shape}: must have {h} inputs, the outputs before, or a multiple"
        )
    out = np.sum(after.values**2, axis=0).reshape(h, -1).sum(axis=1)
    return np.sum(before.values**2, axis=1), out


def balance(first: Any, second: Any) -> Result:
    r"""Return how far $W_2^\top W_2$ is from $W_1W_1^\top$, for layers that follow one another.

    $$\frac{|W_2^\top W_2 - W_1W_1^\top|_F}{\sqrt{|W_2^\top W_2|_F^2 + |W_1W_1^\top|_F^2}}$$
    Gradient flow conserves the difference of linear and ReLU layers' (diagonals), weight decay drives it to 0. Null:
    the same spectra turned against each other at random, whose inner product is tr tr/h on average.

    first: (h, d), the layer before; second: (m, h). detail: gaps, incoming minus outgoing squared norm of each neuron.
    Raises ValueError where their sides do not meet.

    Source: Arora, Cohen, Hazan 2018, arXiv:1802.06509 (recalled); null derived here.

    >>> round(balance([[2.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 1.0]]).value, 12)
    0.0
    """
    before = first if isinstance(first, Given) else layer("first", first)
    after = second if isinstance(second, Given) else layer("second", second)
    if after.shape[1] != before.shape[0]:
        raise ValueError(
            f"second = array of shape {after.shape}: must have {before.shape[0]} inputs, the outputs of first"
        )
    one, two = before.values @ before.values.T, after.values.T @ after.values
    scale = float(np.sum(one * one) + np.sum(two * two))
    if scale == 0:
        raise ValueError("second = 0: must have an entry that is not 0, as first")
    value = float(np.linalg.norm(two - one)) / math.sqrt(scale)
    null = math.sqrt(max(0.0, 1 - 2 * float(np.trace(one)) * float(np.trace(two)) / (before.shape[0] * scale)))
    word = "balanced" if value < 0.1 * null else "no more balanced than at random" if value > 0.9 * null else (
        "partly balanced")  # fmt: skip
    sentence = f"Its inputs and the outputs of the layer before are {word}: {value:.3g} (turned at random: {null:.3g})."
    detail = {"gaps": np.diag(one) - np.diag(two)}
    name = "balance with the layer before"
    return Result(name, value, null, 0.0, sentence=sentence, claims=_CLAIMS, detail=detail)
