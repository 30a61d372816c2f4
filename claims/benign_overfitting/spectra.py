"""Infinite spectra: power laws are tempered, the logarithmic spectrum is benign, the exponential one catastrophic."""

from __future__ import annotations

import math
from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims.agreement import Limit, Rate
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]
TOPIC = "benign_overfitting"

# --- power laws ------------------------------------------------------------------------------------------------------


def predict_power_law(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """Test mse / sigma2 at this n from the fixed point of the infinite spectrum."""
    return theory.power_law_risk(alpha, n, ridge)


def predict_limit(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """Its limit."""
    return float(theory.tempered_limit(alpha))


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


def limit_ratio(alpha: float, n: int, ridge: float, explicit: int) -> float:
    """alpha^2/(alpha - 1)."""
    return alpha**2 / (alpha - 1)


def power_cells(sizes: tuple[int, ...], factor: int, *laws: tuple[float, float]) -> tuple[Named, ...]:
    """Exponents with a ridge, each at the growing sizes; the steeper the law, the fewer features need drawing."""
    return tuple(
        {"alpha": alpha, "n": n, "ridge": ridge, "explicit": round(factor * 300 / (alpha - 0.8))}
        for alpha, ridge in laws
        for n in sizes
    )


RIDGELESS = ((1.5, 0.0), (2.0, 0.0), (3.0, 0.0))
QUICK, FULL = (20, 40, 80), (30, 60, 120, 240)

TEMPERED = Claim(
    slug="tempered-power-law",
    topic=TOPIC,
    title="Power-law spectra: the test error on noise at every n, with and without ridge",
    statement=(
        r"For eigenvalues $i^{-\alpha}$, $i \ge 1$, the test error on pure noise is $\sigma^2 n/(n-S)$ with $S$ from "
        r"the fixed point of the infinite spectrum, up to $O(1/n)$."
    ),
    source=Source("mallinar2022benign", "power laws; finite n derived here", "derived"),
    # Second order, 1/n^2, is not fitted: about 0.2 % at the smallest size.
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.002),
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

TEMPERED_LIMIT = Claim(
    slug="tempered-power-law-limit",
    topic=TOPIC,
    title="Power-law spectra are tempered: the test error tends to alpha times the noise",
    statement=(
        r"For eigenvalues $i^{-\alpha}$, $\alpha > 1$, the test error of interpolation on pure noise tends to "
        r"$\alpha \sigma^2$, with an error $O(1/n)$."
    ),
    source=Source("mallinar2022benign", "theorem on power laws", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.005),
    predict=predict_limit,
    simulate=sims.power_law_risk,
    grid=Grid(quick=power_cells(QUICK, 2, *RIDGELESS), full=power_cells(FULL, 6, *RIDGELESS, (4.0, 0.0))),
    decoys=(
        Decoy("excess for mse", "limit alpha - 1", limit_excess),
        Decoy("other constant", "limit alpha^2/(alpha - 1)", limit_ratio),
        Decoy("benign", "limit 1", benign),
    ),
)

# --- the logarithmic spectrum ----------------------------------------------------------------------------------------


def predict_log(beta: float, n: int, explicit: int) -> float:
    """Excess variance / sigma2 at this n from the fixed point of the infinite spectrum."""
    return theory.log_spectrum_variance(beta, n)


def constant_one(beta: float, n: int, explicit: int) -> float:
    """1/log n."""
    return 1 / math.log(n)


def constant_beta(beta: float, n: int, explicit: int) -> float:
    """beta/log n."""
    return beta / math.log(n)


def log_cells(sizes: tuple[int, ...], explicit: int, *powers: float) -> tuple[Named, ...]:
    """Powers of the logarithm, each at the growing sizes."""
    return tuple({"beta": beta, "n": n, "explicit": explicit} for beta in powers for n in sizes)


LOGARITHMIC = Claim(
    slug="benign-log-spectrum",
    topic=TOPIC,
    title="The logarithmic spectrum is benign, at a logarithmic rate",
    statement=(
        r"For eigenvalues $1/(i \log^\beta(i+1))$, $\beta > 1$, the excess risk of interpolation on pure noise is "
        r"$\sigma^2 S/(n-S) \sim \sigma^2 (\beta-1)/\log n$, with $S$ from the fixed point up to $O(1/n)$."
    ),
    source=Source("bartlett2020benign", "Theorem 6; constant derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.02, allowance=0.002),
    predict=predict_log,
    simulate=sims.log_spectrum_variance,
    grid=Grid(quick=log_cells((16, 32, 64), 2500, 2.0, 3.0), full=log_cells((50, 100, 200, 400), 8000, 1.5, 2.0, 3.0)),
    decoys=(
        Decoy("1/log n", "the constant beta - 1 left out", constant_one),
        Decoy("beta/log n", "beta in place of beta - 1", constant_beta),
    ),
)

# --- the exponential spectrum ----------------------------------------------------------------------------------------


def predict_growth(n: int, rate: float) -> Named:
    """The test error grows like n, so the mean of its reciprocal falls like 1/n."""
    return {"reciprocal": -1.0}


@kernel(floats=lambda n, **_: 8 * (n + 12) * n)
def simulate_growth(n: int, rate: float, trials: int, rng: Any) -> Named:
    """sigma2/(test mse) of interpolating pure noise: between 0 and 1, though the error itself has no mean."""
    return {"reciprocal": 1 / sims.exponential_cost(n, rate, 12, trials=trials, rng=rng)}


def bounded_growth(n: int, rate: float) -> Named:
    """The test error stays bounded."""
    return {"reciprocal": 0.0}


def quadratic_growth(n: int, rate: float) -> Named:
    """The test error grows like the square."""
    return {"reciprocal": -2.0}


def growth_cells(sizes: tuple[int, ...], *rates: float) -> tuple[Named, ...]:
    """Rates of decay, each at the growing sizes."""
    return tuple({"n": n, "rate": rate} for rate in rates for n in sizes)


CATASTROPHIC = Claim(
    slug="negative-ridge-and-catastrophic-growth",
    topic=TOPIC,
    title="Exponential spectra are catastrophic: the test error grows in proportion to n",
    statement=(
        r"For eigenvalues $e^{-ci}$ the test error of interpolation on pure noise grows in proportion to $n$: the mean "
        r"of $\sigma^2$ over the test error falls like $n^{-1}$."
    ),
    source=Source("mallinar2022benign", "catastrophic spectra; E0 = c n derived here", "derived"),
    # The error is heavy-tailed, its reciprocal is bounded. Corrections to the exponent are O(1/n): 1 % at these sizes.
    kind=Rate(size="n", resolution=0.02, allowance=0.01),
    predict=predict_growth,
    simulate=simulate_growth,
    grid=Grid(quick=growth_cells((12, 24, 48), 1.0), full=growth_cells((16, 32, 64, 128), 0.5, 1.0)),
    decoys=(
        Decoy("bounded", "tempered: the exponent is 0", bounded_growth),
        Decoy("quadratic", "the exponent is 2", quadratic_growth),
    ),
)

CLAIMS: tuple[Claim, ...] = (TEMPERED, TEMPERED_LIMIT, LOGARITHMIC, CATASTROPHIC)
