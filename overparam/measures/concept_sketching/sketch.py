"""The mean of a random ReLU layer over a set of points: one vector for a whole set."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import Floats, matrix
from theory.domain import flag, integer

_BLOCK = 2**22  # numbers in a block of pre-activations: 32 MB


def relu_sketch(points: Any, m: int = 1024, seed: int = 0, bias: bool = True) -> Floats:
    r"""Return the sketch of a set of points, the mean of a random ReLU layer over it.

    $$\phi(S)=\frac1n\sum_{x\in S}\mathrm{relu}(Wx),\qquad W_{ij}\sim N(0,2/m)$$

    Sketches with one m, seed and number of dimensions are comparable: their inner product is, in the mean over seeds,
    that of `theory.concept_sketching.set_kernel`, with an error of order 1/sqrt(m); signs of random directions of them
    are hashes.

    points: (n, d) of any library, rows are points; nothing is centred or scaled; m neurons from 1 to 2^20; seed >= 0;
    bias: append a coordinate 1 to each point, without which only directions from the origin tell points apart beyond
    scale. Returns (m,). Raises ValueError outside these domains.

    Source: `theory.concept_sketching`.

    >>> relu_sketch([[0.0, 1.0], [1.0, 0.0]], m=4).shape
    (4,)
    """
    given, m, seed = matrix("points", points, "points, dimensions"), integer("m", m, 1, 2**20), integer("seed", seed, 0)
    n, d = given.shape
    rows = d + flag("bias", bias)
    weights = np.random.Generator(np.random.SFC64(seed)).standard_normal((m, rows)) * math.sqrt(2 / m)
    sketch = np.zeros(m)
    step = max(1, _BLOCK // m)
    for part in given.blocks():
        for start in range(0, len(part), step):
            z = pre_activations(part[start : start + step], weights)
            sketch += np.maximum(z, 0.0, out=z).sum(axis=0)
    return sketch / n


def pre_activations(points: Floats, weights: Floats) -> Floats:
    """Products of all points with all neurons, (points, neurons); a last weight without a coordinate is the bias."""
    d = points.shape[1]
    z: Floats = points @ weights[:, :d].T
    if weights.shape[1] > d:
        z += weights[:, d]
    return z
