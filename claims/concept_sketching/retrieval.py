"""Finding again what was stored: shapes by bits of their sketches, objects by what is read from a sum."""

from __future__ import annotations

from typing import Any

import sims.concept_sketching as sims
from claims import Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
MEAN_SQUARE = 208 / 625
"""Of t over the 25 points of a parabola: c_0 = -c_2 times it puts the centroid at (0, 0, 1)."""
SLOPES = (-0.8, 0.0, 0.8)
BENDS = (-1.2, -0.6, 0.6, 1.2)
SHAPES = tuple((-MEAN_SQUARE * c2, c1, c2) for c1 in SLOPES for c2 in BENDS)


@instance
def dictionary(bits: int) -> Named:
    """Twelve parabolas with one centroid."""
    return {"shapes": SHAPES, "bits": bits}


FOUND = dictionary.of(sims.set_retrieval)
SEEN = Source("dikkala2021manifold", "sign hashes of sketches; no theorem for this dictionary", "derived")

BLIND = claim(
    slug="set-sketch-retrieval-linear",
    title="Bits of linear sketches find a shape among those of equal centroid by chance alone",
    statement=(
        r"Of queries for each of $n$ sets with one centroid, by the fewest differing bits of a linear sketch, ties at "
        r"random, the share that finds its own is $1/n$, however many bits."
    ),
    source=SEEN,
    kind=Identity(tolerance=1e-12, trials=64),
    predict=lambda bits: {"linear": 1 / len(SHAPES)},
    simulate=FOUND,
    grid=Grid(quick=cells(bits=[16, 256]), full=cells(bits=[16, 64, 256, 1024])),
    decoys=(
        Decoy("enough bits", "all are found with as many bits as shapes",
              lambda bits: {"linear": min(1.0, bits / len(SHAPES))}),
        Decoy("one wrong of two", "each is found half of the times", lambda bits: {"linear": 0.5}),
    ),
)  # fmt: skip

SHAPES_FOUND = claim(
    slug="set-sketch-retrieval",
    title="Bits of ReLU sketches find shapes that are seen at other points",
    statement=(
        r"The share of queries for twelve parabolas of equal centroid, each seen at 25 other points, whose own has the "
        r"fewest differing bits among those of sketches with 128 neurons, stands beside the $1/12$ of chance."
    ),
    source=SEEN,
    kind=Observation(trials=256),
    predict=lambda bits: {"relu": 1 / len(SHAPES)},
    simulate=FOUND,
    grid=Grid(quick=cells(bits=[16, 64, 256]), full=cells(bits=[16, 64, 256, 1024])),
    decoys=(),
)

OBJECTS_FOUND = claim(
    slug="recursive-sketch-retrieval",
    title="Naming an object that was read from what is left of a sum",
    statement=(
        r"Among 32 random unit vectors in 8 dimensions the one nearest to what is read from $qD$ of $D = 64$ "
        r"coordinates of a sum of unit vectors is the one stored, in a share that stands beside the $1/32$ of chance."
    ),
    source=Source("ghazi2019recursive", "no theorem on retrieval at this size", "derived"),
    kind=Observation(trials=1024),
    predict=lambda d, D, q, objects: 1 / 32,
    simulate=sims.sketch_retrieval,
    grid=Grid(
        quick=cells(d=8, D=64, q=[1.0, 0.5], objects=[2, 8]),
        full=cells(d=8, D=64, q=[1.0, 0.5, 0.25], objects=[2, 4, 8, 16]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (BLIND, SHAPES_FOUND, OBJECTS_FOUND)
