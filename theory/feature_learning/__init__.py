r"""One gradient step, online descent and fixed features on targets that depend on few directions of Gaussian data.

Conventions: x ~ N(0, I_d), samples as rows of X; $h_k$ are the orthonormal Hermite polynomials, $h_{k+1} = (z h_k -
\sqrt k\,h_{k-1})/\sqrt{k+1}$; neurons w and directions u of targets have norm 1; the output is zero at the start, so
that the first gradient of a neuron is, up to its sign and output weight, the mean of y s'(w.x) x. sigma2 is the
variance of the label noise.
"""

from theory.feature_learning.energy import (
    GradientEnergy,
    gradient_energy,
    mean_gradient_energy,
    mean_gradient_gram,
    relevant_fraction,
)
from theory.feature_learning.fixed import fixed_feature_risk, rank_one_lower_bound, transfer_in_sample_risk
from theory.feature_learning.population import (
    IndexGradient,
    population_gradient_quadratic,
    relu_hermite,
    single_index_gradient,
)
from theory.feature_learning.sgd import max_step, sgd_drift, sgd_noise, sgd_overlap, sgd_time
from theory.feature_learning.spike import LabelMoments, label_moments, one_step_alignment

__all__ = [
    "GradientEnergy",
    "IndexGradient",
    "LabelMoments",
    "fixed_feature_risk",
    "gradient_energy",
    "label_moments",
    "max_step",
    "mean_gradient_energy",
    "mean_gradient_gram",
    "one_step_alignment",
    "population_gradient_quadratic",
    "rank_one_lower_bound",
    "relevant_fraction",
    "relu_hermite",
    "sgd_drift",
    "sgd_noise",
    "sgd_overlap",
    "sgd_time",
    "single_index_gradient",
    "transfer_in_sample_risk",
]
