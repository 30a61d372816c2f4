"""The neural collapse metrics NC1 to NC4 of any features, and of features without structure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sims.arrays import Array, Generator, asarray, device, eye, haar_frames, kernel, namespace, to_host, zeros
from sims.data import array
from sims.neural_collapse.samples import indicators
from sims.scatter import class_means, over_square

_BLOCK = 2**22


class NCMetrics(NamedTuple):
    """NC1 to NC4; those that need a classifier are None without one. All are 0 at a simplex ETF optimum."""

    nc1: Array
    equinorm: Array
    equiangle: Array
    maxangle: Array
    nc2: Array
    equinorm_W: Array = None
    equiangle_W: Array = None
    maxangle_W: Array = None
    nc3: Array = None
    nc3_sq: Array = None
    nc4: Array = None


def nc_metrics(H: Array, labels: Array, W: Array = None, b: Array = None) -> NCMetrics:
    r"""Neural collapse of features: how far class means and classifier are from a simplex equiangular tight frame.

    With class means $\mu_c$, their mean $\mu_G$, $\Sigma_W = \frac1N\sum(h-\mu_c)(h-\mu_c)^\top$ over all N samples,
    $\Sigma_B = \frac1C\sum_c(\mu_c-\mu_G)(\mu_c-\mu_G)^\top$ and $M = [\mu_c - \mu_G]_c$ (d x C):
    nc1 $= \frac1C\mathrm{tr}(\Sigma_W\Sigma_B^+)$; equinorm, the standard deviation over the mean of the norms of M's
    columns; equiangle, the standard deviation of their cosines over pairs; maxangle, the mean over pairs of
    $|\cos + 1/(C-1)|$; nc2 $= |G/|G|_F - (I-11^\top/C)/\sqrt{C-1}|_F$ with $G = M^\top M$; the first three also for the
    rows of W, uncentred; nc3 $= |W/|W|_F - M^\top/|M|_F|_F$ and its square nc3_sq; nc4, the share of samples that the
    classifier decides differently from the nearest class mean. Standard deviations divide by the count.

    H: features, (d, N) with samples as columns, or a stack (..., d, N); labels: integers 0..C-1, (N,), every class
    present; W: classifier, (..., C, d), with C of its rows then the number of classes; b: its bias, (..., C), None for
    zero. Arrays of any array-API namespace (NumPy, CuPy, PyTorch), computed in float64 where they are. Returns
    floats, or arrays (...) for a stack.

    What value means "no structure": `theory.neural_collapse.nc1_null_mean` for nc1; 0 is full collapse. With samples as
    rows, labels of any kind and a null for the data at hand: `overparam.measures.neural_collapse.nc_metrics`.
    Singular values of M below 1e-7 of the largest count as zero, as in a pseudo-inverse: where means coincide (a dead
    network), nc1 does not see it, but nc2 does. A mean at the centre has cosine 0 with the others.

    Raises ValueError naming the argument for mismatched shapes, labels that are not such integers, or entries of H
    that are not finite.

    Source: Papyan, Han, Donoho 2020, arXiv:2008.08186; nc2 and nc3 as in Zhu et al. 2021, arXiv:2105.02375 (recalled).

    >>> import numpy as np
    >>> H = np.array([[2.0, 2.2, -1.0, -1.0, -1.0, -1.2], [0.0, 0.0, 1.7, 1.8, -1.8, -1.7]])
    >>> m = nc_metrics(H, np.array([0, 0, 1, 1, 2, 2]), W=np.array([[1.0, 0.0], [-0.5, 0.9], [-0.5, -0.9]]))
    >>> round(m.nc1, 4), round(m.nc2, 4), round(m.nc3, 4), m.nc4
    (0.0013, 0.0475, 0.0433, 0.0)
    """
    H = array("H", H, "d, N", stack=True)
    W = None if W is None else array("W", W, "C, d", stack=True)
    b = None if b is None else array("b", b, "C", stack=True)
    host, counts = _checked(H, labels, W, b)
    xp = namespace(H)
    W, b = (None if a is None else xp.astype(a, xp.float64) for a in (W, b))
    found = _metrics(_Columns(H, host, counts), W, b)
    if len(H.shape) > 2 or (W is not None and len(W.shape) > 2) or (b is not None and len(b.shape) > 1):
        return found
    return NCMetrics(*(None if value is None else float(to_host(value)) for value in found))


def _checked(H: Array, labels: Array, W: Array, b: Array) -> tuple[list[int], list[int]]:
    """Refuse what cannot be meant; return the labels and the class sizes."""
    d, n = H.shape[-2:]
    host = _listed(labels)
    if len(host) != n or not all(isinstance(c, int) and not isinstance(c, bool) and c >= 0 for c in host):
        raise ValueError(f"labels = {str(host)[:60]}: must be {n} integers >= 0, one for each column of H")
    classes = max(host) + 1 if W is None else W.shape[-2]
    by = "" if W is None else ", the rows of W"
    seen = Counter(host)
    if classes < 2 or max(host) >= classes or len(seen) < classes:
        raise ValueError(f"labels = {str(host)[:60]}: must hold every class 0..C-1, C >= 2 (here C = {classes}{by})")
    if W is not None and W.shape[-1] != d:
        raise ValueError(f"W = array of shape {tuple(W.shape)}: must be (C, d) with d = {d} as in H")
    if b is not None and (W is None or b.shape[-1:] != (classes,)):
        raise ValueError(f"b = array of shape {tuple(b.shape)}: must be (C,) with C = {classes}, and W given")
    return host, [seen[c] for c in range(classes)]


def _listed(labels: Array) -> list[Any]:
    if hasattr(labels, "shape"):
        host = to_host(labels).tolist()
        return host if isinstance(host, list) else [host]
    return list(labels) if isinstance(labels, Iterable) else [labels]


class _Columns:
    """Samples in the order of their classes, a block at a time, so that one-hot labels are never formed whole."""

    def __init__(self, H: Array, labels: Sequence[int], counts: Sequence[int]) -> None:
        self.H, self.counts = H, counts
        self.order = sorted(range(len(labels)), key=labels.__getitem__)
        self.labels = [labels[i] for i in self.order]
        self.step = max(1, _BLOCK // (math.prod(H.shape[:-1]) + len(counts)))

    def __iter__(self) -> Iterator[tuple[Array, Array, int, int]]:
        """Yield columns in float64, their labels, and the first and last class among them."""
        xp = namespace(self.H)
        for start in range(0, len(self.order), self.step):
            chosen, labels = (
                xp.asarray(part[start : start + self.step], dtype=xp.int64, device=device(self.H))
                for part in (self.order, self.labels)
            )
            last = self.labels[min(start + self.step, len(self.labels)) - 1]
            block = xp.take(self.H.mT, chosen, axis=-2).mT  # where samples are rows in memory, whole rows are read
            yield xp.astype(block, xp.float64), labels, self.labels[start], last

    def means(self) -> Array:
        xp = namespace(self.H)
        sums = zeros(self.H, (*self.H.shape[:-1], len(self.counts)))
        for block, labels, first, last in self:
            k = xp.arange(first, last + 1, dtype=xp.int64, device=device(self.H))
            Y = xp.astype(labels[:, None] == k[None, :], xp.float64)
            sums[..., first : last + 1] += block @ Y
        return sums / asarray(self.H, [float(count) for count in self.counts])


class _Indicated:
    """Samples with their one-hot labels, as kernels have them."""

    def __init__(self, H: Array, Y: Array) -> None:
        xp = namespace(H)
        self.H, self.Y, self.counts = H, Y, range(Y.shape[0])
        self.labels = xp.argmax(Y, axis=0)

    def __iter__(self) -> Iterator[tuple[Array, Array, int, int]]:
        yield self.H, self.labels, 0, len(self.counts) - 1

    def means(self) -> Array:
        return class_means(self.H, self.Y)


def metrics_of(H: Array, Y: Array, W: Array = None, b: Array = None) -> NCMetrics:
    """The metrics of a stack of features (..., d, N) with one-hot labels Y (C, N); W (..., C, d), b (..., C)."""
    return _metrics(_Indicated(H, Y), W, b)


def of_means(means: Array, W: Array = None) -> tuple[NCMetrics, Array]:
    """The metrics that class means (..., d, C) and classifier give (nc1 and nc4 None), and the map A of (..., C, d)
    for which nc1 is the mean of |A h|^2 over deviations h from the class means."""
    xp = namespace(means)
    M = means - xp.mean(means, axis=-1, keepdims=True)
    G = M.mT @ M
    toward = over_square(G, M.mT, min(means.shape[-2], means.shape[-1] - 1))
    found = NCMetrics(None, *_frame(G), _gram_distance(G))
    if W is not None:
        nc3_sq = _squares(W / _norm(W) - M.mT / _norm(M))
        found = NCMetrics(*found[:5], *_frame(W @ W.mT), xp.sqrt(nc3_sq), nc3_sq)
    return found, toward


def _metrics(samples: _Columns | _Indicated, W: Array, b: Array) -> NCMetrics:
    xp, n = namespace(samples.H), samples.H.shape[-1]
    means = samples.means()
    found, toward = of_means(means, W)
    lengths = xp.sum(means * means, axis=-2)[..., None]
    within, differ = 0.0, 0.0
    for block, labels, _, _ in samples:
        within = within + _squares(toward @ (block - xp.take(means, labels, axis=-1)))
        if W is not None:
            logits = W @ block if b is None else W @ block + b[..., None]
            nearest = xp.argmin(lengths - 2 * (means.mT @ block), axis=-2)
            differ = differ + xp.sum(xp.astype(xp.argmax(logits, axis=-2) != nearest, means.dtype), axis=-1)
    return found._replace(nc1=within / n, nc4=None if W is None else differ / n)


def _squares(a: Array) -> Array:
    return namespace(a).sum(a * a, axis=(-2, -1))


def _norm(a: Array) -> Array:
    """Frobenius norm, 1 where it is 0."""
    return _nonzero(namespace(a).sqrt(_squares(a)))[..., None, None]


def _nonzero(a: Array) -> Array:
    xp = namespace(a)
    return xp.where(a > 0, a, xp.ones_like(a))


def _frame(G: Array) -> tuple[Array, Array, Array]:
    """Equinorm, equiangle and maxangle of vectors with Gram matrix G."""
    xp, classes = namespace(G), G.shape[-1]
    unit = eye(G, classes)
    norms = xp.sqrt(xp.sum(G * unit, axis=-1))
    equinorm = xp.std(norms, axis=-1) / _nonzero(xp.mean(norms, axis=-1))
    norms = _nonzero(norms)
    pairs, off = classes * (classes - 1), 1 - unit
    cosines = G / (norms[..., :, None] * norms[..., None, :])
    mean = xp.sum(cosines * off, axis=(-2, -1), keepdims=True) / pairs
    spread = (cosines - mean) * off
    equiangle = xp.sqrt(_squares(spread) / pairs)
    return equinorm, equiangle, xp.sum(xp.abs(cosines + 1 / (classes - 1)) * off, axis=(-2, -1)) / pairs


def _gram_distance(G: Array) -> Array:
    classes = G.shape[-1]
    simplex = (eye(G, classes) - 1 / classes) / math.sqrt(classes - 1)
    return namespace(G).sqrt(_squares(G / _norm(G) - simplex))


def _sizes(C: int | None, n: int | None, n_per_class: Sequence[int] | None) -> tuple[int, ...]:
    if C is not None and n is not None and n_per_class is None:
        return (n,) * C
    if n_per_class is None or C is not None or n is not None:
        raise ValueError(f"n_per_class = {n_per_class!r}: must be given in the place of C and n")
    return tuple(int(size) for size in n_per_class)


@kernel(floats=lambda d, C=None, n=None, n_per_class=None: 4 * sum(_sizes(C, n, n_per_class)) * d)
def nc1_null_mean(
    C: int | None = None, n: int | None = None, d: int | None = None, n_per_class: Sequence[int] | None = None, *,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """NC1 of features N(0, I_d) without class structure, C classes of n, or of n_per_class: (trials,).

    C, n: classes and samples a class, or n_per_class (C,); d: dimension. Their mean has a closed form in
    `theory.neural_collapse.nc1_null_mean`.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> nc1_null_mean(3, 5, 4, trials=2, rng=rng).shape
    (2,)
    """
    if d is None:
        raise ValueError("d = None: must be an integer >= 1")
    sizes = _sizes(C, n, n_per_class)
    H = rng.standard_normal(size=(trials, d, sum(sizes)))
    return metrics_of(H, indicators(rng, sizes)).nc1


@kernel(floats=lambda C, n, d, optimum: C * (4 * n * d + 2 * d + 3 * n * C))
def nc_metrics_optimum(C: int, n: int, d: int, optimum: str, *, trials: int, rng: Generator) -> NCMetrics:
    """The metrics at an optimum, randomly turned and scaled: "etf", a shifted simplex with its aligned classifier, or
    "frame", the orthogonal frame of the bias-free square loss (d >= C).

    C, n, d: classes, samples a class, dimension, d >= C - 1. Returns the fields of NCMetrics.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> bool(np.abs(nc_metrics_optimum(3, 4, 5, 'etf', trials=2, rng=rng).nc2).max() < 1e-12)
    True
    """
    xp = namespace(rng)
    frame = haar_frames(rng, trials, d, C)
    scales = 0.5 + rng.random(size=(trials, 2, 1, 1))
    Y = indicators(rng, (n,) * C)
    if optimum == "frame":
        return metrics_of(scales[:, 0, ...] * frame @ Y, Y, scales[:, 1, ...] * frame.mT)
    simplex = frame - xp.mean(frame, axis=-1, keepdims=True)
    shift = rng.standard_normal(size=(trials, d, 1))
    W = scales[:, 1, ...] * simplex.mT
    # The bias undoes the shift, as a trained one does.
    bias = zeros(rng, (trials, C)) - (W @ shift)[..., 0]
    return metrics_of((scales[:, 0, ...] * simplex + shift) @ Y, Y, W, bias)
