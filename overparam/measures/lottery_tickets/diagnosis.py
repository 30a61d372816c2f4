"""What `diagnose` says of a layer's weights as targets of pruning alone."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.lottery_tickets.width import ticket_width
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Width that pruning alone needs", needs=("weights",))
def diagnosis(weights: Given) -> Result:
    """How many random units a weight pruning alone needs, to reach nearly all of a layer's weights to one per cent."""
    return ticket_width(weights)
