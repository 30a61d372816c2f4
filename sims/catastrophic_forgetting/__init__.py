"""Catastrophic forgetting, done: tasks fitted in turn, searches for the worst ones, and measures of forgetting."""

from sims.catastrophic_forgetting.adversary import (
    WorstForgetting,
    WorstLoss,
    worst_cyclic_forgetting,
    worst_random_order_loss,
)
from sims.catastrophic_forgetting.cyclic import fan_forgetting, gaussian_cyclic_forgetting, zigzag_forgetting
from sims.catastrophic_forgetting.distributions import HaarTasks, haar_tasks_forgetting
from sims.catastrophic_forgetting.measures import (
    Forgetting,
    Prediction,
    forgetting_matrix,
    predict_forgetting,
    principal_angles,
)
from sims.catastrophic_forgetting.orderings import RandomOrder, random_order_loss
from sims.catastrophic_forgetting.replay import Replay, replay, replay_population_error, replay_train_loss
from sims.catastrophic_forgetting.rotations import goldfarb_forgetting, permuted_forgetting, shared_teacher_forgetting
from sims.catastrophic_forgetting.sequences import (
    forgetting,
    gaussian_sequence_errors,
    overall_error,
    ridge_sequence_errors,
)
from sims.catastrophic_forgetting.spiral import (
    CyclicProducts,
    Product,
    cyclic_products,
    projection_products,
    spiral_radius,
)
from sims.catastrophic_forgetting.two_tasks import offline_distance, two_task_forgetting
from sims.catastrophic_forgetting.worst_cases import (
    TwoLines,
    cyclic_rotating_forgetting,
    cyclic_sine_forgetting,
    there_and_back_forgetting,
    two_line_random,
)

__all__ = [
    "CyclicProducts",
    "Forgetting",
    "HaarTasks",
    "Prediction",
    "Product",
    "RandomOrder",
    "Replay",
    "TwoLines",
    "WorstForgetting",
    "WorstLoss",
    "cyclic_products",
    "cyclic_rotating_forgetting",
    "cyclic_sine_forgetting",
    "fan_forgetting",
    "forgetting",
    "forgetting_matrix",
    "gaussian_cyclic_forgetting",
    "gaussian_sequence_errors",
    "goldfarb_forgetting",
    "haar_tasks_forgetting",
    "offline_distance",
    "overall_error",
    "permuted_forgetting",
    "predict_forgetting",
    "principal_angles",
    "projection_products",
    "random_order_loss",
    "replay",
    "replay_population_error",
    "replay_train_loss",
    "ridge_sequence_errors",
    "shared_teacher_forgetting",
    "spiral_radius",
    "there_and_back_forgetting",
    "two_line_random",
    "two_task_forgetting",
    "worst_cyclic_forgetting",
    "worst_random_order_loss",
    "zigzag_forgetting",
]  # fmt: skip
