"""Tickets of one's own: which targets subsets of given weights reach, and how much width pruning alone would need."""

from overparam.measures.lottery_tickets import diagnosis
from overparam.measures.lottery_tickets.coverage import Coverage, subset_coverage
from overparam.measures.lottery_tickets.width import ticket_width

__all__ = ["Coverage", "diagnosis", "subset_coverage", "ticket_width"]
