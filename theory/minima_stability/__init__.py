r"""Which minima gradient descent can stay at: step sizes, curvature of the loss, curvature of the function.

Conventions: loss $\frac1{2n}\sum_j(f(x_j)-y_j)^2$, a step is $\theta \leftarrow \theta - \eta\nabla$; rows of G are the
gradients $g_j = \nabla_\theta f(x_j)$ at a minimum that interpolates, $H = G^\top G/n$. Networks are
$f(x) = \sum_i w_{2,i}\,\mathrm{relu}(w_{1,i}x + b_{1,i}) + b_2$ on the real line. Where the squared error stands
without the half (`square_loss_dynamics`), steps are half of these.
"""

from theory.minima_stability.curvature import (
    KinkWeight,
    curvature_budget,
    flattest_trace,
    g_weight,
    uniform_weight,
    weighted_curvature,
)
from theory.minima_stability.mean_square import (
    gd_growth,
    mean_square_distance,
    second_moment_operator,
    sgd_threshold,
)

__all__ = [
    "KinkWeight",
    "curvature_budget",
    "flattest_trace",
    "g_weight",
    "gd_growth",
    "mean_square_distance",
    "second_moment_operator",
    "sgd_threshold",
    "uniform_weight",
    "weighted_curvature",
]
