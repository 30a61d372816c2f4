"""The subspace of 2r directions in which every layer moves, and the scalars that all other directions follow."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, Matrix, NonNegative, Parsed, PositiveVector, checked, reals, refusal

__all__ = ["InvariantBases", "compression_error", "invariant_bases", "rho_trajectory"]

_ORTHOGONAL = 1e-8  # how far from a scaled orthogonal matrix a start may be
_STARTS = "a non-empty sequence of square matrices of one size, each a positive multiple of an orthogonal one"


class InvariantBases(NamedTuple):
    """Orthonormal columns: V_1 (d, 2r), and U_1, ..., U_L, each (d, 2r)."""

    V_1: Floats
    U: list[Floats]


@checked
def rho_trajectory(
    eps: PositiveVector, eta: NonNegative, weight_decay: NonNegative, steps: Annotated[int, In(0, 10**7)]
) -> Floats:
    r"""Return the d - 2r equal singular values of each layer (with a sign) after 0, 1, ..., steps updates.

    $$\rho_l \leftarrow \rho_l\bigl[1 - \eta\lambda - \eta \prod_{k\ne l}\rho_k^2\bigr], \qquad \rho_l(0) = \epsilon_l$$

    eps: (L,), > 0; eta, weight_decay >= 0; steps: from 0 to 1e7. Returns (steps + 1, L); the singular value is the
    size, a large eta makes rho negative. It depends neither on M nor on the bases. Raises ValueError outside these
    domains, or where the recursion diverges.

    Source: Yaras, Wang, Balzano, Qu 2024, arXiv:2406.04112, Theorem 2.1 (recalled).

    >>> rho_trajectory([0.5, 1.0], eta=0.1, weight_decay=0.0, steps=1)
    array([[0.5  , 1.   ],
           [0.45 , 0.975]])
    """
    rho = np.empty((steps + 1, eps.size))
    rho[0] = eps
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            rho[t + 1] = rho[t] * (1 - eta * weight_decay - eta * _others(rho[t]) ** 2)
    if not np.isfinite(rho).all():
        raise refusal("eta", eta, "so small that the descent from eps does not diverge")
    return rho


def _others(rho: Floats) -> Floats:
    """The product over k != l for each l, without a division."""
    below = np.concatenate([[1.0], np.cumprod(rho[:-1])])
    above = np.concatenate([[1.0], np.cumprod(rho[:0:-1])])[::-1]
    return np.asarray(below * above)


@checked
def compression_error(
    eps: PositiveVector,
    eta: NonNegative,
    weight_decay: NonNegative,
    steps: Annotated[int, In(0, 10**7)],
    d: Count,
    r: Count,
) -> Floats:
    r"""Return the Frobenius distance of the product and its copy of width 2r after 0, 1, ..., steps updates.

    $$\|F - U_L \tilde W_L\cdots\tilde W_1 V_1^\top\|_F = \sqrt{d-2r}\,\prod_l|\rho_l|$$
    with $\tilde W_l(0) = \epsilon_l I$ trained on $U_L^\top M V_1$. Half its square is what the losses (without the
    penalty) differ by.

    eps, eta, weight_decay, steps: as in `rho_trajectory`; r >= 1: rank of M; d > 2r: width. Returns (steps + 1,).
    Raises ValueError outside these domains, or where the recursion diverges.

    Source: Yaras et al. 2024, arXiv:2406.04112, proposition on compression (recalled: a bound); equality derived.

    >>> compression_error([0.4, 0.5, 0.6], 0.1, 0.02, steps=1, d=20, r=3).round(7)
    array([0.4489989, 0.4379703])
    """
    if d <= 2 * r:
        raise refusal("d", d, f"an integer > 2r = {2 * r}")
    rho = rho_trajectory(eps, eta, weight_decay, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        gap = np.asarray(np.sqrt(d - 2 * r) * np.prod(np.abs(rho), axis=1))
    if not np.isfinite(gap).all():
        raise refusal("eta", eta, "so small that the descent from eps does not diverge")
    return gap


def _starts(name: str, value: Any) -> list[Floats]:
    try:
        starts = [reals(name, start, ndim=2) for start in value]
    except (TypeError, ValueError):
        raise refusal(name, value, _STARTS) from None
    if not starts or any(w.shape != (len(starts[0]),) * 2 for w in starts) or not all(map(_is_scaled_rotation, starts)):
        raise refusal(name, value, _STARTS)
    return starts


def _is_scaled_rotation(w: Floats) -> bool:
    scale2 = float(np.sum(w * w)) / len(w)
    return scale2 > 0 and float(np.abs(w @ w.T - scale2 * np.eye(len(w))).max()) <= _ORTHOGONAL * scale2


@checked
def invariant_bases(W0_list: Annotated[list[Floats], Parsed(_starts, _STARTS)], M: Matrix) -> InvariantBases:
    r"""Return the directions that move, the same at all times.

    $$W_l(t) = U_l\tilde W_l(t)V_l^\top + \rho_l(t)\,\tfrac{W_l(0)}{\epsilon_l}\,(I - V_lV_l^\top)$$

    $V_1$ spans $\mathrm{row}(M) + Q^\top\mathrm{col}(M)$ with $Q = W_L\cdots W_1(0)/\prod\epsilon_l$;
    $U_l = W_l(0)U_{l-1}/\epsilon_l$ with $U_0 = V_1$, and $V_{l+1} = U_l$.

    W0_list: L matrices d x d, each a positive multiple of an orthogonal one; M: d x d of rank r, d > 2r. Returns fields
    V_1 (d, 2r) and U, a list of L such, orthonormal columns, unique up to one common rotation. Where the span has fewer
    than 2r dimensions (M symmetric, all starts eps I) further orthogonal directions complete it: all stays true. Raises
    ValueError outside these domains.

    Source: Yaras et al. 2024, arXiv:2406.04112, Theorem 2.1 (recalled); the completion derived here.

    >>> bases = invariant_bases([np.eye(5), np.eye(5)[::-1]], np.outer([1.0, 0, 0, 0, 0], [0, 1.0, 0, 0, 0]))
    >>> bases.V_1.shape, bool((bases.U[0] == bases.V_1).all())
    ((5, 2), True)
    """
    d = len(W0_list[0])
    if M.shape != (d, d):
        raise refusal("M", M, f"a {d} x {d} matrix, as large as those of W0_list")
    left, s, right = np.linalg.svd(M)
    r = int(np.sum(s > s[0] * d * np.finfo(float).eps))
    if d <= 2 * r:
        raise refusal("M", M, f"of a rank r with 2r < {d}; it has rank {r}")
    scales = [float(np.sqrt(np.sum(w * w) / d)) for w in W0_list]
    rotations = [w / scale for w, scale in zip(W0_list, scales, strict=True)]
    seen = left[:, :r]
    for rotation in reversed(rotations):
        seen = rotation.T @ seen
    V_1 = np.linalg.svd(np.concatenate([right[:r].T, seen], axis=1))[0][:, : 2 * r]
    U = [V_1]
    for rotation in rotations:
        U.append(rotation @ U[-1])
    return InvariantBases(V_1, U[1:])
