"""Small pieces of linear codes: inverses of full rank, whitening, relative distances, data on random subspaces."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, namespace
from sims.rate_reduction.rates import Sizes, classes


def left_inverse(U: Array) -> Array:
    """U^+ of full column rank."""
    return arrays.spd_solve(U.mT @ U, U.mT)


def full_rank_pinv(T: Array) -> Array:
    """T^+ of full rank, tall or wide."""
    return left_inverse(T) if T.shape[-2] >= T.shape[-1] else left_inverse(T.mT).mT


def whitener(C: Array) -> Array:
    """(C C')^(-1/2)."""
    values, vectors = arrays.eigh(C @ C.mT)
    return (vectors / namespace(C).sqrt(values)[..., None, :]) @ vectors.mT


def relative(A: Array, B: Array) -> Array:
    xp = namespace(A)
    return xp.sqrt(xp.sum((A - B) ** 2, axis=(-2, -1)) / xp.sum(B * B, axis=(-2, -1)))


def drawn_data(rng: Generator, trials: int, sizes: Sizes, ranks: Sizes, D: int) -> tuple[Array, list[Array]]:
    """Bases U (trials, D, sum d_j) side by side, and Gaussian coordinates C_j (trials, d_j, m_j)."""
    U = rng.standard_normal(size=(trials, D, sum(ranks)))
    data = rng.standard_normal(size=(trials, max(ranks), sum(sizes)))
    return U, [C[:, :r, :] for C, r in zip(classes(data, sizes), ranks, strict=True)]
