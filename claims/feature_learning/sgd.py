"""Online descent of one neuron: its overlap with the target follows a differential equation."""

from __future__ import annotations

import functools
from typing import Any

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Observation, Source, cells, declared_in

claim = declared_in(__name__)
Numbers = tuple[float, ...]

_SOURCE = Source("benarous2021online", "exponents recalled; equation with the noise term", "derived")


def _euler(k: int, delta: float, m0: float, s: Numbers, sigma2: float, drift: Any) -> list[float]:
    """A wrong equation, integrated by the midpoint rule in steps of 1/200."""
    m, done, path = m0, 0, []
    for target in (round(200 * time) for time in s):
        for _ in range(target - done):
            half = m + drift(k, delta, m, sigma2) / 400
            m += drift(k, delta, half, sigma2) / 200
        done = target
        path.append(m)
    return path


def _gain(k: int, delta: float, m: float) -> float:
    return delta * k * m ** (k - 1) * (1 - m * m)


def _loss(k: int, delta: float, m: float, sigma2: float) -> float:
    return delta**2 / 2 * m * float(theory.sgd_noise(k, m, sigma2))


def _flow(k: int, delta: float, m: float, sigma2: float) -> float:
    return _gain(k, delta, m)


def _doubled(k: int, delta: float, m: float, sigma2: float) -> float:
    return _gain(k, delta, m) - 2 * _loss(k, delta, m, sigma2)


def _next_power(k: int, delta: float, m: float, sigma2: float) -> float:
    return m * _gain(k, delta, m) - _loss(k, delta, m, sigma2)


_WRONG = (
    ("gradient flow", "no loss by the noise of the steps", _flow),
    ("no half", "delta^2 without 1/2", _doubled),
    ("next power", "k m^k (1 - m^2) for the gain", _next_power),
)


def _path(k: int, delta: float, m0: float, s: Numbers, sigma2: float, drift: Any, **_: Any) -> list[float]:
    return _euler(k, delta, m0, s, sigma2, drift)


_DECOYS = tuple(Decoy(name, says, functools.partial(_path, drift=drift)) for name, says, drift in _WRONG)


def _overlap(d: int, **cell: Any) -> Any:
    return theory.sgd_overlap(**cell)


_ONE = {"k": 1, "delta": 0.5, "m0": 0.1, "sigma2": 0.5}
_TWO = {"k": 2, "delta": 0.2, "m0": 0.3, "sigma2": 0.0}
_THREE = {"k": 3, "delta": 0.02, "m0": 0.5, "sigma2": 0.0}
_SKEWED = {"value": Moments(skewness=2.0)}

ODE = claim(
    slug="online-sgd-ode",
    title="Online descent follows an equation in which the size of the steps is a loss",
    statement=(
        r"For $y = h_k(u\cdot x)$ + noise and $w \leftarrow (w+\frac\delta dy\sqrt kh_{k-1}(w\cdot x)x)/\|\cdot\|$, "
        r"$m = u\cdot w$ after $sd$ steps tends to the solution of $dm/ds = \delta "
        r"km^{k-1}(1-m^2)-\frac{\delta^2}2m\,v_k(m)$, with $v_k = k[\sigma^2+\sum_{l<k}\binom "
        r"kl\binom{k-1}l\binom{2l}lm^{2l}]$, the mean with an error of order $1/d$."
    ),
    source=_SOURCE,
    kind=Limit(size="d", order=1.0, resolution=0.024),
    predict=_overlap,
    simulate=sims.sgd_overlap,
    grid=Grid(
        quick=(
            *cells(**_ONE, s=(1.0, 2.0, 4.0), d=[50, 100, 200]),
            *cells(**_TWO, s=(1.5, 3.0), d=[50, 100, 200]),
            *cells(**_THREE, s=(3.0, 6.0, 12.0), d=[25, 50, 100]),
        ),
        full=(
            *cells(**_ONE, s=(1.0, 2.0, 4.0), d=[100, 200, 400]),
            *cells(**_TWO, s=(1.5, 3.0), d=[100, 200, 400, 800]),
            *cells(**_THREE, s=(3.0, 6.0, 12.0), d=[50, 100, 200]),
        ),
    ),
    decoys=_DECOYS,
    tails=_SKEWED,
)

LITERAL = claim(
    slug="online-sgd-ode-literal",
    title="The same of whole vectors",
    statement=(
        r"Run literally, on $w$ and $x$ in dimension $d$, the overlap tends to the same solution; above it is "
        r"simulated by the one-dimensional Markov chain that it follows exactly, driven by $w\cdot x$, $y$ and a "
        r"$\chi^2_{d-2}$."
    ),
    source=_SOURCE,
    kind=Limit(size="d", order=1.0, resolution=0.024),
    predict=_overlap,
    simulate=sims.literal_overlap,
    grid=Grid(
        quick=cells(**_ONE, s=(1.0, 2.0), d=[20, 40, 80]),
        full=(*cells(**_ONE, s=(1.0, 2.0), d=[40, 80, 160]), *cells(**_THREE, s=(3.0, 6.0), d=[20, 40, 80])),
    ),
    decoys=_DECOYS[:2],
    tails=_SKEWED,
)


def _drift(k: int, delta: float, m: float, sigma2: float, d: int) -> float:
    return float(theory.sgd_drift(k, delta, m, sigma2))


def _wrong_drift(k: int, delta: float, m: float, sigma2: float, d: int, drift: Any) -> float:
    return float(drift(k, delta, m, sigma2))


def _quiet(k: int, delta: float, m: float, sigma2: float) -> float:
    return _gain(k, delta, m) - _loss(k, delta, m, 0.0)


def _at_zero(k: int, delta: float, m: float, sigma2: float) -> float:
    return _gain(k, delta, m) - delta**2 / 2 * m * k * (1 + sigma2)


_BEYOND = 1.5 * float(theory.max_step(2, 0.3, 1.0))

DRIFT = claim(
    slug="online-sgd-ode-drift",
    title="One step of online descent, and the step beyond which it leads back",
    statement=(
        r"$d\,E[\Delta m] \to \delta km^{k-1}(1-m^2)-\frac{\delta^2}2m\,v_k(m)$ in one step from $m$ as $d$ grows: "
        r"negative for small $m$ and $k\ge2$ where $\delta > 2m^{k-2}/(1+\sigma^2)$."
    ),
    source=_SOURCE,
    kind=Limit(size="d", order=1.0, resolution=0.024, sizes=3),
    predict=_drift,
    simulate=sims.sgd_drift,
    grid=Grid(
        quick=(
            *cells(k=1, delta=1.0, m=0.3, sigma2=0.5, d=[100, 200, 400]),
            *cells(k=2, delta=_BEYOND, m=0.3, sigma2=1.0, d=[50_000, 100_000, 200_000]),
        ),
        full=(
            *cells(k=1, delta=1.0, m=0.3, sigma2=0.5, d=[100, 200, 400]),
            *cells(k=2, delta=_BEYOND, m=0.3, sigma2=1.0, d=[50_000, 100_000, 200_000]),
        ),
    ),
    decoys=(
        *(Decoy(name, says, functools.partial(_wrong_drift, drift=wrong)) for name, says, wrong in _WRONG),
        Decoy("no label noise", "sigma2 forgotten", functools.partial(_wrong_drift, drift=_quiet)),
        Decoy("noise at 0", "v_k(0) at every m", functools.partial(_wrong_drift, drift=_at_zero)),
    ),
    tails={"value": Moments(skewness=6.0)},
)


def _steps(k: int, delta: float, m0: float, level: float, sigma2: float, d: int, most: int) -> float:
    return d * theory.sgd_time(k, delta, m0, level, sigma2)


def escape(k: int, d: int, share: float = 0.1) -> dict[str, Any]:
    """From m_0 = d^(-1/2) to one half, at a share of the largest step; for k = 1, which has none, of the step 2."""
    m0 = d**-0.5
    delta = share * min(2.0, float(theory.max_step(k, m0)))
    return {"k": k, "delta": delta, "m0": m0, "level": 0.5, "sigma2": 0.0, "d": d, "most": 40 * d ** max(1, k - 1)}


TIME = claim(
    slug="online-sgd-ode-time",
    title="How long it takes from a random start",
    statement=(
        r"Steps from $m_0 = d^{-1/2}$ to $|m| = \frac12$ at a tenth of the largest step, beside the time of the "
        r"equation, which is of order $d$, $d\log d$ and $d^{k-1}$ for $k = 1$, $2$ and more."
    ),
    source=Source("benarous2021online", "times to weak recovery", "recalled"),
    kind=Observation(trials=64),
    predict=_steps,
    simulate=sims.escape_steps,
    grid=Grid(
        quick=tuple(escape(k, d) for k in (1, 2, 3) for d in (16, 32)),
        full=tuple(escape(k, d) for k in (1, 2, 3) for d in (16, 64, 128)),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (ODE, LITERAL, DRIFT, TIME)
