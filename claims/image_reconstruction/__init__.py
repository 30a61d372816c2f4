"""Linear denoisers learned from examples: how much data helps, what a shift costs, what one test image repairs."""

from claims.claim import Claim
from claims.image_reconstruction import learned, pca, ridge, shift, test_time

CLAIMS: tuple[Claim, ...] = (*learned.CLAIMS, *ridge.CLAIMS, *pca.CLAIMS, *test_time.CLAIMS, *shift.CLAIMS)
