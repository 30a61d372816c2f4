"""The strength of the prior: what it costs in noise, what it gains in structure, and at which rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sims.sparse_interpolation as sims
import theory.sparse_interpolation as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Observation, Order, Rate, Source, cells, declared_in, instance
from claims.sparse_interpolation.recipes import CERTIFICATES, CONTROL_SCALES, TAILS, Named, penalised

claim = declared_in(__name__)
BRIDGE = Source("donhauser2022fast", "rates of this estimator (abstract seen); derived here", "derived")


def _margins(**cell: Any) -> Named:
    return {"over_sparse": 0.0, "over_smooth": 0.0}


def _by_noise(n: int, d: int, values: Any, counts: Any, sigma2: float, lam: float) -> Named:
    """The margin that the noise alone would leave between p = 1 and 1.2."""
    return {"over_sparse": theory.min_l1_noise_risk(n, d, sigma2) - theory.min_lp_risk(n, d, 1.2, [0.0], [d], sigma2)}


def _by_least_squares(n: int, d: int, values: Any, counts: Any, sigma2: float, lam: float) -> Named:
    """The margin of p = 2 over p = 1.2."""
    risks = [theory.min_lp_risk(n, d, p, values, counts, sigma2) for p in (1.2, 2.0)]
    return {"over_smooth": risks[1] - risks[0]}


DUEL = {"n": 32, "ratio": 8.0, "share": 1 / 32, "height": 5.5, "pull": 2.0}
LARGER = {"n": 64, "ratio": 8.0, "share": 1 / 64, "height": 7.0, "pull": 2.0}

BETWEEN = claim(
    slug="strength-trade-off",
    title="Neither the strongest nor a weak prior is best: an l_p norm in between",
    statement=(
        r"For one spike of height $5.5\,\sigma/\sqrt n$ in $n = 32$, $d = 256$ the interpolator of least $\ell_{1.2}$ "
        r"norm has a smaller risk than those of least $\ell_1$ and $\ell_{1.5}$ norm."
    ),
    source=BRIDGE,
    kind=Order(resolution=0.1),
    predict=penalised.of(_margins),
    simulate=penalised.of(sims.strength_trade_off),
    grid=Grid(quick=(DUEL,), full=(DUEL, LARGER)),
    decoys=(
        Decoy("noise alone", "p = 1 loses to 1.2 by as much as on labels of noise", penalised.of(_by_noise)),
        Decoy("as bad as least squares", "p = 1.5 loses to 1.2 by as much as p = 2", penalised.of(_by_least_squares)),
    ),
    tails=dict.fromkeys(("over_sparse", "over_smooth"), Moments(skewness=2.0)),
    certificates=CERTIFICATES,
    scales={"over_sparse": 0.6, "over_smooth": 0.6},
)


@instance
def dimension(n: int, d: int, p: float) -> Named:
    """Few rows, many features."""
    return {"n": n, "d": d, "p": p}


def _constant(n: int, d: int, p: float) -> Named:
    return {"value": theory.lp_noise_constant(p), "ridgeless": 0.0}


def _gaussian_power(p: float) -> float:
    """E|Z|^(2q-2), not over (E|Z|^q)^2."""
    k = 2 / (p - 1)
    return 2 ** (k / 2) * math.gamma((k + 1) / 2) / math.sqrt(math.pi)


PRICE = claim(
    slug="strength-trade-off-noise-price",
    title="In many dimensions noise costs C_p n/d, the more the stronger the prior",
    statement=(
        r"For labels of noise and fixed $p > 1$ the risk is $C_p\sigma^2 n/d$ as $d$ grows, $C_p = m_{2q-2}/m_q^2$ "
        r"with $m_k = \mathrm{E}|Z|^k$, $q = p/(p-1)$, at order $1/d$."
    ),
    source=Source("donhauser2022fast", "this constant derived here", "derived"),
    kind=Limit(size="d", order=1.0, resolution=0.02, terms=2),
    predict=_constant,
    simulate=dimension.of(sims.lp_noise_constant),
    grid=Grid(
        quick=cells(p=[1.5, 1.75], n=2, d=[40, 80, 160, 320]),
        full=(*cells(p=1.4, n=2, d=[160, 320, 640, 1280]), *cells(p=1.5, n=4, d=[40, 80, 160, 320])),
    ),
    decoys=(
        Decoy("C_p = 1", "as at p = 2", lambda n, d, p: {"value": 1.0}),
        Decoy("no denominator", "m_{2q-2} alone", lambda n, d, p: {"value": _gaussian_power(p)}),
        Decoy("q for 2q - 2", "m_q/m_q^2", lambda n, d, p: {"value": 1 / _moment(p / (p - 1))}),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=("ridgeless",),
    scales={"ridgeless": CONTROL_SCALES["ridgeless"]},
)


def _moment(k: float) -> float:
    return 2 ** (k / 2) * math.gamma((k + 1) / 2) / math.sqrt(math.pi)


GROWING = (25, 49, 81)


@instance
def growing(n: int, p: float) -> Named:
    """Labels of noise, d - 1 = n^1.5: at p = 2 the finite mean n/(d - 1 - n) is then the limit's formula."""
    d = round(n**1.5) + 1
    return {"n": n, "d": d, "p": p, "values": (0.0,), "counts": (d,), "sigma2": 1.0}


def _slope(p: float) -> float:
    """The log-log slope over the grid's sizes of the fixed point's risk."""
    d = [n**1.5 for n in GROWING]
    risks = [
        theory.min_l1_noise_risk(n, m, 1.0) if p == 1 else theory.min_lp_risk(n, m, p, [0.0], [m], 1.0)
        for n, m in zip(GROWING, d, strict=True)
    ]
    return float(np.polyfit(np.log(GROWING), np.log(risks), 1)[0])


RATE = claim(
    slug="strength-trade-off-rate",
    title="With d = n^1.5 noise costs a power of n at every p above 1, and hardly falls at p = 1",
    statement=(
        r"For labels of noise, $d - 1 = n^{3/2}$ and $p = 1.5$ the risk falls over $n = 25$ to $81$ with the log-log "
        r"slope of its fixed point, which tends to $-1/2$."
    ),
    source=BRIDGE,
    kind=Rate(size="n", resolution=0.01),
    predict=lambda n, p: {"steady": _slope(p)},
    simulate=growing.of(sims.min_lp_risk),
    grid=Grid(quick=cells(p=1.5, n=list(GROWING)), full=cells(p=1.5, n=list(GROWING))),
    decoys=(
        Decoy("as for l1", "the slope of p = 1 over the same sizes", lambda n, p: {"steady": _slope(1.0)}),
        Decoy("as for 1.1", "the slope of p = 1.1 over the same sizes", lambda n, p: {"steady": _slope(1.1)}),
    ),
    tails={"steady": Moments(skewness=2.0)},
    certificates=CERTIFICATES,
)


@instance
def spiked(n: int, p: float) -> Named:
    """One unit spike, sigma2 = 1/4, d = n^1.5."""
    d = round(n**1.5)
    return {"n": n, "d": d, "p": p, "values": (1.0, 0.0), "counts": (1, d - 1), "sigma2": 0.25}


def _spiked_risk(n: int, d: int, p: float, values: Any, counts: Any, sigma2: float) -> float:
    return (
        theory.min_l1_risk(n, d, values, counts, sigma2)
        if p == 1
        else theory.min_lp_risk(n, d, p, values, counts, sigma2)
    )


SPIKED = claim(
    slug="strength-trade-off-rate-spike",
    title="With a unit spike too the risk at p = 1.2 falls faster than at p = 1",
    statement=(
        r"One unit spike, $\sigma^2 = 1/4$, $d = n^{3/2}$: the risks at $p = 1$ and $1.2$ beside their fixed points, "
        r"which small sizes exceed."
    ),
    source=BRIDGE,
    kind=Observation(trials=256),
    predict=spiked.of(_spiked_risk),
    simulate=spiked.of(sims.min_lp_risk),
    grid=Grid(quick=cells(n=[16, 36], p=[1.0, 1.2]), full=cells(n=[50, 100, 200], p=[1.0, 1.2])),
    decoys=(),
    certificates=CERTIFICATES,
)

CLAIMS: tuple[Claim, ...] = (BETWEEN, PRICE, RATE, SPIKED)
