"""Few samples suffice for a new task when many others share its representation."""

from claims.claim import Claim
from claims.multitask_representation import allocation, head, subspace

CLAIMS: tuple[Claim, ...] = (*head.CLAIMS, *subspace.CLAIMS, *allocation.CLAIMS)
