"""Claims on explanations by masks, and on what finite precision and accuracy allow."""

from claims import Claim
from claims.explanations import haar, precision, redraw, stability, wavelets

CLAIMS: tuple[Claim, ...] = (*redraw.CLAIMS, *haar.CLAIMS, *wavelets.CLAIMS, *precision.CLAIMS, *stability.CLAIMS)
