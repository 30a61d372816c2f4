"""Mixtures of experts of one's own: how unevenly tokens load the experts, and what that drops."""

from overparam.measures.mixture_of_experts import diagnosis
from overparam.measures.mixture_of_experts.load import ExpertLoad, expert_load

__all__ = ["ExpertLoad", "diagnosis", "expert_load"]
