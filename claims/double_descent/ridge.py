"""Ridge regression on correlated features: the deterministic equivalent as a limit."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Limit
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]
SIGMA2 = 0.3


def two_levels(n: int, gamma: float) -> Named:
    """A third of the p = gamma n eigenvalues are 2, the others 0.1; every squared coefficient is 1/p."""
    p = round(gamma * n)
    spectrum = ((2.0, 0.1), (p // 3, p - p // 3))
    return {"n": n, "spectrum": spectrum, "beta_sq": (1 / p, 1 / p), "sigma2": SIGMA2}


def _judged(lam: float, risk: Any) -> Named:
    # At lam = 0 the training loss is 0 on both sides.
    names = ("kappa", "df2", "bias", "variance", *(("train",) if lam > 0 else ()))
    return {name: getattr(risk, name) for name in names}


def predict_two_levels(n: int, gamma: float, lam: float) -> Named:
    """The deterministic equivalent for the two-level spectrum."""
    return _judged(lam, theory.ridge_risk(lam=lam, **two_levels(n, gamma)))


@kernel(floats=lambda n, gamma, **_: 3 * gamma * n * n + 4 * min(n, round(gamma * n)) ** 2)
def simulate_two_levels(n: int, gamma: float, lam: float, trials: int, rng: Any) -> Any:
    """Ridge regression with the two-level spectrum, simulated."""
    return sims.ridge_risk(lam=lam, **two_levels(n, gamma), trials=trials, rng=rng)


# --- decoys ----------------------------------------------------------------------------------------------------------


def _eigenvalues(n: int, gamma: float) -> np.ndarray[Any, Any]:
    values, counts = two_levels(n, gamma)["spectrum"]
    return np.repeat(values, counts)


def unrenormalised(n: int, gamma: float, lam: float) -> Named:
    """The population formulas with the ridge lam itself in place of kappa."""
    s = _eigenvalues(n, gamma)
    shares = s / (s + lam)
    return {"bias": lam**2 * np.mean(s / (s + lam) ** 2), "variance": SIGMA2 * np.sum(shares**2) / n}


def missing_factor(n: int, gamma: float, lam: float) -> Named:
    """The bias without 1/(1 - df2/n)."""
    risk = theory.ridge_risk(lam=lam, **two_levels(n, gamma))
    return {"bias": risk.bias * (1 - risk.df2 / n)}


def first_degrees(n: int, gamma: float, lam: float) -> Named:
    """The variance with df1 in place of df2."""
    df1 = theory.ridge_risk(lam=lam, **two_levels(n, gamma)).df1
    return {"variance": SIGMA2 * df1 / (n - df1)} if lam > 0 else {}


def total_penalty(n: int, gamma: float, lam: float) -> Named:
    """The penalty taken as lam, not n lam."""
    return _judged(lam, theory.ridge_risk(lam=lam / n, **two_levels(n, gamma)))


def two_level_cells(sizes: tuple[int, ...]) -> tuple[Named, ...]:
    """Four designs (p > n ridgeless and with ridge, p = n, p < n), each at the growing sizes."""
    designs = ((2.0, 0.0), (2.0, 0.05), (1.0, 0.2), (0.5, 0.1))
    return tuple({"n": n, "gamma": gamma, "lam": lam} for gamma, lam in designs for n in sizes)


RIDGE = Claim(
    slug="ridge-deterministic-equivalent",
    topic="double_descent",
    title="Bias, variance and training loss of ridge regression from one fixed point",
    statement=(
        r"With $\kappa$ the root of $n(\kappa-\lambda) = \kappa\,\mathrm{df}_1(\kappa)$, ridge regression on $n$ "
        r"samples with covariance eigenvalues $s_i$ has bias $\kappa^2 \sum_i b_i^2 s_i/(s_i+\kappa)^2 / "
        r"(1-\mathrm{df}_2/n)$, variance $\sigma^2 \mathrm{df}_2/(n-\mathrm{df}_2)$ and training loss "
        r"$(\lambda/\kappa)^2$ times the test error, up to $O(1/n)$."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6", "recalled"),
    # The fit is first order in 1/n; what it leaves, of order 1/n^2, is below 0.2 % from n = 30 on.
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.002),
    predict=predict_two_levels,
    simulate=simulate_two_levels,
    grid=Grid(quick=two_level_cells((30, 60, 120)), full=two_level_cells((60, 120, 240, 480))),
    decoys=(
        Decoy("no renormalisation", "lam in place of kappa", unrenormalised),
        Decoy("no 1/(1 - df2/n)", "bias without the factor", missing_factor),
        Decoy("df1 for df2", "variance sigma2 df1/(n - df1)", first_degrees),
        Decoy("penalty lam", "penalty lam instead of n lam", total_penalty),
    ),
)

CLAIMS: tuple[Claim, ...] = (RIDGE,)
