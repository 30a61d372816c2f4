"""Linear transcription of data on independent subspaces: encoders with and without whitening, and their decoders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.rate_reduction.linear import left_inverse, relative, whitener
from sims.rate_reduction.rates import Sizes, classes, pair_rates, rate_reductions


class Transcription(NamedTuple):
    """Of a linear encoder with its decoder, (trials, ...): the rate reduction; |Dec Enc X - X|/|X|; the pair rate of Z
    and its re-encoding; squared lengths of the columns of Enc, (trials, D)."""

    value: Array
    error: Array
    loop: Array
    lengths: Array


class Problem(NamedTuple):
    """Data X_list, one array (D, m_j) a class, and bases of their subspaces (D, d_j)."""

    X_list: list[Array]
    bases: list[Array]


def transcription_problem(m_per_class: Sizes, d_per_class: Sizes, D: int, *, instance: int = 0) -> Problem:
    """Return Gaussian data on random subspaces of R^D, by number; their coordinates have unequal scales.

    >>> [X.shape for X in transcription_problem((5, 6), (2, 3), 7).X_list]
    [(7, 5), (7, 6)]
    """
    k = len(d_per_class)
    bases = [instances.gaussian(D, r, instance=2 * k * instance + j) for j, r in enumerate(d_per_class)]
    data = [
        instances.gaussian(r, m, instance=2 * k * instance + k + j).T * [0.5 + i for i in range(r)]
        for j, (r, m) in enumerate(zip(d_per_class, m_per_class, strict=True))
    ]
    return Problem([U @ C.T for U, C in zip(bases, data, strict=True)], bases)


@kernel(floats=lambda X_list, d, **_: 8 * sum(X.size for X in X_list) + 8 * d * d)
def linear_transcription(
    X_list: Sequence[Array],
    bases: Sequence[Array],
    d: int,
    eps: Positive,
    coder: Literal["white", "plain", "pca"] = "white",
    *,
    trials: int,
    rng: Generator,
) -> Transcription:
    """Encode data on subspaces linearly and decode them, into random orthogonal blocks of R^d.

    coder: white: T_j = sqrt(m_j/d_j) Q_j (C_j C_j')^(-1/2); plain: sqrt(m_j) Q_j/|C_j|, no whitening; pca: the leading
    directions of all data, each class then scaled to its energy. Returns `Transcription`.

    >>> from sims.arrays import strict_rng
    >>> X_list, bases = transcription_problem((5, 6), (2, 3), 7)
    >>> linear_transcription(X_list, bases, 5, 0.5, trials=2, rng=strict_rng(0)).lengths.shape
    (2, 7)
    """
    xp = namespace(rng)
    spread = arrays.zeros(rng, (trials, 1, 1))
    X = [arrays.asarray(rng, one) + spread for one in X_list]
    U = xp.concat([arrays.asarray(rng, one) for one in bases], axis=-1)
    sizes, ranks = [one.shape[-1] for one in X], [one.shape[-1] for one in bases]
    whole = xp.concat(X, axis=-1)
    if coder == "pca":
        _, vectors = arrays.eigh(whole @ whole.mT)
        top = vectors[..., -min(d, sum(ranks)) :]
        Z = [top.mT @ one for one in X]
        Z = [(m / xp.sum(z * z, axis=(-2, -1), keepdims=True)) ** 0.5 * z for m, z in zip(sizes, Z, strict=True)]
        Enc, Dec = top.mT, top
        return Transcription(
            rate_reductions(xp.concat(Z, axis=-1), sizes, eps), relative(Dec @ Enc @ whole, whole),
            xp.zeros_like(spread[:, 0, 0]), xp.sum(Enc * Enc, axis=-2),
        )  # fmt: skip
    Q = arrays.haar_frames(rng, trials, d, sum(ranks))
    coordinates = left_inverse(U)
    T = []
    for q, m, C in zip(classes(Q, ranks), sizes, _coordinates(coordinates, X, ranks), strict=True):
        if coder == "white":
            T.append((m / C.shape[-2]) ** 0.5 * (q @ whitener(C)))
        else:
            T.append((m / xp.sum(C * C, axis=(-2, -1), keepdims=True)) ** 0.5 * q)
    blocks = xp.concat(T, axis=-1)
    Enc, Dec = blocks @ coordinates, U @ left_inverse(blocks)
    Z = Enc @ whole
    return Transcription(
        rate_reductions(Z, sizes, eps), relative(Dec @ Z, whole), pair_rates(Z, Enc @ (Dec @ Z), eps),
        xp.sum(Enc * Enc, axis=-2),
    )  # fmt: skip


def _coordinates(inverse: Array, X: Sequence[Array], ranks: Sizes) -> list[Array]:
    """C_j = U_j^+ X_j, the class's own block of U^+ X_j."""
    ends = [sum(ranks[: j + 1]) for j in range(len(ranks))]
    return [(inverse @ one)[..., end - r : end, :] for one, r, end in zip(X, ranks, ends, strict=True)]
