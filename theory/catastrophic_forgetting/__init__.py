"""Catastrophic forgetting of over-parameterized linear models: what geometry alone predicts, before any training.

Each task is fitted to zero loss from the weights of the task before, which projects the error orthogonally.
"""

from theory.catastrophic_forgetting.cyclic import (
    cyclic_bound,
    fan_forgetting,
    fan_worst,
    zigzag_forgetting,
    zigzag_worst,
)
from theory.catastrophic_forgetting.gaussian_sequence import forgetting, gaussian_sequence_errors, overall_error
from theory.catastrophic_forgetting.orderings import RandomOrder, random_order_bound, random_order_loss
from theory.catastrophic_forgetting.replay import replay_population_error, replay_train_loss
from theory.catastrophic_forgetting.ridge_sequence import ridge_sequence_errors
from theory.catastrophic_forgetting.rotations import (
    goldfarb_asymptotic,
    goldfarb_forgetting,
    shared_teacher_asymptotic,
    shared_teacher_forgetting,
)
from theory.catastrophic_forgetting.spiral import spiral_radius
from theory.catastrophic_forgetting.two_tasks import (
    WorstAngle,
    offline_distance,
    two_task_forgetting,
    two_task_forgetting_max,
)

__all__ = [
    "RandomOrder", "WorstAngle", "cyclic_bound", "fan_forgetting", "fan_worst", "forgetting",
    "gaussian_sequence_errors", "goldfarb_asymptotic", "goldfarb_forgetting", "offline_distance", "overall_error",
    "random_order_bound", "random_order_loss", "replay_population_error", "replay_train_loss",
    "ridge_sequence_errors", "shared_teacher_asymptotic", "shared_teacher_forgetting", "spiral_radius",
    "two_task_forgetting", "two_task_forgetting_max", "zigzag_forgetting", "zigzag_worst",
]  # fmt: skip
