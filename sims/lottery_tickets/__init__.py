"""Strong lottery tickets, done: all subset sums of random weights, pruned ReLU units, pruning after training."""

from sims.lottery_tickets.digits import Ticket, digits_accuracy, digits_classifier, digits_targets, digits_ticket
from sims.lottery_tickets.gadget import relu_gadget_prob
from sims.lottery_tickets.single import pick_one_prob
from sims.lottery_tickets.subsets import (
    Width,
    subset_count_mean,
    subset_cover_prob,
    subset_hit,
    subset_hit_prob,
    width_needed,
)
from sims.lottery_tickets.support import Pruned, iterative_pruning, ticket_recovery_prob

__all__ = [
    "Pruned",
    "Ticket",
    "Width",
    "digits_accuracy",
    "digits_classifier",
    "digits_targets",
    "digits_ticket",
    "iterative_pruning",
    "pick_one_prob",
    "relu_gadget_prob",
    "subset_count_mean",
    "subset_cover_prob",
    "subset_hit",
    "subset_hit_prob",
    "ticket_recovery_prob",
    "width_needed",
]
