"""Ridge regression on correlated features: the deterministic equivalent as a limit."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Exact, Grid, Limit, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
SIGMA2 = 0.3


def two_levels(n: int, gamma: float) -> Named:
    """A third of the p = gamma n eigenvalues are 2, the others 0.1; every squared coefficient is 1/p."""
    p = round(gamma * n)
    spectrum = ((2.0, 0.1), (p // 3, p - p // 3))
    return {"n": n, "spectrum": spectrum, "beta_sq": (1 / p, 1 / p), "sigma2": SIGMA2}


@instance
def ridged(n: int, gamma: float, lam: float) -> Named:
    """Ridge lam on two levels."""
    return {"lam": lam, **two_levels(n, gamma)}


simulate_ridged = ridged.of(sims.ridge_risk)


def ridged_cells(*sizes: int) -> tuple[Named, ...]:
    """Four designs (p > n ridgeless and with ridge, p = n, p < n), each at the growing sizes."""
    designs = ((2.0, 0.0), (2.0, 0.05), (1.0, 0.2), (0.5, 0.1))
    return tuple(cell for gamma, lam in designs for cell in cells(n=list(sizes), gamma=gamma, lam=lam))


def interpolates(n: int, gamma: float, lam: float) -> Exact | Moments:
    """What every design gives alike where the training loss is 0."""
    return Exact() if lam == 0 else Moments()


# --- decoys ----------------------------------------------------------------------------------------------------------


def unrenormalised(n: int, gamma: float, lam: float) -> Named:
    """The population formulas with the ridge lam itself in place of kappa."""
    levels = tuple(zip(*two_levels(n, gamma)["spectrum"], strict=True))
    bias = lam**2 * sum(count * s / (s + lam) ** 2 for s, count in levels) / round(gamma * n)
    return {"bias": bias, "variance": SIGMA2 * sum(count * (s / (s + lam)) ** 2 for s, count in levels) / n}


def missing_factor(n: int, gamma: float, lam: float) -> Named:
    risk = theory.ridge_risk(**ridged(n=n, gamma=gamma, lam=lam))
    return {"bias": risk.bias * (1 - risk.df2 / n)}


def first_degrees(n: int, gamma: float, lam: float) -> Named:
    df1 = theory.ridge_risk(**ridged(n=n, gamma=gamma, lam=lam)).df1
    return {"variance": SIGMA2 * df1 / (n - df1)} if lam > 0 else {}


def total_penalty(n: int, gamma: float, lam: float) -> Any:
    return theory.ridge_risk(**ridged(n=n, gamma=gamma, lam=lam / n))


RIDGE = claim(
    slug="ridge-deterministic-equivalent",
    title="Bias, variance and training loss of ridge regression from one fixed point",
    statement=(
        r"With $\kappa$ the root of $n(\kappa-\lambda) = \kappa\,\mathrm{df}_1(\kappa)$, ridge regression on $n$ "
        r"samples with covariance eigenvalues $s_i$ has bias $\kappa^2 \sum_i b_i^2 s_i/(s_i+\kappa)^2 / "
        r"(1-\mathrm{df}_2/n)$, variance $\sigma^2 \mathrm{df}_2/(n-\mathrm{df}_2)$ and training loss "
        r"$(\lambda/\kappa)^2$ times the test error, up to $O(1/n)$."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=ridged.of(theory.ridge_risk, "kappa", "df2", "bias", "variance", "train"),
    simulate=simulate_ridged,
    grid=Grid(quick=ridged_cells(60, 120, 240), full=ridged_cells(120, 240, 480)),
    decoys=(
        Decoy("no renormalisation", "lam in place of kappa", unrenormalised),
        Decoy("no 1/(1 - df2/n)", "bias without the factor", missing_factor),
        Decoy("df1 for df2", "variance sigma2 df1/(n - df1)", first_degrees),
        Decoy("penalty lam", "penalty lam instead of n lam", total_penalty),
    ),
    tails={"train": interpolates},
)

CLAIMS: tuple[Claim, ...] = (RIDGE,)
