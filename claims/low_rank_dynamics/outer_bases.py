"""Deep LoRA: bases that are trained by a smaller step, what they keep, how fast they are, where they end."""

from __future__ import annotations

from typing import Any

import sims.low_rank_dynamics as sims
import theory.low_rank_dynamics as theory
from claims import Bound, Claim, Decoy, Grid, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_SOURCE = Source("yaras2024compressible", "discrepant steps recalled; conservation, times and floor", "derived")
_D, _S, _COUNT = 12, (2.0, 1.2), 2
_PACE = (125, 250, 500)
_FINE = (250, 500, 1000)

# --- what is conserved -----------------------------------------------------------------------------------------------


@instance
def generic(L: int, k: int, eps: float, gamma: float, time: float, pace: int) -> Named:
    """Two targets of rank 2 between random bases of k columns, `pace` updates a unit of time."""
    M, U, V = sims.outer_problem(_COUNT, _D, k, _S, instance=k)
    return {"M": M, "U": U, "V": V, "eps": eps, "gamma": gamma, "L": L, "eta": 1 / pace, "time": time}


def _kept(gamma: float, **_: Any) -> Named:
    none = [0.0] * _COUNT
    return {"right": [gamma] * _COUNT, "left": [gamma] * _COUNT, "violation": none, "balance": none}


def _squared(gamma: float, **_: Any) -> Named:
    return {"right": [gamma**2] * _COUNT, "left": [gamma**2] * _COUNT}


CONSERVED = claim(
    slug="trained-outer-bases",
    title="Trained bases leave orthonormality by a law",
    statement=(
        r"As $\eta \to 0$ training of $BW_L\cdots W_1A$ with the step $\gamma\eta$ for $A$, $B$ keeps $AA^\top = I + "
        r"\gamma(W_1^\top W_1 - "
        r"\epsilon^2I)$, $B^\top B = I + \gamma(W_LW_L^\top - \epsilon^2I)$ and $W_{l+1}^\top W_{l+1} = W_lW_l^\top$, "
        r"whatever $M$ and the bases."
    ),
    source=_SOURCE,
    kind=Limit(
        size="pace", order=1.0, resolution=0.002, allowance=lambda gamma, pace, **_: 40 / pace**2, trials=1,
        because="the next order, (eta times the rate)^2, the rate of the fastest mode below 6",
    ),
    predict=_kept,
    simulate=generic.of(sims.conserved_quantities),
    grid=Grid(
        quick=(
            *cells(L=2, k=4, eps=0.3, gamma=0.3, time=12.0, pace=list(_PACE)),
            *cells(L=3, k=3, eps=0.4, gamma=0.1, time=12.0, pace=list(_PACE)),
        ),
        full=cells(L=[1, 2, 3], k=4, eps=0.3, gamma=[0.05, 0.3], time=40.0, pace=list(_FINE)),
    ),
    decoys=(
        Decoy("frozen", "A A' = I", lambda **_: {"right": [0.0] * _COUNT, "left": [0.0] * _COUNT}),
        Decoy("gamma squared", "the step enters twice", _squared),
        Decoy("eps forgotten", "A A' = I + gamma W_1'W_1", lambda **_: {"forgotten": [0.0] * _COUNT}),
    ),
)  # fmt: skip

# --- aligned bases ---------------------------------------------------------------------------------------------------


@instance
def timed(L: int, eps: float, gamma: float, frac: float, time: float, pace: int) -> Named:
    """Bases that hold the singular pairs of M, `pace` updates a unit of time."""
    return {"s": _S, "eps": eps, "gamma": gamma, "L": L, "frac": frac, "d": _D, "eta": 1 / pace, "time": time}


def _time(L: int, eps: float, gamma: float, frac: float, **_: Any) -> Named:
    return {"value": theory.trained_mode_time(_S, eps, gamma, L, frac)}


def _speed(L: int, eps: float, gamma: float, frac: float, time: float, pace: int) -> float:
    """Ten times (eta times the growth rate of the fastest mode)^2."""
    rate = (L + 2 * gamma) * max(_S) ** (2 - 2 / L)
    return float(10 * (rate / pace) ** 2)


_TIMED = ((1, 0.1, 0.5, 0.8), (2, 0.2, 0.3, 1.6), (3, 0.3, 1.0, 2.2))

TIME = claim(
    slug="trained-outer-bases-time",
    title="Trained bases are faster, by an integral",
    statement=(
        r"As $\eta \to 0$ a mode of aligned bases reaches $cs$ at $\int_\epsilon^{w_c} "
        r"\frac{dw}{(1+\gamma(w^2-\epsilon^2))w^{L-1}(s-u(w))}$, "
        r"$u(w) = (1+\gamma(w^2-\epsilon^2))w^L$, with an error of order $\eta$."
    ),
    source=_SOURCE,
    kind=Limit(
        size="pace", order=1.0, resolution=0.001, allowance=_speed, trials=1,
        because="the next order: (eta times the growth rate)^2, the coefficient bounded by 10",
    ),
    predict=_time,
    simulate=timed.of(sims.trained_mode_time),
    grid=Grid(
        quick=tuple(
            cell for L, eps, gamma, time in _TIMED
            for cell in cells(L=L, eps=eps, gamma=gamma, frac=0.5, time=time, pace=list(_PACE))
        ),
        full=tuple(
            cell for L, eps, gamma, time in _TIMED
            for cell in cells(L=L, eps=eps, gamma=gamma, frac=[0.5, 0.9], time=3 * time, pace=list(_FINE))
        ),
    ),
    decoys=(
        Decoy("frozen", "the times of gamma = 0", lambda gamma, **cell: _time(gamma=0.0, **cell)),
        Decoy("gamma squared", "the step enters twice", lambda gamma, **cell: _time(gamma=gamma**2, **cell)),
    ),
)  # fmt: skip


@instance
def ended(L: int, eps: float, gamma: float, time: float, pace: int) -> Named:
    """As `timed`, until all is learnt."""
    return {"s": _S, "eps": eps, "gamma": gamma, "L": L, "d": _D, "eta": 1 / pace, "time": time}


def _end(L: int, eps: float, gamma: float, **_: Any) -> Named:
    ends = [theory.trained_mode_final(s, eps, gamma, L) for s in _S]
    return {"w": [end.w for end in ends], "outer": [end.outer for end in ends]}


def _forgotten(L: int, eps: float, gamma: float, **_: Any) -> Named:
    """Outer values sqrt(1 + gamma w^2)."""
    ends = _end(L=L, eps=eps, gamma=gamma)["w"]
    return {"outer": [(1 + gamma * w * w) ** 0.5 for w in ends]}


_ENDED = ((1, 0.1, 0.5, 16.0), (2, 0.2, 0.3, 14.0), (3, 0.3, 1.0, 10.0))

FINAL = claim(
    slug="trained-outer-bases-final",
    title="How far trained bases go",
    statement=(
        r"As $\eta \to 0$ a mode of aligned bases ends at the $w$ of $(1+\gamma(w^2-\epsilon^2))w^L = s$, with outer "
        r"singular value "
        r"$\sqrt{1+\gamma(w^2-\epsilon^2)}$."
    ),
    source=_SOURCE,
    kind=Limit(
        size="pace", order=1.0, resolution=0.001, trials=1,
        allowance=lambda L, eps, gamma, time, pace: _speed(L, eps, gamma, 0.5, time, pace),
        because="the next order: (eta times the growth rate)^2, the coefficient bounded by 10",
    ),
    predict=_end,
    simulate=ended.of(sims.trained_mode_final),
    certificates={"residual": 1e-6},
    grid=Grid(
        quick=tuple(
            cell for L, eps, gamma, time in _ENDED
            for cell in cells(L=L, eps=eps, gamma=gamma, time=time, pace=list(_PACE))
        ),
        full=tuple(
            cell for L, eps, gamma, time in _ENDED
            for cell in cells(L=L, eps=eps, gamma=gamma, time=1.5 * time, pace=list(_FINE))
        ),
    ),
    decoys=(
        Decoy("eps forgotten", "sqrt(1 + gamma w^2)", _forgotten),
        Decoy("frozen", "outer values 1", lambda **_: {"outer": [1.0] * len(_S)}),
        Decoy("gamma squared", "the step enters twice", lambda gamma, **cell: _end(gamma=gamma**2, **cell)),
    ),
)  # fmt: skip

# --- the floor -------------------------------------------------------------------------------------------------------


@instance
def resting(L: int, k: int, eps: float, time: float, number: int) -> Named:
    """Targets of rank 2 between random bases at rest."""
    M, U, V = sims.outer_problem(8, _D, k, _S, instance=number)
    return {"M": M, "U": U, "V": V, "eps": eps, "gamma": 0.0, "L": L, "eta": 0.2, "time": time}


def _floors(**cell: Any) -> list[float]:
    given = resting(**cell)
    return [theory.frozen_floor(M, U, V) for M, U, V in zip(given["M"], given["U"], given["V"], strict=True)]


def _overlaps(**cell: Any) -> list[tuple[float, float]]:
    given = resting(**cell)
    return [
        (float((M**2).sum()), float(((U.T @ M @ V) ** 2).sum()))
        for M, U, V in zip(given["M"], given["U"], given["V"], strict=True)
    ]


FLOOR = claim(
    slug="trained-outer-bases-floor",
    title="Bases at rest have a floor",
    statement=r"With $\gamma = 0$ the loss is never below $\tfrac12(\|M\|_F^2 - \|U^\top MV\|_F^2)$, and descent "
    r"reaches it.",
    source=_SOURCE,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=1, reach=0.99),
    predict=lambda **cell: {"value": _floors(**cell)},
    simulate=resting.of(sims.frozen_floor),
    grid=Grid(
        quick=cells(L=[1, 2], k=[2, 4], eps=0.3, time=60.0, number=0),
        full=cells(L=[1, 2], k=[2, 4, 6], eps=0.3, time=200.0, number=[1, 2]),
    ),
    decoys=(
        Decoy("nothing learnt", "|M|^2/2", lambda **cell: {"value": [whole / 2 for whole, _ in _overlaps(**cell)]}),
        Decoy(
            "no half", "|M|^2/2 - |U'MV|^2/4: the half taken twice",
            lambda **cell: {"value": [whole / 2 - part / 4 for whole, part in _overlaps(**cell)]},
        ),
    ),
)  # fmt: skip


@instance
def moving(L: int, k: int, eps: float, gamma: float, time: float, number: int) -> Named:
    """The same targets and bases, trained."""
    return {**resting(L=L, k=k, eps=eps, time=time, number=number), "gamma": gamma}


PASSED = claim(
    slug="trained-outer-bases-no-floor",
    title="Trained bases pass that floor",
    statement=(
        r"With $\gamma > 0$ and $k \ge \mathrm{rank}\,M$ the loss between random bases falls below "
        r"$\tfrac12(\|M\|_F^2 - "
        r"\|U^\top MV\|_F^2)$."
    ),
    source=_SOURCE,
    kind=Bound(side="upper", on="draw", tolerance=0.0, trials=1),
    predict=lambda L, k, eps, gamma, time, number: {"value": _floors(L=L, k=k, eps=eps, time=time, number=number)},
    simulate=moving.of(sims.frozen_floor),
    grid=Grid(
        quick=cells(L=[1, 2], k=[2, 4], eps=0.3, gamma=0.1, time=60.0, number=0),
        full=cells(L=[1, 2], k=[2, 4, 6], eps=0.3, gamma=[0.05, 0.3], time=200.0, number=[1, 2]),
    ),
    decoys=(Decoy("bases at rest", "it is a floor for them", simulate=moving.of(sims.frozen_floor, gamma=0.0)),),
)

CLAIMS: tuple[Claim, ...] = (CONSERVED, TIME, FINAL, FLOOR, PASSED)
