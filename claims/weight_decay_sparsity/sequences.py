"""Sparse penalties against linear rules at many means, and when more depth pays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sims.weight_decay_sparsity as sims
import theory.weight_decay_sparsity as theory
from claims import Bound, Claim, Decoy, Grid, Mean, Moments, Order, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
DONOHO = Source("donoho1994ideal", "risk of soft thresholds, recalled", "recalled")
ZHANG = Source("zhang2022deep", "sparse rules of depth L: abstract seen; derived here", "derived")


def _below(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _density(x: float) -> float:
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _hard(mu: float, t: float) -> float:
    """Risk of the hard threshold at t."""
    a, b = t - mu, t + mu
    above = a * _density(a) + _below(-a) + b * _density(b) + _below(-b)
    return float(above + mu * mu * (_below(a) - _below(-b)))


def _no_bias(mu: float, t: float) -> float:
    """Without what the threshold takes from what it keeps."""
    return float(theory.soft_threshold_risk(mu, t) - t * t * (_below(mu - t) + _below(-mu - t)))


SOFT = claim(
    slug="sparse-vs-linear",
    title="The risk of the soft threshold",
    statement=(
        r"$\mathrm E(\eta_t(\mu+Z)-\mu)^2 = 1+t^2+(\mu^2-1-t^2)[\Phi(t-\mu)-\Phi(-t-\mu)]-(t-\mu)\varphi(t+\mu)-"
        r"(t+\mu)\varphi(t-\mu)$."
    ),
    source=DONOHO,
    kind=Mean(resolution=0.0225),
    predict=theory.soft_threshold_risk,
    simulate=sims.soft_threshold_risk,
    grid=Grid(
        quick=(*cells(mu=0.0, t=1.0), *cells(mu=1.0, t=1.5), *cells(mu=4.0, t=2.0)),
        full=cells(mu=[0.0, 1.0, 2.0, 4.0], t=[0.5, 1.5, 2.5]),
    ),
    decoys=(
        Decoy("hard", "the risk of the hard threshold", _hard),
        Decoy("no bias", "without t^2 where it is kept", _no_bias),
    ),
    tails={"value": Moments(skewness=1.5)},
)


@instance
def ball(n: int, radius: float, sigma2: float, q: float) -> Named:
    """The l_q ball."""
    return {"n": n, "radius": radius, "sigma2": sigma2, "q": q}


def _minimax(n: int, radius: float, sigma2: float, q: float) -> float:
    return float(theory.linear_minimax_lq(n, radius, sigma2))


def _with_q(n: int, radius: float, sigma2: float, q: float) -> float:
    """Between noise and signal by q."""
    return float((n * sigma2) ** (1 - q / 2) * (radius**2) ** (q / 2))


def _smaller_of(n: int, radius: float, sigma2: float, q: float) -> float:
    return min(n * sigma2, radius**2)


MINIMAX = claim(
    slug="sparse-vs-linear-minimax",
    title="Linear rules do not see sparsity",
    statement=(
        r"Over the $\ell_q$ ball of radius $C$, $q\le2$, no linear rule has a worst risk below "
        r"$n\sigma^2C^2/(n\sigma^2+C^2)$, for no $q$, and the best multiple of the identity has it."
    ),
    source=Source("donoho1990minimax", "quadratic hulls, recalled", "recalled"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=64, reach=0.995),
    predict=_minimax,
    simulate=ball.of(sims.worst_linear_risk),
    grid=Grid(
        quick=cells(n=20, radius=3.0, sigma2=0.25, q=[0.5, 1.0, 1.5, 2.0]),
        full=cells(n=[10, 30], radius=[1.0, 3.0], sigma2=0.25, q=[0.5, 1.0, 1.5, 2.0]),
    ),
    decoys=(
        Decoy("with q", "(n sigma^2)^(1-q/2) C^q", _with_q),
        Decoy("smaller", "the smaller of n sigma^2 and C^2", _smaller_of),
    ),
)


@instance
def spikes(n: int, k: tuple[int, ...]) -> Named:
    """The l_1 ball of radius 1 in noise of deviation n^(-1/2)."""
    return {"n": n, "radius": 1.0, "sigma": n**-0.5, "k": k}


def _spikes(n: int, k: tuple[int, ...]) -> Named:
    at = spikes(n=n, k=k)
    return {"value": theory.spike_risk(**{**at, "k": np.array(k)})}


def _asymptote(n: int, k: tuple[int, ...]) -> Named:
    value = math.sqrt(2 * math.log(math.sqrt(n)) / n)
    return {"value": np.full(len(k), value)}


def _linear(n: int, k: tuple[int, ...]) -> Named:
    return {"value": np.full(len(k), float(theory.linear_minimax_lq(n, 1.0, 1 / n)))}


SPIKES = claim(
    slug="sparse-vs-linear-spikes",
    title="The soft threshold at equal spikes of the l1 ball",
    statement=(
        r"With noise of variance $1/n$ and $k$ means $1/k$ the soft threshold at $\sqrt{2\log n/n}$ has the risk "
        r"$\tfrac1n[k\,r(\sqrt n/k,t)+(n-k)\,r(0,t)]$, largest at $k = 3$ for $n = 100$ and $k = 22$ for $n = 10^4$; "
        r"linear rules have $\tfrac12$."
    ),
    source=DONOHO,
    kind=Mean(resolution=0.0225),
    predict=_spikes,
    simulate=spikes.of(sims.spike_risk),
    grid=Grid(
        quick=(*cells(n=100, k=(1, 3, 9)), *cells(n=10_000, k=(22, 66))),
        full=(*cells(n=100, k=(1, 3, 9)), *cells(n=10_000, k=(8, 22, 66)), *cells(n=100_000, k=(30, 64, 180))),
    ),
    decoys=(
        Decoy("asymptote", "C sigma sqrt(2 log(n sigma/C)) at finite n", _asymptote),
        Decoy("linear", "1/2", _linear),
    ),
    tails={"value": Moments(skewness=2.0)},
)

# --- depth -----------------------------------------------------------------------------------------------------------


@instance
def tuned(mu: float, depth: int) -> Named:
    """One mean in a hundred is mu; the weight decay is the best."""
    return {"mu": mu, "fraction": 0.01, "lam": theory.best_depth_risk(mu, 0.01, depth).lam, "depth": depth}


def _unsplit(mu: float, depth: int) -> float:
    """Two hundred Gauss-Hermite nodes over the jump."""
    at = tuned(mu=mu, depth=depth)
    z, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = weights / weights.sum()

    def error(mean: float) -> float:
        return float(weights @ (theory.depth_shrinkage(mean + z, at["lam"], depth) - mean) ** 2)

    return 0.99 * error(0.0) + 0.01 * error(mu)


def _of_two(mu: float, depth: int) -> float:
    return theory.best_depth_risk(mu, 0.01, 2).risk


DEPTH = claim(
    slug="sparse-vs-linear-depth",
    title="The risk of every depth where few means are large",
    statement=(
        r"Where one mean in a hundred is $\mu$ and the others $0$ the risk of the best product of $L$ factors a "
        r"coordinate is $(1-\epsilon)\,\mathrm E\,\eta(Z)^2+\epsilon\,\mathrm E(\eta(\mu+Z)-\mu)^2$, $\eta$ the "
        r"shrinkage of depth $L$."
    ),
    source=ZHANG,
    kind=Mean(resolution=0.01),
    predict=lambda mu, depth: {"value": theory.depth_risk(**tuned(mu=mu, depth=depth))},
    simulate=tuned.of(sims.depth_risk),
    grid=Grid(
        quick=cells(mu=[3.0, 5.0], depth=[1, 2, 3, 4, 8]),
        full=cells(mu=[2.0, 3.0, 4.0, 5.0, 6.0], depth=[1, 2, 3, 4, 8]),
    ),
    decoys=(
        Decoy("across the jump", "a Gauss-Hermite rule over the jump", _unsplit),
        Decoy("two layers", "the risk of two layers at every depth", _of_two),
    ),
    certificates={"residual": 1e-9},
    # One jittered point a cell: the few cells at the jump decide the spread.
    tails={"value": Moments(skewness=3.0)},
)


@instance
def deeper(mu: float, depths: tuple[int, ...]) -> Named:
    """Depths one after another."""
    return {"mu": mu, "fraction": 0.01, "depths": depths}


@instance
def weak(mu: float, depths: tuple[int, ...]) -> Named:
    """Spikes of three deviations."""
    return {**deeper(mu=3.0, depths=depths)}


@instance
def strong(mu: float, depths: tuple[int, ...]) -> Named:
    """Spikes of five deviations."""
    return {**deeper(mu=5.0, depths=depths)}


stepped = deeper.of(sims.depth_steps)
_DEPTHS = (2, 3, 4, 8)

PAYS = claim(
    slug="sparse-vs-linear-depth-pays",
    title="Well above the noise each further layer pays",
    statement=r"For spikes of $5$ deviations the risk at the best decay falls from depth $2$ to $3$, $4$ and $8$.",
    source=ZHANG,
    kind=Order(resolution=0.1),
    predict=lambda mu, depths: {"gained": [0.0] * (len(depths) - 1)},
    simulate=stepped,
    grid=Grid(quick=cells(mu=5.0, depths=_DEPTHS), full=cells(mu=[5.0, 6.0], depths=_DEPTHS)),
    decoys=(
        Decoy(
            "always", "deeper is better for weak spikes too",
            simulate=weak.of(sims.depth_steps),
        ),
    ),
    certificates={"residual": 1e-9},
    scales={"gained": 0.004},
)  # fmt: skip

HURTS = claim(
    slug="sparse-vs-linear-depth-hurts",
    title="Near the noise each further layer hurts",
    statement=r"For spikes of $3$ deviations the risk at the best decay rises from depth $2$ to $3$, $4$ and $8$.",
    source=ZHANG,
    kind=Order(resolution=0.1),
    predict=lambda mu, depths: {"lost": [0.0] * (len(depths) - 1)},
    simulate=stepped,
    grid=Grid(quick=cells(mu=3.0, depths=_DEPTHS), full=cells(mu=[2.5, 3.0], depths=_DEPTHS)),
    decoys=(
        Decoy(
            "never", "deeper is worse for strong spikes too",
            simulate=strong.of(sims.depth_steps),
        ),
    ),
    certificates={"residual": 1e-9},
    scales={"lost": 0.004},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (SOFT, MINIMAX, SPIKES, DEPTH, PAYS, HURTS)
