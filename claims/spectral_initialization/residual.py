"""What is left outside the signal, how it decays, and what a small start is worth in matrix sensing."""

from __future__ import annotations

import math
from typing import Any

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Grid, Heavy, Identity, Limit, Order, Rate, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
DERIVED = Source("stoger2021small", "small start; residual derived here from the closed form", "derived")
COUNT, VALUES = 4, (1.0, 0.7)

# --- alpha -> 0 ------------------------------------------------------------------------------------------------------


@instance
def shrinking(d: int, r: int, inverse_alpha: int) -> Named:
    """Four starts and signals of rank two, alpha = 1/inverse_alpha, 120 steps to t = 40."""
    G, V = sims.random_signals(COUNT, d, r, 2)
    return {"G": G, "V": V, "alpha": 1 / inverse_alpha, "t": 40.0, "values": VALUES, "steps": 120, "flow": False}


LEFT = shrinking.of(sims.off_signal_residual)


def _predict(d: int, r: int, inverse_alpha: int) -> Named:
    given = shrinking(d=d, r=r, inverse_alpha=inverse_alpha)
    return {"coefficient": [theory.off_signal_residual(G, V, 1.0) for G, V in zip(given["G"], given["V"], strict=True)]}


def _without_projection(d: int, r: int, inverse_alpha: int) -> Named:
    given = shrinking(d=d, r=r, inverse_alpha=inverse_alpha)
    found = []
    for G, V in zip(given["G"], given["V"], strict=True):
        rest = G - V @ (V.T @ G)
        gram = rest @ rest.T
        found.append(float((gram * gram).sum()) ** 0.5)
    return {"coefficient": found}


RESIDUAL = claim(
    slug="off-signal-residual",
    title="The final error of a small start, and why it is quadratic in its scale",
    statement=(
        r"For $M$ of rank $k$, $U_0 = \alpha G$ and $r > k$ gradient descent that has learned the signal leaves "
        r"$\|UU^\top - M\|_F \to \alpha^2\|G_2\Pi G_2^\top\|_F$ as $\alpha^2t \to 0$, $G_1 = V^\top G$, "
        r"$G_2 = V_\perp^\top G$, $\Pi = I - G_1^+G_1$; the difference is of order $\alpha^2t$."
    ),
    source=DERIVED,
    kind=Limit(
        size="inverse_alpha", order=2.0, resolution=0.01, allowance=3e-4, trials=1,
        because="the square of 2 alpha^2 t |G_2 Pi G_2^T| < .017",
    ),
    predict=_predict,
    simulate=LEFT,
    grid=Grid(
        quick=cells(d=10, r=[4, 10], inverse_alpha=[500, 1000, 2000]),
        full=cells(d=[10, 20], r=[3, 5, 20], inverse_alpha=[1000, 2000, 4000]),
    ),
    decoys=(
        Decoy("without Pi", "|G_2 G_2^T|: all of the start outside the signal stays", _without_projection),
        Decoy("G_1 counts once", "k - 1 directions are used up",
              lambda d, r, inverse_alpha: {"coefficient": [x * (r - 1) / (r - 2) for x in
                                           _predict(d, r, inverse_alpha)["coefficient"]]}),
    ),
)  # fmt: skip

QUADRATIC = claim(
    slug="off-signal-residual-quadratic",
    title="Ten times smaller a start leaves a hundredth of the error",
    statement=r"The error left at a fixed $t$, with the signal learned, falls like $\alpha^2$.",
    source=DERIVED,
    kind=Rate(
        size="inverse_alpha", resolution=0.01, allowance=6e-3, trials=1,
        because="the next order: a factor 1 - c alpha^2, c alpha^2 < .017, over a factor 4 in alpha",
    ),
    predict=lambda d, r, inverse_alpha: {"residual": [-2.0] * COUNT},
    simulate=LEFT,
    grid=Grid(
        quick=cells(d=10, r=10, inverse_alpha=[500, 1000, 2000]),
        full=cells(d=[10, 20], r=[3, 20], inverse_alpha=[1000, 2000, 4000]),
    ),
    decoys=(Decoy("linear", "slope 1 in alpha", lambda d, r, inverse_alpha: {"residual": [-1.0] * COUNT}),),
)  # fmt: skip

# --- at any time -----------------------------------------------------------------------------------------------------


def _steps(d: int, r: int, alpha: float) -> float:
    """Steps a unit of time: two, and as many as the largest eigenvalue of U_0 U_0^T."""
    return 2 + alpha * alpha * (math.sqrt(d) + math.sqrt(r)) ** 2


@instance
def late(d: int, r: int, alpha: float, t: float) -> Named:
    """The same in the limit of short steps; the shorter, the larger U_0."""
    G, V = sims.random_signals(COUNT, d, r, 2, instance=1)
    return {"G": G, "V": V, "alpha": alpha, "t": t, "values": VALUES, "steps": math.ceil(t * _steps(d, r, alpha))}


def _at(cell: Named, **changed: Any) -> Named:
    given = late(**cell)
    return {
        "residual": [
            theory.off_signal_residual(G, V, given["alpha"], changed.get("t", given["t"]))
            for G, V in zip(given["G"], given["V"], strict=True)
        ]
    }


ANY_TIME = claim(
    slug="off-signal-residual-any-time",
    title="Outside the signal the error decays only like one over time",
    statement=(
        r"Once the signal is learned gradient flow leaves $\|S(I+2tS)^{-1}\|_F$ at any $t$, "
        r"$S = \alpha^2G_2\Pi G_2^\top$, and nothing if $r = k$."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-7, trials=1, pooled=True),
    predict=lambda d, r, alpha, t: _at({"d": d, "r": r, "alpha": alpha, "t": t}),
    simulate=late.of(sims.off_signal_residual),
    grid=Grid(
        quick=(*cells(d=8, r=[3, 8], alpha=0.1, t=[40.0, 60.0]), *cells(d=6, r=2, alpha=0.1, t=60.0)),
        full=(*cells(d=[8, 16], r=[3, 8, 16], alpha=[0.03, 0.3], t=[40.0, 120.0]), *cells(d=6, r=2, alpha=0.1, t=60.0)),
    ),
    decoys=(
        Decoy("no decay", "S for ever", lambda d, r, alpha, t: _at({"d": d, "r": r, "alpha": alpha, "t": t}, t=0.0)),
        Decoy("half the rate", "(I + tS)^{-1}",
              lambda d, r, alpha, t: _at({"d": d, "r": r, "alpha": alpha, "t": t}, t=t / 2)),
    ),
    certificates={"error": 1e-8},
)  # fmt: skip

NULL = claim(
    slug="off-signal-residual-null-mode",
    title="A mode without signal decays algebraically",
    statement=r"A mode of eigenvalue $0$ and start $a_0$ has $a(t) = a_0/(1+2a_0t)$ under gradient flow.",
    source=DERIVED,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=lambda a0, t: {"strength": theory.null_mode(a0, t)},
    simulate=sims.null_mode,
    grid=Grid(quick=cells(a0=[0.04, 0.5], t=[5.0, 20.0]), full=cells(a0=[0.001, 0.04, 0.5], t=[5.0, 20.0, 60.0])),
    decoys=(
        Decoy("exponential", "a0 e^{-2 a0 t}", lambda a0, t: {"strength": a0 * math.exp(-2 * a0 * t)}),
        Decoy("half the rate", "a0/(1 + a0 t)", lambda a0, t: {"strength": theory.null_mode(a0, t / 2)}),
    ),
    certificates={"error": 1e-9},
)

# --- matrix sensing --------------------------------------------------------------------------------------------------

SENSING = claim(
    slug="off-signal-residual-sensing",
    title="From few measurements a small start recovers what a large one does not",
    statement=(
        r"For a target of rank one, $26$ Gaussian measurements of a symmetric $8\times8$ matrix and full width, fitted "
        r"after $1000$ steps, the median error falls from $\alpha = 1$ to $0.1$ and on to $0.01$."
    ),
    source=Source("stoger2021small", "recovery from a small start; no rate is asserted", "recalled"),
    kind=Order(trials=64),
    predict=lambda d, measurements, alphas, eta, steps: {"decades": [0.0] * (len(alphas) - 1)},
    simulate=sims.sensing,
    grid=Grid(
        quick=cells(d=8, measurements=26, alphas=(1.0, 0.1, 0.01), eta=0.1, steps=1000),
        full=cells(d=10, measurements=[30, 40], alphas=(1.0, 0.1, 0.01), eta=0.1, steps=1500),
    ),
    decoys=(
        Decoy("as with all entries seen", "quadratic: two decades of error a decade of alpha",
              lambda d, measurements, alphas, eta, steps: {"decades": [2.0] * (len(alphas) - 1)}),
    ),
    certificates={"misfit": 0.1},
    tails={"decades": Heavy()},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RESIDUAL, QUADRATIC, ANY_TIME, NULL, SENSING)
