"""Stein's estimate of a soft threshold's risk, and the best threshold of a sparse prior."""

from __future__ import annotations

import math

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance
from claims.matrix_denoising.families import Named
from theory.shrinkage import soft_moments

claim = declared_in(__name__)

_COEFFICIENTS = {"spikes": (0.0,) * 8 + (3.0, 1.2), "line": tuple(-4.0 + 8 * j / 9 for j in range(10))}


@instance
def coefficients(mu: str, t: float) -> Named:
    """Ten coefficients: eight zeros and two spikes, or evenly spaced ones."""
    return {"mu": _COEFFICIENTS[mu], "t": t}


def _predict(mu: str, t: float) -> Named:
    given = coefficients(mu=mu, t=t)
    risk = float(sum(soft_moments(given["mu"], 1.0, t).risk))
    return {"sure": risk, "loss": risk, "squared": theory.sure_error_second_moment(**given)}


def _counted_once(mu: str, t: float) -> Named:
    found = soft_moments(_COEFFICIENTS[mu], 1.0, t)
    return {"loss": float(sum(found.risk + 1 - found.active))}


SURE = claim(
    slug="sparse-coding-sure",
    title="The data know the threshold's risk: Stein's estimate, and exactly how far it errs",
    statement=(
        r"For $y = \mu + z$ and the soft threshold $t$, "
        r"$\mathrm{SURE} = \sum_i [1 - 2\cdot 1\{|y_i| \le t\} + \min(y_i^2, t^2)]$ has the mean of "
        r"$\|\eta_t(y)-\mu\|^2$ and $E(\mathrm{SURE} - \|\eta_t(y)-\mu\|^2)^2 = \sum_i [2 + 4h_i - 4p_i]$, with "
        r"$h_i = E\min(y_i^2,t^2)$ and $p_i = P(|y_i| \le t)$."
    ),
    source=Source(
        "stein1981estimation",
        "unbiased estimate; second moment: Bellec and Zhang 2021",
        "recalled",
    ),
    kind=Mean(resolution=0.025),
    predict=_predict,
    simulate=coefficients.of(sims.sure_error_second_moment),
    grid=Grid(
        quick=(*cells(mu="spikes", t=1.5), *cells(mu="line", t=0.8)),
        full=(*cells(mu="spikes", t=[0.5, 1.5, 2.5]), *cells(mu="line", t=[0.8, 2.0])),
    ),
    decoys=(
        Decoy("zeros counted once", "1 - 1{|y| <= t} + min(y^2, t^2) is unbiased", _counted_once),
        Decoy("2n", "second moment 2n", lambda mu, t: {"squared": 20.0}),
    ),
    tails={"sure": Moments(skewness=1.0), "loss": Moments(skewness=1.5), "squared": Moments(skewness=4.0)},
)

# --- a sparse prior --------------------------------------------------------------------------------------------------


@instance
def best(fraction: float, tau: float) -> Named:
    """The best threshold of the prior; 400 coefficients a trial."""
    t = theory.sparse_coding_threshold(fraction, tau).t
    return {"fraction": fraction, "tau": tau, "t": t, "coordinates": 400}


def _predict_best(fraction: float, tau: float) -> Named:
    return {"risk": theory.sparse_coding_threshold(fraction, tau).risk, "slope": 0.0}


def _universal(fraction: float, tau: float) -> Named:
    return {"risk": theory.sparse_coding_risk(fraction, tau, math.sqrt(2 * math.log(1000)))}


def _last_term_dropped(fraction: float, tau: float) -> Named:
    t = theory.sparse_coding_threshold(fraction, tau).t
    tails = [math.erfc(t / s / math.sqrt(2)) / 2 for s in (1.0, math.sqrt(1 + tau**2))]
    lost = 2 * t**2 * ((1 - fraction) * tails[0] + fraction * tails[1])
    return {"risk": theory.sparse_coding_threshold(fraction, tau).risk - lost}


PRIOR = claim(
    slug="sparse-coding-sure-best-threshold",
    title="The best threshold for sparse coding, far below the universal one",
    statement=(
        r"If coefficients are $0$ with probability $1-f$ and $N(0,\tau^2)$ otherwise, the threshold with "
        r"$(1-f)[tQ(t)-\varphi(t)] + f[tQ(t/s)-\varphi(t/s)/s] = 0$, $s^2 = 1+\tau^2$, has stationary risk, of value "
        r"$(1-f)\rho(1) + f\rho(s)$ a coordinate."
    ),
    source=Source("donoho1995adapting", "risk of the soft threshold under the prior", "derived"),
    kind=Mean(resolution=0.02),
    predict=_predict_best,
    simulate=best.of(sims.sparse_coding_threshold),
    grid=Grid(
        quick=(*cells(fraction=0.1, tau=3.0), *cells(fraction=0.05, tau=5.0), *cells(fraction=0.3, tau=1.0)),
        full=cells(fraction=[0.02, 0.1, 0.3], tau=[1.0, 2.0, 3.0, 5.0]),
    ),
    decoys=(
        Decoy("universal threshold", "sqrt(2 log n) at n = 1000 is the best", _universal),
        Decoy("last term dropped", "rho without 2 t^2 Q", _last_term_dropped),
        Decoy("linear rule", "no better than f tau^2/(1 + f tau^2)",
              lambda fraction, tau: {"risk": fraction * tau**2 / (1 + fraction * tau**2)}),
    ),
    tails={"risk": Moments(skewness=1.0), "slope": Moments(skewness=0.5)},
    scales={"slope": 0.25},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (SURE, PRIOR)
