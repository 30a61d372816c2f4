"""Sketches of sets of points of one's own by a random layer, and how alike two of them are."""

from overparam.measures.concept_sketching.similarity import sketch_similarity
from overparam.measures.concept_sketching.sketch import relu_sketch

__all__ = ["relu_sketch", "sketch_similarity"]
