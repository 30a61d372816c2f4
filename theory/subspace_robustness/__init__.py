"""Data in a union of subspaces: what no attack changes, what subtracting a known attack costs, when that is exact.

Conventions: class i lives in the span of the orthonormal columns of S_i (n, d_i), P_i = S_i S_i'; a point is given the
class whose subspace is nearest, argmin_i |(I - P_i) z|; classes are numbered from 0. Attacks live in subspaces A_j.
"""

from theory.subspace_robustness.certificate import certificate_holds, certificate_norm2, certificate_probability
from theory.subspace_robustness.cone import CertifiedRadius, certified_radius, in_certified_cone, radius_bounds
from theory.subspace_robustness.noise import expected_amplification, recovery_noise

__all__ = [
    "CertifiedRadius",
    "certificate_holds",
    "certificate_norm2",
    "certificate_probability",
    "certified_radius",
    "expected_amplification",
    "in_certified_cone",
    "radius_bounds",
    "recovery_noise",
]
