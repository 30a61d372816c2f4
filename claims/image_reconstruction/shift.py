"""A shrinkage tuned on one distribution and used on another: what it costs, and the arc that it moves on."""

from __future__ import annotations

from typing import Any

import sims.image_reconstruction as sims
import theory.image_reconstruction as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

_SETTING = Source("darestani2021measuring", "setting of robustness plots; the formula", "derived")


@instance
def tuned_elsewhere(d: int, tau2: float, sigma2: float, ratio: float) -> Named:
    """Trained where images have `ratio` times the variance, tested at tau2 and sigma2."""
    return {"d": d, "alpha": ratio * tau2 / (ratio * tau2 + sigma2), "tau2": tau2, "sigma2": sigma2}


def _difference(d: int, tau2: float, sigma2: float, ratio: float) -> float:
    """By how much the two best shrinkages differ."""
    return ratio * tau2 / (ratio * tau2 + sigma2) - tau2 / (tau2 + sigma2)


_QUICK = (
    *cells(d=10, tau2=1.0, sigma2=0.5, ratio=[3.0, 0.25]),
    *cells(d=30, tau2=0.3, sigma2=1.0, ratio=3.0),
    *cells(d=6, tau2=2.0, sigma2=1.0, ratio=3.0),
)
_FULL = (*_QUICK, *cells(d=100, tau2=1.0, sigma2=1.0, ratio=[0.1, 0.5, 2.0, 10.0]))

RISK = claim(
    slug="distribution-shift-gap-risk",
    title="The risk of a denoiser that was tuned on other images",
    statement=(
        r"A shrinkage $\alpha_P$ tuned on images $P$ has on images $Q$ exactly the risk "
        r"$d\,[(1-\alpha_P)^2\tau_Q^2 + \alpha_P^2\sigma_Q^2]$."
    ),
    source=_SETTING,
    kind=Mean(resolution=0.02),
    predict=tuned_elsewhere.of(theory.shift_risk),
    simulate=tuned_elsewhere.of(sims.shift_risk),
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("no shift", "the floor of Q",
              lambda d, tau2, sigma2, ratio: float(theory.bayes_floor(d, tau2, sigma2))),
        Decoy("floor of P", "the risk that training promised",
              lambda d, tau2, sigma2, ratio: float(theory.bayes_floor(d, ratio * tau2, sigma2))),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip

GAP = claim(
    slug="distribution-shift-gap",
    title="What a distribution shift costs: a square in the difference of the best shrinkages",
    statement=(
        r"Above the best denoiser of $Q$ the one tuned on $P$ has exactly "
        r"$d\,(\tau_Q^2+\sigma_Q^2)(\alpha_P-\alpha_Q)^2$, $\alpha = \tau^2/(\tau^2+\sigma^2)$."
    ),
    source=_SETTING,
    kind=Mean(resolution=0.025),
    predict=tuned_elsewhere.of(theory.shift_gap),
    simulate=tuned_elsewhere.of(sims.shift_gap),
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("signal only", "d tau2 times the square, without the noise",
              lambda **cell: cell["d"] * cell["tau2"] * _difference(**cell) ** 2),
        Decoy("linear", "the difference in place of its square",
              lambda **cell: cell["d"] * (cell["tau2"] + cell["sigma2"]) * abs(_difference(**cell))),
    ),
    tails={"value": Moments(skewness=1.0)},
)  # fmt: skip

# --- a mixture in training -------------------------------------------------------------------------------------------


def _mean_of_both(tau2: tuple[float, ...], sigma2: tuple[float, ...]) -> float:
    return sum(t / (t + s) for t, s in zip(tau2, sigma2, strict=True)) / len(tau2)


def _first(tau2: tuple[float, ...], sigma2: tuple[float, ...]) -> float:
    return tau2[0] / (tau2[0] + sigma2[0])


_PAIRS = ({"tau2": (3.0, 1.0), "sigma2": (0.5, 0.5)}, {"tau2": (4.0, 0.2), "sigma2": (0.3, 1.0)})

MIXTURE = claim(
    slug="distribution-shift-gap-mixture",
    title="Training on a mixture of two distributions",
    statement=(
        r"Least squares on equal shares of $P$ and $Q$ learns $\alpha = \frac{\tau_P^2+\tau_Q^2}"
        r"{\tau_P^2+\tau_Q^2+\sigma_P^2+\sigma_Q^2}$, which is not the mean of the two best shrinkages."
    ),
    source=_SETTING,
    kind=Mean(resolution=0.01, of="part", per="whole"),
    predict=theory.mixture_shrinkage,
    simulate=sims.mixture_shrinkage,
    grid=Grid(quick=_PAIRS, full=(*_PAIRS, {"tau2": (3.0, 1.0, 0.1), "sigma2": (0.5, 0.1, 2.0)})),
    decoys=(
        Decoy("mean of both", "the mean of the two best shrinkages", _mean_of_both),
        Decoy("first one", "the best shrinkage of P", _first),
    ),
    tails={"value": Moments(skewness=1.0)},
)

# --- the arc ---------------------------------------------------------------------------------------------------------

_P_AND_Q = {"tau2": 3.0, "sigma2": 0.5, "tau2_test": 1.0, "sigma2_test": 0.5}


def _line(alpha: float, **both: float) -> float:
    """The slope of the line between no denoising and the end of the common descent."""
    return theory.shift_trend(0.0, **both)


def _agreement(alpha: float, **both: float) -> float:
    return abs(theory.shift_trend(alpha, **both))


TREND = claim(
    slug="distribution-shift-gap-trend",
    title="Performance on two distributions moves on a parabola, not on a line",
    statement=(
        r"Along the shrinkages $\alpha$ the risks on $P$ and $Q$ change in the ratio "
        r"$\frac{dR_Q}{dR_P} = \frac{(\tau_Q^2+\sigma_Q^2)(\alpha-\alpha_Q)}{(\tau_P^2+\sigma_P^2)(\alpha-\alpha_P)}$: "
        r"not constant, and negative between the two optima, where what is gained on $P$ is lost on $Q$."
    ),
    source=_SETTING,
    kind=Mean(resolution=0.025, of="part", per="whole"),
    predict=theory.shift_trend,
    simulate=sims.shift_trend,
    grid=Grid(
        quick=cells(alpha=[0.3, 0.76, 1.2], **_P_AND_Q),
        full=cells(alpha=[0.0, 0.3, 0.6, 0.73, 0.76, 0.79, 1.2], **_P_AND_Q),
    ),
    decoys=(
        Decoy("a line", "one slope for all methods, that of weak denoisers", _line),
        Decoy("always together", "the slope without its sign", _agreement),
    ),
    tails={"value": Moments(skewness=1.0)},
)

CLAIMS: tuple[Claim, ...] = (RISK, GAP, MIXTURE, TREND)
