"""Neural collapse of features of one's own: NC1 to NC4 with nulls and limits."""

from overparam.measures.neural_collapse import diagnosis
from overparam.measures.neural_collapse.batches import CollapseBatches
from overparam.measures.neural_collapse.limits import Limits, limits
from overparam.measures.neural_collapse.metrics import Collapse, nc_metrics
from overparam.measures.neural_collapse.minority import minority_angle

__all__ = ["Collapse", "CollapseBatches", "Limits", "diagnosis", "limits", "minority_angle", "nc_metrics"]
