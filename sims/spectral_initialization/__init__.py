"""Small random initialisation, done: descents on factored matrices, linear networks and wide networks.

U is d x r, samples are rows; `steps` is the number of steps of a descent, eta their length.
"""

from sims.spectral_initialization.alignment import Alignment, AlignmentPath, alignment_path, alignment_tan2
from sims.spectral_initialization.delay import two_mode_delay
from sims.spectral_initialization.digits import TOP, digits_residual, digits_start
from sims.spectral_initialization.jacobian import (
    linear_descent,
    linear_model,
    linearized_residual,
    residual_along_jacobian,
    residual_path,
    samples,
)
from sims.spectral_initialization.modes import Strengths, Times, mode_strength, mode_time, null_mode
from sims.spectral_initialization.power_phase import power_phase_coefficient, power_phase_deviation
from sims.spectral_initialization.residual import Residual, off_signal_residual, random_signal, random_signals
from sims.spectral_initialization.riccati import (
    DescentGram,
    FlowGram,
    Start,
    descent_gram,
    flow_gram,
    random_start,
    random_starts,
    riccati_gram,
)
from sims.spectral_initialization.sensing import sensing

__all__ = [
    "TOP",
    "Alignment",
    "AlignmentPath",
    "DescentGram",
    "FlowGram",
    "Residual",
    "Start",
    "Strengths",
    "Times",
    "alignment_path",
    "alignment_tan2",
    "descent_gram",
    "digits_residual",
    "digits_start",
    "flow_gram",
    "linear_descent",
    "linear_model",
    "linearized_residual",
    "mode_strength",
    "mode_time",
    "null_mode",
    "off_signal_residual",
    "power_phase_coefficient",
    "power_phase_deviation",
    "random_signal",
    "random_signals",
    "random_start",
    "random_starts",
    "residual_along_jacobian",
    "residual_path",
    "riccati_gram",
    "samples",
    "sensing",
    "two_mode_delay",
]
