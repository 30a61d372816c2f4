"""Separation of classes layer by layer: chance, the floor of linear layers, deep linear nets, ReLU nets on digits."""

from claims.claim import Claim
from claims.equi_separation import chance, deep_linear, floor, law

CLAIMS: tuple[Claim, ...] = (*chance.CLAIMS, *floor.CLAIMS, *deep_linear.CLAIMS, *law.CLAIMS)
