"""Pruning, done: weights removed and the others refitted, on drawn designs and real data; every set tried."""

from sims.pruning.laws import RemovalLoss, magnitude_energy_fraction, removal_loss
from sims.pruning.magnitude import density_differences, magnitude_risk
from sims.pruning.problems import Quadratic, chosen, designs, regression, ridge, smallest, toeplitz
from sims.pruning.removal import (
    Refit,
    RemovalSteps,
    mask_only_loss,
    obs_joint_loss,
    obs_joint_update,
    obs_sequence,
    refit,
)
from sims.pruning.search import Removal, Rules, greedy_obs, joint_optimum, rules, swap_search
from sims.pruning.tradeoff import (
    Harm,
    PrunedRisks,
    RealRisks,
    Whitened,
    pruned_risks,
    real_risks,
    update_harm,
    whitened,
)

__all__ = [
    "Harm", "PrunedRisks", "Quadratic", "RealRisks", "Refit", "Removal", "RemovalLoss", "RemovalSteps", "Rules",
    "Whitened", "chosen", "density_differences", "designs", "greedy_obs", "joint_optimum",
    "magnitude_energy_fraction", "magnitude_risk", "mask_only_loss", "obs_joint_loss", "obs_joint_update",
    "obs_sequence", "pruned_risks", "real_risks", "refit", "regression", "removal_loss", "ridge", "rules", "smallest",
    "swap_search", "toeplitz", "update_harm", "whitened",
]  # fmt: skip
