"""Risk of ridge and minimum-norm regression: exact for a given design, and its deterministic equivalent.

The penalty here is the total ridge delta: w_hat = X' (X X' + delta I)^-1 y. (double_descent writes it n lam.)
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.deterministic_equivalent import Spectrum, degrees, fixed_point, parse_spectrum
from theory.domain import (
    Counts,
    Floats,
    In,
    Matrix,
    NonNegative,
    NonNegatives,
    NonNegativeVector,
    Real,
    Reals,
    checked,
    default,
)
from theory.least_squares import min_norm_risk


class BiasVariance(NamedTuple):
    """Excess risk on the noiseless target, and excess risk due to label noise."""

    bias: float | Floats
    variance: float | Floats


class RidgeRisk(NamedTuple):
    """Effective ridge, excess risk (bias + variance), test error (with the noise) and training error."""

    kappa: float | Floats
    bias: float | Floats
    variance: float | Floats
    excess: float | Floats
    test: float | Floats
    train: float | Floats


_Sizes = Annotated[Floats, In(1.0)]
_Multiplicity = Annotated[Floats, In(0.0, open_low=True, ndim=1, like="eigenvalues")]


def plain(value: Floats) -> float | Floats:
    """Return a float for a 0-dimensional array, else the array."""
    return float(value) if value.ndim == 0 else value


@checked(broadcast=True)
def isotropic_risk(
    n: Counts, p: Counts, sigma2: NonNegatives = default(1.0), w_norm2: NonNegatives = default(1.0)
) -> BiasVariance:
    r"""Return the exact expected bias and variance of the minimum-norm interpolator of isotropic Gaussian features.

    $$p>n+1:\ \mathbb E B = \|w\|^2(1-n/p),\ \mathbb E V = \frac{\sigma^2 n}{p-n-1};\qquad
    n>p+1:\ \mathbb E B = 0,\ \mathbb E V = \frac{\sigma^2 p}{n-p-1}.$$

    n, p: integers >= 1; sigma2, w_norm2 >= 0; arrays broadcast. The variance is inf for |n - p| <= 1.
    The statement stands in `theory.double_descent.min_norm_risk`; here it is only called.

    Source: Hastie, Montanari, Rosset, Tibshirani 2022 (arXiv:1903.08560); Belkin, Hsu, Xu 2020 (arXiv:1903.07571);
    recalled.

    >>> isotropic_risk(30, 80, sigma2=1.0, w_norm2=2.25)
    BiasVariance(bias=1.40625, variance=0.6122448979591837)
    """
    bias, variance = min_norm_risk(n, p, w_norm2, sigma2)
    return BiasVariance(plain(np.asarray(bias)), plain(np.asarray(variance)))


@checked
def conditional_risk(
    X: Matrix,
    w: Annotated[Floats, In(ndim=1, like="X")],
    eigenvalues: Annotated[Floats, In(0.0, ndim=1, like="X")],
    sigma2: NonNegative = 1.0,
    ridge: Real = 0.0,
) -> BiasVariance:
    r"""Return the excess risk for this design, averaged over the label noise only.

    $$B = \|\Sigma^{1/2}(I - X^\top M)w\|^2,\quad V = \sigma^2\operatorname{tr}(M\Sigma M^\top),\quad
    M = (XX^\top+\delta I)^{-1}X .$$

    X: (n, p), rows drawn with covariance diag(eigenvalues), columns in that order; w: (p,); eigenvalues: (p,) >= 0;
    sigma2 >= 0; ridge: total penalty delta, negative allowed. By the singular values of X; for n > p and ridge = 0 the
    least-squares fit, M = pinv(X)'. Raises ValueError if XX' + ridge I is not positive definite otherwise.

    Source: classical bias-variance identity; derived here.

    >>> conditional_risk([[2.0, 0.0]], [1.0, 3.0], [1.0, 0.5])
    BiasVariance(bias=4.5, variance=0.25)
    """
    n, p = X.shape
    _, singular, right = np.linalg.svd(X, full_matrices=False)
    smallest = singular[-1] ** 2 if p >= n else 0.0
    negligible = (singular[0] ** 2 + abs(ridge)) * max(n, p) * np.finfo(float).eps
    least_squares = ridge == 0 and n > p
    if not least_squares and ridge <= 0 and smallest + ridge <= negligible:
        raise ValueError(f"ridge = {ridge:g}: must make X X' + ridge I positive definite (above {-smallest:g})")
    kept = (singular > np.sqrt(negligible)) | (ridge != 0)
    factor = np.zeros_like(singular)
    factor[kept] = singular[kept] / (singular[kept] ** 2 + ridge)
    residual = w - ((right @ w) * singular * factor) @ right
    bias = eigenvalues @ residual**2
    return BiasVariance(float(bias), float(sigma2 * (factor**2 @ (right**2 @ eigenvalues))))


def _fixed_point(n: Floats, ridge: Floats, spectrum: Spectrum) -> Floats:
    """Return kappa > 0; refuse ridge = 0 where there is nothing to interpolate with."""
    if ((ridge == 0) & (n >= spectrum.rank)).any():
        raise ValueError(
            f"ridge = 0: must be positive when n reaches {spectrum.rank:g}, the eigenvalues > 0 by multiplicity"
        )
    return fixed_point(n, ridge, spectrum)


@checked(broadcast=True)
def kappa(
    eigenvalues: NonNegativeVector, n: _Sizes, ridge: Reals = default(0.0), multiplicity: _Multiplicity | None = None
) -> float | Floats:
    r"""Return the effective ridge kappa, the largest root of $\sum_i\lambda_i/(\lambda_i+\kappa)+\delta/\kappa = n$.

    eigenvalues: (p,) >= 0; n >= 1 and ridge (total penalty, negative down to where the root ceases to exist)
    broadcast; multiplicity: (p,) > 0, how often each eigenvalue occurs (a flat tail of 1e6 features is one entry).
    Raises ValueError if ridge = 0 and at most n eigenvalues are positive, or if a negative ridge has no root.

    Source: Simon, Dickens, Karkada, DeWeese 2021 (arXiv:2110.03922); recalled.

    >>> round(kappa([1.0], n=100, multiplicity=[300]), 12)
    2.0
    """
    return plain(_fixed_point(n, ridge, parse_spectrum("eigenvalues", eigenvalues, multiplicity)))


@checked(broadcast=True)
def ridge_risk(
    eigenvalues: NonNegativeVector,
    coef2: Annotated[Floats, In(0.0, ndim=1, like="eigenvalues")],
    n: _Sizes,
    sigma2: NonNegative = 1.0,
    ridge: Reals = default(0.0),
    multiplicity: _Multiplicity | None = None,
) -> RidgeRisk:
    r"""Return the deterministic equivalent of the risk of ridge regression; `ridge` is the total penalty.

    `theory.double_descent.ridge_risk` takes the penalty per sample, lam = ridge/n.

    With $L_i=\lambda_i/(\lambda_i+\kappa)$, $S=\sum L_i^2$ and $E_0=n/(n-S)$:
    $$\text{bias}=E_0\sum_i(1-L_i)^2\lambda_i w_i^2,\quad \text{variance}=\sigma^2\frac{S}{n-S},\quad
    \text{train}=\Bigl(\frac{\delta}{n\kappa}\Bigr)^2\,\text{test}.$$

    eigenvalues: (p,) >= 0; coef2: (p,), squared coefficient per feature; sigma2 >= 0; n, ridge, multiplicity as in
    `kappa` (coef2 counts once per copy). Returns fields kappa, bias, variance, excess = bias + variance,
    test = excess + sigma2, train. Relative error O(1/n). Raises ValueError as `kappa`.

    Source: Simon, Dickens, Karkada, DeWeese 2021 (arXiv:2110.03922); Cheng, Montanari 2022 (arXiv:2210.08571);
    recalled.

    >>> round(ridge_risk([1.0], [0.01], n=100, sigma2=0.5, multiplicity=[300]).variance, 12)
    0.25
    """
    spectrum = parse_spectrum("eigenvalues", eigenvalues, multiplicity)
    root = _fixed_point(n, ridge, spectrum)
    degree = degrees(root, ridge, spectrum)
    missed = root[..., None] / (spectrum.values + root[..., None])
    bias = (missed**2) @ (spectrum.values * spectrum.counts * coef2[eigenvalues > 0]) * n / degree.rest
    variance = sigma2 * degree.df2 / degree.rest
    test = bias + variance + sigma2
    train = (ridge / (n * root)) ** 2 * test
    return RidgeRisk(*(plain(np.asarray(v)) for v in (root, bias, variance, bias + variance, test, train)))
