"""Instances that pictures of minima stability show; claims judge simulations on them."""

from claims.minima_stability.batches import minimum
from claims.minima_stability.curvature import drawn, each
from claims.minima_stability.trained import RUN

__all__ = ["RUN", "drawn", "each", "minimum"]
