"""How much of a neuron's first gradient on n samples points where the target varies."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance
from sims import instances

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_SOURCE = Source("damian2022neural", "n of order d^2 recalled; the constant", "derived")
_HEAVY = Moments(skewness=10.0)
_TAILS = {"total": _HEAVY, "relevant": _HEAVY}


@instance
def neuron(d: int, values: Numbers, n: int, sigma2: float, number: int) -> Named:
    """A target of these eigenvalues in random directions, and a random neuron."""
    A = instances.with_eigenvalues((*values, *[0.0] * (d - len(values))), instance=number)
    return {"A": A, "w": instances.frame(d, 1, instance=number + 1)[:, 0], "n": n, "sigma2": sigma2}


@instance
def target(d: int, values: Numbers, n: int, sigma2: float, number: int) -> Named:
    """A target of these eigenvalues in random directions."""
    given = neuron(d=d, values=values, n=n, sigma2=sigma2, number=number)
    return {name: given[name] for name in ("A", "n", "sigma2")}


def _noisier(energy: Any, shift: float, d: int, values: Numbers, n: int, **cell: Any) -> Named:
    """The noise term with (d + 4) F/4 moved by shift * F in the total, in the relevant part likewise."""
    right, F = energy(d=d, values=values, n=n, **cell), sum(value**2 for value in values)
    return {name: getattr(right, name) + shift * F / n for name in ("total", "relevant")}


def _ungated(energy: Any, d: int, values: Numbers, n: int, **cell: Any) -> Named:
    """d F/2 and r F/2: neither the half of the gate nor the 4."""
    right, F, r = energy(d=d, values=values, n=n, **cell), sum(value**2 for value in values), len(values)
    return {
        "total": right.total + (d / 2 - (d + 4) / 4) * F / n,
        "relevant": right.relevant + (r / 2 - (r + 4) / 4) * F / n,
    }


_ONE = neuron.of(theory.gradient_energy)
_MEAN = target.of(theory.mean_gradient_energy)
_CELLS = (
    *cells(d=6, values=(1.5, -0.7), n=20, sigma2=0.5, number=1),
    *cells(d=8, values=(1.0, 1.0, -0.5), n=12, sigma2=0.0, number=1),
)
_FULL = (*_CELLS, *cells(d=10, values=(1.5, -0.7, 1.0), n=40, sigma2=0.3, number=[2, 4]))


def _decoys(energy: Any) -> tuple[Decoy, ...]:
    return (
        Decoy("d + 2", "(d + 2) F/4: the fourth moment for the sixth", functools.partial(_noisier, energy, -0.5)),
        Decoy("no gate", "d F/2: the gate and what f and |x|^2 share forgotten", functools.partial(_ungated, energy)),
    )


ONE = claim(
    slug="gradient-energy",
    title="The energy of one neuron's gradient on n samples, exactly",
    statement=(
        r"For a quadratic target of matrix $A$, $E\|\hat g\|^2 = (1-\frac1n)\|g\|^2 + "
        r"\bigl[(d+4)\|A\|_F^2/4+\sigma^2d/2\bigr]/n$, and the same for the part in the range of $A$ with its rank "
        r"$r$ in place of $d$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=_ONE,
    simulate=neuron.of(sims.gradient_energy, "total", "relevant"),
    grid=Grid(quick=_CELLS[:1], full=_FULL),
    decoys=_decoys(_ONE),
    tails=_TAILS,
)

MEAN = claim(
    slug="gradient-energy-mean",
    title="The same, averaged over random neurons",
    statement=(
        r"For $w$ uniform on the sphere and $q = (2\|A\|_F^2+(\mathrm{tr}A)^2)/(d(d+2))$, $2\pi E\|g\|^2 = "
        r"\|A\|_F^2/d - \frac34q$ and $2\pi E\|Pg\|^2 = \|A\|_F^2/d - q + (r+4)q/(4(d+4))$ in the energies on $n$ "
        r"samples."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=_MEAN,
    simulate=target.of(sims.mean_gradient_energy, "total", "relevant"),
    grid=Grid(quick=_CELLS[1:], full=_FULL),
    decoys=_decoys(_MEAN),
    tails=_TAILS,
)


@instance
def planted(d: int, ratio: float) -> Named:
    """The target h_2(u.x), at n = ratio pi d^2/2 samples."""
    return {"A": sims.planted(d), "n": round(ratio * math.pi * d * d / 2), "sigma2": 0.0}


def _share(d: int, ratio: float) -> float:
    energy = theory.mean_gradient_energy(**planted(d=d, ratio=ratio))
    return energy.relevant / energy.total


def _plain(d: int, ratio: float) -> float:
    n = round(ratio * math.pi * d * d / 2)
    signal = (1 - 1 / n) * 2 / d / (2 * math.pi)
    return (signal + 2.5 / n) / (signal + (d + 4) / 2 / n)


TRANSITION = claim(
    slug="gradient-energy-transition",
    title="One neuron's gradient needs of the order of d squared samples",
    statement=(
        r"For $f = h_2(u\cdot x)$ and random neurons the gradient energy along $u$ is the share $E\|P\hat "
        r"g\|^2/E\|\hat g\|^2$ of the whole, about $1/(1+\pi d^2/(2n))$: half at $n = \pi d^2/2$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024, of="relevant", per="total"),
    predict=_share,
    simulate=planted.of(sims.mean_gradient_energy, "total", "relevant"),
    grid=Grid(
        quick=cells(d=[6, 12], ratio=1.0),
        full=(*cells(d=[6, 12], ratio=[0.25, 1.0]), *cells(d=20, ratio=0.5)),
    ),
    decoys=(
        Decoy("n of order d", "1/(1 + pi d/(2n))", lambda d, ratio: 1 / (1 + 1 / (ratio * d))),
        Decoy("noise alone", "r/d: no gradient to speak of", lambda d, ratio: 1 / d),
        Decoy("no 3/4", "the mean gradient as A w alone: F/d in both parts", _plain),
    ),
    tails={"value": Moments(skewness=6.0)},
)


CLAIMS: tuple[Claim, ...] = (ONE, MEAN, TRANSITION)
