"""Compositional sparsity: depth against width, and structure known against structure ignored."""

from claims.claim import Claim
from claims.compositional_sparsity import depth, parity, products, projection

CLAIMS: tuple[Claim, ...] = (*depth.CLAIMS, *products.CLAIMS, *projection.CLAIMS, *parity.CLAIMS)
