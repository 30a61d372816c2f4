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
from theory.catastrophic_forgetting.distributions import (
    HaarTasks,
    LeadingTerm,
    forgetting_leading_term,
    haar_tasks_forgetting,
)
from theory.catastrophic_forgetting.gaussian_sequence import forgetting, gaussian_sequence_errors, overall_error
from theory.catastrophic_forgetting.orderings import (
    RandomOrder,
    UniversalBound,
    random_order_bound,
    random_order_forgetting_bound,
    random_order_loss,
    random_order_universal_bound,
)
from theory.catastrophic_forgetting.replay import replay_population_error, replay_train_loss
from theory.catastrophic_forgetting.ridge_sequence import ridge_sequence_errors
from theory.catastrophic_forgetting.rotating import (
    RotatingLimit,
    cyclic_rotating_forgetting,
    cyclic_rotating_limit,
    cyclic_rotating_worst,
    rotating_constant,
)
from theory.catastrophic_forgetting.rotations import (
    TaskNorms,
    goldfarb_asymptotic,
    goldfarb_forgetting,
    shared_teacher_asymptotic,
    shared_teacher_forgetting,
    task_norms,
)
from theory.catastrophic_forgetting.spiral import cyclic_spiral_bound, spiral_power_sup, spiral_radius
from theory.catastrophic_forgetting.two_tasks import (
    WorstAngle,
    offline_distance,
    two_task_forgetting,
    two_task_forgetting_max,
)
from theory.catastrophic_forgetting.worst_lines import (
    TwoLines,
    cyclic_line_limit,
    cyclic_lower_bound,
    cyclic_sine_forgetting,
    cyclic_sine_worst,
    there_and_back_forgetting,
    there_and_back_worst,
    two_line_random,
)

__all__ = [
    "HaarTasks", "LeadingTerm", "RandomOrder", "RotatingLimit", "TaskNorms", "TwoLines", "UniversalBound", "WorstAngle",
    "cyclic_bound", "cyclic_line_limit", "cyclic_lower_bound", "cyclic_rotating_forgetting", "cyclic_rotating_limit",
    "cyclic_rotating_worst", "cyclic_sine_forgetting", "cyclic_sine_worst", "cyclic_spiral_bound", "fan_forgetting",
    "fan_worst", "forgetting", "forgetting_leading_term", "gaussian_sequence_errors", "goldfarb_asymptotic",
    "goldfarb_forgetting", "haar_tasks_forgetting", "offline_distance", "overall_error", "random_order_bound",
    "random_order_forgetting_bound", "random_order_loss", "random_order_universal_bound", "replay_population_error",
    "replay_train_loss", "ridge_sequence_errors", "rotating_constant", "shared_teacher_asymptotic",
    "shared_teacher_forgetting", "spiral_power_sup", "spiral_radius", "task_norms", "there_and_back_forgetting",
    "there_and_back_worst", "two_line_random", "two_task_forgetting", "two_task_forgetting_max", "zigzag_forgetting",
    "zigzag_worst",
]  # fmt: skip
