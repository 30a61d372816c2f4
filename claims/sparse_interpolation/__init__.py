"""Sparse interpolation: what fitting noise costs under priors of different strength, and what a penalty saves."""

from claims.claim import Claim
from claims.sparse_interpolation import beyond, lasso, noise, trade_off, truth

CLAIMS: tuple[Claim, ...] = (
    *noise.CLAIMS,
    *truth.CLAIMS,
    *trade_off.CLAIMS,
    *lasso.CLAIMS,
    *beyond.CLAIMS,
)
