"""Ridge regression on correlated Gaussian features: label noise and the signs of the coefficients are integrated."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel


class RidgeRisk(NamedTuple):
    """Statistics of each drawn design, shape (trials,); gcv is the ratio of its expected numerator to its denominator.

    kappa estimates the effective ridge by lam / (1 - tr(H)/n); df1 is tr(H).
    """

    kappa: Array
    df1: Array
    bias: Array
    variance: Array
    train: Array
    residual_degrees: Array
    gcv: Array
    test_error: Array


def expand(rng: Generator, spectrum: object, beta_sq: object) -> tuple[Array, Array]:
    """Return the positive eigenvalues, repeated by their multiplicities, and the squared coefficients (p,) each."""
    if isinstance(spectrum, tuple) and len(spectrum) == 2 and isinstance(spectrum[0], tuple | list):
        values, counts = spectrum
    else:
        values, counts = spectrum, [1] * len(spectrum)  # type: ignore[arg-type]
    triples = [(v, c, b) for v, c, b in zip(values, counts, beta_sq, strict=True) if v > 0]  # type: ignore[call-overload]
    eigenvalues = [float(v) for v, c, _ in triples for _ in range(int(c))]
    squares = [float(b) for _, c, b in triples for _ in range(int(c))]
    return arrays.asarray(rng, eigenvalues), arrays.asarray(rng, squares)


def spectrum_size(spectrum: object) -> int:
    """How many eigenvalues a spectrum (values, or a tuple of values and multiplicities) holds."""
    if isinstance(spectrum, tuple) and len(spectrum) == 2 and isinstance(spectrum[0], tuple | list):
        return int(sum(spectrum[1]))
    return len(spectrum)  # type: ignore[arg-type]


def _floats(n: int, spectrum: object, **_: object) -> float:
    p = spectrum_size(spectrum)
    return 3 * n * p + 4 * min(n, p) ** 2


@kernel(floats=_floats)
def ridge_risk(
    lam: float, n: int, spectrum: object, beta_sq: object, sigma2: float, *, trials: int, rng: Generator
) -> RidgeRisk:
    """Bias, variance and training loss of ridge regression with penalty n lam, for each of `trials` designs.

    spectrum: eigenvalues, or a tuple (values, multiplicities); beta_sq as in the theory. Rows are Gaussian. The bias is
    averaged over independent signs of the coefficients, which leaves tr(diag(beta_sq) A Sigma A), A = I - (X'X + n
    lam)^{-1} X'X.
    """
    values, squares = expand(rng, spectrum, beta_sq)
    x = arrays.gaussian_rows(rng, trials, n, arrays.namespace(values).sqrt(values))
    return (_primal if x.shape[-1] <= n else _dual)(x, lam, values, squares, sigma2)


def _report(
    lam: float, n: int, bias: Array, variance: Array, train: Array, left: Array, gcv: Array, sigma2: float
) -> RidgeRisk:
    # `left` is 1 - tr(H)/n; at lam = 0 with p > n it is 0 and kappa is read off by the caller's theory only.
    kappa = lam / left if lam > 0 else 0.0 * left
    return RidgeRisk(kappa, n * (1 - left), bias, variance, train, left, gcv, bias + variance + sigma2)


def _primal(x: Array, lam: float, s: Array, b2: Array, sigma2: float) -> RidgeRisk:
    """p <= n: with G = (X'X + n lam)^{-1}, A = n lam G and X'X G = I - A."""
    xp = arrays.namespace(x)
    n, p = x.shape[-2:]
    total = n * lam
    inverse = arrays.spd_inverse(x.mT @ x + total * arrays.eye(x, p))
    squared = inverse * inverse
    diagonal, columns = xp.linalg.diagonal(inverse), xp.sum(squared, axis=-2)
    bias = total**2 * xp.sum((squared @ s[:, None])[..., 0] * b2, axis=-1)
    variance = sigma2 * (xp.sum(diagonal * s, axis=-1) - total * xp.sum(columns * s, axis=-1))
    # I - H has n - p eigenvalues 1 and p eigenvalues of A.
    trace, trace2 = total * xp.sum(diagonal, axis=-1), total**2 * xp.sum(columns, axis=-1)
    signal = total**2 * xp.sum((diagonal - total * columns) * b2, axis=-1)
    train = (sigma2 * (n - p + trace2) + signal) / n
    left = (n - p + trace) / n
    return _report(lam, n, bias, variance, train, left, train / left**2, sigma2)


def _dual(x: Array, lam: float, s: Array, b2: Array, sigma2: float) -> RidgeRisk:
    """p > n: with K = XX' + n lam, the estimator is X'K^{-1}y and I - H = n lam K^{-1}."""
    xp = arrays.namespace(x)
    n = x.shape[-2]
    inverse = arrays.spd_inverse(x @ x.mT + n * lam * arrays.eye(x, n))
    prior, metric = (x * b2) @ x.mT, (x * s) @ x.mT
    sandwich = inverse @ metric
    variance = sigma2 * xp.sum(sandwich * inverse, axis=(-2, -1))
    cross = xp.sum(inverse * ((x * (s * b2)) @ x.mT), axis=(-2, -1))
    bias = xp.sum(s * b2) - 2 * cross + xp.sum((sandwich @ inverse) * prior, axis=(-2, -1))
    trace, squared = xp.linalg.trace(inverse), inverse @ inverse
    residual = sigma2 * xp.linalg.trace(squared) + xp.sum(squared * prior, axis=(-2, -1))
    # GCV is free of lam in this form, and so defined at lam = 0.
    return _report(lam, n, bias, variance, n * lam**2 * residual, lam * trace, n * residual / trace**2, sigma2)
