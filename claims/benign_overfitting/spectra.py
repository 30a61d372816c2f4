"""Infinite spectra: power laws are tempered, the logarithmic spectrum is benign, the exponential one catastrophic."""

from __future__ import annotations

import math
from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Decoy, Grid, Limit, Rate, Source, declared_in
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]

# --- power laws ------------------------------------------------------------------------------------------------------


def predict_power_law(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """Test mse / sigma2 at this n from the fixed point of the infinite spectrum."""
    return theory.power_law_risk(alpha, n, ridge)


def without_tail(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """The features that are not drawn do not exist."""
    drawn = [i**-alpha for i in range(1, explicit + 1)]
    return float(theory.ridge_risk(drawn, [0.0] * explicit, n, 1.0, ridge).test)


def share_added(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """1 + S/n in place of n/(n - S) = 1 + S/(n - S)."""
    return 2 - 1 / theory.power_law_risk(alpha, n, ridge)


# Each decoy is judged where it is plainly elsewhere: a near miss would only ask for more trials.


def limit_excess(alpha: float, n: int, ridge: float, explicit: int) -> Named:
    """alpha - 1: the excess taken for the test mse."""
    return {"value": alpha - 1} if alpha < 2 else {}


def benign(alpha: float, n: int, ridge: float, explicit: int) -> Named:
    """Interpolation costs nothing."""
    return {"value": 1.0} if alpha > 2 else {}


def power_cells(sizes: tuple[int, ...], factor: int, *laws: tuple[float, float]) -> tuple[Named, ...]:
    """Exponents with a ridge, each at the growing sizes; the steeper the law, the fewer features need drawing."""
    return tuple(
        {"alpha": alpha, "n": n, "ridge": ridge, "explicit": round(factor * 300 / (alpha - 0.8))}
        for alpha, ridge in laws
        for n in sizes
    )


RIDGELESS = ((1.5, 0.0), (2.0, 0.0), (3.0, 0.0))
QUICK, FULL = (20, 40, 80), (30, 60, 120, 240)

TEMPERED = claim(
    slug="tempered-power-law",
    title="Power-law spectra: the test error on noise at every n, with and without ridge",
    statement=(
        r"For eigenvalues $i^{-\alpha}$, $i \ge 1$, the test error on pure noise is $\sigma^2 n/(n-S)$ with $S$ from "
        r"the fixed point of the infinite spectrum, up to $O(1/n)$."
    ),
    source=Source("mallinar2022benign", "power laws; finite n derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=predict_power_law,
    simulate=sims.power_law_risk,
    grid=Grid(
        quick=power_cells(QUICK, 2, (1.1, 0.0), *RIDGELESS, (2.0, 0.05)),
        full=power_cells(FULL, 6, (1.1, 0.0), *RIDGELESS, (4.0, 0.0), (2.0, 0.01)),
    ),
    decoys=(
        Decoy("no tail", "features that are not drawn leave no trace", without_tail),
        Decoy("share of the data", "1 + S/n: the share spent on noise is added, not taken off", share_added),
    ),
)

TEMPERED_LIMIT = claim(
    slug="tempered-power-law-limit",
    title="Power-law spectra are tempered: the test error tends to alpha times the noise",
    statement=(
        r"For eigenvalues $i^{-\alpha}$, $\alpha > 1$, the test error of interpolation on pure noise tends to "
        r"$\alpha \sigma^2$, with an error $O(1/n)$."
    ),
    source=Source("mallinar2022benign", "theorem on power laws", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=lambda alpha, n, ridge, explicit: theory.tempered_limit(alpha),
    simulate=sims.power_law_risk,
    grid=Grid(quick=power_cells(QUICK, 2, *RIDGELESS), full=power_cells(FULL, 6, *RIDGELESS, (4.0, 0.0))),
    decoys=(
        Decoy("excess for mse", "limit alpha - 1", limit_excess),
        Decoy("other constant", "limit alpha^2/(alpha - 1)", lambda alpha, n, ridge, explicit: alpha**2 / (alpha - 1)),
        Decoy("benign", "limit 1", benign),
    ),
)

# --- the logarithmic spectrum ----------------------------------------------------------------------------------------


def log_cells(sizes: tuple[int, ...], explicit: int, *powers: float) -> tuple[Named, ...]:
    """Powers of the logarithm, each at the growing sizes."""
    return tuple({"beta": beta, "n": n, "explicit": explicit} for beta in powers for n in sizes)


LOGARITHMIC = claim(
    slug="benign-log-spectrum",
    title="The logarithmic spectrum is benign, at a logarithmic rate",
    statement=(
        r"For eigenvalues $1/(i \log^\beta(i+1))$, $\beta > 1$, the excess risk of interpolation on pure noise is "
        r"$\sigma^2 S/(n-S) \sim \sigma^2 (\beta-1)/\log n$, with $S$ from the fixed point up to $O(1/n)$."
    ),
    source=Source("bartlett2020benign", "Theorem 6; constant derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=lambda beta, n, explicit: theory.log_spectrum_variance(beta, n),
    simulate=sims.log_spectrum_variance,
    grid=Grid(quick=log_cells((16, 32, 64), 2500, 2.0, 3.0), full=log_cells((50, 100, 200, 400), 8000, 1.5, 2.0, 3.0)),
    decoys=(
        Decoy("1/log n", "the constant beta - 1 left out", lambda beta, n, explicit: 1 / math.log(n)),
        Decoy("beta/log n", "beta in place of beta - 1", lambda beta, n, explicit: beta / math.log(n)),
    ),
)

# --- the exponential spectrum ----------------------------------------------------------------------------------------


@kernel(floats=lambda n, **_: 8 * (n + 12) * n)
def simulate_growth(n: int, rate: float, trials: int, rng: Any) -> Named:
    """sigma2/(test mse) of interpolating pure noise: between 0 and 1, though the error itself has no mean."""
    return {"reciprocal": 1 / sims.exponential_cost(n, rate, 12, trials=trials, rng=rng)}


def growth_cells(sizes: tuple[int, ...], *rates: float) -> tuple[Named, ...]:
    """Rates of decay, each at the growing sizes."""
    return tuple({"n": n, "rate": rate} for rate in rates for n in sizes)


CATASTROPHIC = claim(
    slug="negative-ridge-and-catastrophic-growth",
    title="Exponential spectra are catastrophic: the test error grows in proportion to n",
    statement=(
        r"For eigenvalues $e^{-ci}$ the test error of interpolation on pure noise grows in proportion to $n$: the mean "
        r"of $\sigma^2$ over the test error falls like $n^{-1}$."
    ),
    source=Source("mallinar2022benign", "catastrophic spectra; E0 = c n derived here", "derived"),
    # The error is heavy-tailed, its reciprocal is bounded; a factor 1 + O(1/n) must not move the exponent.
    kind=Rate(size="n", resolution=0.025),
    predict=lambda n, rate: {"reciprocal": -1.0},
    simulate=simulate_growth,
    grid=Grid(quick=growth_cells((20, 40, 80), 1.0), full=growth_cells((16, 32, 64, 128), 0.5, 1.0)),
    decoys=(
        Decoy("bounded", "tempered: the exponent is 0", lambda n, rate: {"reciprocal": 0.0}),
        Decoy("quadratic", "the exponent is 2", lambda n, rate: {"reciprocal": -2.0}),
    ),
)

CLAIMS = (TEMPERED, TEMPERED_LIMIT, LOGARITHMIC, CATASTROPHIC)
