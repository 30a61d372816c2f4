"""Data in a union of subspaces, attacked: nearest attacks by search, least squares with noise, convex recovery."""

from sims.subspace_robustness.certificate import ConvexRecovery, certificate_probability, convex_recovery
from sims.subspace_robustness.cone import NearestAttack, certified_radius, in_certified_cone, radius_bounds, upset
from sims.subspace_robustness.digits import DigitsProblem, accuracy_under_attack, digits_problem
from sims.subspace_robustness.noise import expected_amplification, recovery_noise
from sims.subspace_robustness.problems import Pair, pair, point, subspaces, tilted

__all__ = [
    "ConvexRecovery",
    "DigitsProblem",
    "NearestAttack",
    "Pair",
    "accuracy_under_attack",
    "certificate_probability",
    "certified_radius",
    "convex_recovery",
    "digits_problem",
    "expected_amplification",
    "in_certified_cone",
    "pair",
    "point",
    "radius_bounds",
    "recovery_noise",
    "subspaces",
    "tilted",
    "upset",
]
