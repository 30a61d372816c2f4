"""The unconstrained features model with squared loss, without bias: soft thresholding of the class indicators."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory.domain import Count, Floats, Positive, checked
from theory.neural_collapse.checks import ClassSizes, geometric_mean


class SquaredLossOptimum(NamedTuple):
    """The minimum, singular values of WH, squared norms of rows and features, and which classes collapsed: (K,)."""

    loss: float
    z: Floats
    w_sqnorm: Floats
    h_sqnorm: Floats
    collapsed: NDArray[np.bool_]


@checked
def ufm_mse_optimum(
    n_per_class: ClassSizes, lambda_W: Positive, lambda_H: Positive, d: Count | None = None
) -> SquaredLossOptimum:
    r"""Global optimum of the bias-free unconstrained features model with squared loss, any class sizes.

    $$\min_{W,H}\ \tfrac{1}{2N}\|WH-Y\|_F^2+\tfrac{\lambda_W}{2}\|W\|_F^2+\tfrac{\lambda_H}{2}\|H\|_F^2,\qquad
    z_k=\max(0,\sqrt{n_k}-Nc),\quad c=\sqrt{\lambda_W\lambda_H}.$$
    The optimum is $WH=\sum_k (z_k/\sqrt{n_k})\,e_k 1_{\text{class }k}^\top$: features equal to their class means,
    orthogonal classes, $\|w_k\|^2=\sqrt{\lambda_H/\lambda_W}\,z_k$, $\|h_k\|^2=\sqrt{\lambda_W/\lambda_H}\,z_k/n_k$.

    Parameters: n_per_class, sizes >= 1 of the K >= 2 classes, shape (K,); lambda_W, lambda_H > 0; d >= 1, the number of
    features (K if None). With d < K only the d largest classes keep their z_k (ties: the lowest index; any
    d-dimensional subspace of a tied block has the same value and spectrum).

    Returns fields loss, the minimum; z (K,), the singular values of WH; w_sqnorm (K,) and h_sqnorm (K,), the squared
    norms of classifier rows and of each feature; collapsed (K,) bool, z == 0.

    Raises ValueError outside these domains.

    Source: Zhou et al. 2022 (arXiv:2203.01238), Tirer and Bruna 2022 (arXiv:2202.08087); imbalanced: Dang et al. 2023
    (arXiv:2301.00437); recalled, the formulas derived here (singular value thresholding of Y at N c).

    >>> optimum = ufm_mse_optimum([12, 6, 3, 1], 5e-3, 2e-3)
    >>> round(optimum.loss, 9), optimum.z.round(6).tolist()
    (0.026899921, [3.394532, 2.37992, 1.662481, 0.93043])
    """
    sizes, width = n_per_class, n_per_class.size if d is None else d
    y, total, c = np.sqrt(sizes), float(sizes.sum()), geometric_mean(lambda_W, lambda_H)
    kept = np.zeros(sizes.size, dtype=bool)
    kept[np.argsort(-sizes, kind="stable")[:width]] = True
    z = np.where(kept, np.maximum(0.0, y - total * c), 0.0)
    # Each mode adds (z - y)^2 / 2N + c z.
    loss = np.where(z > 0, c * y - total * c**2 / 2, sizes / (2 * total)).sum()
    ratio = np.sqrt(lambda_H / lambda_W)
    return SquaredLossOptimum(float(loss), z, ratio * z, z / (ratio * sizes), z == 0)
