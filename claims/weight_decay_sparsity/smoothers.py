"""A box at an unknown place: what no linear smoother can pass, and what total variation does."""

from __future__ import annotations

import math
from typing import Any

import sims.weight_decay_sparsity as sims
import theory.weight_decay_sparsity as theory
from claims import (
    Bound,
    Claim,
    Decoy,
    Grid,
    Identity,
    Limit,
    Mean,
    Observation,
    Order,
    Rate,
    Source,
    cells,
    declared_in,
    instance,
)

claim = declared_in(__name__)
Named = dict[str, Any]
LINEAR = Source("donoho1998minimax", "linear rates over all of BV recalled; this instance derived here", "derived")
VARIATION = Source("sadhanala2016total", "rates of total variation recalled; a box derived here", "derived")


@instance
def half(n: int, h: float, sigma2: float) -> Named:
    """A box on half of the circle."""
    return {"n": n, "m": n // 2, "h": h, "sigma2": sigma2}


least = half.of(theory.best_linear_risk_box)


def _no_n(n: int, h: float, sigma2: float) -> float:
    return theory.best_linear_risk_box(n, n // 2, h * math.sqrt(n), sigma2)


def _no_half(n: int, h: float, sigma2: float) -> float:
    return h * math.sqrt(sigma2 / n)


def _early(n: int, h: float, sigma2: float) -> float:
    return 0.5 * h * math.sqrt(sigma2 / n)


_DECOYS = (
    Decoy("no 1/n", "powers without 1/n", _no_n),
    Decoy("no half", "h sigma/sqrt n", _no_half),
    Decoy("limit", "the limit h sigma/(2 sqrt n) at finite n", _early),
)

MATRIX = claim(
    slug="linear-smoother-barrier",
    title="The least risk of any matrix at a box of unknown place",
    statement=(
        r"Over all $n\times n$ matrices the least mean risk at the shifts of a signal is $\tfrac1n\sum_k\sigma^2S_k/"
        r"(S_k+\sigma^2)$, $S_k$ its power spectrum over $n$, and the best matrix has it at every shift: no linear "
        r"smoother has a smaller worst risk."
    ),
    source=LINEAR,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=least,
    simulate=half.of(sims.best_linear_risk_box),
    grid=Grid(
        quick=cells(n=[32, 128], h=[1.0, 3.0], sigma2=0.25),
        full=cells(n=[16, 65, 256], h=[0.5, 1.0, 3.0], sigma2=[0.25, 1.0]),
    ),
    decoys=_DECOYS,
)

FILTER = claim(
    slug="linear-smoother-barrier-filter",
    title="The filter that attains it, on draws",
    statement=r"The filter $S_k/(S_k+\sigma^2)$ has this risk on noisy boxes at random places.",
    source=LINEAR,
    kind=Mean(resolution=0.0225),
    predict=least,
    simulate=half.of(sims.filtered_risk),
    grid=Grid(
        quick=cells(n=[128, 512], h=1.0, sigma2=0.25),
        full=cells(n=[128, 512, 2048], h=[1.0, 3.0], sigma2=0.25),
    ),
    decoys=_DECOYS,
)


def _rooted(n: int, h: float, sigma2: float) -> float:
    return 0.5 * h * math.sqrt(sigma2)


_LARGE = cells(h=1.0, sigma2=0.25, n=[2048, 8192, 32768])


def best_over_root(n: int, h: float, sigma2: float, trials: int, rng: Any) -> Any:
    """The least linear risk times the root of n."""
    return math.sqrt(n) * half.of(sims.best_filter_risk)(n=n, h=h, sigma2=sigma2, trials=trials, rng=rng)


LIMIT = claim(
    slug="linear-smoother-barrier-limit",
    title="Half the jump times the noise: what a linear smoother loses for large n",
    statement=r"For a box on half of the circle $\sqrt n$ times the least linear risk tends to $h\sigma/2$.",
    source=LINEAR,
    kind=Limit(
        size="n", order=0.5, resolution=0.01, allowance=0.004, trials=1,
        because="the next order, 2/n at most a tenth of a per cent at n = 2048, four times for the extrapolation",
    ),
    predict=_rooted,
    simulate=best_over_root,
    grid=Grid(quick=_LARGE, full=cells(h=1.0, sigma2=0.25, n=[8192, 32768, 131072])),
    decoys=(
        Decoy("no half", "h sigma", lambda n, h, sigma2: h * math.sqrt(sigma2)),
        Decoy("variance", "h sigma^2/2", lambda n, h, sigma2: 0.5 * h * sigma2),
    ),
)  # fmt: skip

RATE = claim(
    slug="linear-smoother-barrier-rate",
    title="Linear smoothers at a jump have the exponent one half",
    statement=r"The least linear risk of a box falls as $n^{-1/2}$.",
    source=LINEAR,
    kind=Rate(
        size="n", resolution=0.01, allowance=0.015, trials=1,
        because="the next order, a share n^(-1/2) of it, adds half of that to the exponent: 0.5/sqrt(2048) of one half",
    ),
    predict=lambda n, h, sigma2: -0.5,
    simulate=half.of(sims.best_filter_risk),
    grid=Grid(quick=_LARGE, full=cells(h=1.0, sigma2=0.25, n=[8192, 32768, 131072])),
    decoys=(Decoy("two thirds", "-2/3, the rate of nonlinear estimators over BV", lambda n, h, sigma2: -2 / 3),),
)  # fmt: skip


def _bound(name: str) -> Any:
    return lambda n, h, sigma2: {name: least(n=n, h=h, sigma2=sigma2)}


SEARCH = claim(
    slug="linear-smoother-barrier-search",
    title="A search over all matrices ends at the barrier",
    statement=r"Descent over $n\times n$ matrices from random ones comes down to the least linear risk and not below.",
    source=LINEAR,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=4, reach=0.999),
    predict=_bound("searched"),
    simulate=half.of(sims.smoother_risks, "searched", steps=200),
    grid=Grid(quick=cells(n=[16, 32], h=1.0, sigma2=0.25), full=cells(n=[16, 48], h=[1.0, 2.0], sigma2=0.25)),
    decoys=(
        Decoy("no half", "h sigma/sqrt n", lambda n, h, sigma2: {"searched": _no_half(n, h, sigma2)}),
        Decoy("no 1/n", "powers without 1/n", lambda n, h, sigma2: {"searched": _no_n(n, h, sigma2)}),
    ),
)


def _usual(n: int, h: float, sigma2: float) -> Named:
    return dict.fromkeys(("boxcar", "gaussian", "spline"), least(n=n, h=h, sigma2=sigma2))


USUAL = claim(
    slug="linear-smoother-barrier-smoothers",
    title="Moving averages, kernels and smoothing splines stay above the barrier",
    statement=(
        r"The risks of a moving average, a Gaussian kernel and a cubic smoothing spline at a box, each at its best "
        r"bandwidth, are not below the least linear risk $\tfrac1n\sum_k\sigma^2S_k/(S_k+\sigma^2)$."
    ),
    source=LINEAR,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=1),
    predict=_usual,
    simulate=half.of(sims.smoother_risks, "boxcar", "gaussian", "spline", steps=1),
    grid=Grid(quick=cells(n=[64, 256], h=1.0, sigma2=0.25), full=cells(n=[64, 256, 1024], h=[1.0, 3.0], sigma2=0.25)),
    decoys=(
        Decoy(
            "no half", "h sigma/sqrt n",
            lambda n, h, sigma2: dict.fromkeys(("boxcar", "gaussian", "spline"), _no_half(n, h, sigma2)),
        ),
    ),
)  # fmt: skip

# --- total variation -------------------------------------------------------------------------------------------------

_SIZES = (128, 256, 512, 1024)


VARIATION_RATE = claim(
    slug="linear-smoother-barrier-total-variation",
    title="Total variation at the same jump: log n over n",
    statement=(
        r"Denoising by $\min_u\tfrac12|y-u|^2+\lambda\sum|u_{i+1}-u_i|$, $\lambda = \tfrac25\sqrt{n\sigma^2}$, has a "
        r"risk at a box beside $2\sigma^2\log n/n$: guarantees are of this order, their constant is not known."
    ),
    source=VARIATION,
    kind=Observation(trials=512),
    predict=lambda n, h, sigma2: 2 * sigma2 * math.log(n) / n,
    simulate=sims.total_variation_risk,
    grid=Grid(quick=cells(h=1.0, sigma2=0.25, n=list(_SIZES)), full=cells(h=1.0, sigma2=0.25, n=[*_SIZES, 2048])),
    decoys=(),
)


@instance
def wave(n: int, h: float, sigma2: float) -> Named:
    """One period of a sine."""
    return {"n": n, "h": h, "sigma2": sigma2, "signal": "wave"}


@instance
def jumps(n: int, h: float, sigma2: float) -> Named:
    """A box in its place."""
    return {"n": n, "h": h, "sigma2": sigma2, "signal": "box"}


SMOOTH = claim(
    slug="linear-smoother-barrier-smooth",
    title="A smooth wave: the linear smoother wins",
    statement=(
        r"At $h\sin(2\pi i/n)$ total variation with the same $\lambda$ has a larger mean error than the cubic "
        r"smoothing spline of the best bandwidth."
    ),
    source=VARIATION,
    kind=Order(resolution=0.1),
    predict=lambda n, h, sigma2: {"lost": 0.0},
    simulate=wave.of(sims.variation_against_spline),
    grid=Grid(quick=cells(n=[128, 256], h=1.0, sigma2=0.25), full=cells(n=[128, 512, 1024], h=[1.0, 2.0], sigma2=0.25)),
    decoys=(
        Decoy("at a box too", "it loses at a box too", simulate=jumps.of(sims.variation_against_spline)),
    ),
    certificates={"gap": 1e-7},
    scales={"lost": 0.01},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (MATRIX, FILTER, LIMIT, RATE, SEARCH, USUAL, VARIATION_RATE, SMOOTH)
