"""First gradients of networks on Gaussian data, online descent of one neuron, regression on fixed features."""

from sims.feature_learning.energy import (
    GradientEnergy,
    SampleProblem,
    gradient_energy,
    gradient_forms,
    mean_gradient_energy,
    planted,
    sample_problem,
)
from sims.feature_learning.fixed import fixed_feature_risk, kernel_risk, rank_one_lower_bound, transfer_in_sample_risk
from sims.feature_learning.network import OneStep, one_step_features
from sims.feature_learning.population import IndexGradient, index_gradient, population_gradient_quadratic
from sims.feature_learning.sgd import escape_steps, literal_overlap, sgd_drift, sgd_overlap
from sims.feature_learning.spike import LabelEnergy, Spike, label_energy, one_step_spike

__all__ = [
    "GradientEnergy",
    "IndexGradient",
    "LabelEnergy",
    "OneStep",
    "SampleProblem",
    "Spike",
    "escape_steps",
    "fixed_feature_risk",
    "gradient_energy",
    "gradient_forms",
    "index_gradient",
    "kernel_risk",
    "label_energy",
    "literal_overlap",
    "mean_gradient_energy",
    "one_step_features",
    "one_step_spike",
    "planted",
    "population_gradient_quadratic",
    "rank_one_lower_bound",
    "sample_problem",
    "sgd_drift",
    "sgd_overlap",
    "transfer_in_sample_risk",
]
