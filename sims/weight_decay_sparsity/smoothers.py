"""Linear smoothers of a box on a circle: the best matrix by a dense solve, the filter on draws, kernels, a search."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import (
    Array,
    Generator,
    Positive,
    Whole,
    arange,
    eye,
    fft,
    ifft,
    kernel,
    namespace,
    spd_solve,
    to_host,
)


class Smoothers(NamedTuple):
    """Risks a sample (trials,), each at its best bandwidth: moving average, Gaussian kernel, periodic cubic spline, and
    the matrix that a descent from a random one ends at."""

    boxcar: Array
    gaussian: Array
    spline: Array
    searched: Array


def box(rng: Generator, n: int, m: int, h: float) -> Array:
    """h at the first m of n points, else 0."""
    if m > n:
        raise ValueError(f"m = {m!r}: must be an integer from 0 to n = {n}")
    near = rng.random(size=(1,))
    xp = namespace(near)
    return h * xp.astype(arange(near, n) < m, xp.float64)


def _shifts(signal: Array) -> Array:
    """All n shifts of a signal, as rows."""
    xp, n = namespace(signal), signal.shape[-1]
    return xp.stack([xp.roll(signal, s) for s in range(n)])


def _risk(A: Array, rows: Array, sigma2: float) -> Array:
    """Risk a sample of a matrix, averaged over the signals that are rows."""
    xp, n = namespace(A), A.shape[-1]
    bias = xp.mean(xp.sum((rows @ A.mT - rows) ** 2, axis=-1), axis=-1)
    return (bias + sigma2 * xp.sum(A * A, axis=(-2, -1))) / n


@kernel(floats=lambda n, **_: 6 * n * n, block=1)
def best_linear_risk_box(n: int, m: Whole, h: float, sigma2: Positive, *, trials: int, rng: Generator) -> Array:
    """Risk of the matrix that minimises the mean risk over all shifts of the box, by regression of signals on data.

    The minimiser of sum |Af - f|^2 + n sigma2 |A|^2 over the shifts f is a dense solve; its risk is measured on every
    shift, and is the same on each. Nothing is drawn. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> best_linear_risk_box(8, 4, 1.0, 0.25, trials=1, rng=strict_rng(0)).shape
    (1,)
    """
    rows = _shifts(box(rng, n, m, h))
    xp = namespace(rows)
    second = rows.mT @ rows / n
    A = spd_solve(second + sigma2 * eye(rows, n), second).mT
    each = xp.sum((rows @ A.mT - rows) ** 2, axis=-1)
    risk = (xp.max(each) + sigma2 * xp.sum(A * A)) / n
    return risk * xp.ones(trials, dtype=rows.dtype, device=rows.device)


@kernel(floats=lambda n, copies=8, **_: 8 * n * copies)
def filtered_risk(
    n: int, m: Whole, h: float, sigma2: Positive, copies: int = 8, *, trials: int, rng: Generator
) -> Array:
    """Squared error a sample of the filter S/(S + sigma2) on noisy boxes at random places, S from the box's transform.

    Returns the mean over `copies` draws, (trials,).

    >>> from sims.arrays import strict_rng
    >>> filtered_risk(16, 8, 1.0, 0.25, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    noise = math.sqrt(sigma2) * rng.standard_normal(size=(trials, copies, n))
    first = rng.random(size=(trials, copies, 1))
    xp = namespace(noise)
    place = xp.floor(first * n)
    along = (xp.astype(arange(noise, n), xp.float64) - place) % n
    signal = h * xp.astype(along < m, xp.float64)
    power = xp.abs(fft(box(rng, n, m, h))) ** 2 / n
    found = xp.real(ifft(fft(signal + noise) * (power / (power + sigma2))))
    return xp.mean((found - signal) ** 2, axis=(-2, -1))


@kernel(floats=lambda n, **_: 20 * n, block=1)
def best_filter_risk(n: int, m: Whole, h: float, sigma2: Positive, *, trials: int, rng: Generator) -> Array:
    """Bias and variance a sample of the filter S/(S + sigma2) at the box, by fast transforms: for large n.

    Nothing is drawn. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> best_filter_risk(16, 8, 1.0, 0.25, trials=1, rng=strict_rng(0)).shape
    (1,)
    """
    signal = box(rng, n, m, h)
    xp = namespace(signal)
    transform = fft(signal)
    power = xp.abs(transform) ** 2 / n
    response = power / (power + sigma2)
    bias = xp.mean((xp.real(ifft(response * transform)) - signal) ** 2)
    return (bias + sigma2 * xp.mean(response**2)) * xp.ones(trials, dtype=signal.dtype, device=signal.device)


def responses(near: Array, n: int) -> dict[str, Array]:
    """Transforms (bandwidths, n) of moving averages, Gaussian kernels and periodic cubic smoothing splines.

    >>> import numpy as np
    >>> sorted(responses(np.zeros(1), 8))
    ['boxcar', 'gaussian', 'spline']
    """
    xp = namespace(near)
    place = xp.astype(arange(near, n), xp.float64)
    away = xp.minimum(place, n - place)
    half = xp.astype(arange(near, (n + 1) // 2), xp.float64)[:, None]
    flat = xp.astype(away <= half, xp.float64)
    width = xp.exp(xp.astype(arange(near, 80), xp.float64) / 79 * math.log(n) + math.log(0.2))[:, None]
    bell = xp.exp(-0.5 * (away / width) ** 2)
    bend = (2 - 2 * xp.cos(2 * math.pi * place / n)) ** 2
    weight = xp.exp(xp.astype(arange(near, 120), xp.float64) / 119 * 5 * math.log(n) - 3.0)[:, None]
    kernels = {
        name: xp.real(fft(rows / xp.sum(rows, axis=-1, keepdims=True)))
        for name, rows in (("boxcar", flat), ("gaussian", bell))
    }
    return {**kernels, "spline": 1 / (1 + weight * bend)}


def filter_risks(response: Array, signal: Array, sigma2: float) -> Array:
    """Risks a sample (bandwidths,) of filters (bandwidths, n) at a signal."""
    xp, n = namespace(signal), signal.shape[-1]
    power = xp.abs(fft(signal)) ** 2 / n
    return xp.mean((1 - response) ** 2 * power + sigma2 * response**2, axis=-1)


@kernel(floats=lambda n, **_: 10 * n * n, block=4)
def smoother_risks(
    n: int, m: Whole, h: float, sigma2: Positive, steps: int = 400, *, trials: int, rng: Generator
) -> Smoothers:
    """Risks of usual linear smoothers at the box, each at the bandwidth that is best for it, and of a searched matrix.

    The search is accelerated gradient descent on the mean risk over all shifts, from a random matrix.

    >>> from sims.arrays import strict_rng
    >>> smoother_risks(8, 4, 1.0, 0.25, trials=2, rng=strict_rng(0)).searched.shape
    (2,)
    """
    signal = box(rng, n, m, h)
    xp = namespace(signal)
    best = {name: xp.min(filter_risks(r, signal, sigma2)) for name, r in responses(signal, n).items()}
    rows = _shifts(signal)
    second = rows.mT @ rows / n
    top = float(to_host(xp.max(xp.sum(xp.abs(second), axis=-1)))) + sigma2
    momentum = (1 - math.sqrt(sigma2 / top)) / (1 + math.sqrt(sigma2 / top))
    A = before = rng.standard_normal(size=(trials, n, n)) / math.sqrt(n)
    for _ in range(steps):
        ahead = A + momentum * (A - before)
        A, before = ahead - ((ahead @ second - second) + sigma2 * ahead) / top, A
    ones = xp.ones(trials, dtype=signal.dtype, device=signal.device)
    return Smoothers(**{name: risk * ones for name, risk in best.items()}, searched=_risk(A, rows, sigma2))
