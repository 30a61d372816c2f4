"""Closed loops of linear maps: an encoder that attains the maximum, the decoder that follows, and who gains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Count, Floats, Matrix, Positive, Reals, checked, refusal
from theory.rate_reduction.domains import Matrices

__all__ = ["LinearTranscription", "follower_decoder", "leader_deviation_gain", "linear_mcr2_encoder"]

_CUTOFF = 1e-12
_INSIDE = 1e-8


class LinearTranscription(NamedTuple):
    """A linear encoder Enc (d, D) and the decoder Dec (D, d) with Dec Enc X = X."""

    Enc: Floats
    Dec: Floats


def _independent(bases: list[Floats]) -> Floats:
    """All bases side by side with columns of unit length; ValueError where they are dependent."""
    U = np.hstack(bases)
    lengths = np.linalg.norm(U, axis=0)
    if (lengths == 0).any() or U.shape[1] > U.shape[0] or np.linalg.cond(U / lengths) > 1 / _CUTOFF:
        raise refusal("bases", [one.tolist() for one in bases], "matrices whose columns together are independent")
    return U


def _whitener(X: Floats, coordinates: Floats) -> Floats:
    """sqrt(m_j/d_j) (C C')^(-1/2), symmetric."""
    left, s, _ = np.linalg.svd(coordinates, full_matrices=False)
    d_j, m_j = coordinates.shape
    if m_j < d_j or s[-1] <= _CUTOFF * s[0]:
        raise refusal("X_list", X, f"a list whose samples span all directions of bases ({d_j} of this class)")
    return np.asarray(np.sqrt(m_j / d_j) * (left / s) @ left.T)


@checked
def linear_mcr2_encoder(X_list: Matrices, bases: Matrices, d: Count) -> LinearTranscription:
    r"""Return a linear encoder of data on independent subspaces that attains the isotropic rate reduction.

    $$\mathrm{Enc} = [T_1 .. T_k]\,[U_1 .. U_k]^+, \quad \mathrm{Dec} = [U_1 .. U_k]\,[T_1 .. T_k]^+, \qquad
    T_j = \sqrt{m_j/d_j}\,Q_j(C_jC_j^\top)^{-1/2}, \quad X_j = U_jC_j$$

    with orthonormal, mutually orthogonal Q_j, here columns of the identity. $\mathrm{Dec}\,\mathrm{Enc}\,X = X$.

    X_list: one array (D, m_j) a class; bases: as many, U_j (D, d_j), of independent columns all together; d >= sum d_j.
    Returns fields Enc, Dec. Raises ValueError where bases are dependent, d is smaller, X_j leaves the span of U_j, or
    its samples do not span it.

    Source: derived here; the setting of Pai et al. 2022, arXiv:2206.09120 (abstract seen).

    >>> X_list = [[[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [3.0, 1.0]]]
    >>> code = linear_mcr2_encoder(X_list, [[[1.0], [0.0]], [[0.0], [1.0]]], 2)
    >>> (code.Enc @ [[1.0, 2.0], [0.0, 0.0]]).round(6)
    array([[0.632456, 1.264911],
           [0.      , 0.      ]])
    """
    U = _independent(bases)
    counts = [one.shape[1] for one in bases]
    if sum(counts) > d:
        raise refusal("d", d, f"an integer >= {sum(counts)}, the dimensions of bases together")
    if len(X_list) != len(bases) or len(X_list[0]) != len(bases[0]):
        raise refusal("X_list", [x.tolist() for x in X_list], "one array a class of bases, with as many rows")
    blocks, back = np.zeros((d, sum(counts))), np.zeros((sum(counts), d))
    first = 0
    for X, basis in zip(X_list, bases, strict=True):
        C = np.linalg.pinv(basis) @ X
        if np.abs(X - basis @ C).max() > _INSIDE * np.abs(X).max():
            raise refusal("X_list", X, "a list of arrays whose columns lie in the span of bases")
        T, own = _whitener(X, C), slice(first, first + basis.shape[1])
        blocks[own, own], back[own, own] = T, np.linalg.inv(T)
        first = own.stop
    return LinearTranscription(blocks @ np.linalg.pinv(U), U @ back)


@checked
def follower_decoder(E: Matrix, bases: Matrices) -> Floats:
    r"""Return a linear decoder after which the encoder sees the covariances that it has made: a follower's best answer.

    $$G = U(EU)^+, \quad U = [U_1 .. U_k] \qquad (EG)\,Z_jZ_j^\top(EG)^\top = Z_jZ_j^\top$$

    For every encoder, injective on the subspaces or not; where it is, G E reproduces them.

    E: (d, D); bases: U_j (D, d_j), of independent columns all together. Singular values of E U below 1e-12 of the
    largest count as zero. Returns G (D, d). Raises ValueError for other shapes or dependent bases.

    Source: derived here; the game of Pai et al. 2022, arXiv:2206.09120 (seen in a book's abridged form).

    >>> follower_decoder([[2.0, 0.0]], [[[1.0], [0.0]]])
    array([[0.5],
           [0. ]])
    """
    U = _independent(bases)
    if E.shape[1] != len(U):
        raise refusal("E", E, f"a matrix with {len(U)} columns, as many as bases have rows")
    return np.asarray(U @ np.linalg.pinv(E @ U, rcond=_CUTOFF))


@checked
def leader_deviation_gain(u1: Positive, u2: Positive, theta: Reals) -> Floats:
    r"""Return what the leader of the closed-loop game gains by a rotation after which the decoder does not follow.

    $$\tfrac12\sum_{j=1,2}\log\Bigl(1 + \frac{u_j^2\sin^2\theta}{4(1+u_j)}\Bigr), \qquad u_j = \frac d{k_j\epsilon^2}$$

    Classes 1 and 2 are orthogonal with k_j equal singular values; the encoder turns by theta in a plane with one
    direction of each.

    u1, u2 > 0; theta: any shape. Returns an array of its shape. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(leader_deviation_gain(6 / (2 * 0.25), 6 / (3 * 0.25), 0.2)), 7)
    0.0857725
    """
    square = np.sin(theta) ** 2
    return np.asarray(0.5 * sum(np.log1p(u / 4 * (u / (1 + u)) * square) for u in (u1, u2)))[()]
