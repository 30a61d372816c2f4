"""Incoming minus outgoing weights of every neuron of a net: what weight decay drives to zero at a known rate."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from overparam.measures.input import Floats, Given, vector
from overparam.measures.result import Result
from overparam.measures.square_loss_dynamics.layers import layers, sequence
from overparam.measures.weights.neighbours import neuron_norms

_CLAIMS = ("balance-decay", "balance-decay-matrix", "balance-decay-biases", "balance-decay-digits")


def balance_gaps(weights: Any, biases: Any = None) -> Result:
    r"""Return how far the neurons of a ReLU (or linear) net are from balance, and the gap of each.

    $$\frac{\sum_j|\Delta_j|}{\sum_j(\|\mathrm{in}_j\|^2+b_j^2+\|\mathrm{out}_j\|^2)}, \qquad
    \Delta_j = \|\mathrm{in}_j\|^2 + b_j^2 - \|\mathrm{out}_j\|^2$$
    Under gradient flow with the penalty $\tfrac\lambda2\|W\|^2$ each $\Delta_j$ decays as $e^{-2\lambda t}$, t the
    number of steps times their size, whatever data and loss: compare two checkpoints by the gaps in `detail`. Null: the
    outgoing weights dealt to other neurons at random; limit: 0, in balance.

    weights: layers (outputs, inputs) in the order of the forward pass, two at least, as a sequence or mapping of arrays
    of any library; a convolution has four axes, and its channels count as neurons. biases: None, or those of all
    layers or all but the last, if they are decayed as the weights are. detail: gaps, an array a hidden layer; layers,
    their sums. Raises ValueError where layers do not follow one another, or are all zero.

    Source: `theory.square_loss_dynamics.balance_gap`; Du, Hu, Lee 2018, arXiv:1806.00900, without decay (recalled).

    >>> found = balance_gaps([[[2.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]])
    >>> round(found.value, 6), found.detail["gaps"][0].tolist()
    (0.428571, [3.0, 0.0])
    """
    given = layers("weights", weights, 2)
    shifts = _biases(biases, given)
    gaps, between, total = [], 0.0, 0.0
    for l, (before, after) in enumerate(itertools.pairwise(given)):
        into, out = neuron_norms(before, after)
        into = into + shifts[l]
        gaps.append(into - out)
        total += float(np.sum(into) + np.sum(out))
        between += _at_random(into, out)
    if total == 0:
        raise ValueError("weights = 0: must have an entry that is not 0")
    value, null = float(sum(np.sum(np.abs(gap)) for gap in gaps)) / total, between / total
    detail = {"gaps": gaps, "layers": np.array([gap.sum() for gap in gaps])}
    sentence = f"Incoming and outgoing weights of neurons differ by {100 * value:.3g} % of their squared norms "
    sentence += f"(dealt at random: {100 * null:.3g} %); weight decay lambda shrinks every gap by e^(-2 lambda t)."
    return Result("imbalance of neurons", value, null, 0.0, sentence=sentence, claims=_CLAIMS, detail=detail)


def _at_random(into: Floats, out: Floats) -> float:
    """The sum over neurons of |into_j - out_k|, k dealt at random: the mean over all pairs, times the neurons."""
    out, below = np.sort(out), np.concatenate([[0.0], np.cumsum(np.sort(out))])
    count = np.searchsorted(out, into)
    pairs = into * count - below[count] + (below[-1] - below[count]) - into * (out.size - count)
    return float(np.sum(pairs)) / out.size


def _biases(biases: Any, given: list[Given]) -> list[Floats | float]:
    """Squared biases of the hidden neurons, a layer each."""
    hidden = len(given) - 1
    if biases is None:
        return [0.0] * hidden
    found = [vector(name, value, "neurons") for name, value in sequence("biases", biases)]
    if len(found) not in (hidden, hidden + 1):
        raise ValueError(f"biases = {len(found)} arrays: must be {hidden} or {hidden + 1}, one a layer")
    for one, weights in zip(found, given, strict=False):
        if one.shape[0] != weights.shape[0]:
            raise ValueError(f"{one.name} = array of {one.shape[0]} entries: must be {weights.shape[0]}, one a neuron")
    return [one.values**2 for one in found[:hidden]]
