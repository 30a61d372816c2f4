"""Erdos-Renyi densities for the layers of one's own network, and the units that they would leave without input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import theory.dynamic_sparse_training as theory
from overparam.measures.result import Result


def erk_densities(shapes: Any, density: float, kernel: bool = True) -> Result:
    r"""Return the density of each layer at which a network keeps a given share of its weights, Erdos-Renyi(-kernel).

    shapes: (k_1, ..., n_in, n_out) a layer (PyTorch's (out, in, height, width) reversed); density in (0, 1]: share of
    all weights to keep; kernel: whether the kernels' sizes count. Returns value: (layers,); null: the same density
    everywhere; detail: kept, the whole numbers of weights nearest to the densities; dead_units, the expected share of
    each layer's outputs without input at random masks of so many. Raises ValueError outside these domains.

    Source: `theory.dynamic_sparse_training.erk_densities`, `dead_unit_fraction`.

    >>> found = erk_densities([(784, 300), (300, 100), (100, 10)], 0.1)
    >>> found.value.round(3), found.detail["kept"]
    (array([0.08, 0.23, 1.  ]), array([18714,  6906,  1000]))
    """
    found = theory.erk_densities(shapes, density, kernel)
    sizes = [math.prod(int(n) for n in shape) for shape in shapes]
    kept = np.array([round(float(d) * n) for d, n in zip(found, sizes, strict=True)])
    dead = np.array(
        [
            theory.dead_unit_fraction(n // int(shape[-1]), int(shape[-1]), count=int(s))
            for shape, n, s in zip(shapes, sizes, kept, strict=True)
        ]
    )
    dense = int(np.count_nonzero(found == 1.0))
    lost = float(dead @ np.array([int(shape[-1]) for shape in shapes]))
    sentence = (
        f"To keep {100 * float(density):.3g} % of {sum(sizes)} weights, {dense} of {len(sizes)} layers stay dense "
    )
    sentence += f"and the sparsest keeps {100 * float(found.min()):.3g} %; random masks would leave {lost:.3g} units "
    sentence += "without input."
    return Result(
        "layer densities", found, float(density), sentence=sentence, claims=("erdos-renyi-density", "dead-units"),
        detail={"kept": kept, "dead_units": dead},
    )  # fmt: skip
