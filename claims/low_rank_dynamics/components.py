"""Components are learnt one after the other: the exact descent, half times, their law for small starts."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.low_rank_dynamics as sims
import theory.low_rank_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Observation, Source, cells, declared_in, instance
from theory import deep_linear

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_SOURCE = Source("saxe2013exact", "one mode of a deep linear network recalled; the times", "derived")


def _strengths(s: Numbers, eps: float, L: int, eta: float, steps: int, at: tuple[int, ...]) -> Named:
    return {"u": theory.component_recursion(s, eps, L, eta, steps)[list(at)], "outside": [0.0] * len(at)}


def _one_factor(s: Numbers, eps: float, L: int, eta: float, steps: int, at: tuple[int, ...]) -> Named:
    """The slope u^(1 - 1/L) (s - u) of one factor moves the product once, not L times."""
    paths = []
    for goal in s:
        u, path = eps**L, [eps**L]
        for _ in range(steps):
            u += eta * u ** (2 - 2 / L) * (goal - u)
            path.append(u)
        paths.append([path[t] for t in at])
    return {"u": [list(row) for row in zip(*paths, strict=True)]}


RECURSION = claim(
    slug="incremental-learning",
    title="From an aligned start every singular component is learnt on its own",
    statement=(
        r"From $W_l(0) = \epsilon B_lB_{l-1}^\top$ with the singular bases of $M$ at both ends, $F = \sum_i "
        r"w_i^L\,\mathrm{left}_i\,"
        r"\mathrm{right}_i^\top$ at every step, with $w_i \leftarrow w_i + \eta w_i^{L-1}(s_i - w_i^L)$, $w_i(0) = "
        r"\epsilon$."
    ),
    source=Source("saxe2013exact", "decoupled modes", "recalled"),
    kind=Identity(tolerance=1e-9, trials=4),
    predict=_strengths,
    simulate=sims.component_recursion,
    grid=Grid(
        quick=(
            *cells(s=(3.0, 2.0, 1.0, 0.0), eps=0.3, L=2, eta=0.05, steps=120, at=(1, 20, 120)),
            *cells(s=(2.0, 1.0, 0.0, 0.0), eps=0.4, L=[3, 4], eta=0.05, steps=200, at=(1, 40, 200)),
        ),
        full=cells(s=(3.0, 2.0, 1.0, *(0.0,) * 13), eps=0.4, L=[2, 3, 4, 6], eta=0.02, steps=600, at=(1, 100, 600)),
    ),
    decoys=(Decoy("one factor", "the factor L missing: each layer as if alone", _one_factor),),
)

# --- half times ------------------------------------------------------------------------------------------------------


@instance
def timed(s: Numbers, eps: float, L: int, time: float, pace: int) -> Named:
    """`pace` updates a unit of time, up to `time`."""
    return {"s": s, "eps": eps, "L": L, "eta": 1 / pace, "time": time}


def _next_order(s: Numbers, eps: float, L: int, time: float, pace: int) -> float:
    return float(5 * (L * max(s) ** (2 - 2 / L) / pace) ** 2)


HALF_TIME = claim(
    slug="incremental-learning-half-time",
    title="Each component has its time",
    statement=(
        r"As $\eta \to 0$ half of component $i$ is learnt at $\tau_i = \int_{\epsilon^L}^{s_i/2} \frac{dv}{L "
        r"v^{2-2/L}(s_i - v)}$, "
        r"with an error of order $\eta$: the larger $s_i$ the sooner."
    ),
    source=_SOURCE,
    kind=Limit(
        size="pace", order=1.0, resolution=0.001, allowance=_next_order, trials=1,
        because="the next order: (eta times the rate L s^(2-2/L))^2, the coefficient bounded by 5",
    ),
    predict=lambda s, eps, L, time, pace: {"value": theory.half_time(s, eps, L)},
    simulate=timed.of(sims.half_time),
    grid=Grid(
        quick=(
            *cells(s=(3.0, 2.0, 1.0), eps=0.1, L=2, time=3.0, pace=[100, 200, 400]),
            *cells(s=(3.0, 2.0, 1.0), eps=0.2, L=3, time=5.0, pace=[100, 200, 400]),
            *cells(s=(3.0, 2.0, 1.0), eps=0.3, L=4, time=7.0, pace=[100, 200, 400]),
        ),
        full=(
            *cells(s=(3.0, 2.0, 1.0, 0.5), eps=[0.01, 0.1], L=2, time=12.0, pace=[250, 500, 1000]),
            *cells(s=(3.0, 2.0, 1.0), eps=0.2, L=4, time=14.0, pace=[250, 500, 1000]),
        ),
    ),
    decoys=(
        Decoy(
            "2 - 1/L", "v^(2-1/L) in the rate: the time of depth 2L over L/(2L)",
            lambda s, eps, L, time, pace: {"value": 2 * deep_linear.time_to([x / 2 for x in s], s, eps**L, 2 * L)},
        ),
        Decoy(
            "one factor", "the factor L missing: L times as long",
            lambda s, eps, L, time, pace: {"value": L * theory.half_time(s, eps, L)},
        ),
        Decoy(
            "all at once", "every component at the time of the first",
            lambda s, eps, L, time, pace: {"value": [float(theory.half_time(max(s), eps, L))] * len(s)},
        ),
    ),
)  # fmt: skip

# --- small starts ----------------------------------------------------------------------------------------------------


def _eps(delay: float, L: int) -> float:
    return float(delay ** (-1.0 / (L - 2)))


@instance
def small(s: Numbers, L: int, delay: int, pace: int) -> Named:
    """eps^(2-L) = delay."""
    return {"s": s, "eps": _eps(delay, L), "L": L, "eta": 1 / pace, "time": 1.3 * delay / ((L - 2) * min(s))}


def _leading(s: Numbers, L: int, delay: int, pace: int) -> Named:
    return {"value": [delay / ((L - 2) * x) for x in s]}


def _later(s: Numbers, L: int, delay: int, pace: int) -> float:
    late = (L - 1) * math.log(max(s) / _eps(delay, L)) / (2 * pace)
    return 4 * late * (L - 2) * max(s) / delay


SMALL = claim(
    slug="incremental-learning-small-start",
    title="Deep networks wait in proportion to one over the singular value",
    statement=(
        r"For $L \ge 3$ the half time of a component is $\epsilon^{2-L}/((L-2)s_i)$ up to a bounded time, as "
        r"$\epsilon \to 0$: waits of "
        r"components are as their inverse singular values."
    ),
    source=_SOURCE,
    kind=Limit(
        size="delay", order=1.0, resolution=0.005, trials=1,
        allowance=_later,
        because="descent is later than its flow by at most (eta/2)(L-1) log(s/eps); four times by the extrapolation",
    ),
    predict=_leading,
    simulate=small.of(sims.half_time),
    grid=Grid(
        quick=cells(s=(2.0, 1.0), L=[3, 4], delay=[10, 20, 40], pace=200),
        # At depth 5 the bounded time is small: descent must be later than its flow by less.
        full=(
            *cells(s=(2.0, 1.0), L=[3, 4], delay=[40, 80, 160], pace=200),
            *cells(s=(2.0, 1.0), L=5, delay=[20, 40, 80], pace=1000),
        ),
    ),
    decoys=(
        Decoy(
            "one factor", "L eps^(2-L)/((L-2) s)",
            lambda s, L, delay, pace: {"value": [L * delay / ((L - 2) * x) for x in s]},
        ),
        Decoy("logarithmic", "log(1/eps)/s, as for two layers",
              lambda s, L, delay, pace: {"value": [math.log(1 / _eps(delay, L)) / x for x in s]}),
    ),
)  # fmt: skip

MISALIGNED = claim(
    slug="incremental-learning-misaligned",
    title="A random orthogonal start shifts the times",
    statement=(
        r"Half times of the components from $W_l(0) = \epsilon \times$ random orthogonal matrices, $d$ dimensions, "
        r"beside those $\tau_i$ "
        r"of an aligned start."
    ),
    source=Source("saxe2013exact", "no theorem for starts that are not aligned", "derived"),
    kind=Observation(trials=32),
    predict=lambda s, eps, L, eta, time, d: {"value": theory.half_time(s, eps, L)},
    simulate=functools.partial(sims.half_time, start="orthogonal"),
    grid=Grid(
        quick=cells(s=(3.0, 2.0, 1.0), eps=0.1, L=2, eta=0.04, time=12.0, d=8),
        full=(
            *cells(s=(3.0, 2.0, 1.0), eps=[0.01, 0.1], L=2, eta=0.02, time=40.0, d=16),
            *cells(s=(3.0, 2.0, 1.0), eps=[0.1, 0.2], L=3, eta=0.02, time=40.0, d=16),
        ),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (RECURSION, HALF_TIME, SMALL, MISALIGNED)
