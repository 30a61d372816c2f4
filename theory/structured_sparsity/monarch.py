"""Monarch matrices: two block-diagonal factors with a transposition between them, and the best fit by one."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import In, checked, refusal
from theory.structured_sparsity.domains import Blocks, Numbers, PerfectSquare, Square

__all__ = ["MonarchFit", "dft_monarch_factors", "monarch_error", "monarch_flops", "monarch_matrix", "monarch_project"]


class MonarchFit(NamedTuple):
    """The best Monarch matrix A_hat (n, n), and factors L, R of it, each (m, m, m), with L[j, l, k] and R[k, j, i]."""

    A_hat: Numbers
    L: Numbers
    R: Numbers


def _slices(A: Numbers) -> Numbers:
    """[j, k, l, i] of rows (l, j) and columns (k, i): what a Monarch matrix has of rank one."""
    m = math.isqrt(len(A))
    return A.reshape(m, m, m, m).transpose(1, 2, 0, 3)


@checked
def monarch_project(A: Square) -> MonarchFit:
    r"""Return the Monarch matrix that is nearest to A in the Frobenius norm.

    .. math:: M_{(l,j),(k,i)} = L_j[l,k]\,R_k[j,i], \qquad n = m^2,

    row (l, j) = l m + j, column (k, i) = k m + i: for every (j, k) the m x m slice over (l, i) has rank one, so the
    nearest takes the leading singular pair of each of the m^2 slices.

    A: (n, n) real or complex, n = m^2. Returns fields A_hat (n, n), L (m, m, m) with L[j, l, k] = L_j[l, k], R
    (m, m, m) with R[k, j, i] = R_k[j, i]. Only the product is unique; each pair shares the root of its singular value.
    Raises ValueError for other shapes.

    Source: Dao et al. 2022, arXiv:2204.00595 (recalled); derived here.

    >>> A = [[1.0, 2.0, 0.0, 0.0], [3.0, 4.0, 1.0, 1.0], [2.0, 4.0, 0.0, 0.0], [6.0, 8.0, 2.0, 2.0]]
    >>> bool(abs(monarch_project(A).A_hat - A).max() < 1e-14)
    True
    """
    u, s, vh = np.linalg.svd(_slices(A))
    root = np.sqrt(s[..., :1])
    left, right = u[..., :, 0] * root, vh[..., 0, :] * root  # [j, k, l], [j, k, i]
    L, R = left.transpose(0, 2, 1), right.transpose(1, 0, 2)
    return MonarchFit(_product(L, R), L, R)


def _product(L: Numbers, R: Numbers) -> Numbers:
    m = len(L)
    found: Numbers = np.einsum("jlk,kji->ljki", L, R).reshape(m * m, m * m)
    return found


@checked
def monarch_matrix(L: Blocks, R: Blocks) -> Numbers:
    r"""Return the Monarch matrix of given factors, $M_{(l,j),(k,i)} = L_j[l,k]\,R_k[j,i]$.

    L, R: (m, m, m) real or complex, with L[j, l, k] and R[k, j, i]. Returns (m^2, m^2). Raises ValueError for others.

    Source: Dao et al. 2022, arXiv:2204.00595 (recalled).

    >>> monarch_matrix([[[2.0]]], [[[3.0]]])
    array([[6.]])
    """
    if len(L) != len(R):
        raise refusal("R", R, f"of the shape of L, {L.shape}")
    return _product(L, R)


@checked
def monarch_error(A: Square) -> float:
    r"""Return the squared Frobenius distance from A to the nearest Monarch matrix, $\sum_{slices}\sum_{r\ge2} s_r^2$.

    A: (n, n) real or complex, n = m^2. Not divided by |A|^2. Raises ValueError for other shapes.

    Source: `monarch_project`.

    >>> round(monarch_error([[1.0, 0.0, 0.0, 0.0], [0.0] * 4, [0.0, 2.0, 0.0, 0.0], [0.0] * 4]), 12)
    1.0
    """
    s = np.linalg.svd(_slices(A), compute_uv=False)
    return float(np.sum(s[..., 1:] ** 2))


@checked
def monarch_flops(n: PerfectSquare) -> int:
    """Return 2 n^(3/2): the parameters of a Monarch matrix, and its multiply-adds a vector; a dense one has n^2.

    n: a perfect square. Raises ValueError for others.

    Source: Dao et al. 2022, arXiv:2204.00595 (recalled); counted here.

    >>> monarch_flops(64), 64**2
    (1024, 4096)
    """
    return 2 * n * math.isqrt(n)


@checked
def dft_monarch_factors(m: Annotated[int, In(1, 128)]) -> tuple[Numbers, Numbers]:
    r"""Return factors (L, R) of the discrete Fourier transform of n = m^2 points with its columns transposed.

    The new column (a, b) = a m + b is the old column b m + a; then

    .. math:: L_j[l,a] = e^{-2\pi i\,la/m}, \qquad R_a[j,b] = e^{-2\pi i\,(jb/m + ja/n)}.

    m: from 1 to 128. Returns L, R, complex (m, m, m) each, with L[j, l, a] and R[a, j, b]. Raises ValueError outside.

    Source: the Cooley-Tukey step; class inclusion in Dao et al. 2022, arXiv:2204.00595 (recalled); derived here.

    >>> L, R = dft_monarch_factors(2)
    >>> M = monarch_matrix(L, R)
    >>> bool(abs(M[:, [0, 2, 1, 3]] - np.fft.fft(np.eye(4))).max() < 1e-15)
    True
    """
    i = np.arange(m)
    # Whole turns are taken out in integers: the phases are exact to rounding.
    fourier = np.exp(-2j * np.pi * (np.outer(i, i) % m) / m)
    twiddle = np.exp(-2j * np.pi * np.outer(i, i) / (m * m))  # [a, j]
    return np.broadcast_to(fourier, (m, m, m)).copy(), twiddle[:, :, None] * fourier[None, :, :]
