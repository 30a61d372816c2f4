"""Structured sparsity: what Monarch and butterfly patterns can hold, what they cost, and compressed activations."""

from claims.claim import Claim
from claims.structured_sparsity import activation, feedback, gaussian, monarch, transforms

CLAIMS: tuple[Claim, ...] = (
    *monarch.CLAIMS,
    *gaussian.CLAIMS,
    *transforms.CLAIMS,
    *activation.CLAIMS,
    *feedback.CLAIMS,
)
