"""The directions that move, and the scalar that all others follow."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.low_rank_dynamics as sims
import theory.low_rank_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance
from theory import deep_linear

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_SOURCE = Source("yaras2024compressible", "Theorem 2.1", "recalled")

# --- singular values -------------------------------------------------------------------------------------------------


def _predict(
    eps: Numbers, eta: float, weight_decay: float, steps: int, d: int, s: Numbers, at: tuple[int, ...], **_: Any
) -> Named:
    rho = abs(theory.rho_trajectory(eps, eta, weight_decay, steps)[list(at)])
    return {"rho": rho, "still": 0.0 * rho + d - 2 * len(s)}


def _forgetful(**cell: Any) -> Named:
    return {"rho": _predict(**{**cell, "weight_decay": 0.0})["rho"]}


def _all_layers(eps: Numbers, eta: float, weight_decay: float, steps: int, at: tuple[int, ...], **_: Any) -> Named:
    """rho_l (1 - eta lam - eta prod over all k of rho_k^2)."""
    rho, path = list(eps), [list(eps)]
    for _step in range(steps):
        shrink = 1 - eta * weight_decay - eta * math.prod(rho) ** 2
        rho = [r * shrink for r in rho]
        path.append(rho)
    return {"rho": [path[t] for t in at]}


def _row_space_alone(d: int, s: Numbers, **cell: Any) -> Named:
    return {"still": _predict(d=d, s=s, **cell)["still"] + len(s)}


_BASE = {"eta": 0.1, "steps": 400, "at": (1, 10, 400)}

SUBSPACE = claim(
    slug="invariant-subspace",
    title="Only 2r directions of every layer move",
    statement=(
        r"Descent from $W_l = \epsilon_l \times$ orthogonal on a target of rank $r$ leaves exactly $d-2r$ singular "
        r"values of every layer "
        r"equal at every later step, to $|\rho_l|$ with $\rho_l \leftarrow \rho_l[1 - \eta\lambda - \eta\prod_{k\ne "
        r"l}\rho_k^2]$, "
        r"$\rho_l(0) = \epsilon_l$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=_predict,
    simulate=sims.rho_trajectory,
    grid=Grid(
        quick=(
            *cells(eps=(0.4, 0.5, 0.6), weight_decay=0.02, d=12, s=(2.0, 1.2, 0.8), **_BASE),
            *cells(eps=(0.7, 0.5), weight_decay=0.0, d=7, s=(1.5,), **_BASE),
            *cells(eps=(0.7, 0.6, 0.8, 0.9), weight_decay=0.01, d=8, s=(1.5, 0.7), **_BASE),
        ),
        full=(
            *cells(eps=(0.4, 0.5, 0.6), weight_decay=0.02, d=[20, 100], s=(2.0, 1.2, 0.8), **_BASE),
            *cells(eps=(0.7, 0.6, 0.8, 0.9), weight_decay=[0.0, 0.01], d=64, s=(1.5, 0.7), **_BASE),
        ),
    ),
    decoys=(
        Decoy("row space alone", "d - r directions stand still", _row_space_alone),
        Decoy("all layers", "the product over all k, k = l included", _all_layers),
        Decoy("no decay", "weight decay forgotten", _forgetful),
        Decoy(
            "Gaussian start", "entries N(0, eps^2/d): near enough to orthogonal",
            simulate=functools.partial(sims.rho_trajectory, start="gaussian"),
        ),
    ),
)  # fmt: skip

# --- which directions ------------------------------------------------------------------------------------------------


@instance
def probed(d: int, s: Numbers, eps: Numbers, at: tuple[int, ...], number: int) -> Named:
    """One target, starts, and two probes."""
    W0, M, probes = sims.aligned_problem(d, s, eps, 2, instance=number)
    return {"W0": W0, "M": M, "probes": probes, "r": len(s), "eta": 0.1, "at": at}


def _energies(backwards: bool = False, **cell: Any) -> Named:
    """|V_l' x|^2 and |U_l' x|^2, the same at all times."""
    given = probed(**cell)
    W0 = list(given["W0"])
    V_1, U = theory.invariant_bases(W0[::-1] if backwards else W0, given["M"])
    right, left = ([((given["probes"].T @ basis) ** 2).sum(axis=1) for basis in bases] for bases in ([V_1, *U[:-1]], U))
    return {"right": [right] * len(cell["at"]), "left": [left] * len(cell["at"])}


def _row_space(**cell: Any) -> Named:
    """The share of the probes in V_1 as if it were spread evenly: 2r/d."""
    share = [2 * len(cell["s"]) / cell["d"]] * 2
    return {"right": [[share] * len(cell["eps"])] * len(cell["at"])}


BASES = claim(
    slug="invariant-subspace-bases",
    title="The directions that move are known before training, and stay",
    statement=(
        r"The directions in which $W_1$ moves are $\mathrm{row}(M) + Q^\top\mathrm{col}(M)$, $Q = W_L\cdots "
        r"W_1(0)/\prod\epsilon_l$, "
        r"carried from layer to layer by $U_l = W_l(0)U_{l-1}/\epsilon_l$, at every step the same."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-7, trials=1),
    predict=_energies,
    simulate=probed.of(sims.moving_energy),
    grid=Grid(
        quick=cells(d=8, s=(2.0, 1.0), eps=[(0.4, 0.5, 0.6), (0.6, 0.5)], at=(3, 40), number=0),
        full=cells(d=[20, 60], s=(2.0, 1.2, 0.8), eps=[(0.4, 0.5, 0.6), (0.6, 0.5)], at=(3, 40), number=[1, 2]),
    ),
    decoys=(
        Decoy("backwards", "the layers of Q in the other order", functools.partial(_energies, backwards=True)),
        Decoy("any subspace", "a random one of 2r dimensions in the mean: 2r/d", _row_space),
    ),
)

# --- the law of time -------------------------------------------------------------------------------------------------


@instance
def slow(eps: float, L: int, time: float, pace: int) -> Named:
    """Equal scales without decay, for `time`, in `pace` updates a unit of time."""
    steps = round(time * pace)
    return {
        "eps": (eps,) * L,
        "eta": 1 / pace,
        "weight_decay": 0.0,
        "steps": steps,
        "d": 4,
        "s": (1.0,),
        "at": (steps,),
    }


def _power_law(eps: float, L: int, time: float, pace: int) -> Named:
    return {"rho": [[float(deep_linear.flow(time, 0.0, eps**L, L)) ** (1 / L)] * L]}


POWER_LAW = claim(
    slug="invariant-subspace-power-law",
    title="Without decay the directions at rest shrink by a power of time",
    statement=(
        r"For equal scales and $\lambda = 0$, $\rho(t)/\epsilon \to (1 + (2L-2)\epsilon^{2L-2}\tau)^{-1/(2L-2)}$ as "
        r"$\eta \to 0$ at "
        r"fixed $\tau = \eta t$, with an error of order $\eta\epsilon^{2L-2}$."
    ),
    source=Source("yaras2024compressible", "recursion of Theorem 2.1 recalled; its flow", "derived"),
    kind=Limit(
        size="pace", order=1.0, resolution=0.001, trials=1,
        allowance=lambda eps, L, time, pace: (eps ** (2 * L - 2) * (2 * L - 1) / pace) ** 2 * 10,
        because="the next order, (eta eps^(2L-2))^2, times ten for its coefficient and the extrapolation",
    ),
    predict=_power_law,
    simulate=slow.of(sims.rho_trajectory, "rho"),
    grid=Grid(
        quick=(*cells(eps=0.5, L=3, time=20.0, pace=[5, 10, 20]), *cells(eps=0.7, L=2, time=10.0, pace=[10, 20, 40])),
        full=(
            *cells(eps=0.5, L=[3, 4], time=50.0, pace=[10, 20, 40]),
            *cells(eps=0.7, L=2, time=50.0, pace=[20, 40, 80]),
        ),
    ),
    decoys=(
        Decoy(
            "exponential", "exp(-eps^(2L-2) tau), the first rate kept",
            lambda eps, L, time, pace: {"rho": [[eps * math.exp(-time * eps ** (2 * L - 2))] * L]},
        ),
        Decoy(
            "2L - 2 once", "(1 + eps^(2L-2) tau)^(-1/(2L-2))",
            lambda eps, L, time, pace: {"rho": [[eps * (1 + time * eps ** (2 * L - 2)) ** (-1 / (2 * L - 2))] * L]},
        ),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (SUBSPACE, BASES, POWER_LAW)
