"""Where SGD with weight decay settles on a linear model, how much it fluctuates, and from which step on it grows."""

from __future__ import annotations

import functools
from typing import Any

import sims.square_loss_dynamics as sims
import theory.square_loss_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Source, cells, declared_in
from claims.agreement import Moments

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("xu2023dynamics", "noise of SGD under weight decay (abstract); the exact law", "derived")


def _spread(
    N: int, B: int, mu: float, lam: float, r2: float, w0: float, *, count: float | None = None, first: bool = False
) -> Named:
    """The variance with another variance of the batch's count, or to first order in mu alone."""
    p, g, s = B / N, 2 * mu * r2 / B, 2 * mu * lam
    count = p * (1 - p) if count is None else count
    kept = 1 - s - g * p
    missed = w0 * N * lam / (r2 + N * lam)
    return {"var": g * g * count * missed**2 / (1 - kept**2 - (0.0 if first else g * g * count))}


def _replaced(N: int, B: int, **cell: Any) -> Named:
    return _spread(N, B, **cell, count=(B / N) * (1 - 1 / N))


_STATIONARY = Grid(
    quick=(
        *cells(N=10, B=1, mu=0.3, lam=0.02, r2=1.0, w0=1.0),
        *cells(N=10, B=3, mu=0.5, lam=0.05, r2=1.0, w0=2.0),
        *cells(N=12, B=4, mu=0.4, lam=0.1, r2=2.0, w0=-1.0),
    ),
    full=(
        *cells(N=10, B=[1, 3], mu=0.3, lam=[0.02, 0.05], r2=1.0, w0=1.0),
        *cells(N=20, B=[2, 10], mu=0.5, lam=0.05, r2=1.5, w0=-1.0),
        *cells(N=50, B=[5, 25], mu=1.0, lam=0.02, r2=1.0, w0=1.0),
    ),
)

FLOOR = claim(
    slug="sgd-noise-floor",
    title="With weight decay SGD never stops fluctuating, by a known amount",
    statement=(
        r"On $N$ orthogonal inputs of square norm $r^2$ with batches of exactly $B$, $p = B/N$, $g = 2\mu r^2/B$, $s = "
        r"2\mu\lambda$, the stationary variance of a coordinate is "
        r"$g^2p(1-p)(w_0-\bar w)^2/(1-(1-s-gp)^2-g^2p(1-p))$, $\bar w = w_0r^2/(r^2+N\lambda)$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.02),
    predict=lambda **cell: {"var": theory.sgd_stationary(**cell).var},
    simulate=sims.sgd_stationary,
    grid=_STATIONARY,
    decoys=(
        Decoy("with replacement", "Var c = p(1 - 1/N): the same at B = 1 only", _replaced),
        Decoy("proportional to the step", "no g^2 p(1-p) below", functools.partial(_spread, first=True)),
    ),
    tails={"var": Moments(skewness=1.0)},
)

MEAN = claim(
    slug="sgd-noise-floor-mean",
    title="SGD fluctuates around the full-batch solution",
    statement=r"The stationary mean is $w_0r^2/(r^2+N\lambda)$, that of the full batch, for every batch size and step.",
    source=_SOURCE,
    kind=Mean(resolution=0.005),
    predict=lambda **cell: {"mean": theory.sgd_stationary(**cell).mean},
    simulate=sims.sgd_stationary,
    grid=_STATIONARY,
    decoys=(
        Decoy(
            "lambda", "w0 r^2/(r^2 + lambda): N forgotten",
            lambda N, B, mu, lam, r2, w0: {"mean": w0 * r2 / (r2 + lam)},
        ),
        Decoy(
            "per batch", "w0 r^2/(r^2 + B lambda)",
            lambda N, B, mu, lam, r2, w0: {"mean": w0 * r2 / (r2 + B * lam)},
        ),
    ),
)  # fmt: skip


def _at_the_target(N: int, B: int, mu: float, lam: float, r2: float, w0: float) -> Named:
    """Noise in proportion to w0, not to what of it is missed."""
    p, g, s = B / N, 2 * mu * r2 / B, 2 * mu * lam
    noise = g * g * p * (1 - p)
    return {"var": noise * w0**2 / (1 - (1 - s - g * p) ** 2 - noise)}


SILENT = claim(
    slug="sgd-noise-floor-zero",
    title="Without decay, or with the full batch, the noise vanishes",
    statement=r"The stationary variance is $0$ for $\lambda = 0$ (interpolation), whatever $B$, and for $B = N$.",
    source=_SOURCE,
    kind=Identity(tolerance=1e-10, trials=8),
    predict=lambda **cell: theory.sgd_stationary(**cell),
    simulate=functools.partial(sims.sgd_stationary, start="zero"),
    grid=Grid(
        quick=(
            *cells(N=6, B=[1, 2], mu=0.4, lam=0.0, r2=1.0, w0=1.0),
            *cells(N=6, B=6, mu=0.8, lam=0.1, r2=1.0, w0=1.0),
        ),
        full=(
            *cells(N=10, B=[1, 3, 5], mu=0.4, lam=0.0, r2=1.0, w0=1.0),
            *cells(N=10, B=10, mu=0.8, lam=[0.05, 0.1], r2=1.0, w0=1.0),
        ),
    ),
    decoys=(
        Decoy("noise at the target", "V in proportion to w0^2", _at_the_target),
        Decoy("with replacement", "noise left at B = N", lambda **cell: _replaced(**cell)),
    ),
    scales={"var": 1.0},
)


def _full_batch(N: int, B: int, lam: float, r2: float) -> float:
    return N / (r2 + N * lam)


def _critical_with_replacement(N: int, B: int, lam: float, r2: float) -> float:
    mean = lam + r2 / N
    return mean / (mean**2 + (r2 / B) ** 2 * (B / N) * (1 - 1 / N))


_CRITICAL = Grid(
    quick=(*cells(N=5, B=[1, 2, 5], lam=0.0, r2=1.5), *cells(N=4, B=[2, 3], lam=0.2, r2=1.0)),
    full=(*cells(N=6, B=[1, 3, 6], lam=[0.0, 0.1, 1.0], r2=2.0), *cells(N=7, B=[2, 4], lam=0.3, r2=1.0)),
)

CRITICAL = claim(
    slug="sgd-noise-floor-critical-step",
    title="The step from which on the variance is infinite",
    statement=(
        r"Second moments of SGD shrink if and only if $\mu < \mu_c = (\lambda + r^2/N)/(p(\lambda + r^2/B)^2 + "
        r"(1-p)\lambda^2)$; for $\lambda = 0$ this is $B/r^2$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=lambda **cell: {"step": theory.sgd_critical_step(**cell)},
    simulate=sims.sgd_critical_step,
    certificates={"width": 1e-10},
    grid=_CRITICAL,
    decoys=(
        Decoy("full batch", "N/(r^2 + N lambda) for every B", lambda **cell: {"step": _full_batch(**cell)}),
        Decoy("with replacement", "1 - 1/N for 1 - p", lambda **cell: {"step": _critical_with_replacement(**cell)}),
        Decoy("the decay added", "B/(r^2 + B lambda)", lambda N, B, lam, r2: {"step": B / (r2 + B * lam)}),
    ),
)

CONVENTION = claim(
    slug="sgd-noise-floor-step-convention",
    title="On the halved loss the critical step is twice as large",
    statement=(
        r"For steps $w \leftarrow (1-\eta\lambda)w - \eta\nabla$ on the halved squared error the critical step is "
        r"$\eta_* = 2\mu_c$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=lambda **cell: {"step": 2 * theory.sgd_critical_step(**cell)},
    simulate=functools.partial(sims.sgd_critical_step, halved=True),
    certificates={"width": 1e-10},
    grid=_CRITICAL,
    decoys=(
        Decoy("the same", "mu_c in both conventions", lambda **cell: {"step": theory.sgd_critical_step(**cell)}),
        Decoy("half", "mu_c/2", lambda **cell: {"step": theory.sgd_critical_step(**cell) / 2}),
    ),
)

CLAIMS: tuple[Claim, ...] = (FLOOR, MEAN, SILENT, CRITICAL, CONVENTION)
