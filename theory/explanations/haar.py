"""The orthonormal Haar transform on square supports, and what pixel masks do to its energies and to edges."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Floats, In, Share, checked, refusal
from theory.explanations.domains import HaarCoefficients, Image, Rectangle

__all__ = ["Haar", "haar2", "ihaar2", "pixel_mask_energy", "pixel_mask_new_edges"]


class Haar(NamedTuple):
    """Details of level 1 (finest), 2, ..., each (3, n/2^j, n/2^j), and the average (1, 1): n times the mean."""

    details: tuple[Floats, ...]
    average: Floats


# Rows: what the entries a, b; c, d of a 2 x 2 block give to the three details and to the average, doubled.
_SIGNS = np.array([[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1], [1, 1, 1, 1]], dtype=float)


@checked
def haar2(x: Image) -> Haar:
    r"""Return the two-dimensional Haar transform with square supports of an image.

    .. math:: \tfrac12(a-b+c-d),\quad \tfrac12(a+b-c-d),\quad \tfrac12(a-b-c+d),\quad \tfrac12(a+b+c+d)

    of each 2 x 2 block a, b; c, d: three details, and an average that goes to the next level. Orthonormal.

    x: (n, n), n = 2^k. Returns fields details, one a level j = 1 (finest), ..., k, each (3, n/2^j, n/2^j), and average,
    (1, 1), n times the mean. Raises ValueError for other shapes.

    Source: classical; its use for explanations in Kolek et al. 2022, arXiv:2211.12857 (abstract seen).

    >>> [level.shape for level in haar2(np.eye(4)).details]
    [(3, 2, 2), (3, 1, 1)]
    """
    details = []
    while len(x) > 1:
        blocks = np.stack([x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]])
        *detail, x = np.tensordot(_SIGNS, blocks, 1) / 2
        details.append(np.stack(detail))
    return Haar(tuple(details), x)


@checked
def ihaar2(coefs: HaarCoefficients) -> Floats:
    r"""Return the image (n, n) of Haar coefficients, the inverse of `haar2`.

    .. math:: x = \sum_{j,o,b} d_{j,o,b}\,\psi_{j,o,b} + \bar x

    coefs: the pair (details, average) as `haar2` returns it. Raises ValueError for other shapes.

    Source: the transform is orthonormal: its inverse is its transpose.

    >>> x = np.arange(16.0).reshape(4, 4)
    >>> bool(np.abs(ihaar2(haar2(x)) - x).max() < 1e-14)
    True
    """
    details, x = coefs
    for level in reversed(details):
        entries = np.tensordot(_SIGNS.T, np.concatenate([level, x[None]]), 1) / 2
        finer = np.empty((2 * len(x), 2 * len(x)))
        finer[::2, ::2], finer[::2, 1::2], finer[1::2, ::2], finer[1::2, 1::2] = entries
        x = finer
    return np.array(x)


@checked
def pixel_mask_energy(x: Image, p: Share, level: Annotated[int, In(1)]) -> float:
    r"""Return the expected detail energy of one level after each pixel is kept with probability p, else set to 0.

    .. math:: E_j = p^2 E_j(x) + 3\cdot4^{-j}\,p(1-p)\,|x|^2

    with $E_j(x)$ the sum of squares of the three details of level j: positive even where the image has no detail at
    that scale. Independent binary masks; one of mean p and variance v has v in place of p(1-p).

    x: (n, n), n = 2^k; p in [0, 1]; level: an integer from 1 to k. Raises ValueError outside these domains.

    Source: derived here, for the artifacts that Kolek et al. 2022, arXiv:2211.12857, describe (abstract seen).

    >>> pixel_mask_energy(np.ones((4, 4)), 0.5, 1)
    3.0
    """
    top = len(x).bit_length() - 1
    if level > top:
        raise refusal("level", level, f"an integer from 1 to {top}, log2 of the side of x")
    own = float(np.sum(haar2(x).details[level - 1] ** 2))
    return p**2 * own + 3 * 4.0**-level * p * (1 - p) * float(np.sum(x**2))


@checked
def pixel_mask_new_edges(x: Rectangle, p: Share) -> float:
    r"""Return the expected number of edges that a random pixel mask invents between equal neighbours.

    .. math:: 2p(1-p)\,\#\{\text{neighbours equal and not } 0\}

    counting right and lower neighbours, each pair once.

    x: an image (rows, columns) of any size; p in [0, 1]: the probability that a pixel is kept. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> pixel_mask_new_edges(np.ones((2, 3)), 0.5)
    3.5
    """
    flat = sum(int(np.sum((a == b) & (a != 0))) for a, b in ((x[:, 1:], x[:, :-1]), (x[1:], x[:-1])))
    return 2 * p * (1 - p) * flat
