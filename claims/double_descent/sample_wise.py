"""More data can hurt: the minimum-norm risk turns up before the peak."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Mean, Moments
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]


def sample_sizes(p: int, r2: float, sigma2: float) -> tuple[int, ...]:
    """The best size before the peak (a sixth of p if none), a quarter of it, half-way to the peak, and 2p."""
    best = max(theory.sample_wise_optimum(p, r2, sigma2).n_int, p // 6)
    return best, best // 4, (best + p) // 2, 2 * p


def _differences(risk: list[float]) -> Named:
    return {"risk": risk, "increase": [later - risk[0] for later in risk[1:]]}


def predict_nested(p: int, r2: float, sigma2: float) -> Named:
    """Risk at the sizes above and its increase over the first."""
    risk = theory.min_norm_risk(sample_sizes(p, r2, sigma2), p, r2, sigma2)
    return _differences([float(r) for r in risk.bias + risk.variance])


@kernel(floats=lambda p, **_: 6 * p * p)
def simulate_nested(p: int, r2: float, sigma2: float, trials: int, rng: Any) -> Any:
    """The same on the first rows of one design."""
    return sims.nested_min_norm_risk(sample_sizes(p, r2, sigma2), p, r2, sigma2, trials=trials, rng=rng)


def more_data_help(p: int, r2: float, sigma2: float) -> Named:
    """Half-way to the peak the risk has only lost bias: extra data help."""
    best, _, more, _ = sample_sizes(p, r2, sigma2)
    before, after = (theory.min_norm_risk(n, p, r2, sigma2).bias for n in (best, more))
    return {"increase[1]": after - before}


def no_square_root(p: int, r2: float, sigma2: float) -> Named:
    """A variance -sigma2 log(1 - n/p), for which the best size is p (1 - sigma2/r2)."""
    before = sample_sizes(p, r2, sigma2)[:3]
    risk = [r2 * (1 - n / p) - sigma2 * math.log(1 - n / p) for n in before]
    return {"increase[1]": risk[2] - risk[0]}


SAMPLE_WISE = Claim(
    slug="sample-wise-nonmonotonicity",
    topic="double_descent",
    title="More data can hurt",
    statement=(
        r"For $p$ isotropic Gaussian features the minimum-norm risk $r^2(1 - n/p) + \sigma^2 n/(p-n-1)$ falls up to "
        r"$n^* = p - 1 - \sqrt{(\sigma^2/r^2)\, p (p-1)}$ samples and rises from there to the peak; if $n^* \le 0$ "
        r"even the first samples hurt."
    ),
    source=Source("nakkiran2019more", "exact risk; $n^*$ derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_nested,
    simulate=simulate_nested,
    grid=Grid(
        quick=({"p": 60, "r2": 4.0, "sigma2": 1.0}, {"p": 60, "r2": 1.0, "sigma2": 2.0}),
        full=tuple({"p": 200, "r2": r2, "sigma2": 1.0} for r2 in (0.5, 1.0, 2.0, 4.0, 16.0)),
    ),
    decoys=(
        Decoy("more data help", "the risk falls all the way to the peak", more_data_help),
        Decoy("no square root", "n* = p (1 - sigma2/r2)", no_square_root),
    ),
    tails={"increase": Moments(skewness=1.0), "risk": Moments(skewness=1.0)},
)

CLAIMS: tuple[Claim, ...] = (SAMPLE_WISE,)
