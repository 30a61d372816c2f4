"""Small initialisation with one's own arrays: how aligned a factor is, and what of a residual a kernel fits first."""

from overparam.measures.spectral_initialization.alignment import alignment
from overparam.measures.spectral_initialization.residual import residual_shares

__all__ = ["alignment", "residual_shares"]
