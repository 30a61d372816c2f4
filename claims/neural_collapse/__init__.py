"""The claims of neural collapse, one module per group of theorems."""

from __future__ import annotations

from claims.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
