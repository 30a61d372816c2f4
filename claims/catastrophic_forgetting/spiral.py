"""The numerical range of products of projections: its boundary, and a search beyond it."""

from __future__ import annotations

import math

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Bound, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)

BOUNDARY = claim(
    slug="numerical-range-spiral",
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
        quick=cells(T=[2, 3, 5], phi=[0.5, 2.0, math.pi, 5.0]),
        full=cells(T=[2, 3, 5, 10, 30], phi=[0.1, 0.5, 1.0, 2.0, math.pi, 4.0, 6.0]),
    ),
    decoys=(
        Decoy("exponent T", "a cardioid for T = 2", lambda phi, T: theory.spiral_radius(phi, T) ** (T / (T + 1))),
        Decoy("disc", "all of the disc of radius 1/T", lambda phi, T: 1 / T),
    ),
)

RANGE = claim(
    slug="numerical-range-spiral-bound",
    title="No product of projections was found outside the spiral",
    statement=(
        r"Every value $z = x^* P_T\cdots P_1 x$ of a product of $T$ orthogonal projections at a unit vector obeys "
        r"$\mathrm{Re}\,(-z)^{1/(T+1)} \le \cos(\pi/(T+1))$, which is the spiral with its inside."
    ),
    source=Source("swartworth2023nearly", "sinusoidal spiral, in explicit form", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1024, reach=0.999),
    predict=lambda T, d, iterations: {"root": math.cos(math.pi / (T + 1))},
    simulate=sims.projection_products,
    certificates={"gradient": 1e-3},
    grid=Grid(
        quick=cells(T=[2, 3, 5], d=[2, 3], iterations=60),
        full=cells(T=[2, 3, 5, 8], d=[2, 3, 4], iterations=200),
    ),
    decoys=(
        Decoy(
            "one fewer", "cos(pi/T): the spiral of T - 1 projections",
            lambda T, d, iterations: {"root": math.cos(math.pi / T)},
        ),
    ),
)  # fmt: skip


def _bounds(T: int, d: int, s: int, n: int) -> dict[str, float]:
    """The chain of bounds: displacement, share of it, forgetting."""
    displacement = (1 + math.sqrt(2)) * theory.spiral_power_sup(T, n - 1)
    return {"displacement": displacement, "share": 1.0, "forgetting": theory.cyclic_spiral_bound(T, n)}


_COLLECTIONS = tuple(dict(zip("Tdsn", size, strict=True)) for size in ((2, 2, 1, 2), (3, 3, 2, 2), (4, 4, 2, 5)))

FREE = claim(
    slug="cyclic-spiral-bound",
    title="Forgetting in cycles is at most 0.28 T^2/n, whatever the dimension",
    statement=(
        r"With $M = P_T\cdots P_1$, $\|M^{n-1}(1-M)\| \le (1+\sqrt2)\sup|z^{n-1}(1-z)|$ over the sinusoidal spiral, "
        r"and the forgetting of a unit teacher after $n \ge 2$ cycles is at most $(T-1)\|M^{n-1}(1-M)\|$."
    ),
    source=Source("swartworth2023nearly", "O(T^2/n) of the abstract; constants derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1024),
    predict=_bounds,
    simulate=sims.cyclic_products,
    grid=Grid(
        quick=_COLLECTIONS,
        full=(*_COLLECTIONS, {"T": 5, "d": 5, "s": 4, "n": 2}, {"T": 10, "d": 6, "s": 3, "n": 20}),
    ),
    decoys=(
        Decoy(
            "constant 1", "1 for 1 + sqrt 2",
            lambda T, d, s, n: {"displacement": theory.spiral_power_sup(T, n - 1)},
        ),
        Decoy("a quarter", "(T - 1)/4 displacements", lambda T, d, s, n: {"share": 0.25}),
    ),
)  # fmt: skip

CLAIMS = (BOUNDARY, RANGE, FREE)
