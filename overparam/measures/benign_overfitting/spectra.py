"""Effective ranks and regimes of features or spectra of one's own: what would interpolating noisy labels cost?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import theory.benign_overfitting as theory
from overparam.measures.design import Design, design
from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.jackknife import estimate, left_out
from overparam.measures.moments import Moments
from overparam.measures.rank import positive_part
from overparam.measures.result import Result
from theory.benign_overfitting.regimes import regime_name
from theory.domain import Count, checked, flag, integer, real

_RANKS = ("effective-rank-sandwich",)
_REGIMES = ("tempered-power-law-limit", "benign-log-spectrum", "negative-ridge-and-catastrophic-growth")
_MEANING = {
    "benign": "interpolating noisy labels on these features is nearly harmless: it costs",
    "tempered": "interpolating noisy labels on these features harms noticeably, within bounds: it costs",
    "catastrophic": "interpolating noisy labels on these features ruins the predictions: it costs",
}


def effective_ranks(spectrum: Any, k: int = 0) -> tuple[Result, Result]:
    r"""Return the effective ranks r_k and R_k of a spectrum that is given.

    $$r_k = \frac{\sum_{i>k}\lambda_i}{\lambda_{k+1}},\qquad
    R_k = \frac{(\sum_{i>k}\lambda_i)^2}{\sum_{i>k}\lambda_i^2}$$

    spectrum: (p,) eigenvalues, in any order and of any library; those at rounding are dropped, negative ones beyond it
    refused. k: from 0 to one less than the number left. The limit of both is that number (equal eigenvalues).

    Source: Bartlett, Long, Lugosi, Tsigler 2019 (arXiv:1906.11300), Definition 3; recalled.

    >>> [float(rank) for rank in effective_ranks([4.0, 4.0, 1.0, 1.0, 1.0, -1e-17], k=2)]
    [3.0, 3.0]
    """
    kept = positive_part(vector("spectrum", spectrum, "eigenvalues"))
    return _ranks(kept, k, None)


def _ranks(kept: Floats, k: int, null: tuple[float, float] | None) -> tuple[Result, Result]:
    split = integer("k", k, 0)
    if split >= kept.size:
        raise ValueError(f"k = {split}: must be below the number of positive eigenvalues of the spectrum, {kept.size}")
    left = float(kept.size - split)
    values = theory.effective_ranks(kept, split)
    by = {"r": "largest eigenvalue", "R": "sum of squares"}
    results = []
    for name, value, other in zip(("r", "R"), values, null or (None, None), strict=True):
        among = f"{left:.0f} directions" if other is None else f"{left:.0f} ({other:.4g} for isotropic features)"
        beyond = f" beyond {k}" if k else ""
        sentence = f"By its {by[name]} the spectrum{beyond} acts like {float(value):.4g} equal directions of {among}."
        results.append(Result(name, float(value), other, left, sentence=sentence, claims=_RANKS))
    return results[0], results[1]


@checked
def isotropic_ranks(m: Count, p: Count) -> tuple[float, float]:
    r"""Return r and R of the sample covariance of isotropic features, m degrees of freedom in p dimensions.

    $$r \approx \frac{p}{(1+\sqrt{p/m})^2},\qquad R \approx \frac{pm}{p+m}$$ from the edge and the second moment of the
    Marchenko-Pastur law, for large m and p.

    m, p: integers >= 1. Raises ValueError outside these domains. Source: derived here.

    >>> [round(rank, 3) for rank in isotropic_ranks(100, 400)]
    [44.444, 80.0]
    """
    return p / (1 + math.sqrt(p / m)) ** 2, p * m / (p + m)


def sample_ranks(features: Any, *, intercept: bool = True) -> tuple[Result, Result]:
    """Return r and R of the sample covariance of features (n, p), less their mean if `intercept`.

    These describe the sample; the null is what isotropic features of that shape would give. Raises ValueError where the
    rows are all equal.

    >>> [round(float(rank), 3) for rank in sample_ranks([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [0.0, -2.0]])]
    [1.25, 1.471]
    """
    found = design(matrix("features", features), flag("intercept", intercept))
    return ranks_of(found)


def ranks_of(found: Design) -> tuple[Result, Result]:
    """`sample_ranks` of a decomposition."""
    kept = found.values[found.values > found.floor]
    if kept.size == 0:
        raise ValueError(f"{found.features.name} = array of equal rows: there is no spectrum")
    return _ranks(kept, 0, isotropic_ranks(found.m, found.features.shape[1]))


class SpectrumBatches:
    """Accumulates batches of features; `result` is `sample_ranks` of all, to rounding.

    >>> rows = np.random.default_rng(0).standard_normal((40, 3))
    >>> seen = SpectrumBatches().update(rows[:25]).merge(SpectrumBatches().update(rows[25:]))
    >>> [abs(float(a) - float(b)) < 1e-12 for a, b in zip(seen.result(), sample_ranks(rows))]
    [True, True]
    """

    def __init__(self) -> None:
        self._moments = Moments()

    def update(self, features: Any) -> SpectrumBatches:
        """Take in features (b, p), of any library; returns itself."""
        self._moments.update(matrix("features", features))
        return self

    def merge(self, other: SpectrumBatches) -> SpectrumBatches:
        """Take in what another has seen; returns itself."""
        if not isinstance(other, SpectrumBatches):
            raise ValueError(f"other = {type(other).__name__}: must be SpectrumBatches")
        self._moments.merge(other._moments)
        return self

    def spectrum(self, *, intercept: bool = True) -> Floats:
        """Return the eigenvalues of the sample covariance above rounding, descending."""
        seen = self._moments
        if seen.count < 2:
            raise ValueError(f"{seen.count} samples seen: must be at least two")
        values = np.linalg.eigvalsh(seen.gram(flag("intercept", intercept))) / seen.count
        return positive_part(Given("features", values, 2.0**-52))

    def result(self, *, intercept: bool = True) -> tuple[Result, Result]:
        """Return r and R of all that was seen."""
        values = self.spectrum(intercept=intercept)
        return _ranks(values, 0, isotropic_ranks(self._moments.count - intercept, self._moments.mean.size))


def regime(
    features: Any,
    *,
    benign_below: float = 0.1,
    catastrophic_above: float = 10.0,
    intercept: bool = True,
    z: float = 1.96,
) -> Result:
    r"""Return what interpolating noisy labels on these features costs, in units of the noise variance, with its regime.

    $$m\frac{\operatorname{tr}K^{-2}}{(\operatorname{tr}K^{-1})^2} - 1,\qquad K = XX'$$
    of the m = n rows, or the n - 1 left when the mean is rotated out with an `intercept` (whose own cost is 1/n).

    features: (n, p), p > n >= 4; the detail of the result holds `regime` ("benign" up to `benign_below`, "catastrophic"
    above the other, "tempered" between), `growth` = d log cost/d log n and `kappa`. The interval is the jackknife's,
    rather wide. The null is that of isotropic features, m/(p - m - 1). Raises ValueError for p <= n, and for rows that
    depend on each other by the precision of the data.

    Source: Mallinar, Simon et al. 2022 (arXiv:2207.06569), taxonomy, recalled; estimate and jackknife derived here.

    >>> found = regime(np.random.default_rng(0).standard_normal((50, 5000)))
    >>> found.detail["regime"], round(float(found), 3)
    ('benign', 0.011)
    """
    given = matrix("features", features)
    n, p = given.shape
    if n < 4 or p <= n:
        raise ValueError(
            f"features = array of shape {given.shape}: must be (n, p) with p > n >= 4 to interpolate labels"
        )
    low, high = _thresholds(benign_below, catastrophic_above)
    width = real("z", z, 0.0)
    return regime_of(design(given, flag("intercept", intercept)), low, high, width)


def _thresholds(benign_below: float, catastrophic_above: float) -> tuple[float, float]:
    low = real("benign_below", benign_below, 0.0, open_low=True)
    high = real("catastrophic_above", catastrophic_above)
    if high <= low:
        raise ValueError(f"catastrophic_above = {high:g}: must be larger than benign_below = {low:g}")
    return low, high


def regime_of(found: Design, benign_below: float, catastrophic_above: float, z: float) -> Result:
    """`regime` of a decomposition."""
    found.resolve(0.0)
    seen, (m, p) = left_out(found, 0.0), (found.m, found.features.shape[1])
    cost = estimate(seen, lambda trace, trace2, m: m * trace2 / trace**2 - 1, z)
    name = regime_name(cost.value, benign_below, catastrophic_above)
    null = m / (p - m - 1) if p > m + 1 else math.inf
    sentence = f"{name.capitalize()}: {_MEANING[name]} {cost.value:.3g} times the noise variance"
    if cost.low is None:
        sentence += f" ({null:.3g} for isotropic features)."
    else:
        sentence += f" ({cost.low:.3g} to {cost.high:.3g}; {null:.3g} for isotropic features); with more data that "
        sentence += f"changes like n^{cost.growth:.2f}."
    detail = {"regime": name, "growth": cost.growth, "kappa": 1 / seen.whole[0]}
    return Result("cost of interpolation", cost.value, null, 0.0, cost.low, cost.high, sentence, _REGIMES, detail)


def spectrum_regime(spectrum: Any, n: int, *, benign_below: float = 0.1, catastrophic_above: float = 10.0) -> Result:
    """Return what interpolating n noisy labels costs on a spectrum that is given: `theory.benign_overfitting.regime`.

    spectrum: (p,) eigenvalues of a covariance, in any order: those at rounding are not counted (the rank decides how
    many labels can be interpolated), negative ones beyond it refused. Raises ValueError where n reaches the rank.

    >>> spectrum_regime([20.0] * 4 + [0.02] * 6000, n=100).detail["regime"]
    'benign'
    """
    kept, size = positive_part(vector("spectrum", spectrum, "eigenvalues")), integer("n", n)
    if size >= kept.size:
        raise ValueError(f"n = {size}: must be below the numerical rank of the spectrum, {kept.size}, to interpolate")
    low, high = _thresholds(benign_below, catastrophic_above)
    found = theory.regime(kept, size, low, high)
    null = theory.regime(np.ones(kept.size), size, low, high).cost
    sentence = (
        f"{found.name.capitalize()}: {_MEANING[found.name]} {found.cost:.3g} times the noise variance at n = {size} "
        f"({null:.3g} for equal eigenvalues); with more data that changes like n^{found.growth:.2f}."
    )
    return Result("cost of interpolation", found.cost, null, 0.0, sentence=sentence, claims=_REGIMES,
                  detail={"regime": found.name, **found._asdict()})  # fmt: skip
