"""Learning near a manifold, done: neighbours of drawn points, estimated series, kernels of embedded tori, digits."""

from sims.manifold_learning.classifiers import (
    SmoothTasks,
    one_nn_error_sphere,
    one_nn_error_torus,
    one_nn_mse_circle,
    one_nn_mse_torus,
    smooth_tasks,
)
from sims.manifold_learning.digits import DigitsNeighbours, digits_neighbours
from sims.manifold_learning.embedded_torus import torus_modes
from sims.manifold_learning.interpolation import Interpolated, relu_interpolation, relu_zigzag
from sims.manifold_learning.neighbours import (
    log_ratios,
    nn_distance_noisy,
    nn_distance_sphere,
    nn_distance_surface,
    nn_distance_torus,
)
from sims.manifold_learning.ridge import noisy_ridge_risk, torus_ridge_risk
from sims.manifold_learning.series import bernoulli_risk, series_risk
from sims.manifold_learning.spectra import BestRidge, best_ridge_risk, spectral_decay

__all__ = [
    "BestRidge", "DigitsNeighbours", "Interpolated", "SmoothTasks", "bernoulli_risk", "best_ridge_risk",
    "digits_neighbours", "log_ratios", "nn_distance_noisy", "nn_distance_sphere", "nn_distance_surface",
    "nn_distance_torus", "noisy_ridge_risk", "one_nn_error_sphere", "one_nn_error_torus", "one_nn_mse_circle",
    "one_nn_mse_torus", "relu_interpolation", "relu_zigzag", "series_risk", "smooth_tasks", "spectral_decay",
    "torus_modes", "torus_ridge_risk",
]  # fmt: skip
