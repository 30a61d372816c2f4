"""Ridge regression on correlated features: the deterministic equivalent of risk and training loss."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory.deterministic_equivalent import Spectrum, degrees, fixed_point, parse_spectrum
from theory.domain import Counts, Floats, In, Integers, NonNegatives, Parsed, checked


class SplitSpectrum(NamedTuple):
    """The positive eigenvalues with their multiplicities, and which of the values given are positive."""

    parsed: Spectrum
    positive: NDArray[np.bool_]


class RidgeRisk(NamedTuple):
    """Effective ridge, degrees of freedom, excess risk in its two parts, training loss."""

    kappa: Floats
    df1: Floats
    df2: Floats
    bias: Floats
    variance: Floats
    train: Floats


class RidgeTestError(NamedTuple):
    """The limits of generalised cross-validation, of the test error (the same), and of 1 - tr(H)/n."""

    gcv: Floats
    test_error: Floats
    residual_degrees: Floats


def split_spectrum(name: str, value: Any) -> SplitSpectrum:
    """Check a spectrum (eigenvalues, or a pair of values and multiplicities); also return which values are positive."""
    values, counts = value, None
    if isinstance(value, tuple) and len(value) == 2 and all(np.ndim(part) == 1 for part in value):
        values, counts = value
    return SplitSpectrum(parse_spectrum(name, values, counts), np.asarray(values, dtype=np.float64) > 0)


SpectrumLike = Annotated[
    SplitSpectrum,
    Parsed(
        split_spectrum, "a 1-dimensional array of real numbers in [0, inf)", length=lambda split: split.positive.size
    ),
]
SquaredCoefficients = Annotated[Floats, In(0.0, ndim=1, like="spectrum")]


@checked(broadcast=True)
def effective_ridge(lam: NonNegatives, n: Counts, spectrum: SpectrumLike) -> Floats:
    r"""Return kappa, the ridge that the population sees when the sample is given the ridge lam.

    .. math:: n(\kappa - \lambda) = \kappa\, \mathrm{df}_1(\kappa), \qquad
        \mathrm{df}_1(\kappa) = \sum_i s_i/(s_i+\kappa)

    lam >= 0 and n >= 1 (an integer) broadcast; spectrum: the p eigenvalues s_i >= 0 of the covariance, or a tuple
    (values, multiplicities). At lam = 0, kappa solves df1 = n if n < rank and is 0 if n >= rank. Raises ValueError
    outside the domain.

    Source: Hastie et al. 2022, arXiv:1903.08560, Theorems 2-6 in Stieltjes form; kappa form as in Bach 2024,
    arXiv:2303.01372 (recalled).

    >>> round(float(effective_ridge(0.5, 100, ([1.0], [100]))), 12)
    1.0
    """
    return fixed_point(n, n * lam, spectrum.parsed)[()]


@checked(broadcast=True)
def ridge_risk(
    lam: NonNegatives, n: Counts, spectrum: SpectrumLike, beta_sq: SquaredCoefficients, sigma2: NonNegatives
) -> RidgeRisk:
    r"""Return the deterministic equivalent of the risk of ridge regression; `lam` is the penalty per sample.

    `theory.benign_overfitting.ridge_risk` takes the total penalty, ridge = n lam.

    .. math:: B = \frac{\kappa^2 \sum_i b_i^2 s_i/(s_i+\kappa)^2}{1 - \mathrm{df}_2/n}, \quad
        V = \sigma^2 \frac{\mathrm{df}_2}{n - \mathrm{df}_2}, \quad
        \mathrm{train} = (\lambda/\kappa)^2 (B + V + \sigma^2), \quad
        \mathrm{df}_2 = \sum_i \bigl(\tfrac{s_i}{s_i+\kappa}\bigr)^2

    lam >= 0 and n >= 1 (an integer) broadcast; spectrum: eigenvalues (k,), or a tuple (values (k,), multiplicities
    (k,)); beta_sq: squared coefficient of the target in each eigendirection (k,), of one direction where an eigenvalue
    has a multiplicity; sigma2 >= 0. Returns fields kappa, df1, df2, bias, variance, train. At lam = 0 and n = rank
    they are the limits as lam -> 0: bias 0, training loss 0, variance inf (0 without noise), as `min_norm_risk` has
    them. Raises ValueError outside the domain. The relative error is O(1/n) away from that point.

    Source: as effective_ridge; Dobriban, Wager 2018, arXiv:1507.03003; Cheng, Montanari 2022, arXiv:2210.08571
    (recalled).

    >>> risk = ridge_risk(0.05, 150, ([2.0, 0.1], [100, 200]), [1 / 300, 1 / 300], 0.3)
    >>> [round(float(value), 4) for value in (risk.bias, risk.variance, risk.train)]
    [0.1226, 0.3596, 0.0155]
    """
    return _risk(lam, n, spectrum, beta_sq, sigma2)


def _risk(lam: Floats, n: Integers, spectrum: SplitSpectrum, beta_sq: Floats, sigma2: Floats) -> RidgeRisk:
    parsed, squares = spectrum.parsed, beta_sq[spectrum.positive]
    kappa = fixed_point(n, n * lam, parsed)
    ridgeless = kappa == 0
    peak = ridgeless & (n == parsed.rank)
    safe = np.where(ridgeless, 1.0, kappa)
    df1, df2, rest = degrees(safe, n * lam, parsed)
    df1, df2 = (np.where(ridgeless, parsed.rank, df) for df in (df1, df2))
    rest = np.where(ridgeless, n - parsed.rank, rest)
    rest = np.where(peak, 1.0, rest)
    shrunk = parsed.values / (parsed.values + safe[..., None]) ** 2 @ (parsed.counts * squares)
    bias = kappa**2 * shrunk * n / rest
    variance = np.where(peak & (sigma2 > 0), np.inf, sigma2 * df2 / rest)
    left = np.where(ridgeless, 1 - parsed.rank / n, lam / safe)
    train = left**2 * (bias + np.where(peak, 0.0, variance) + sigma2)
    return RidgeRisk(*(value[()] for value in (kappa, df1, df2, bias, variance, train)))


@checked(broadcast=True)
def ridge_test_error(
    lam: NonNegatives, n: Counts, spectrum: SpectrumLike, beta_sq: SquaredCoefficients, sigma2: NonNegatives
) -> RidgeTestError:
    r"""Return the deterministic equivalents that generalised cross-validation rests on.

    .. math:: \mathrm{GCV} \approx B + V + \sigma^2, \qquad 1 - \mathrm{tr}H/n \approx \lambda/\kappa

    Parameters and errors as in `ridge_risk`. Returns fields `gcv` and `test_error` (the same number: both have this
    limit) and `residual_degrees` (the limit of 1 - tr(H)/n).

    Source: Hastie et al. 2022, arXiv:1903.08560, section on cross-validation (recalled); it follows
    from the training loss.

    >>> limit = ridge_test_error(0.5, 100, ([1.0], [100]), [0.01], 0.25)
    >>> {name: round(float(value), 4) for name, value in limit._asdict().items()}
    {'gcv': 0.6667, 'test_error': 0.6667, 'residual_degrees': 0.5}
    """
    risk = _risk(lam, n, spectrum, beta_sq, sigma2)
    error = risk.bias + risk.variance + sigma2
    return RidgeTestError(error[()], error[()], (1 - risk.df1 / n)[()])
