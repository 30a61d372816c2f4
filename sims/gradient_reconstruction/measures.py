"""What a gradient of one's own leaks: measures for any array-API arrays (NumPy, CuPy, PyTorch tensors).

Matrices may carry leading axes; results are arrays over these, beside their input.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, arange, assignment, namespace
from sims.data import array, flag, number
from sims.rounding import computed, precision


class LeakageReport(NamedTuple):
    """What the gradient (G_W, G_b) of one fully connected layer tells about the batch behind it."""

    rank: int
    """Numerical rank of G_W: at least so many samples, and all samples lie in its row space if it is below m."""
    row_space_dimension: int
    """Directions of data space that stand out of the noise (the rank where no noise is given)."""
    stable_rank: float
    """|G_W|_F^2/|G_W|_2^2."""
    effective_rank: float
    """Exponential of the entropy of the squared singular values."""
    exactly_recoverable: int | None
    """Samples given exactly by some row ratio G_W[j]/G_b[j] or by differences of neighbouring rows; None if X or G_b is
    not given, because a mixture of samples that fire the same neurons looks like a sample."""
    identifiable_batch: int
    """Largest batch that gradient matching determines at these sizes: 0 where the layer is not the last."""
    critical_noise: float
    """Noise level per entry above which the top singular vector of G_W says nothing (|G_W|_2/(m d)^{1/4})."""


def singular_spectrum(matrix: Array) -> Array:
    """Return the descending singular values of matrices (..., m, d)."""
    return namespace(matrix).linalg.svdvals(matrix)


def stable_rank(matrix: Array) -> Array:
    """Return |M|_F^2/|M|_2^2 of matrices (..., m, d): between 1 and the rank; NaN for a zero matrix.

    >>> import numpy as np
    >>> float(stable_rank(np.eye(3)))
    3.0
    """
    s = singular_spectrum(array("matrix", matrix, "m, d", stack=True))
    return namespace(s).sum((s / _or_nan(s[..., :1])) ** 2, axis=-1)


def effective_rank(matrix: Array) -> Array:
    """Return exp of the entropy of the normalised squared singular values of matrices (..., m, d).

    Between 1 and the rank; equal to the number of nonzero singular values when these are equal; NaN for a zero matrix.

    >>> import numpy as np
    >>> round(float(effective_rank(np.diag([2.0, 2.0, 0.0]))), 12)
    2.0
    """
    s = singular_spectrum(array("matrix", matrix, "m, d", stack=True))
    xp = namespace(s)
    p = (s / _or_nan(s[..., :1])) ** 2
    p = p / xp.sum(p, axis=-1, keepdims=True)
    positive = xp.where(p > 0, p, xp.ones_like(p))
    return xp.exp(-xp.sum(p * xp.log(positive), axis=-1))


def numerical_rank(matrix: Array, tolerance: float = 1e-9) -> Array:
    """Return how many singular values exceed `tolerance` times the largest, as float64 (0 for a zero matrix)."""
    xp = namespace(matrix)
    s = singular_spectrum(matrix)
    return xp.sum(xp.astype(s > tolerance * s[..., :1], xp.float64), axis=-1)


def invert_single_sample(grad_W: Array, grad_b: Array) -> Array:
    """Return x = G_W[j]/G_b[j], j the row of largest |G_b|, of gradients (..., m, d) and (..., m): shape (..., d).

    Exact for a batch of one sample. Raises ValueError for shapes that do not fit, entries that are not finite, or
    G_b = 0.

    >>> import numpy as np
    >>> invert_single_sample(np.array([[2.0, 4.0], [0.0, 0.0]]), np.array([2.0, 0.0]))
    array([1., 2.])
    """
    grad_W, grad_b = array("grad_W", grad_W, "m, d", stack=True), array("grad_b", grad_b, "m", stack=True)
    if tuple(grad_b.shape) != tuple(grad_W.shape[:-1]):
        raise ValueError(
            f"grad_b = array of shape {tuple(grad_b.shape)}: must be {tuple(grad_W.shape[:-1])}, as grad_W"
        )
    xp = namespace(grad_b)
    if not xp.all(xp.max(xp.abs(grad_b), axis=-1) > 0):
        raise ValueError("grad_b = 0: must have an entry that is not 0 (no neuron fired)")
    return largest_ratio(grad_W, grad_b)


def largest_ratio(grad_W: Array, grad_b: Array) -> Array:
    """`invert_single_sample` unchecked, for kernels."""
    xp = namespace(grad_W)
    row = xp.argmax(xp.abs(grad_b), axis=-1, keepdims=True)
    chosen = xp.astype(arange(grad_b, grad_b.shape[-1]) == row, grad_W.dtype)
    return xp.sum(chosen[..., None] * grad_W, axis=-2) / xp.sum(chosen * grad_b, axis=-1)[..., None]


def row_space_angles(grad_W: Array, X: Array) -> Array:
    """Return the principal angles in radians, descending, between the row spaces of grad_W (m, d) and X (B, d).

    Numerical row bases: singular values above 1e-10 of the largest. One pair of matrices at a time. Raises ValueError
    for shapes that do not fit, entries that are not finite, or a zero matrix.

    >>> import numpy as np
    >>> row_space_angles(np.eye(3)[:2], np.array([[1.0, 0.0, 1.0]])).round(4)
    array([0.7854])
    """
    grad_W, X = array("grad_W", grad_W, "m, d"), array("X", X, "B, d")
    if X.shape[1] != grad_W.shape[1]:
        raise ValueError(f"X = array of shape {tuple(X.shape)}: must be (B, {grad_W.shape[1]}), as grad_W")
    for name, matrix in (("grad_W", grad_W), ("X", X)):
        if not namespace(matrix).any(matrix != 0):
            raise ValueError(f"{name} = 0: must not vanish (it spans nothing)")
    xp = namespace(grad_W)
    first, second = _row_basis(grad_W), _row_basis(X)
    if first.shape[0] < second.shape[0]:
        first, second = second, first
    # Sines from what is left outside the larger space, cosines from the overlap: each accurate where the other is not.
    overlap = second @ first.T
    outside = second - overlap @ first
    cosines = _clip(xp.linalg.svdvals(overlap))
    sines = _clip(xp.flip(xp.linalg.svdvals(outside)[: second.shape[0]]))
    return xp.flip(xp.where(cosines**2 > 0.5, xp.asin(sines), xp.acos(cosines)))


def _row_basis(matrix: Array) -> Array:
    xp = namespace(matrix)
    _, s, rows = xp.linalg.svd(matrix, full_matrices=False)
    return rows[: int(xp.sum(xp.astype(s > 1e-10 * s[0], xp.int64))), :]


def _clip(x: Array) -> Array:
    xp = namespace(x)
    return xp.where(x < 1, x, xp.ones_like(x))


def matched_errors(found: Array, X: Array, signs: bool = False) -> Array:
    """Return the squared error of each sample of X (..., B, d) against its partner among `found` (..., B, d).

    Partners are the cheapest one-to-one assignment (computed on the host); with `signs` an estimate may be flipped.
    Shape (..., B), in the order of the samples. Raises ValueError for unequal shapes or entries that are not finite.

    >>> import numpy as np
    >>> matched_errors(np.array([[0.0, 1.0], [-1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]]), signs=True)
    array([0., 0.])
    """
    found, X = array("found", found, "B, d", stack=True), array("X", X, "B, d", stack=True)
    if tuple(found.shape) != tuple(X.shape):
        raise ValueError(f"found = array of shape {tuple(found.shape)}: must be {tuple(X.shape)}, as X")
    return partner_errors(found, X, flag("signs", signs))


def partner_errors(found: Array, X: Array, signs: bool = False) -> Array:
    """`matched_errors` unchecked, for kernels."""
    xp = namespace(X)
    cost = _squared_distances(X, found)
    if signs:
        flipped = _squared_distances(X, -found)
        cost = xp.where(cost < flipped, cost, flipped)
    partner = assignment(cost)[..., None] == arange(cost, cost.shape[-1])
    return xp.sum(xp.where(partner, cost, xp.zeros_like(cost)), axis=-1)


def _squared_distances(X: Array, Y: Array) -> Array:
    difference = X[..., :, None, :] - Y[..., None, :, :]
    return namespace(X).sum(difference * difference, axis=-1)


def row_ratios(grad_W: Array, grad_b: Array) -> Array:
    """Return the candidates G_W[j]/G_b[j] of all rows, shape (..., m, d); rows with a bias gradient of 0 give NaN.

    A neuron that a single sample of the batch fires gives that sample exactly.
    """
    return grad_W / _or_nan(grad_b)[..., None]


def difference_ratios(grad_W: Array, grad_b: Array, rounding: float = 1e-13) -> Array:
    """Return the candidates of imprint layers: ratios of differences of neighbouring rows, the last row as it is.

    Differences of bias gradients below `rounding` times the largest are none.
    """
    xp = namespace(grad_W)
    steps = xp.concat([grad_W[..., :-1, :] - grad_W[..., 1:, :], grad_W[..., -1:, :]], axis=-2)
    levels = xp.concat([grad_b[..., :-1] - grad_b[..., 1:], grad_b[..., -1:]], axis=-1)
    # A difference at the rounding of its two terms is no sample.
    scale = xp.max(xp.abs(grad_b), axis=-1, keepdims=True)
    levels = xp.where(xp.abs(levels) > rounding * scale, levels, xp.zeros_like(levels))
    return steps / _or_nan(levels)[..., None]


def _or_nan(x: Array) -> Array:
    xp = namespace(x)
    return xp.where(x != 0, x, xp.full_like(x, math.nan))


def recovered_among(candidates: Array, X: Array, tolerance: float = 1e-6) -> Array:
    """Return 1.0 for each sample of X (..., B, d) that is among the candidates (..., k, d) up to a relative error."""
    xp = namespace(X)
    distance = _squared_distances(X, candidates)
    size = xp.sum(X * X, axis=-1)[..., None]
    return xp.astype(xp.any(distance <= tolerance**2 * size, axis=-1), X.dtype)


def _count_among(candidates: list[Array], X: Array, tolerance: float) -> int:
    """How many samples of X (B, d) some candidate (k, d) equals: by inner products, without an array of B k d."""
    xp = namespace(X)
    size = xp.sum(X * X, axis=-1)[:, None]
    among = xp.zeros_like(size) > 0
    for some in candidates:
        valid = xp.all(xp.isfinite(some), axis=-1)
        some = xp.where(valid[:, None], some, xp.zeros_like(some))
        distance = size + xp.sum(some * some, axis=-1)[None, :] - 2 * X @ some.T
        near = (distance <= tolerance**2 * size) & valid[None, :]
        among = among | xp.any(near, axis=-1)[:, None]
    return int(xp.sum(xp.astype(among, xp.int64)))


def gradient_leakage_report(
    grad_W: Array,
    grad_b: Array | None = None,
    X: Array | None = None,
    *,
    loss: str | None = None,
    noise_std: float = 0.0,
    tolerance: float | None = None,
    eps: float | None = None,
) -> LeakageReport:
    """Report what the gradient of a fully connected layer z = W x + b reveals of its batch.

    grad_W (m, d) and grad_b (m,), if the layer has a bias: the layer's gradient, of any array-API library; X: the batch
    (B, d), if known, to count the samples that the gradient contains exactly; loss: 'softmax' or 'squared' if this is
    the network's last layer; noise_std: standard deviation of noise added to each entry; tolerance: relative singular
    value that counts (default: what stands above the rounding of the gradient's own precision); eps: the spacing of
    that precision at one, where the type of grad_W no longer says it.

    Returns a LeakageReport (both soft ranks of a zero gradient are NaN). Raises ValueError for shapes that do not fit,
    entries that are not finite or an unknown loss.

    >>> import numpy as np
    >>> x, delta = np.array([[1.0, 2.0, 3.0]]), np.array([[0.5], [-1.0]])
    >>> report = gradient_leakage_report(delta @ x, delta[:, 0], x)
    >>> report.rank, report.exactly_recoverable
    (1, 1)
    """
    given = array("grad_W", grad_W, "m, d")
    xp, (m, d) = namespace(given), given.shape
    eps = precision(given) if eps is None else number("eps", eps, 0.0, 1.0)
    grad_W, noise_std = xp.astype(given, xp.float64), number("noise_std", noise_std, 0.0)
    if grad_b is not None:
        grad_b = xp.astype(array("grad_b", grad_b, "m"), xp.float64)
        if grad_b.shape[0] != m:
            shapes = f"{tuple(grad_W.shape)} and {tuple(grad_b.shape)}"
            raise ValueError(f"grad_W, grad_b = arrays of shapes {shapes}: must be (m, d) and (m,)")
    if loss is not None and not (isinstance(loss, str) and loss in ("softmax", "squared")):
        raise ValueError(f"loss = {loss!r}: must be 'softmax', 'squared' or None")
    if X is not None:
        X = xp.astype(array("X", X, "B, d"), xp.float64)
        if X.shape[1] != d:
            raise ValueError(f"X = array of shape {tuple(X.shape)}: must be (B, {d}), as grad_W")
    s = singular_spectrum(grad_W)
    floor = computed(s, (m, d), eps) if tolerance is None else number("tolerance", tolerance, 0.0, 1.0) * s[0]
    rank = int(xp.sum(xp.astype(s > floor, xp.int64)))
    # Noise alone has singular values up to s (sqrt m + sqrt d).
    edge = noise_std * (math.sqrt(m) + math.sqrt(d))
    standing = int(xp.sum(xp.astype(s > edge, xp.int64))) if noise_std > 0 else rank
    exact = None
    if X is not None and grad_b is not None:
        ratios = [row_ratios(grad_W, grad_b), difference_ratios(grad_W, grad_b, 512 * eps)]
        exact = _count_among(ratios, X, max(1e-6, eps**0.5))
    free = m - 1 if loss == "softmax" else m
    return LeakageReport(
        rank=rank,
        row_space_dimension=min(rank, standing),
        stable_rank=float(stable_rank(grad_W)),
        effective_rank=float(effective_rank(grad_W)),
        exactly_recoverable=exact,
        identifiable_batch=0 if loss is None else _identifiable(free, m, d, loss),
        critical_noise=float(s[0]) / (m * d) ** 0.25,
    )


def _identifiable(free: int, m: int, d: int, loss: str) -> int:
    """Equations over unknowns: free (d + 1), of which a wide layer with the squared loss has only m d + min(m, d)."""
    rank = free * d + (min(m, d) if loss == "squared" else free)
    return min(rank // d, free) if d > free else rank // d
