"""Sparse expert layers: what random routing drops, leaves out and overloads, and where the balance loss is least."""

from claims.claim import Claim
from claims.mixture_of_experts import balance, choice, loads

CLAIMS: tuple[Claim, ...] = (*loads.CLAIMS, *balance.CLAIMS, *choice.CLAIMS)
