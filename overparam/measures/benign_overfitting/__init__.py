"""Benign overfitting on data of one's own: effective ranks and what interpolating noisy labels would cost."""

from overparam.measures.benign_overfitting import diagnosis
from overparam.measures.benign_overfitting.spectra import (
    SpectrumBatches,
    effective_ranks,
    isotropic_ranks,
    regime,
    sample_ranks,
    spectrum_regime,
)

__all__ = [
    "SpectrumBatches",
    "diagnosis",
    "effective_ranks",
    "isotropic_ranks",
    "regime",
    "sample_ranks",
    "spectrum_regime",
]
