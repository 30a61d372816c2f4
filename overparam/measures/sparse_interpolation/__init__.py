"""Sparse interpolation of data of one's own: the interpolator of least l_p norm, with its duality gap."""

from overparam.measures.sparse_interpolation.interpolator import Interpolator, min_lp_interpolator

__all__ = ["Interpolator", "min_lp_interpolator"]
