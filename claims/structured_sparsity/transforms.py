"""Fast transforms as Monarch matrices and butterflies, flat butterflies, and what a mask costs in blocks."""

from __future__ import annotations

import math
from typing import Any

import sims.structured_sparsity as sims
import theory.structured_sparsity as theory
from claims import Claim, Decoy, Exact, Grid, Identity, Mean, Source, cells, declared_in, instance

claim = declared_in(__name__)
DERIVED = Source("dao2022monarch", "the class holds these transforms, recalled; statement derived here", "derived")
PIXELATED = Source("dao2021pixelated", "first-order flattening recalled; errors derived here", "derived")
CLASSICAL = Source("dao2019learning", "butterfly factors recalled; counted here", "recalled")
Named = dict[str, Any]


@instance
def reordered(order: str, m: int) -> Named:
    """Whatever the cell's order, columns at random."""
    return {"order": "random", "m": m}


DFT = claim(
    slug="dft-monarch",
    title="The Fourier transform is a Monarch matrix with its columns transposed, and far from one without",
    statement=(
        r"The relative squared error of the best Monarch fit is $0$ for Sylvester's Hadamard matrix and the Fourier "
        r"transform of $m^2$ points with transposed columns, and $1 - 1/m$ for it in natural order."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-12, trials=16),
    predict=lambda order, m: 1 - 1 / m if order == "natural" else 0.0,
    simulate=sims.transform_error,
    grid=Grid(
        quick=(*cells(order=["natural", "transposed"], m=[3, 4, 8]), *cells(order="hadamard", m=[4, 8])),
        full=(*cells(order=["natural", "transposed"], m=[5, 8, 12]), *cells(order="hadamard", m=[8, 16])),
    ),
    decoys=(
        Decoy("natural order", "the transform is exactly Monarch as it stands", lambda order, m: 0.0),
        Decoy("any order", "a random order of the columns serves too", None, reordered.of(sims.transform_error)),
    ),
)


@instance
def factors(m: int) -> Named:
    """The two factors of the formula."""
    L, R = theory.dft_monarch_factors(m)
    return {"L": L, "R": R}


@instance
def untwisted(m: int) -> Named:
    """All blocks of the second factor as its first: no twiddles."""
    L, R = theory.dft_monarch_factors(m)
    return {"L": L, "R": R[:1].repeat(m, axis=0)}


FACTORS = claim(
    slug="dft-monarch-factors",
    title="The two Monarch factors of the Fourier transform",
    statement=(
        r"Two products with blocks, by $R_a[j,b] = e^{-2\pi i(jb/m + ja/n)}$ and then by $L_j[l,a] = "
        r"e^{-2\pi i\,la/m}$, take a vector of $n = m^2$ entries in transposed order to its Fourier transform."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-12, trials=16),
    predict=lambda m: 0.0,
    simulate=factors.of(sims.two_stage_dft),
    grid=Grid(quick=cells(m=[2, 3, 5, 8]), full=cells(m=[4, 7, 12, 16])),
    decoys=(Decoy("no twiddles", "R_a[j,b] = exp(-2 pi i jb/m)", None, untwisted.of(sims.two_stage_dft)),),
)

BUTTERFLY = claim(
    slug="butterfly-exact",
    title="The Hadamard and the Fourier transform are products of butterflies",
    statement=(
        r"$\log_2 n$ butterfly factors, with twiddles and bit-reversed input for the Fourier transform, hold "
        r"$2n\log_2 n$ entries that are not $0$, and their product is the transform exactly."
    ),
    source=CLASSICAL,
    kind=Identity(tolerance=1e-12, trials=2),
    predict=lambda n: {
        "hadamard": 0.0, "fourier": 0.0, "nonzeros": theory.butterfly_nonzeros(n),
        "fourier_nonzeros": theory.butterfly_nonzeros(n),
    },
    simulate=sims.butterflies,
    grid=Grid(quick=cells(n=[2, 16, 64, 128]), full=cells(n=[16, 64, 256, 512])),
    decoys=(
        Decoy("half", "n log2 n", lambda n: {"nonzeros": theory.butterfly_nonzeros(n) / 2}),
        Decoy("with the diagonal once", "n (1 + log2 n), as the flat pattern",
              lambda n: {"nonzeros": theory.flat_butterfly_nonzeros(n)}),
    ),
)  # fmt: skip


def _half_square(log2n: int, lam: float, norm: str) -> Named:
    return {"error": log2n * lam**2 / 2}


def _leading(log2n: int, lam: float, norm: str) -> Named:
    pairs = math.comb(log2n, 2)
    return {"error": pairs * lam**2 if norm == "spectral" else 2**log2n * pairs * lam**4}


FLAT = claim(
    slug="flat-butterfly",
    title="What flattening a product of butterflies to a sum costs",
    statement=(
        r"$\prod_k(I+\lambda X_k) - I - \lambda\sum_k X_k$ over the $K = \log_2 n$ swaps of an index bit has the "
        r"spectral norm $(1+|\lambda|)^K - 1 - K|\lambda|$ and the squared Frobenius norm $n[(1+\lambda^2)^K - 1 - "
        r"K\lambda^2]$, and $I + \lambda\sum_k X_k$ has $n(K+1)$ entries."
    ),
    source=PIXELATED,
    kind=Identity(tolerance=1e-8, trials=1),
    predict=lambda log2n, lam, norm: {
        "error": theory.flat_butterfly_error(log2n, lam, norm),
        "nonzeros": theory.flat_butterfly_nonzeros(2**log2n),
    },
    simulate=sims.flat_butterfly_error,
    grid=Grid(
        quick=cells(log2n=[3, 6], lam=[0.05, -0.3, 1.0], norm=["spectral", "frobenius2"]),
        full=cells(log2n=[4, 8], lam=[0.05, -0.3, 1.0], norm=["spectral", "frobenius2"]),
    ),
    decoys=(
        Decoy("half a square each", "K lam^2/2", _half_square),
        Decoy("leading term", "the pairs alone", _leading),
    ),
)

COVER = claim(
    slug="block-cover",
    title="A sparse mask without structure touches nearly every block",
    statement=(
        r"Of a mask with independent entries of density $\delta$ the expected share of $b \times b$ blocks that hold "
        r"one is $1 - (1-\delta)^{b^2}$; of a mask of whole blocks it is $\delta$."
    ),
    source=Source("dao2021pixelated", "block-oriented devices recalled; derived here", "derived"),
    kind=Mean(resolution=0.01),
    predict=lambda delta, b: {"touched": theory.block_cover(delta, b), "aligned": delta},
    simulate=sims.block_cover,
    grid=Grid(
        quick=(*cells(delta=1 / 64, b=[4, 8, 16]), *cells(delta=1 / 8, b=4)),
        full=(*cells(delta=1 / 64, b=[4, 8, 16]), *cells(delta=[1 / 32, 1 / 8], b=[4, 6])),
    ),
    decoys=(
        Decoy("b entries", "1 - (1 - delta)^b", lambda delta, b: {"touched": 1 - (1 - delta) ** b}),
        Decoy("as dense as the mask", "delta", lambda delta, b: {"touched": delta}),
    ),
    tails={"aligned": Exact()},
)

CLAIMS: tuple[Claim, ...] = (DFT, FACTORS, BUTTERFLY, FLAT, COVER)
