"""What interpolating noisy labels costs: benign, tempered or catastrophic."""

from claims.benign_overfitting import classification, models, ranks, regression, signs, spectra, support
from claims.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    *regression.CLAIMS,
    *ranks.CLAIMS,
    *spectra.CLAIMS,
    *models.CLAIMS,
    *classification.CLAIMS,
    *signs.CLAIMS,
    *support.CLAIMS,
)
