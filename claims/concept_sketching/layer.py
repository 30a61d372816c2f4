"""One random layer: the kernel it computes, how far one draw of it is off, and what signs see."""

from __future__ import annotations

import math
from typing import Any

import sims.concept_sketching as sims
import theory.concept_sketching as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
CHO = Source("cho2009kernel", "arc-cosine kernels of order 0, 1, 2", "recalled")
Named = dict[str, Any]


def _pair(angle: float, lengths: tuple[float, float]) -> Named:
    return {"x": (lengths[0], 0.0), "y": (lengths[1] * math.cos(angle), lengths[1] * math.sin(angle))}


@instance
def pair(angle: float, lengths: tuple[float, float], order: int) -> Named:
    """Two inputs in their plane: of a rotation-invariant layer only their angle and lengths matter."""
    return {**_pair(angle, lengths), "order": order}


def _product(angle: float, lengths: tuple[float, float], order: int) -> float:
    size, c = (lengths[0] * lengths[1]) ** order, math.cos(angle)
    return size * (1.0, c, 1 + 2 * c * c)[order]


def _uncentred(angle: float, lengths: tuple[float, float], order: int) -> float:
    """t in place of pi - t."""
    x, y = (1.0, 0.0), (-math.cos(angle), math.sin(angle))
    size = (lengths[0] * lengths[1]) ** order
    return size * theory.arccos_kernel(x, y, order)


KERNEL = claim(
    slug="random-layer-kernel",
    title="A random ReLU layer computes a kernel of the angle and the lengths",
    statement=(
        r"For $W$ with entries $N(0, 2/m)$, $\mathrm{E}\,\mathrm{relu}(Wx)\cdot\mathrm{relu}(Wy) = "
        r"|x||y|[\sin t + (\pi-t)\cos t]/\pi$ at the angle $t$ of $x$, $y$; the mean of twice the product of "
        r"indicators is $(\pi-t)/\pi$, of squares $|x|^2|y|^2J_2(t)/\pi$."
    ),
    source=CHO,
    kind=Mean(resolution=0.02),
    predict=pair.of(theory.arccos_kernel),
    simulate=pair.of(sims.arccos_kernel, neurons=256),
    grid=Grid(
        quick=(
            *cells(angle=[0.3, 1.2, 2.5], lengths=(2.0, 0.5), order=[0, 1]),
            *cells(angle=[0.3, 1.8], lengths=(2.0, 1.0), order=2),
        ),
        full=cells(angle=[0.0, 0.3, 1.2, 2.0, 2.5], lengths=[(1.0, 1.0), (3.0, 0.5)], order=[0, 1, 2]),
    ),
    decoys=(
        Decoy("weights N(0, 1/m)", "half of it: J_q/(2 pi)",
              lambda **cell: pair.of(theory.arccos_kernel)(**cell) / 2),
        Decoy("both neurons linear", "the mean of twice the product over a half-space", _product),
        Decoy("t for pi - t", "the kernel of x and -y, up to its sign", _uncentred),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip


@instance
def layer(angle: float, lengths: tuple[float, float], m: int) -> Named:
    """The same, of a layer of m neurons."""
    return {**_pair(angle, lengths), "m": m}


def _second_moment(m: int, **cell: Any) -> float:
    first = pair.of(theory.arccos_kernel)(order=1, **cell)
    return float(layer.of(theory.kernel_variance)(m=m, **cell) + first**2 / m)


def _linear(angle: float, lengths: tuple[float, float], m: int) -> float:
    return float((lengths[0] * lengths[1]) ** 2 * (1 + math.cos(angle) ** 2) / m)


VARIANCE = claim(
    slug="random-layer-kernel-variance",
    title="How far one random layer is off its kernel",
    statement=(
        r"The variance of $\mathrm{relu}(Wx)\cdot\mathrm{relu}(Wy)$ over layers of $m$ neurons is "
        r"$(|x|^2|y|^2/m)\,[2J_2(t)/\pi - k_1(t)^2]$, $J_2(t) = 3\sin t\cos t + (\pi-t)(1+2\cos^2 t)$: "
        r"$5|x|^4/m$ at $x = y$."
    ),
    source=Source("cho2009kernel", "second moment of the order-1 kernel; derived here", "derived"),
    kind=Mean(resolution=0.024),
    predict=layer.of(theory.kernel_variance),
    simulate=layer.of(sims.kernel_variance),
    grid=Grid(
        quick=(*cells(angle=[0.0, 1.2], lengths=(2.0, 0.5), m=16), *cells(angle=2.0, lengths=(1.0, 1.0), m=32)),
        full=cells(angle=[0.0, 0.3, 1.2, 2.0, 2.5], lengths=(2.0, 1.0), m=[16, 64]),
    ),
    decoys=(
        Decoy("second moment", "the square of the mean is not taken off", _second_moment),
        Decoy("a linear layer", "(1 + cos^2 t)/m, of Wx.Wy with weights N(0, 1/m)", _linear),
    ),
    tails={"value": Moments(skewness=2.0)},
)


@instance
def directions(angle: float) -> Named:
    """Of signs only the angle matters."""
    return _pair(angle, (1.0, 2.0))


HASH = claim(
    slug="random-layer-kernel-sign-hash",
    title="A random hyperplane has two inputs on one side by their angle",
    statement=r"$P(\mathrm{sign}\,g\cdot x = \mathrm{sign}\,g\cdot y) = 1 - t/\pi$ for $g \sim N(0, I)$.",
    source=Source("charikar2002similarity", "random hyperplane hashing", "recalled"),
    kind=Mean(resolution=0.02),
    predict=directions.of(theory.simhash_collision),
    simulate=directions.of(sims.simhash_collision),
    grid=Grid(quick=cells(angle=[0.3, 1.2, 2.5]), full=cells(angle=[0.1, 0.3, 0.8, 1.2, 2.0, 2.5, 2.9])),
    decoys=(
        Decoy("cosine of signs", "1 - 2t/pi, the mean product of signs", lambda angle: 1 - 2 * angle / math.pi),
        Decoy("cosine", "(1 + cos t)/2", lambda angle: (1 + math.cos(angle)) / 2),
    ),
)

CLAIMS: tuple[Claim, ...] = (KERNEL, VARIANCE, HASH)
