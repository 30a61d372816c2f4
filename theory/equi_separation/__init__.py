r"""Separation of classes layer by layer: what chance, linear layers and deep linear networks do to its fuzziness.

Conventions: features h of K classes of sizes n_k, N in all, in d dimensions; $S_W = \frac1N\sum_{k,i}(h_{ki} -
\bar h_k)(\cdot)^\top$, $S_B = \frac1N\sum_k n_k(\bar h_k-\bar h)(\cdot)^\top$; the fuzziness is $D = \mathrm{tr}(S_W
S_B^+)$.
"""

from theory.equi_separation.chance import null_fuzziness, random_linear_fuzziness_ratio
from theory.equi_separation.deep_linear import deep_linear_compression_ratio, deep_linear_frozen_count
from theory.equi_separation.floor import linear_fuzziness_floor

__all__ = [
    "deep_linear_compression_ratio",
    "deep_linear_frozen_count",
    "linear_fuzziness_floor",
    "null_fuzziness",
    "random_linear_fuzziness_ratio",
]
