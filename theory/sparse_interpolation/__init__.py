"""Sparse interpolation: what fitting noise costs under priors of different strength, l_p norms and the lasso.

Conventions: rows x ~ N(0, I_d), y = Xw* + noise of variance sigma2; the risk is |w - w*|^2, the excess of the squared
error of predictions. n and d are real numbers, d/n up to 1e150 and more; a truth is given by its distinct values and
their counts. lam is the lasso's penalty of |y - Xw|^2/2 + lam |w|_1, no 1/n. All risks are limits for n and d large.
"""

from theory.sparse_interpolation.l1 import (
    LassoFit,
    LassoRisk,
    lasso_fit,
    lasso_risk,
    min_l1_noise_risk,
    min_l1_risk,
)
from theory.sparse_interpolation.lp import lp_noise_constant, min_lp_risk
from theory.sparse_interpolation.norms import min_lp_norm

__all__ = [
    "LassoFit", "LassoRisk", "lasso_fit", "lasso_risk", "lp_noise_constant", "min_l1_noise_risk", "min_l1_risk",
    "min_lp_norm", "min_lp_risk",
]  # fmt: skip
