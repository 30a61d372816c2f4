"""Coherence of a dictionary, and the sparsity below which every combination of its atoms is found."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import In, Matrix, checked

__all__ = ["coherence", "coherence_sparsity"]


@checked
def coherence(D: Matrix) -> float:
    r"""Return $\max_{i\ne j} |d_i\cdot d_j|/(|d_i||d_j|)$ of a dictionary whose atoms are its COLUMNS.

    D: (n, atoms), at least two of them, none 0. Raises ValueError for others.

    Source: Donoho, Elad 2003 (recalled).

    >>> round(coherence([[1.0, 0.0, 3.0], [0.0, 2.0, 4.0]]), 12)
    0.8
    """
    largest = np.max(np.abs(D), axis=0)
    if D.shape[1] < 2 or (largest == 0).any():
        raise ValueError(f"D = array of shape {D.shape}: must have at least two columns, none of them 0")
    atoms = D / largest
    atoms = atoms / np.linalg.norm(atoms, axis=0)
    gram = np.abs(atoms.T @ atoms)
    np.fill_diagonal(gram, 0.0)
    return min(1.0, float(gram.max()))


@checked
def coherence_sparsity(mu: Annotated[float, In(1e-15, 1.0)]) -> int:
    r"""Return the largest k < (1 + 1/mu)/2: any k atoms of a dictionary of coherence mu are found from their sum.

    By orthogonal matching pursuit in k steps and by l1 minimisation, whatever the coefficients. Sharp: of the N + 1
    vertices of a simplex (mu = 1/N, N odd) one half sums to minus the other.

    mu in [1e-15, 1]. Returns an integer, 0 at mu = 1; (1 + 1/mu)/2 within 1e-9 of an integer is one, because 1/mu is
    not exact. Raises ValueError outside the domain.

    Source: Tropp 2004, Theorem B; Donoho, Elad 2003 (recalled).

    >>> coherence_sparsity(0.25), coherence_sparsity(1 / 49), coherence_sparsity(1.0)
    (2, 24, 0)
    """
    bound = (1 + 1 / mu) / 2
    nearest = round(bound)
    if abs(bound - nearest) <= 1e-9 * max(1.0, bound):
        return nearest - 1
    return math.ceil(bound) - 1
