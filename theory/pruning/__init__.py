"""Pruning: the joint price of a mask, its law over Gaussian designs, when an update hurts, risk against density.

Conventions: indices count from 0; L = (1/2n)|y - Xw|^2 and H = X'X/n; keep is a density, k counts weights removed.
"""

from theory.pruning.laws import (
    magnitude_energy_fraction,
    removal_loss_cdf,
    removal_loss_law,
    removal_loss_mean,
    removal_loss_var,
)
from theory.pruning.magnitude import magnitude_risk, magnitude_threshold
from theory.pruning.removal import RemovalSteps, mask_only_loss, obs_joint_loss, obs_joint_update, obs_sequence
from theory.pruning.search import PairExample, Removal, greedy_obs, joint_optimum, pair_example, swap_search
from theory.pruning.tradeoff import (
    Harm,
    PrunedRisks,
    pruned_risks,
    pruned_test_risk_mask,
    pruned_test_risk_update,
    pruned_train_increase,
    update_harm,
    update_threshold,
)

__all__ = [
    "Harm", "PairExample", "PrunedRisks", "Removal", "RemovalSteps", "greedy_obs", "joint_optimum",
    "magnitude_energy_fraction", "magnitude_risk", "magnitude_threshold", "mask_only_loss", "obs_joint_loss",
    "obs_joint_update", "obs_sequence", "pair_example", "pruned_risks", "pruned_test_risk_mask",
    "pruned_test_risk_update", "pruned_train_increase", "removal_loss_cdf", "removal_loss_law", "removal_loss_mean",
    "removal_loss_var", "swap_search", "update_harm", "update_threshold",
]  # fmt: skip
