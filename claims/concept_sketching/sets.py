"""Sketches of sets: their kernel, what a linear sketch cannot see, and sign hashes of sketches."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.concept_sketching as sims
import theory.concept_sketching as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, float, float]
DERIVED = Source("dikkala2021manifold", "setting alone, abstract seen; statement derived here", "derived")
CUP, CAP, LINE, STEEP = (0.2, 0.5, 1.0), (-0.3, 0.1, -0.5), (0.5, 0.8, 0.0), (0.0, -0.9, 0.4)


@instance
def parabolas(first: Numbers, second: Numbers) -> Named:
    """Both curves by their points."""
    return {"S": sims.parabola(first), "T": sims.parabola(second)}


@instance
def wide(first: Numbers, second: Numbers, m: int) -> Named:
    """The same, for sketches of m neurons."""
    return {**parabolas(first=first, second=second), "m": m}


def _centroids(first: Numbers, second: Numbers) -> Named:
    """One point in place of each set."""
    return {k: [list(np.mean(v, axis=0))] for k, v in parabolas(first=first, second=second).items()}


def _unbiased(first: Numbers, second: Numbers) -> Named:
    """Points without their last coordinate, which is 1."""
    return {k: [p[:2] for p in v] for k, v in parabolas(first=first, second=second).items()}


KERNEL = claim(
    slug="set-sketch",
    title="The sketch of a set keeps the mean kernel over pairs",
    statement=(
        r"For $\phi(S) = $ the mean of $\mathrm{relu}(Wx)$ over $x \in S$, $\mathrm{E}\phi(S)\cdot\phi(T) = K(S,T)$, "
        r"the mean of $|x||y|k_1(\angle(x,y))$ over all pairs, at every width."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.015),
    predict=parabolas.of(theory.set_kernel),
    simulate=parabolas.of(sims.set_kernel),
    grid=Grid(
        quick=(*cells(first=CUP, second=[CUP, CAP, STEEP]), *cells(first=LINE, second=STEEP)),
        full=cells(first=[CUP, CAP], second=[CUP, CAP, LINE, STEEP]),
    ),
    decoys=(
        Decoy("centroids", "the kernel of the two centroids",
              lambda first, second: theory.set_kernel(**_centroids(first, second))),
        Decoy("no bias coordinate", "points of the plane itself",
              lambda first, second: theory.set_kernel(**_unbiased(first, second))),
    ),
)  # fmt: skip

DISTANCE = claim(
    slug="set-sketch-distance",
    title="A ReLU sketch tells sets with one centroid apart",
    statement=r"$\mathrm{E}|\phi(S)-\phi(T)|^2 = K(S,S) + K(T,T) - 2K(S,T)$, above $0$ also at equal centroids.",
    source=DERIVED,
    kind=Mean(resolution=0.02),
    predict=parabolas.of(theory.set_distance),
    simulate=parabolas.of(sims.set_distance),
    grid=Grid(
        # Mean t^2 of the 25 points: 208/625.
        quick=(
            *cells(first=(0.0, 0.5, 0.0), second=[(0.0, -0.5, 0.0), (-208 / 625, 0.5, 1.0)]),
            *cells(first=CUP, second=CAP),
        ),
        full=(
            *cells(first=(0.0, 0.5, 0.0), second=[(0.0, -0.5, 0.0), (-208 / 625, 0.5, 1.0), (208 / 625, 0.0, -1.0)]),
            *cells(first=CUP, second=[CAP, LINE, STEEP]),
        ),
    ),
    decoys=(
        Decoy("centroids", "the kernel's distance of the two centroids",
              lambda first, second: theory.set_distance(**_centroids(first, second))),
        Decoy("no bias coordinate", "points of the plane itself",
              lambda first, second: theory.set_distance(**_unbiased(first, second))),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip


SEEN_BY_LINEAR = parabolas.of(sims.linear_distance)

LINEAR = claim(
    slug="set-sketch-linear",
    title="A linear sketch sees the distance of the centroids",
    statement=(
        r"For means of $Wx$ with weights $N(0, 1/m)$ the mean squared distance is $|c_S - c_T|^2$ of the centroids."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.02),
    predict=parabolas.of(theory.linear_distance),
    simulate=SEEN_BY_LINEAR,
    grid=Grid(
        quick=cells(first=CUP, second=[CAP, STEEP]),
        full=(*cells(first=CUP, second=[CAP, LINE, STEEP]), *cells(first=CAP, second=LINE)),
    ),
    decoys=(
        Decoy("weights N(0, 2/m)", "twice that", lambda **cell: 2 * parabolas.of(theory.linear_distance)(**cell)),
        Decoy("as a ReLU sketch", "K(S,S) + K(T,T) - 2K(S,T)", parabolas.of(theory.set_distance)),
    ),
    tails={"value": Moments(skewness=1.0)},
)

BLIND = claim(
    slug="set-sketch-linear-blind",
    title="A linear sketch cannot tell sets with one centroid apart",
    statement=r"Where $c_S = c_T$, linear sketches, means of $Wx$, are equal, whatever the weights and their number.",
    source=DERIVED,
    kind=Identity(tolerance=1e-24, trials=256),
    predict=lambda first, second: 0.0,
    simulate=SEEN_BY_LINEAR,
    grid=Grid(
        quick=cells(first=(0.0, 0.5, 0.0), second=[(0.0, -0.5, 0.0), (-208 / 625, 0.5, 1.0)]),
        full=cells(first=(0.0, 0.5, 0.0), second=[(0.0, -0.5, 0.0), (-208 / 625, 0.5, 1.0), (208 / 625, 0.0, -1.0)]),
    ),
    decoys=(Decoy("as a ReLU sketch", "K(S,S) + K(T,T) - 2K(S,T)", parabolas.of(theory.set_distance)),),
)


def _limit(first: Numbers, second: Numbers, m: int) -> float:
    return float(parabolas.of(theory.sketch_collision)(first=first, second=second))


def _centroid_collision(first: Numbers, second: Numbers, m: int) -> float:
    return theory.simhash_collision(*(points[0] for points in _centroids(first, second).values()))


COLLISION = claim(
    slug="set-sketch-collision",
    title="Sign hashes of wide sketches collide by the angle of the mean kernel",
    statement=(
        r"The mean probability that a sign hash of two sketches of width $m$ collides tends to $1 - "
        r"\arccos\bigl(K(S,T)/\sqrt{K(S,S)K(T,T)}\bigr)/\pi$, with an error of order $1/m$."
    ),
    source=DERIVED,
    kind=Limit(size="m", order=1.0, resolution=0.01),
    predict=_limit,
    simulate=wide.of(sims.sketch_collision),
    grid=Grid(
        quick=(
            *cells(first=CUP, second=CAP, m=[32, 64, 128]),
            *cells(first=(0.0, 0.9, 0.0), second=(0.0, -0.9, 0.0), m=[32, 64, 128]),
        ),
        full=cells(first=CUP, second=[CAP, LINE, STEEP], m=[64, 128, 256]),
    ),
    decoys=(
        Decoy("linear sketch", "the angle of the centroids", _centroid_collision),
        Decoy("unnormalised cosine", "1 - 2 angle/pi",
              lambda **cell: 2 * _limit(**cell) - 1),
        Decoy("no bias coordinate", "points of the plane itself",
              lambda first, second, m: theory.sketch_collision(**_unbiased(first, second))),
    ),
)  # fmt: skip


def _product_of_signs(first: Numbers, second: Numbers, m: int) -> float:
    return 2 - 1 / _limit(first, second, m)


HASHES = claim(
    slug="set-sketch-hashes",
    title="Given the sketches, drawn hashes collide by their angle",
    statement=(
        r"The share of drawn sign hashes of two sketches that collide has the mean of $1 - \mathrm{angle}/\pi$, the "
        r"angle that of the sketches themselves, at any width."
    ),
    source=Source("charikar2002similarity", "random hyperplane hashing, on sketches", "recalled"),
    kind=Mean(resolution=0.01, of="collision", per="given_sketches"),
    predict=lambda first, second, m: 1.0,
    simulate=wide.of(sims.hashed_collision),
    grid=Grid(quick=cells(first=CUP, second=[CAP, STEEP], m=32), full=cells(first=CUP, second=[CAP, STEEP], m=[8, 64])),
    decoys=(Decoy("product of signs", "1 - 2 angle/pi, at the angle of the limit", _product_of_signs),),
)

CLAIMS: tuple[Claim, ...] = (KERNEL, DISTANCE, LINEAR, BLIND, COLLISION, HASHES)
