"""Fast transforms as matrices: how far from Monarch they are, and as products of butterflies."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, kernel, namespace
from sims.masks import bernoulli
from sims.transforms import butterfly, slices, swap_bit

Order = Literal["natural", "transposed", "random", "hadamard"]
Norm = Literal["spectral", "frobenius2"]


class Butterflies(NamedTuple):
    """Relative errors of both products and the nonzeros of each's factors, (trials,)."""

    hadamard: Array
    fourier: Array
    nonzeros: Array
    fourier_nonzeros: Array


class Cover(NamedTuple):
    """Shares of blocks touched by an unstructured mask and by one of whole blocks, each (trials,)."""

    touched: Array
    aligned: Array


def dft(rng: Generator, n: int) -> Array:
    """The matrix of the discrete Fourier transform of n points."""
    return arrays.fft(arrays.eye(rng, n))


def transposed(m: int) -> list[int]:
    """The old column b m + a of each new column (a, b) = a m + b."""
    return [b * m + a for a in range(m) for b in range(m)]


def hadamard(rng: Generator, n: int) -> Array:
    """Sylvester's Hadamard matrix from its signs, n a power of 2."""
    return arrays.asarray(rng, [[(-1.0) ** (i & j).bit_count() for j in range(n)] for i in range(n)])


@kernel(floats=lambda m, **_: 8 * m**4)
def transform_error(order: Order, m: int, *, trials: int, rng: Generator) -> Array:
    """Relative squared error of the best Monarch fit to a transform of n = m^2 points, by its slices' singular values.

    order: "natural" (the Fourier transform), "transposed" or "random" (its columns reordered), "hadamard" (m a power
    of 2). Returns (trials,); all trials equal but for "random".

    >>> from sims.arrays import strict_rng
    >>> transform_error("natural", 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    n = m * m
    if order == "hadamard":
        if m & (m - 1):
            raise ValueError(f"m = {m!r}: must be a power of 2 for a Hadamard matrix")
        A = hadamard(rng, n)[None, ...]
    else:
        A = dft(rng, n)
        xp = namespace(A)
        if order == "random":
            columns = xp.reshape(arrays.permutations(rng, trials, n), (-1,))
            A = xp.permute_dims(xp.reshape(xp.take(A, columns, axis=1), (n, trials, n)), (1, 0, 2))
        else:
            A = (xp.take(A, arrays.asarray(rng, transposed(m)), axis=1) if order == "transposed" else A)[None, ...]
    xp = namespace(A)
    values = arrays.singular_values(slices(A, m))
    error = xp.sum(values[..., 1:] ** 2, axis=(-3, -2, -1)) / xp.sum(values**2, axis=(-3, -2, -1))
    return error + arrays.zeros(rng, (trials,))


@kernel(floats=lambda L, **_: 10 * L.shape[0] ** 2)
def two_stage_dft(L: Array, R: Array, *, trials: int, rng: Generator) -> Array:
    """Send random complex vectors through two block-diagonal factors, and compare with their fast Fourier transform.

    L, R: (m, m, m) complex, L[j, l, a] and R[a, j, b], on the host. The input's entry b m + a is (a, b). Returns the
    largest error over the root of n, (trials,).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng
    >>> two_stage_dft(np.ones((1, 1, 1)) + 0j, np.ones((1, 1, 1)) + 0j, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    m = L.shape[0]
    x = rng.standard_normal(size=(trials, m * m)) + 1j * rng.standard_normal(size=(trials, m * m))
    xp = namespace(x)
    first, second = arrays.asarray(rng, R), arrays.asarray(rng, L)
    blocks = xp.reshape(x, (trials, m, m)).mT[..., None]  # a, b
    blocks = (first @ blocks)[..., 0]  # a, j
    blocks = (second @ blocks.mT[..., None])[..., 0].mT  # l, j
    off = xp.abs(xp.reshape(blocks, (trials, m * m)) - arrays.fft(x))
    return xp.max(off, axis=-1) / m


def _turn(x: Array, k: int) -> Array:
    """Multiply the entries whose index has bit k by exp(-2 pi i j/2^(k+1)), j the bits below."""
    xp, n = namespace(x), x.shape[-1]
    angle = [math.pi * (i % 2**k) / 2**k if i & 2**k else 0.0 for i in range(n)]
    factor = arrays.asarray(x, [complex(math.cos(a), -math.sin(a)) for a in angle])
    return xp.astype(x, xp.complex128) * factor


@kernel(floats=lambda n, **_: 12 * n * n)
def butterflies(n: int, *, trials: int, rng: Generator) -> Butterflies:
    """Write each butterfly as an n x n matrix, count its nonzeros, and multiply: Hadamard's and Fourier's transform.

    n: a power of 2. The Fourier transform takes its input in bit-reversed order and turns one half before each
    butterfly. Returns fields hadamard, fourier (largest error over the largest entry, 1), nonzeros, fourier_nonzeros.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(butterflies(8, trials=1, rng=strict_rng(0)).nonzeros)
    array([48.])
    """
    bits = n.bit_length() - 1
    if n < 2 or n & (n - 1):
        raise ValueError(f"n = {n!r}: must be a power of 2, at least 2")
    eye = arrays.eye(rng, n)
    xp = namespace(eye)
    reverse = [sum(((i >> k) & 1) << (bits - 1 - k) for k in range(bits)) for i in range(n)]
    real, turned = eye, xp.take(xp.astype(eye, xp.complex128), arrays.asarray(rng, reverse), axis=1)
    counts = [arrays.zeros(rng, ()), arrays.zeros(rng, ())]
    for k in range(bits):
        factors = butterfly(eye, k), butterfly(_turn(eye, k), k)
        counts = [c + xp.sum(xp.astype(f != 0, xp.float64)) for c, f in zip(counts, factors, strict=True)]
        real, turned = real @ factors[0], turned @ factors[1]
    room = arrays.zeros(rng, (trials,))
    return Butterflies(
        xp.max(xp.abs(real - hadamard(rng, n))) + room, xp.max(xp.abs(turned - dft(rng, n))) + room,
        counts[0] + room, counts[1] + room,
    )  # fmt: skip


class Flattened(NamedTuple):
    """The error of a flattened product and the nonzeros of its pattern, each (trials,)."""

    error: Array
    nonzeros: Array


@kernel(floats=lambda log2n, **_: 8 * 4**log2n)
def flat_butterfly_error(log2n: int, lam: float, norm: Norm = "spectral", *, trials: int, rng: Generator) -> Flattened:
    """Multiply I + lam X_k over the bits k of n = 2^log2n indices and take I + lam sum X_k from it.

    norm: "spectral" (largest eigenvalue in size of the symmetric difference) or "frobenius2" (squared). Returns
    fields error, nonzeros (of the flat pattern).

    >>> from sims.arrays import strict_rng
    >>> flat_butterfly_error(3, 0.1, trials=2, rng=strict_rng(0)).error.shape
    (2,)
    """
    eye = arrays.eye(rng, 2**log2n)
    xp = namespace(eye)
    product, flat = eye, eye
    for k in range(log2n):
        product = product + lam * swap_bit(product, k)
        flat = flat + lam * swap_bit(eye, k)
    rest = product - flat
    error = xp.sum(rest * rest) if norm == "frobenius2" else xp.max(xp.abs(arrays.eigvalsh((rest + rest.mT) / 2)))
    room = arrays.zeros(rng, (trials,))
    return Flattened(error + room, xp.sum(xp.astype(flat != 0, xp.float64)) + room)


@kernel(floats=lambda b, blocks=64, **_: 3 * blocks * b * b)
def block_cover(delta: Share, b: int, blocks: int = 64, *, trials: int, rng: Generator) -> Cover:
    """Share of `blocks` blocks of b x b entries that hold one of a random mask, and of one made of whole blocks.

    delta: density of both, delta times blocks an integer. Returns fields touched, aligned, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> block_cover(0.25, 2, 8, trials=2, rng=strict_rng(0)).touched.shape
    (2,)
    """
    whole = round(delta * blocks)
    if abs(whole - delta * blocks) > 1e-9:
        raise ValueError(f"delta = {delta!r}: must make delta times blocks = {blocks} an integer")
    mask = bernoulli(rng, (trials, blocks, b * b), delta)
    xp = namespace(mask)
    chosen = arrays.top_k_mask(rng.random(size=(trials, blocks)), whole)
    entries = chosen[..., None] * xp.ones_like(mask)
    return Cover(*(xp.mean(xp.max(pattern, axis=-1), axis=-1) for pattern in (mask, entries)))
