"""Lottery tickets: what subsets of random weights reach, one by one and all at once, and which mask pruning finds."""

from claims.claim import Claim
from claims.lottery_tickets import cover, gadget, hits, single, support

CLAIMS: tuple[Claim, ...] = (*hits.CLAIMS, *cover.CLAIMS, *gadget.CLAIMS, *single.CLAIMS, *support.CLAIMS)
