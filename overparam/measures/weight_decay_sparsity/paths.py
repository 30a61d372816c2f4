"""The weight decay of a ReLU network after the best rescaling of its hidden units, and the least for its function."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

import theory.weight_decay_sparsity as theory
from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.result import Result

_PATHS = ("factor-decay-penalty", "factor-decay-penalty-branch")
_COST = ("relu-weight-decay-is-tv", "relu-weight-decay-is-tv-function", "relu-weight-decay-is-tv-trained")
_ROUNDS = 20_000
_TOLERANCE = 1e-12


def _layers(weights: Any, least: int) -> list[Given]:
    if not isinstance(weights, list | tuple) or len(weights) < least:
        raise ValueError(f"weights = {type(weights).__name__}: must be a list of {least} or more arrays, one a layer")
    found = [matrix(f"weights[{l}]", w, "outputs, inputs") for l, w in enumerate(weights)]
    for below, above in itertools.pairwise(found):
        if above.shape[1] != below.shape[0]:
            raise ValueError(
                f"{above.name} = array of shape {above.shape}: must have {below.shape[0]} columns, the rows of "
                f"{below.name}"
            )
    return found


def _without_dead(squares: list[Floats]) -> list[Floats]:
    """Squared weights with units that nothing enters or leaves set to 0: they cost nothing in the limit."""
    squares = [s.copy() for s in squares]
    for _ in range(len(squares) + 1):
        for below, above in itertools.pairwise(squares):
            dead = (below.sum(axis=1) == 0) | (above.sum(axis=0) == 0)
            below[dead] = 0.0
            above[:, dead] = 0.0
    return squares


def _balance(squares: list[Floats]) -> tuple[list[Floats], float]:
    """Rescale hidden units, layer after layer, until what enters is what leaves: the minimum, by convexity in logs."""
    squares, gap = _without_dead(squares), math.inf
    for _ in range(_ROUNDS):
        gap = 0.0
        for l in range(len(squares) - 1):
            enters, leaves = squares[l].sum(axis=1), squares[l + 1].sum(axis=0)
            live = enters > 0
            ratio = np.sqrt(np.where(live, leaves, 1.0) / np.where(live, enters, 1.0))
            squares[l] *= ratio[:, None]
            squares[l + 1] /= ratio
            gap = max(gap, float(np.abs(np.log(ratio)).max()))
        if gap < _TOLERANCE:
            break
    return squares, gap


def path_penalty(weights: Any) -> Result:
    r"""Return what weight decay charges for a ReLU network's function after the best rescaling of its hidden units.

    $$\min \tfrac12\sum_l \|D_l W_l D_{l-1}^{-1}\|_F^2$$

    over positive diagonal D with the inputs and outputs as they are, which do not change the function: for two layers
    $\sum_j \|w_j\|\|v_j\|$, an l1 penalty on units, for chains of L factors $\frac L2|a|^{2/L}$. Descent with weight
    decay ends there; what the weights have above it is spent on nothing.

    weights: a list of two or more arrays (outputs, inputs), from the first layer to the last; biases do not enter.
    Returns value; null (the half sum of squares as it is); detail: excess (null/value - 1), scales are not returned:
    norms holds the Frobenius norms of the balanced layers. Raises ValueError for shapes that do not fit.

    Source: Neyshabur, Salakhutdinov, Srebro 2015, arXiv:1506.02617 (rescaling recalled); Zhang, Wang 2022,
    arXiv:2204.09664 (abstract seen).

    >>> round(float(path_penalty([[[3.0], [0.5]], [[1.0, -2.0]]])), 6)  # 3 * 1 + .5 * 2
    4.0
    """
    layers = _layers(weights, 2)
    largest = [float(np.abs(w.values).max()) for w in layers]
    if min(largest) == 0:
        null = 0.5 * sum(float(np.sum(w.values**2)) for w in layers)
        sentence = "A layer of zeros: the function is constant, and after rescaling weight decay charges nothing."
        return Result("path penalty", 0.0, null, None, None, None, sentence, _PATHS, {"excess": None, "norms": None})
    squares, gap = _balance([(w.values / scale) ** 2 for w, scale in zip(layers, largest, strict=True)])
    if gap >= 1e-6:
        raise ValueError("weights = arrays that are not balanced in 20,000 rounds: their units differ too much in size")
    # Layers were taken in units of their largest weights; the product of the units is shared evenly.
    common = math.exp(2 * math.fsum(math.log(scale) for scale in largest) / len(largest))
    sums = [float(s.sum()) for s in squares]
    # Balanced layers have equal sums: each hidden unit's in is its out.
    value = 0.5 * common * math.fsum(sums)
    null = 0.5 * sum(float(np.sum(w.values**2)) for w in layers)
    excess = null / value - 1 if value > 0 else math.inf
    sentence = (
        f"Weight decay charges {null:.3g} for these weights and {value:.3g} for their function after rescaling: "
        f"{100 * excess:.3g} % more than it must."
    )
    norms = [math.sqrt(common * s) for s in sums]
    return Result("path penalty", value, null, None, None, None, sentence, _PATHS, {"excess": excess, "norms": norms})


def relu_cost_excess(weights: Any, x: Any, y: Any) -> Result:
    r"""Return how far a two-layer ReLU network of one input is from the least weight decay for the data that it fits.

    $$\frac{\sum_j |v_j||w_j|}{\max\bigl(TV, (TV + |s_1+s_{n-1}|)/2\bigr)},\qquad TV = \sum_i |s_{i+1}-s_i|$$

    with $s_i$ the slopes between neighbouring data points; biases are not charged. 1: no network fits them at less.

    weights: (W, V), arrays (m, 1) and (1, m); x, y (n,): inputs, all different, and the network's values there (or the
    targets that it interpolates). Returns value; limit 1; detail: cost (after rescaling), least. Raises ValueError for
    other shapes, repeated inputs, and data that are a constant.

    Source: Savarese, Evron, Soudry, Srebro 2019, arXiv:1902.05040 (recalled); the minimum over interpolants derived
    here.

    >>> found = relu_cost_excess([[[1.0], [1.0]], [[1.0, 1.0]]], [-1.0, 0.0, 1.0], [0.0, 0.0, 2.0])
    >>> float(found.value), found.detail["least"]
    (1.0, 2.0)
    """
    layers = _layers(weights, 2)
    m = layers[0].shape[0]
    if len(layers) != 2 or layers[0].shape[1] != 1 or layers[1].shape[0] != 1:
        shapes = ", ".join(str(w.shape) for w in layers)
        raise ValueError(f"weights = arrays of shapes {shapes}: must be two, (units, 1) and (1, units)")
    inputs, values = vector("x", x), vector("y", y)
    if inputs.shape != values.shape:
        raise ValueError(f"y = array with {values.shape[0]} entries: must have {inputs.shape[0]}, one for each of x")
    if np.unique(inputs.values).size < inputs.shape[0]:
        raise ValueError(f"x = array of shape {inputs.shape}: must hold different numbers")
    least = theory.relu_interpolation_cost(inputs.values, values.values)
    if least == 0:
        raise ValueError(f"y = array of shape {values.shape}: must not be constant, which costs nothing")
    cost = float(np.abs(layers[0].values[:, 0]) @ np.abs(layers[1].values[0]))
    ratio = cost / least
    sentence = (
        f"{m} units cost {cost:.3g} after rescaling, {ratio:.3g} times the least of any network with these values"
    )
    sentence += "." if ratio >= 1 - 1e-6 else ": less than the least, so they do not have these values."
    detail = {"cost": cost, "least": least}
    return Result("cost of weight decay", ratio, None, 1.0, None, None, sentence, _COST, detail)
