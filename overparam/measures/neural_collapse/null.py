"""What the collapse metrics would be had the classes nothing to do with the features: labels permuted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from overparam.measures.design import Design
from overparam.measures.input import Floats

METRICS = ("nc1", "nc2", "equinorm")
_MOST, _WORK = 1999, 2e9
_SMALLEST_INTERVAL = 40


class Band(NamedTuple):
    """Median of the draws; the interval that holds 95 % of them (all of them where there are fewer than 40)."""

    median: float
    low: float
    high: float


class Null(NamedTuple):
    """A band for each of `METRICS`; how many draws, and whether they permute labels or draw Gaussian class means."""

    nc1: Band
    nc2: Band
    equinorm: Band
    draws: int
    permuted: bool


def structureless(found: Design, codes: NDArray[np.intp], counts: NDArray[np.intp]) -> Null:
    r"""Draw the metrics of the same features with labels that say nothing about them.

    Small data: labels permuted, which is exact whatever the features are. Large data: class means drawn from the
    Gaussian law with the covariance of permuted means, $\frac{T}{N-1}(\frac1{n_c}[c=c'] - \frac1N)$ with T the scatter
    of the features, which permuted means approach as classes grow; all that enters is the spectrum of T.

    found: the features decomposed, with their mean taken out; codes (N,): classes 0..C-1; counts (C,).

    Source: derived here (permutation moments); the permutation test, Fisher 1935 (recalled).
    """
    C, k, N = counts.size, found.values.size, found.n
    permuted = found.left is not None
    work = C * min(C, k) * (2 * k + 10 * min(C, k)) + 40 * N * k * permuted
    draws = int(min(_MOST, max(9, _WORK / work)))
    rng = np.random.default_rng(0)
    means = _permuted(found, codes, counts, rng) if found.left is not None else _gaussian(found, counts, rng)
    seen = np.array([_metrics(next(means), counts, found.values) for _ in range(draws)])
    nc1, nc2, equinorm = (_band(column) for column in seen.T)
    return Null(nc1, nc2, equinorm, draws, permuted)


def _band(values: Floats) -> Band:
    share = 0.025 if values.size >= _SMALLEST_INTERVAL else 0.0
    low, median, high = np.quantile(values, [share, 0.5, 1 - share])
    return Band(float(median), float(low), float(high))


def _permuted(
    found: Design, codes: NDArray[np.intp], counts: NDArray[np.intp], rng: np.random.Generator
) -> Iterator[Floats]:
    assert found.left is not None
    rows, starts = found.left * np.sqrt(found.values), np.cumsum(counts) - counts
    while True:
        yield np.add.reduceat(rows[rng.permutation(codes.size)], starts) / counts[:, None]


def _gaussian(found: Design, counts: NDArray[np.intp], rng: np.random.Generator) -> Iterator[Floats]:
    scale = np.sqrt(found.values / (found.n - 1))
    while True:
        means = rng.standard_normal((counts.size, found.values.size)) / np.sqrt(counts)[:, None]
        yield (means - counts @ means / found.n) * scale


def _metrics(means: Floats, counts: NDArray[np.intp], scatter: Floats) -> tuple[float, float, float]:
    """NC1, NC2 and equinorm of class means (C, k) in the coordinates where the scatter of all samples is diagonal."""
    C = counts.size
    M = means - means.mean(axis=0)
    gram = M @ M.T
    toward = _inverse(M, gram, min(means.shape[1], C - 1))
    within = np.sum(toward * toward @ scatter) - np.sum((toward @ means.T) ** 2 @ counts)
    lengths = np.sqrt(np.sum(M * M, axis=1))
    overlap = np.trace(gram) / (np.sqrt(C - 1) * np.linalg.norm(gram))
    return within / counts.sum(), np.sqrt(max(0.0, 2 - 2 * overlap)), float(lengths.std() / lengths.mean())


def _inverse(M: Floats, gram: Floats, rank: int) -> Floats:
    """The pseudo-inverse of M (C, k), transposed and up to a rotation of its rows: (rank, k)."""
    tall = M.shape[0] > M.shape[1]
    values, vectors = np.linalg.eigh(M.T @ M if tall else gram)
    values, vectors = values[-rank:], vectors[:, -rank:]
    kept = values > 1e-14 * values[-1]
    values, vectors = values[kept], vectors[:, kept]
    return (vectors / np.sqrt(values)).T if tall else (vectors / values).T @ M
