"""Estimators that know that a function is a sum over coordinates, and those that do not."""

from __future__ import annotations

import math
from typing import Any

import sims.compositional_sparsity as sims
import theory.compositional_sparsity as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
STONE = Source("stone1985additive", "rates recalled; exact risk derived here", "derived")
SMOOTH, MANY = 1.5, 6


@instance
def additive(D: int, M: int, n: int, modes: str) -> Named:
    """A sum over coordinates of a constituent of smoothness 1.5, of mean square 1, with noise 1/4."""
    g2 = sims.smooth_constituent(SMOOTH, MANY, D)
    return {"g2": g2, "D": D, "M": M, "n": n, "sigma2": 0.25, "modes": modes}


predict_risk = additive.of(theory.projection_risk)


def _noise_alone(D: int, M: int, n: int, modes: str) -> float:
    """sigma2/n a mode: the function's own variance forgotten."""
    at = additive(D=D, M=M, n=n, modes=modes)
    count = theory.lattice_count(D, M) if modes == "ball" else 1 + 2 * D * M
    missed = theory.projection_risk(at["g2"], D, M, 10**12, 0.0, modes)
    return float(missed + count * at["sigma2"] / n)


def _volume(D: int, M: int, n: int, modes: str) -> float:
    """The volume of the ball for its points; an axis of M for one of 2M + 1."""
    at = additive(D=D, M=M, n=n, modes=modes)
    count = theory.lattice_count(D, M) if modes == "ball" else 1 + 2 * D * M
    other = {2: math.pi, 3: 4 * math.pi / 3}[D] * M**D if modes == "ball" else D * M
    return float(predict_risk(D=D, M=M, n=n, modes=modes) + (other - count) * (1 + at["sigma2"]) / n)


_RISKS = (*cells(D=2, M=1, n=40, modes=["ball", "axes"]), *cells(D=3, M=1, n=40, modes=["ball", "axes"]),
          *cells(D=2, M=3, n=100, modes="ball"), *cells(D=3, M=3, n=100, modes="axes"))  # fmt: skip

RISK = claim(
    slug="projection-risk",
    title="What a projection estimator of a sum over coordinates costs, blind and with the structure known",
    statement=(
        r"Empirical Fourier coefficients on a set $K$ of modes, the ball $|k| \le M$ or the axes alone, have "
        r"$\mathrm{E}"
        r"\|\hat f-f\|^2 = \sum_{k\notin K}|f_k|^2 + [|K|(\|f\|^2+\sigma^2) - \sum_{k\in K}|f_k|^2]/n$."
    ),
    source=STONE,
    kind=Mean(resolution=0.025),
    predict=predict_risk,
    simulate=additive.of(sims.projection_risk),
    grid=Grid(
        quick=_RISKS,
        full=(
            *_RISKS,
            *cells(D=2, M=[2, 4, 8], n=[200, 1600], modes=["ball", "axes"]),
            *cells(D=3, M=4, n=800, modes="axes"),
        ),
    ),
    decoys=(
        Decoy("noise alone", "sigma2/n a mode", _noise_alone),
        Decoy("volume", "V_D M^D for the points of the ball, D M for the axes", _volume),
    ),
    tails={"value": Moments(skewness=2.0)},
)


@instance
def known(D: int, n: int) -> Named:
    """The axes, at the M that is best for them."""
    return dict(additive(D=D, M=best_cut(D, n, "axes"), n=n, modes="axes"))


def best_cut(D: int, n: int, modes: str) -> int:
    """The cut M of least risk."""
    return min(range(1, 13), key=lambda M: float(predict_risk(D=D, M=M, n=n, modes=modes)))


def _blind(D: int, n: int) -> float:
    return float(predict_risk(D=D, M=best_cut(D, n, "ball"), n=n, modes="ball"))


GAIN = claim(
    slug="projection-risk-gain",
    title="What the estimator that knows the structure reaches at its best cut",
    statement=(
        r"At the best $M$ the additive estimator has the risk of the formula, far below the least that the blind one "
        r"reaches: "
        r"the exponents of $n$ are $-2s/(2s+1)$ and $-2s/(2s+D)$."
    ),
    source=STONE,
    kind=Mean(resolution=0.025),
    predict=lambda D, n: float(predict_risk(D=D, M=best_cut(D, n, "axes"), n=n, modes="axes")),
    simulate=known.of(sims.projection_risk),
    grid=Grid(
        quick=(*cells(D=2, n=200), *cells(D=3, n=100)), full=(*cells(D=2, n=[400, 3200]), *cells(D=3, n=[400, 1600]))
    ),
    decoys=(
        Decoy("blind", "the blind estimator's least risk", _blind),
        Decoy("half of it", "half of the blind one's", lambda D, n: _blind(D, n) / 2),
    ),
    tails={"value": Moments(skewness=2.0)},
)

CLAIMS: tuple[Claim, ...] = (RISK, GAIN)
