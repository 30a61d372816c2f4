"""The plan of a run: which rows will be judged, on which simulations, and how many trials each claim asks of them.

Whatever is wrong with a prediction (no quantity, a number that is not finite, a name that is not simulated) is an error
here, before anything runs. A prediction that raises leaves its claim undecided; the others go on.
"""

from lab.plan.checks import check_simulated, rename
from lab.plan.planner import Planner
from lab.plan.rows import Family, PlanError, Row, families

__all__ = ["Family", "PlanError", "Planner", "Row", "check_simulated", "families", "rename"]
