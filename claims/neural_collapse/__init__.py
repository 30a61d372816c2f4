"""The claims of neural collapse, one module per group of theorems."""

from __future__ import annotations

from claims.claim import Claim
from claims.neural_collapse import (
    central_path,
    cross_entropy,
    deep_head,
    logistic,
    low_rank,
    metrics,
    minority,
    mse,
    mse_bias,
    seli,
    training,
)

CLAIMS: tuple[Claim, ...] = (
    *mse.CLAIMS,
    *mse_bias.CLAIMS,
    *cross_entropy.CLAIMS,
    *minority.CLAIMS,
    *seli.CLAIMS,
    *deep_head.CLAIMS,
    *low_rank.CLAIMS,
    *central_path.CLAIMS,
    *logistic.CLAIMS,
    *metrics.CLAIMS,
    *training.CLAIMS,
)
