"""Random networks as sketches: kernels of random layers, sketches of sets, many objects in one vector."""

from claims.claim import Claim
from claims.concept_sketching import depth, layer, recursive, retrieval, sets

CLAIMS: tuple[Claim, ...] = (
    *layer.CLAIMS,
    *depth.CLAIMS,
    *sets.CLAIMS,
    *recursive.CLAIMS,
    *retrieval.CLAIMS,
)
