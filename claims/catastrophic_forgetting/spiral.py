"""The numerical range of products of projections: its boundary, and a search beyond it."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims.agreement import Bound, Identity
from claims.claim import Claim, Decoy, Grid, Source

Named = dict[str, Any]


def smaller_power(phi: float, T: int) -> float:
    """Exponent T in place of T + 1."""
    return math.exp(T / (T + 1) * math.log(theory.spiral_radius(phi, T)))


def disc(phi: float, T: int) -> float:
    """The disc of radius 1/T."""
    return 1 / T


BOUNDARY = Claim(
    slug="numerical-range-spiral",
    topic="catastrophic_forgetting",
    title="Products of projections reach the boundary of a sinusoidal spiral",
    statement=(
        r"The lines $v_j = (\sqrt{1-s}, \sqrt s\, e^{-2\pi ij/(T+1)})$ give values $x^* P_T\cdots P_1 x$ at every "
        r"argument $\phi$ with modulus $\rho^{T+1}$, $\rho = \cos(\frac{\pi}{T+1})/\cos(\frac{\phi-\pi}{T+1})$; the "
        r"most negative is $-\cos(\frac{\pi}{T+1})^{T+1}$, $-1/8$ for two projections."
    ),
    source=Source("swartworth2023nearly", "sinusoidal spiral, in explicit form", "derived"),
    kind=Identity(tolerance=1e-10, trials=64),
    predict=theory.spiral_radius,
    simulate=sims.spiral_radius,
    grid=Grid(
        quick=tuple({"phi": phi, "T": T} for T in (2, 3, 5) for phi in (0.5, 2.0, math.pi, 5.0)),
        full=tuple({"phi": phi, "T": T} for T in (2, 3, 5, 10, 30) for phi in (0.1, 0.5, 1.0, 2.0, math.pi, 4.0, 6.0)),
    ),
    decoys=(
        Decoy("exponent T", "a cardioid for T = 2", smaller_power),
        Decoy("disc", "all of the disc of radius 1/T", disc),
    ),
)


def predict_root(T: int, d: int, iterations: int) -> Named:
    """Re (-z)^(1/(T+1)) <= cos(pi/(T+1)), the spiral in the coordinate that straightens it."""
    return {"root": math.cos(math.pi / (T + 1))}


def one_fewer(T: int, d: int, iterations: int) -> Named:
    """T in place of T + 1."""
    return {"root": math.cos(math.pi / T)}


RANGE = Claim(
    slug="numerical-range-spiral-bound",
    topic="catastrophic_forgetting",
    title="No product of projections was found outside the spiral",
    statement=(
        r"Every value $z = x^* P_T\cdots P_1 x$ of a product of $T$ orthogonal projections at a unit vector obeys "
        r"$\mathrm{Re}\,(-z)^{1/(T+1)} \le \cos(\pi/(T+1))$, which is the spiral with its inside (proved for $T = 2$, "
        r"searched for larger $T$)."
    ),
    source=Source("swartworth2023nearly", "sinusoidal spiral, in explicit form", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1024),
    predict=predict_root,
    simulate=sims.projection_products,
    certificates={"gradient": 1e-3},
    grid=Grid(
        quick=tuple({"T": T, "d": d, "iterations": i} for T in (2, 3, 5) for d, i in ((2, 60), (3, 60))),
        full=tuple({"T": T, "d": d, "iterations": 200} for T in (2, 3, 5, 8) for d in (2, 3, 4)),
    ),
    decoys=(Decoy("one fewer", "cos(pi/T): the spiral of T - 1 projections", one_fewer),),
)

CLAIMS: tuple[Claim, ...] = (BOUNDARY, RANGE)
