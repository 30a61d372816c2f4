"""What `diagnose` says of the experts that tokens chose."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.mixture_of_experts.load import expert_load
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Load of experts", needs=("choice",))
def of_choices(choice: Given) -> Result:
    """Over-dispersion of the loads; the experts are those up to the largest number chosen."""
    return expert_load(choice, int(choice.raw.max()) + 1).dispersion
