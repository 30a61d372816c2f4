"""Simulations that pictures of low-rank dynamics show as such; claims judge what they share."""

from sims.low_rank_dynamics import outer_problem, singular_values_along

__all__ = ["outer_problem", "singular_values_along"]
