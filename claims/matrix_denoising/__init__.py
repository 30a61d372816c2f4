"""Denoising by low rank and by sparsity: what noise does to a spike, and what is best done about it."""

from claims.claim import Claim
from claims.matrix_denoising import coherence, l1, shrinkage, sparse_coding, spikes, thresholds

CLAIMS: tuple[Claim, ...] = (
    *spikes.CLAIMS,
    *shrinkage.CLAIMS,
    *thresholds.CLAIMS,
    *sparse_coding.CLAIMS,
    *l1.CLAIMS,
    *coherence.CLAIMS,
)
