"""Small random initialisation as spectral learning: power method first, then one component after another.

Conventions: U is d x r, the loss |M - U U^T|^2/4 with M symmetric, so that dU/dt = (M - U U^T) U under gradient flow;
eta is the step of gradient descent, alpha the scale of the start U_0 = alpha G, r the width.
"""

from theory.spectral_initialization.alignment import alignment_law, alignment_tan2
from theory.spectral_initialization.jacobian import linearized_residual, linearized_shares
from theory.spectral_initialization.modes import delay_law, mode_delay, mode_strength, mode_time, null_mode
from theory.spectral_initialization.power_phase import power_phase_coefficient
from theory.spectral_initialization.residual import off_signal_residual
from theory.spectral_initialization.riccati import riccati_gram

__all__ = [
    "alignment_law",
    "alignment_tan2",
    "delay_law",
    "linearized_residual",
    "linearized_shares",
    "mode_delay",
    "mode_strength",
    "mode_time",
    "null_mode",
    "off_signal_residual",
    "power_phase_coefficient",
    "riccati_gram",
]
