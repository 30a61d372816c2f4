"""Below the noise floor no linear predictor has a small excess risk without many more features than samples."""

from claims.claim import Claim
from claims.size_loss_tradeoff import frontier, interpolation, universal

CLAIMS: tuple[Claim, ...] = (*universal.CLAIMS, *frontier.CLAIMS, *interpolation.CLAIMS)
