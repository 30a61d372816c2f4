"""Butterfly products, their first-order flattening, and what a pattern costs in blocks."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from theory.domain import Count, In, Share, checked
from theory.structured_sparsity.domains import PowerOfTwo

__all__ = ["block_cover", "butterfly_nonzeros", "flat_butterfly_error", "flat_butterfly_nonzeros"]


@checked
def butterfly_nonzeros(n: PowerOfTwo) -> int:
    """Return 2 n log2 n: the nonzeros of the log2 n butterfly factors whose product is the Hadamard or the Fourier one.

    n: a power of two >= 2. Raises ValueError for others.

    Source: the fast transforms, classical; cf. Dao et al. 2019, arXiv:1903.05895 (recalled).

    >>> butterfly_nonzeros(64)
    768
    """
    return 2 * n * (n.bit_length() - 1)


@checked
def flat_butterfly_nonzeros(n: PowerOfTwo) -> int:
    """Return n (1 + log2 n): the nonzeros of the flat pattern, the diagonal and one swap for each bit of the index.

    n: a power of two >= 2. Raises ValueError for others.

    Source: Dao et al. 2021, arXiv:2112.00029 (recalled); counted here.

    >>> flat_butterfly_nonzeros(64)
    448
    """
    return n * n.bit_length()


@checked
def flat_butterfly_error(
    log2n: Annotated[int, In(1, 60)],
    lam: Annotated[float, In(-100.0, 100.0)],
    norm: Literal["spectral", "frobenius2"] = "spectral",
) -> float:
    r"""Return the distance between the product $\prod_k (I + \lambda X_k)$ and its flattening $I + \lambda\sum_k X_k$.

    X_k swaps bit k of the index, k < K = log2 n. They commute, with eigenvalues 1 and -1, so exactly

    .. math:: (1+|\lambda|)^K - 1 - K|\lambda| \text{ in the spectral norm}, \qquad
        n[(1+\lambda^2)^K - 1 - K\lambda^2] \text{ in the squared Frobenius norm}.

    log2n: K from 1 to 60; lam in [-100, 100]; norm: "spectral", or "frobenius2", which is the squared one. Both are
    sums of positive terms. Raises ValueError outside these domains.

    Source: flattening of Dao et al. 2021, arXiv:2112.00029 (recalled); derived here.

    >>> round(flat_butterfly_error(6, 0.05), 12), round(flat_butterfly_error(6, 0.05, "frobenius2"), 11)
    (0.040095640625, 0.00602003754)
    """
    x = abs(lam) if norm == "spectral" else lam * lam
    beyond = math.fsum(math.comb(log2n, j) * x**j for j in range(2, log2n + 1))
    return beyond if norm == "spectral" else 2.0**log2n * beyond


@checked
def block_cover(delta: Share, b: Count) -> float:
    r"""Return the expected share of b x b blocks that hold an entry of an unstructured mask of density delta.

    .. math:: 1 - (1-\delta)^{b^2}

    for independent entries; a pattern made of whole blocks touches only the share delta.

    delta in [0, 1]; b: side of a block, an integer >= 1. Raises ValueError outside these domains.

    Source: derived here; block-oriented devices as in Dao et al. 2021, arXiv:2112.00029 (recalled).

    >>> round(block_cover(0.01, 16), 5)
    0.92369
    """
    return 1.0 if delta == 1 else -math.expm1(float(b) ** 2 * math.log1p(-delta))
