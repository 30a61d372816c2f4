"""Ridge regression on correlated features: the deterministic equivalent of risk and training loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from theory.deterministic_equivalent import Spectrum, degrees, fixed_point, parse_spectrum
from theory.domain import Floats, Integers, broadcast, integers, reals


def split_spectrum(spectrum: object) -> tuple[Spectrum, NDArray[np.bool_]]:
    """Check a spectrum (eigenvalues, or a pair of values and multiplicities); also return which values are positive."""
    if isinstance(spectrum, tuple) and len(spectrum) == 2 and all(np.ndim(part) == 1 for part in spectrum):
        values, counts = spectrum
        parsed = parse_spectrum("spectrum", values, counts)
    else:
        values = spectrum
        parsed = parse_spectrum("spectrum", values)
    return parsed, np.asarray(values, dtype=np.float64) > 0


def _refuse_peak(lam: Floats, n: Integers, parsed: Spectrum) -> None:
    if np.any((lam == 0) & (n == parsed.rank)):
        raise ValueError(
            f"lam = 0 at n = {parsed.rank:g} = rank of the spectrum: must be > 0 there (kappa is 0/0); "
            "min_norm_risk gives the exact finite-n answer for isotropic features"
        )


def _solve(lam: object, n: object, parsed: Spectrum) -> tuple[Floats, Integers, Floats]:
    penalty, sizes = broadcast(lam=reals("lam", lam, 0.0), n=integers("n", n))
    _refuse_peak(penalty, sizes, parsed)
    return penalty, sizes, fixed_point(sizes, sizes * penalty, parsed)


def effective_ridge(lam: object, n: object, spectrum: object) -> Floats:
    r"""Return kappa, the ridge that the population sees when the sample is given the ridge lam.

    .. math:: n(\kappa - \lambda) = \kappa\, \mathrm{df}_1(\kappa), \qquad
        \mathrm{df}_1(\kappa) = \sum_i s_i/(s_i+\kappa)

    lam >= 0 and n >= 1 (an integer) broadcast; spectrum: the p eigenvalues s_i >= 0 of the covariance, or a tuple
    (values, multiplicities). At lam = 0, kappa solves df1 = n if n < rank and is 0 if n > rank. Raises ValueError for
    lam = 0 with n = rank (kappa is 0/0 there) and outside the domain.

    Source: Hastie et al. 2022, arXiv:1903.08560, Theorems 2-6 in Stieltjes form; kappa form as in Bach 2024,
    arXiv:2303.01372 (recalled).

    >>> round(float(effective_ridge(0.5, 100, ([1.0], [100]))), 12)
    1.0
    """
    parsed, _ = split_spectrum(spectrum)
    return _solve(lam, n, parsed)[2][()]


def ridge_risk(lam: object, n: object, spectrum: object, beta_sq: object, sigma2: object) -> dict[str, Floats]:
    r"""Return the deterministic equivalents of bias, variance and training loss of ridge regression.

    .. math:: B = \frac{\kappa^2 \sum_i b_i^2 s_i/(s_i+\kappa)^2}{1 - \mathrm{df}_2/n}, \quad
        V = \sigma^2 \frac{\mathrm{df}_2}{n - \mathrm{df}_2}, \quad
        \mathrm{train} = (\lambda/\kappa)^2 (B + V + \sigma^2), \quad
        \mathrm{df}_2 = \sum_i \bigl(\tfrac{s_i}{s_i+\kappa}\bigr)^2

    lam >= 0 and n >= 1 (an integer) broadcast; spectrum: eigenvalues (k,), or a tuple (values (k,), multiplicities
    (k,)); beta_sq: squared coefficient of the target in each eigendirection (k,), of one direction where an eigenvalue
    has a multiplicity; sigma2 >= 0. Returns a dict with keys kappa, df1, df2, bias, variance, train. Raises ValueError
    for lam = 0 with n = rank, and outside the domain. The relative error is O(1/n) away from that point.

    Source: as effective_ridge; Dobriban, Wager 2018, arXiv:1507.03003; Cheng, Montanari 2022, arXiv:2210.08571
    (recalled).

    >>> risk = ridge_risk(0.05, 150, ([2.0, 0.1], [100, 200]), [1 / 300, 1 / 300], 0.3)
    >>> {name: round(float(value), 4) for name, value in risk.items() if name in ("bias", "variance", "train")}
    {'bias': 0.1226, 'variance': 0.3596, 'train': 0.0155}
    """
    parsed, positive = split_spectrum(spectrum)
    squares = reals("beta_sq", beta_sq, 0.0, ndim=1, size=positive.size, like="spectrum")[positive]
    noise = reals("sigma2", sigma2, 0.0)
    penalty, sizes, kappa = _solve(lam, n, parsed)
    penalty, sizes, kappa, noise = broadcast(lam=penalty, n=sizes, kappa=kappa, sigma2=noise)

    ridgeless = kappa == 0
    safe = np.where(ridgeless, 1.0, kappa)
    df1, df2, rest = degrees(safe, sizes * penalty, parsed)
    df1, df2 = (np.where(ridgeless, parsed.rank, df) for df in (df1, df2))
    rest = np.where(ridgeless, sizes - parsed.rank, rest)
    shrunk = parsed.values / (parsed.values + safe[..., None]) ** 2 @ (parsed.counts * squares)
    bias = kappa**2 * shrunk * sizes / rest
    variance = noise * df2 / rest
    left = np.where(ridgeless, 1 - parsed.rank / sizes, penalty / safe)
    train = left**2 * (bias + variance + noise)
    fields = {"kappa": kappa, "df1": df1, "df2": df2, "bias": bias, "variance": variance, "train": train}
    return {name: value[()] for name, value in fields.items()}


def ridge_test_error(lam: object, n: object, spectrum: object, beta_sq: object, sigma2: object) -> dict[str, Floats]:
    r"""Return the deterministic equivalents that generalised cross-validation rests on.

    .. math:: \mathrm{GCV} \approx B + V + \sigma^2, \qquad 1 - \mathrm{tr}H/n \approx \lambda/\kappa

    Parameters and errors as in `ridge_risk`. Returns a dict with keys `gcv` and `test_error` (the same number: both
    have this limit) and `residual_degrees` (the limit of 1 - tr(H)/n).

    Source: Hastie et al. 2022, arXiv:1903.08560, section on cross-validation (recalled); it follows
    from the training loss.

    >>> limit = ridge_test_error(0.5, 100, ([1.0], [100]), [0.01], 0.25)
    >>> {name: round(float(value), 4) for name, value in limit.items()}
    {'gcv': 0.6667, 'test_error': 0.6667, 'residual_degrees': 0.5}
    """
    risk = ridge_risk(lam, n, spectrum, beta_sq, sigma2)
    error = risk["bias"] + risk["variance"] + np.asarray(sigma2)
    left = 1 - risk["df1"] / np.asarray(n)
    return {"gcv": error[()], "test_error": error[()], "residual_degrees": left[()]}
