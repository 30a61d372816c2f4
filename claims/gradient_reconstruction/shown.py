"""Simulations that pictures of gradient reconstruction show as such; claims judge them under other parameters."""

from sims.gradient_reconstruction import digits_gallery, hermite_coefficient, imprint_expected

__all__ = ["digits_gallery", "hermite_coefficient", "imprint_expected"]
