"""Tasks in cyclic order: lines known exactly, the upper bound under attack, and what forgets most."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Bound, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]
_THEOREM_11 = "Theorem 11"

# --- the fan and the zigzag ------------------------------------------------------------------------------------------


def predict_instances(T: int, n: int, delta: float) -> Named:
    return {"fan": theory.fan_forgetting(T, n, delta), "zigzag": theory.zigzag_forgetting(T, n, delta)}


@kernel(floats=lambda T, **_: 24 * T)
def simulate_instances(T: int, n: int, delta: float, trials: int, rng: Any) -> Named:
    """Forgetting of the fan and of the lines that come back, by powers of the product of the projections."""
    draws = {"trials": trials, "rng": rng}
    return {
        "fan": sims.fan_forgetting(T, n, delta, **draws),
        "zigzag": sims.zigzag_forgetting(T, n, delta, **draws),
    }


def _half_exponent(T: int, n: int, delta: float) -> Named:
    change = math.cos(delta) ** (2 - n * T)
    return {name: value * change for name, value in predict_instances(T, n, delta).items()}


def _no_return(T: int, n: int, delta: float) -> Named:
    return {"fan": theory.fan_forgetting(T, n, delta) / math.cos((T - 1) * delta) ** (2 * (n - 1))}


_SHAPES = ((4, 3, 0.3), (6, 2, math.pi / 6), (10, 4, 0.0559), (10, 4, 0.15))

FAN = claim(
    slug="cyclic-fan",
    title="Two families of lines in the plane whose cyclic forgetting is known exactly",
    statement=(
        r"$T$ lines at angles $0, \delta, \ldots, (T-1)\delta$ learned in $n$ cycles forget "
        r"$\cos(\delta)^{2n(T-1)}\cos((T-1)\delta)^{2(n-1)}\frac1T\sum_j\sin(j\delta)^2$; lines that fan out to "
        r"$\frac T2\delta$ and come back forget $\cos(\delta)^{2(nT-1)}$ times their mean squared sine."
    ),
    source=Source("evron2022catastrophic", "instances for its cyclic theorem", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_instances,
    simulate=simulate_instances,
    grid=Grid(
        quick=tuple({"T": T, "n": n, "delta": delta} for T, n, delta in _SHAPES),
        full=(*cells(T=[4, 10, 30], n=[1, 10, 100], delta=0.01), *cells(T=[4, 10], n=[1, 10, 100], delta=0.3)),
    ),
    decoys=(
        Decoy("exponent k", "half the exponent", _half_exponent),
        Decoy("no way back", "the closing step of each cycle is free", _no_return),
    ),
)

# --- the upper bound -------------------------------------------------------------------------------------------------


@instance
def search(T: int, n: int, d: int, s: int) -> Named:
    """The best of 16 ascents over T null spaces of dimension s in R^d and a unit teacher, k = nT steps."""
    return {"T": T, "k": n * T, "d": d, "s": s, "starts": 16, "iterations": 400}


simulate_search = search.of(sims.worst_cyclic_forgetting)


def predict_upper(T: int, n: int, d: int, s: int) -> Named:
    return {"forgetting": theory.cyclic_bound(T, n * T, d, d - s)}


def _tasks(*sizes: tuple[int, int, int, int]) -> tuple[Named, ...]:
    return tuple(dict(zip("Tnds", size, strict=True)) for size in sizes)


_CELLS = _tasks((3, 2, 3, 1), (3, 10, 3, 1), (4, 3, 4, 2), (10, 4, 2, 1))

UPPER = claim(
    slug="cyclic-fan-upper-bound",
    title="The quadratic bound on cyclic forgetting is never broken, and is loose",
    statement=(
        r"In cyclic order no $T \ge 3$ tasks and no teacher of norm 1 forget more after $k$ steps than "
        r"$T^2\min\{1/\sqrt k, (d - r_{\max})/(2k)\}$."
    ),
    source=Source("evron2022catastrophic", _THEOREM_11, "seen"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=4),
    predict=predict_upper,
    simulate=simulate_search,
    certificates={"gradient": 0.02},
    grid=Grid(quick=_CELLS, full=_CELLS + _tasks((6, 5, 5, 2), (10, 10, 3, 1), (20, 5, 2, 1), (12, 20, 2, 1))),
    decoys=(
        Decoy(
            "no T^2", "min{1/sqrt k, (d - r_max)/(2k)}",
            lambda T, n, d, s: {"forgetting": theory.cyclic_bound(T, n * T, d, d - s) / T**2},
        ),
    ),
)  # fmt: skip

# --- there and back --------------------------------------------------------------------------------------------------


def _lines(*sizes: tuple[int, int, float]) -> tuple[Named, ...]:
    return tuple(dict(zip(("T", "n", "delta"), size, strict=True)) for size in sizes)


def _once(T: int, n: int, delta: float) -> float:
    """cos^(2nq): every step on the way counted once."""
    return float(theory.there_and_back_forgetting(T, n, delta) * math.cos(delta) ** (-2 * n * ((T - 1) // 2)))


_BACK = _lines((3, 2, 0.4), (5, 5, 0.2), (8, 10, 0.1), (10, 10, 0.08))

THERE_AND_BACK = claim(
    slug="there-and-back",
    title="Lines that fan out and come back: the published instance of forgetting by the square of the tasks",
    statement=(
        r"Lines at angles $0, \delta, \ldots, q\delta, \ldots, \delta, 0$, $q = \lfloor(T-1)/2\rfloor$, learned in $n$ "
        r"cycles forget $\cos(\delta)^{4nq}\frac1T[2\sum_{j\le q}\sin(j\delta)^2 - 1\{T\text{ odd}\}\sin(q\delta)^2]$."
    ),
    source=Source("evron2022catastrophic", "appendix C.2.2; closed form derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=theory.there_and_back_forgetting,
    simulate=sims.there_and_back_forgetting,
    grid=Grid(quick=_BACK, full=(*_BACK, *_lines((31, 310, 0.01), (30, 30, 0.03)))),
    decoys=(
        Decoy("fan", "the lines do not come back", theory.fan_forgetting),
        Decoy("one way", "cos^(2nq): the way back is free", _once),
    ),
)


@instance
def best_way(T: int, n: int) -> Named:
    """There and back in steps of 1/sqrt(2nq), where cos(delta)^(4nq) delta^2 is largest."""
    return {"T": T, "n": n, "delta": 1 / math.sqrt(2 * n * ((T - 1) // 2))}


def _passes(*sizes: tuple[int, int]) -> tuple[Named, ...]:
    return tuple({"T": T, "n": n} for T, n in sizes)


PUBLISHED = claim(
    slug="there-and-back-published-bound",
    title="The published lower bound on cyclic forgetting is reached by lines that come back",
    statement=r"Some $T$ tasks in cyclic order forget at least $T^2/(24ek)$ after $k = nT \ge T^2$ steps.",
    source=Source("evron2022catastrophic", _THEOREM_11, "seen"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=16),
    predict=lambda T, n: theory.cyclic_lower_bound(T, n * T),
    simulate=best_way.of(sims.there_and_back_forgetting),
    grid=Grid(quick=_passes((3, 3), (10, 40), (31, 310)), full=_passes((3, 3), (10, 10), (10, 40), (31, 310))),
    decoys=(Decoy("upper bound", "T^2/(2k)", lambda T, n: theory.cyclic_bound(T, n * T, 2, 1)),),
)

# --- lines on a sine: the worst lines --------------------------------------------------------------------------------

_SINES = _lines((3, 2, 0.4), (5, 4, 0.2), (10, 10, 0.1))

SINE = claim(
    slug="cyclic-sine",
    title="Lines on a sine: their cyclic forgetting, exactly",
    statement=(
        r"Lines at angles $x_j = \delta\sin(\pi j/T)$, $j = 1..T$, learned in $n$ cycles forget "
        r"$[\prod_{j<T}\cos(x_{j+1}-x_j)^2]^n\cos(x_1-x_T)^{2(n-1)}\frac1T\sum_j\sin(x_j-x_T)^2$."
    ),
    source=Source("evron2022catastrophic", "setting of Theorem 11; instance derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=theory.cyclic_sine_forgetting,
    simulate=sims.cyclic_sine_forgetting,
    grid=Grid(quick=_SINES, full=(*_SINES, *_lines((30, 100, 0.05), (100, 30, 0.03)))),
    decoys=(
        Decoy(
            "n returns", "the closing step counted in the first cycle too",
            lambda T, n, delta: theory.cyclic_sine_forgetting(T, n, delta)
            * math.cos(delta * math.sin(math.pi / T)) ** 2,
        ),
        Decoy("there and back", "equal steps", theory.there_and_back_forgetting),
    ),
)  # fmt: skip


@instance
def best_sine(T: int, n: int) -> Named:
    """The sine whose forgetting e^(-n delta^2 T lam/2) delta^2/2 is largest, lam = 4 sin(pi/(2T))^2."""
    return {"T": T, "n": n, "delta": 1 / (math.sqrt(2 * n * T) * math.sin(math.pi / (2 * T)))}


def _limit(constant: Any) -> Any:
    return lambda T, n: constant(T) / (n * T)


def _line_limit(T: float) -> float:
    return 1 / (4 * math.e * math.sin(math.pi / (2 * T)) ** 2)


LINES = claim(
    slug="cyclic-sine-limit",
    title="The largest constant of cyclic forgetting that lines reach",
    statement=(
        r"Lines on the best sine forget $F \to \frac1{4e\sin(\pi/(2T))^2}\cdot\frac1k$ as $k = nT \to \infty$, up to a "
        r"relative $O(1/n)$."
    ),
    source=Source("evron2022catastrophic", "setting of Theorem 11; constant derived here", "derived"),
    kind=Limit(
        size="n", order=1.0, resolution=0.01, allowance=2.5e-5, trials=1,
        because="the next order, (C_T/n)^2 with n >= 200 and |C_T| < 1 up to T = 20",
    ),
    predict=_limit(theory.cyclic_line_limit),
    simulate=best_sine.of(sims.cyclic_sine_forgetting),
    grid=Grid(quick=cells(T=[3, 5, 10], n=[200, 400, 800]), full=cells(T=[3, 5, 10, 20], n=[800, 1600, 3200])),
    decoys=(
        Decoy("there and back", "T^2/(12e)", _limit(lambda T: T**2 / (12 * math.e))),
        Decoy("many tasks", "T^2/(e pi^2) at every T", _limit(lambda T: T**2 / (math.e * math.pi**2))),
        Decoy("whole angle", "sin(pi/T) for sin(pi/(2T))", _limit(lambda T: _line_limit(T / 2))),
    ),
)  # fmt: skip

LOWER = claim(
    slug="cyclic-sine-worst",
    title="Ascent over lines finds the sine, and hardly more",
    statement=(
        r"Of $T$ lines in the plane and all unit teachers some forget at least as much in cyclic order as the best "
        r"$x_j = \delta\sin(\pi j/T)$, which is within three per cent of the most that ascent finds."
    ),
    source=Source("evron2022catastrophic", "setting of Theorem 11; instance derived here", "derived"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=4, reach=0.97),
    predict=lambda T, n, d, s: {"forgetting": theory.cyclic_sine_worst(T, n)},
    simulate=simulate_search,
    certificates={"gradient": 0.02},
    grid=Grid(
        quick=_tasks((3, 3, 2, 1), (3, 10, 2, 1), (5, 10, 2, 1)),
        full=_tasks((3, 3, 2, 1), (3, 10, 2, 1), (5, 10, 2, 1), (8, 10, 2, 1)),
    ),
    decoys=(
        Decoy(
            "upper bound attained", "some lines reach T^2/(2k)",
            lambda T, n, d, s: {"forgetting": theory.cyclic_bound(T, n * T, d, d - s)},
        ),
    ),
)  # fmt: skip

CLAIMS = (FAN, UPPER, THERE_AND_BACK, PUBLISHED, SINE, LINES, LOWER)
