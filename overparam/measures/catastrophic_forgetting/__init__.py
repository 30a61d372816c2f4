"""Catastrophic forgetting of one's own tasks: angles between them, the loss on the first, accuracy tables."""

from overparam.measures.catastrophic_forgetting.tables import ForgettingOfRuns, forgetting_matrix
from overparam.measures.catastrophic_forgetting.tasks import Forgetting, predict_forgetting, principal_angles

__all__ = ["Forgetting", "ForgettingOfRuns", "forgetting_matrix", "predict_forgetting", "principal_angles"]
