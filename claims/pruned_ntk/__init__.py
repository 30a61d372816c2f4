"""Tangent kernels under random pruning: the limit scales, the fluctuations grow, pruned inputs change the limit."""

from claims.claim import Claim
from claims.pruned_ntk import fluctuation, inputs, limit

CLAIMS: tuple[Claim, ...] = (*limit.CLAIMS, *fluctuation.CLAIMS, *inputs.CLAIMS)
