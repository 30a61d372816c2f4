"""The price of removing weights where the loss is quadratic: jointly, with the mask alone, and one after another.

L(v) = L* + (1/2)(v - w)'H(v - w) about the trained weights w; S: the weights removed, R: the others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, Integers, Reals, checked
from theory.pruning.domains import Definite, Indices, fitting, within

__all__ = ["RemovalSteps", "mask_only_loss", "obs_joint_loss", "obs_joint_update", "obs_sequence"]


class RemovalSteps(NamedTuple):
    """Loss that each removal adds (..., k), and the weights left (..., p), 0 at those removed."""

    increments: Floats
    w_new: Floats


def _multipliers(inverse: Floats, w: Floats, S: Integers) -> Floats:
    """([H^-1]_SS)^-1 w_S."""
    solved: Floats = np.linalg.solve(inverse[..., S[:, None], S], w[..., S, None])[..., 0]
    return solved


def joint_loss(inverse: Floats, w: Floats, S: Integers) -> Floats:
    """The joint loss from H^-1; S may be a stack of sets (..., k) where H is one matrix."""
    if S.ndim > 1:
        block = inverse[S[..., :, None], S[..., None, :]]
        solved = np.linalg.solve(block, w[S][..., None])[..., 0]
        return np.asarray(0.5 * np.sum(w[S] * solved, axis=-1))
    return np.asarray(0.5 * np.sum(w[..., S] * _multipliers(inverse, w, S), axis=-1))


@checked
def obs_joint_loss(H: Definite, w: Reals, S: Indices) -> Floats:
    r"""Return the least increase of the loss when the weights in S become 0 and the others are free.

    $\Delta L_S = \tfrac12 w_S^\top ([H^{-1}]_{SS})^{-1} w_S$; for one weight $w_q^2/(2[H^{-1}]_{qq})$.

    H: (p, p), symmetric positive definite, or a stack (..., p, p); w: (p,) or (..., p), trained weights; S: distinct
    integers from 0 to p - 1, in any order, at least one and up to all. Returns a number, or an array (...). Raises
    ValueError outside these domains.

    Source: Hassibi and Stork 1993 for one weight (recalled); joint removal as in Yu, Serra, Ramalingam, Zhe 2022,
    arXiv:2203.04466 (abstract seen); the formula is derived here.

    >>> round(float(obs_joint_loss([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0])), 12)
    0.75
    """
    return joint_loss(np.linalg.inv(H), fitting(H, w), within("S", S, H.shape[-1]))[()]


@checked
def obs_joint_update(H: Definite, w: Reals, S: Indices) -> Floats:
    r"""Return the weights of least loss among those that are 0 on S.

    $w - [H^{-1}]_{:,S} ([H^{-1}]_{SS})^{-1} w_S$

    H: (p, p), symmetric positive definite, or a stack (..., p, p); w: (p,) or (..., p); S: distinct integers from 0 to
    p - 1. Returns (..., p), exactly 0 on S. Raises ValueError outside these domains.

    Source: `obs_joint_loss`.

    >>> obs_joint_update([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0]).round(12)
    array([ 0. , -0.5])
    """
    S = within("S", S, H.shape[-1])
    inverse = np.linalg.inv(H)
    new: Floats = w - (inverse[..., :, S] @ _multipliers(inverse, fitting(H, w), S)[..., None])[..., 0]
    new[..., S] = 0.0
    return new


@checked
def mask_only_loss(H: Definite, w: Reals, S: Indices) -> Floats:
    r"""Return the increase of the loss when the weights in S become 0 and the others stay.

    $\tfrac12 w_S^\top H_{SS} w_S$

    H: (p, p), symmetric positive definite, or a stack (..., p, p); w: (p,) or (..., p); S: distinct integers from 0 to
    p - 1. Returns a number, or an array (...), never below `obs_joint_loss`. Raises ValueError outside these domains.

    Source: elementary.

    >>> float(mask_only_loss([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0]))
    1.0
    """
    S = within("S", S, H.shape[-1])
    removed = fitting(H, w)[..., S]
    return np.asarray(0.5 * np.sum(removed * (H[..., S[:, None], S] @ removed[..., None])[..., 0], axis=-1))[()]


def downdate(inverse: Floats, w: Floats, q: int) -> tuple[Floats, Floats, Floats]:
    """Remove weight q: what it costs, the others' best values, and the inverse curvature of what is left."""
    column = inverse[..., :, q]
    pivot = column[..., q]
    cost = w[..., q] ** 2 / (2 * pivot)
    w = w - column * (w[..., q] / pivot)[..., None]
    inverse = inverse - column[..., :, None] * (column / pivot[..., None])[..., None, :]
    w[..., q] = 0.0
    inverse[..., q, :] = inverse[..., :, q] = 0.0
    return cost, w, inverse


@checked
def obs_sequence(H: Definite, w: Reals, order: Indices) -> RemovalSteps:
    r"""Return what each of a sequence of single removals adds to the loss, the others updated after each.

    $(w_q^{(t)})^2/(2[H_t^{-1}]_{qq})$ with $H_{t+1}^{-1} = H_t^{-1} - h_q h_q^\top/[H_t^{-1}]_{qq}$, $h_q$ column q.
    The sum is `obs_joint_loss` of the set, whatever the order; the single terms depend on it.

    H: (p, p), symmetric positive definite, or a stack (..., p, p); w: (p,) or (..., p); order: distinct integers from 0
    to p - 1, k of them. Returns fields `increments` (..., k) and `w_new` (..., p), exactly 0 where removed. Raises
    ValueError outside these domains.

    Source: derived here ($LDL^\top$ of $([H^{-1}]_{SS})^{-1}$).

    >>> steps = obs_sequence([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0, 1])
    >>> steps.increments.round(12), steps.w_new
    (array([0.75, 0.25]), array([0., 0.]))
    """
    inverse, w = np.linalg.inv(H), fitting(H, w)
    w = np.broadcast_to(w, np.broadcast_shapes(w.shape, H.shape[:-1]))
    increments = []
    for q in within("order", order, H.shape[-1]).tolist():
        cost, w, inverse = downdate(inverse, w, q)
        increments.append(cost)
    return RemovalSteps(np.stack(increments, axis=-1), w)
