"""Learning near a d-dimensional manifold in R^D: nearest neighbours, series and kernels feel d and not D.

Conventions: the sphere S^d is the unit sphere of R^(d+1), its distances are geodesic; the flat torus is [0, 1)^d, of
volume 1; n points and the query are uniform and independent; an isometric embedding in R^D changes nothing.
"""

from theory.manifold_learning.distances import nn_distance_asymptotic, nn_distance_sphere, nn_distance_torus
from theory.manifold_learning.interpolation import pl_h1_error, pl_l2_error
from theory.manifold_learning.kernel_ridge import (
    grid_kernel_ridge_risk,
    kernel_ridge_exponent,
    smoothness_spectrum,
    torus_kernel_eigenvalues,
)
from theory.manifold_learning.laws import SphereDistance, log_ratio_law, nn_distance_law, nn_distance_limit_law
from theory.manifold_learning.neighbours import (
    one_nn_error,
    one_nn_error_sphere,
    one_nn_error_torus,
    one_nn_mse,
    one_nn_mse_circle,
    one_nn_mse_torus,
)
from theory.manifold_learning.noisy import nn_distance_noisy
from theory.manifold_learning.series import (
    BestBand,
    PowerLaw,
    best_projection,
    optimal_projection_rate,
    power_law,
    projection_risk,
)

__all__ = [
    "BestBand", "PowerLaw", "SphereDistance", "best_projection", "grid_kernel_ridge_risk", "kernel_ridge_exponent",
    "log_ratio_law", "nn_distance_asymptotic", "nn_distance_law", "nn_distance_limit_law",
    "nn_distance_noisy", "nn_distance_sphere",
    "nn_distance_torus", "one_nn_error", "one_nn_error_sphere", "one_nn_error_torus", "one_nn_mse",
    "one_nn_mse_circle", "one_nn_mse_torus", "optimal_projection_rate", "pl_h1_error", "pl_l2_error", "power_law",
    "projection_risk", "smoothness_spectrum", "torus_kernel_eigenvalues",
]  # fmt: skip
