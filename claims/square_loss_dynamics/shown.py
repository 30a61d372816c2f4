"""Simulations that pictures of square loss dynamics show as such; claims judge what they share."""

from sims.square_loss_dynamics import gaps_along

__all__ = ["gaps_along"]
