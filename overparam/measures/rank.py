"""How many singular values or eigenvalues stand above the rounding of the data they come from."""

from __future__ import annotations

import numpy as np

from overparam.measures.input import Floats, Given
from sims.rounding import computed


def numerical_rank(matrix: Given) -> int:
    """Return how many singular values of a matrix exceed its own rounding (0 for a zero matrix).

    matrix: computed in the precision it came in, such as a gradient; see `sims.rounding.computed`.

    >>> from overparam.measures.input import matrix
    >>> numerical_rank(matrix("grad_W", np.outer([1.0, 0.1, 0.7], [0.3, 0.2]).astype(np.float32)))
    1
    """
    singular = np.linalg.svd(matrix.values, compute_uv=False)
    return int(np.count_nonzero(singular > computed(singular, matrix.shape, matrix.eps)))


def positive_part(spectrum: Given) -> Floats:
    r"""Return the eigenvalues of a covariance that stand above rounding, descending: p eps times the largest.

    Negative ones of that size are rounding too and dropped; larger ones are refused, because no covariance has them.
    Raises ValueError for those, and where nothing is positive.

    >>> from overparam.measures.input import vector
    >>> positive_part(vector("spectrum", [1.0, -4e-17, 2.0], "eigenvalues"))
    array([2., 1.])
    """
    values = np.sort(spectrum.values)[::-1]
    floor = values.size * spectrum.eps * float(np.abs(values).max())
    if values[-1] < -floor:
        raise ValueError(
            f"{spectrum.name} = array with an entry of {values[-1]:.3g}: eigenvalues of a covariance must be >= 0 "
            f"(rounding would allow {-floor:.1g})"
        )
    kept = values[values > floor]
    if kept.size == 0:
        raise ValueError(f"{spectrum.name} = array without a positive entry: must hold at least one")
    return kept
