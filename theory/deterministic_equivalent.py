"""The fixed point behind ridge regression on correlated features, for all sample sizes at once.

One convention in this room: `ridge` is the total penalty delta of |y - X b|^2 + delta |b|^2 (so delta = n lam where a
topic's penalty is n lam), and a spectrum is a pair of arrays (eigenvalues, multiplicities).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, broadcast, reals


class Spectrum(NamedTuple):
    """Positive eigenvalues (k,), their multiplicities (k,), and how many features (with zeros) and positive ones."""

    values: Floats
    counts: Floats
    size: float
    rank: float


class Degrees(NamedTuple):
    """df1 = sum L, df2 = sum L^2 and rest = n - df2 = sum L (1 - L) + ridge/kappa, free of cancellation."""

    df1: Floats
    df2: Floats
    rest: Floats


def parse_spectrum(name: str, values: object, counts: object | None = None) -> Spectrum:
    """Check eigenvalues >= 0 (at least one positive) and their multiplicities; drop the zero eigenvalues."""
    eigenvalues = reals(name, values, 0.0, ndim=1)
    if counts is None:
        weights = np.ones_like(eigenvalues)
    else:
        weights = reals(f"multiplicities of {name}", counts, 0.0, open_low=True, ndim=1, size=eigenvalues.size)
    positive = eigenvalues > 0
    if not positive.any():
        raise ValueError(f"{name} = {values!r}: must hold at least one positive eigenvalue")
    rank = float(weights[positive].sum())
    return Spectrum(eigenvalues[positive], weights[positive], float(weights.sum()), rank)


def _safeguarded_newton(function: object, low: Floats, high: Floats) -> Floats:
    """Root in u of an increasing function (value, slope) in each bracket [low, high], all entries at once."""
    u = 0.5 * (low + high)
    for _ in range(200):
        value, slope = function(u)  # type: ignore[operator]
        low, high = np.where(value < 0, u, low), np.where(value > 0, u, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = u - value / slope
        # Bisect where Newton leaves the bracket; stop when every step is at rounding.
        new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        done = np.abs(new - u) <= 4e-16 * np.maximum(1.0, np.abs(u))
        u = new
        if np.all(done | (value == 0)):
            break
    return u


def fixed_point(n: object, ridge: object, spectrum: Spectrum) -> Floats:
    r"""Return kappa, the largest root of $\sum_i \lambda_i/(\lambda_i+\kappa) + \delta/\kappa = n$.

    n: sample sizes > 0; ridge: delta >= 0, or negative down to the point where the root ceases to exist; they
    broadcast. At delta = 0 kappa is 0 where n >= rank. Raises ValueError for a negative ridge without root. Accurate to
    a few units in the last place: all terms of the equation solved (in log kappa, by bracketed Newton) have one sign.

    Source: classical (Hastie et al. 2022, arXiv:1903.08560; recalled), this form of the equation derived here.

    >>> fixed_point(1, 0.0, parse_spectrum("s", [1.0, 1.0]))
    array(1.)
    """
    sizes, penalty = broadcast(n=np.asarray(n), ridge=np.asarray(ridge))
    shape, sizes, penalty = sizes.shape, sizes.ravel(), penalty.ravel()
    kappa = np.zeros(sizes.size)
    over = (sizes < spectrum.rank) & (penalty >= 0)
    under = (sizes >= spectrum.rank) & (penalty > 0)
    negative = penalty < 0
    if over.any():
        kappa[over] = _root_over(sizes[over], penalty[over], spectrum)
    if under.any():
        kappa[under] = _root_under(sizes[under], penalty[under], spectrum)
    if negative.any():
        kappa[negative] = _root_negative(sizes[negative], penalty[negative], spectrum)
    return kappa.reshape(shape)


def _log_bracket(n: Floats, delta: Floats, s: Spectrum) -> tuple[Floats, Floats]:
    trace, inverse_trace = s.counts @ s.values, s.counts @ (1 / s.values)
    low = np.maximum(delta / n, (s.rank - n) / inverse_trace)
    return np.log(low) - 1e-12, np.log((trace + delta) / n) + 1e-12


def _root_over(n: Floats, delta: Floats, s: Spectrum) -> Floats:
    """p > n: log n - log(sum L + delta/kappa), increasing in log kappa."""

    def function(u: Floats) -> tuple[Floats, Floats]:
        kappa = np.exp(u)
        shares = s.values / (s.values + kappa[:, None])
        total = shares @ s.counts + delta / kappa
        slope = (shares * (1 - shares)) @ s.counts + delta / kappa
        return np.log(n / total), slope / total

    return np.exp(_safeguarded_newton(function, *_log_bracket(n, delta, s)))


def _root_under(n: Floats, delta: Floats, s: Spectrum) -> Floats:
    """n >= rank: log(n - rank + sum (1 - L)) + log kappa - log delta, increasing in log kappa."""

    def function(u: Floats) -> tuple[Floats, Floats]:
        kappa = np.exp(u)
        rest = kappa[:, None] / (s.values + kappa[:, None])
        total = (n - s.rank) + rest @ s.counts
        slope = 1 + ((rest * (1 - rest)) @ s.counts) / total
        return np.log(total) + u - np.log(delta), slope

    return np.exp(_safeguarded_newton(function, *_log_bracket(n, delta, s)))


def _root_negative(n: Floats, delta: Floats, s: Spectrum) -> Floats:
    """Negative ridge: the root right of kappa_c, the minimiser of delta(kappa) = kappa (n - sum L), where df2 = n."""
    if (n >= s.rank).any():
        raise ValueError(f"ridge = {delta.min():g}: must be >= 0 when n >= rank (n = {n.max():g}, rank = {s.rank:g})")

    def curvature(u: Floats) -> tuple[Floats, Floats]:
        shares = s.values / (s.values + np.exp(u)[:, None])
        total = (shares**2) @ s.counts
        return np.log(n / total), 2 * ((shares**2 * (1 - shares)) @ s.counts) / total

    high = np.log((s.counts @ s.values) / n)
    # sum L^2 >= rank - 2 kappa sum(1/lambda), so df2 >= n at half the bound used for sum L.
    low = np.log((s.rank - n) / (2 * (s.counts @ (1 / s.values))))
    bottom = _safeguarded_newton(curvature, low, high)

    def penalty(u: Floats) -> Floats:
        kappa = np.exp(u)
        return kappa * (n - (s.values / (s.values + kappa[:, None])) @ s.counts)

    if (delta < penalty(bottom)).any():
        raise ValueError(f"ridge = {delta.min():g}: must be >= {penalty(bottom).max():g} for this spectrum and n")

    def function(u: Floats) -> tuple[Floats, Floats]:
        kappa = np.exp(u)
        shares = s.values / (s.values + kappa[:, None])
        return kappa * (n - shares @ s.counts) - delta, kappa * (n - (shares**2) @ s.counts)

    return np.exp(_safeguarded_newton(function, bottom, high))


def degrees(kappa: Floats, ridge: Floats | float, spectrum: Spectrum) -> Degrees:
    """Return df1, df2 and n - df2 at a fixed point kappa > 0 (the caller treats kappa = 0, where L = 1)."""
    shares = spectrum.values / (spectrum.values + kappa[..., None])
    df1, df2 = shares @ spectrum.counts, (shares**2) @ spectrum.counts
    rest = (shares * (1 - shares)) @ spectrum.counts + ridge / kappa
    return Degrees(df1, df2, rest)
