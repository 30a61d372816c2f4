"""Ridge regression on correlated Gaussian features: label noise and the signs of the coefficients are integrated."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel


class RidgeRisk(NamedTuple):
    """Statistics of each drawn design, shape (trials,).

    kappa, df1 and df2 are what the data say about the population: with A = I - H they are lam n / tr A, n - tr A and
    n - (tr A)^2 / tr A^2. gcv is the ratio of its expected numerator to its denominator, residual_degrees is tr A / n.
    """

    kappa: Array
    df1: Array
    df2: Array
    bias: Array
    variance: Array
    train: Array
    residual_degrees: Array
    gcv: Array
    test_error: Array


def is_pair(spectrum: Any) -> bool:
    """Whether a spectrum is a tuple (values, multiplicities) rather than the eigenvalues themselves."""
    return isinstance(spectrum, tuple) and len(spectrum) == 2 and hasattr(spectrum[0], "__len__")


def spectrum_size(spectrum: Any) -> int:
    """How many eigenvalues a spectrum holds."""
    return int(sum(spectrum[1])) if is_pair(spectrum) else len(spectrum)


def _repeated(rng: Generator, numbers: Any, spectrum: Any) -> Array:
    counts = spectrum[1] if is_pair(spectrum) else [1] * spectrum_size(spectrum)
    pairs = zip(numbers, counts, strict=True)
    return arrays.asarray(rng, [float(v) for v, count in pairs for _ in range(int(count))])


def eigenvalues(rng: Generator, spectrum: Any) -> Array:
    """The eigenvalues (p,), repeated by their multiplicities, beside the draws of rng."""
    return _repeated(rng, spectrum[0] if is_pair(spectrum) else spectrum, spectrum)


def _floats(n: int, spectrum: Any, **_: Any) -> float:
    p = spectrum_size(spectrum)
    return 3 * n * p + 4 * min(n, p) ** 2


@kernel(floats=_floats)
def ridge_risk(
    lam: NonNegative, n: int, spectrum: Any, beta_sq: Any, sigma2: NonNegative, *, trials: int, rng: Generator
) -> RidgeRisk:
    """Bias, variance and training loss of ridge regression with penalty n lam, for each of `trials` designs.

    spectrum: eigenvalues (positive if lam = 0 and p <= n), or a tuple (values, multiplicities); beta_sq as in the
    theory. Rows are Gaussian. The bias is averaged over independent signs of the coefficients, which leaves
    tr(diag(beta_sq) R Sigma R), R = I - (X'X + n lam)^{-1} X'X.

    lam >= 0; n: samples, >= 1; spectrum: eigenvalues of the covariance, or (values, multiplicities); beta_sq: squared
    coefficients, one for each value; sigma2 >= 0. Returns the fields of `RidgeRisk`, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> ridge_risk(0.1, 20, [2.0, 1.0], [1.0, 0.0], 0.5, trials=3, rng=strict_rng(0))[0].shape
    (3,)
    """
    values, squares = eigenvalues(rng, spectrum), _repeated(rng, beta_sq, spectrum)
    x = arrays.gaussian_rows(rng, trials, n, arrays.namespace(values).sqrt(values))
    return (_primal if x.shape[-1] <= n else _dual)(x, lam, values, squares, sigma2)


def _primal(x: Array, lam: float, s: Array, b2: Array, sigma2: float) -> RidgeRisk:
    """p <= n: with G = (X'X + n lam)^{-1}, R = n lam G and X'X G = I - R."""
    xp = arrays.namespace(x)
    n, p = x.shape[-2:]
    total = n * lam
    inverse = arrays.spd_inverse(x.mT @ x + total * arrays.eye(x, p))
    squared = inverse * inverse
    diagonal, columns = xp.linalg.diagonal(inverse), xp.sum(squared, axis=-2)
    bias = total**2 * xp.sum((squared @ s[:, None])[..., 0] * b2, axis=-1)
    variance = sigma2 * (xp.sum(diagonal * s, axis=-1) - total * xp.sum(columns * s, axis=-1))
    # I - H has n - p eigenvalues 1 and the p eigenvalues of R.
    trace = n - p + total * xp.sum(diagonal, axis=-1)
    trace2 = n - p + total**2 * xp.sum(columns, axis=-1)
    train = (sigma2 * trace2 + total**2 * xp.sum((diagonal - total * columns) * b2, axis=-1)) / n
    gcv, df2 = n**2 * train / trace**2, n - trace**2 / trace2
    return RidgeRisk(total / trace, n - trace, df2, bias, variance, train, trace / n, gcv, bias + variance + sigma2)


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
    trace, trace2 = xp.linalg.trace(inverse), xp.sum(inverse * inverse, axis=(-2, -1))
    residual = sigma2 * trace2 + xp.sum((inverse @ inverse) * prior, axis=(-2, -1))
    # kappa, df2 and GCV are free of lam in this form, and so defined at lam = 0.
    kappa, df2, gcv = 1 / trace, n - trace**2 / trace2, n * residual / trace**2
    left = lam * trace
    train = n * lam**2 * residual
    return RidgeRisk(kappa, n * (1 - left), df2, bias, variance, train, left, gcv, bias + variance + sigma2)
