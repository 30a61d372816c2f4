"""The unconstrained features model with squared loss and a bias: between simplex and orthogonal frame."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Counts, Floats, In, Integers, NonNegatives, Positive, Positives, checked
from theory.neural_collapse.checks import ClassSizes, geometric_mean


class BiasOptimum(NamedTuple):
    """Singular values z (K - 1 times) and z0 of WH, bias, critical penalty, loss, cosine of the uncentred means."""

    z: Floats
    z0: Floats
    bias: Floats
    lambda_b_crit: Floats
    loss: Floats
    cos_uncentred: Floats


class FreeBiasOptimum(NamedTuple):
    """The minimum and the singular values z (K-1,) of WH, descending."""

    loss: float
    z: Floats


@checked(broadcast=True)
def ufm_mse_bias(
    K: Annotated[Integers, In(2)], n: Counts, lambda_W: Positives, lambda_H: Positives, lambda_b: NonNegatives
) -> BiasOptimum:
    r"""Global optimum of the balanced unconstrained features model with squared loss and a penalised bias.

    $$z=\max(0,\sqrt n-Nc),\qquad z_0=\max\bigl(0,\sqrt n-Nc(1+1/\lambda_b)\bigr),\qquad
    \lambda_b^*=\frac{Nc}{\sqrt n-Nc}$$
    are the K-1 equal singular values of WH and the one along the all-ones direction; the bias is
    $b=\beta 1$, $\beta=(\sqrt n-z_0)/((1+\lambda_b)\sqrt{KN})$. Up to $\lambda_b^*$ the means are an exact simplex;
    above, the cosine $(z_0-z)/(z_0+(K-1)z)$ of the uncentred means rises continuously to 0, an orthogonal frame.

    Parameters (they broadcast): K >= 2 classes of n >= 1 samples each; lambda_W, lambda_H > 0; lambda_b >= 0 (0: a free
    bias, z0 = 0). N = K n, c = sqrt(lambda_W lambda_H).

    Returns fields z, z0, bias (beta), lambda_b_crit (inf if N c >= sqrt(n), where everything collapses), loss,
    cos_uncentred (nan where all means are 0).

    Raises ValueError outside these domains.

    Source: derived here; the two ends: Zhou et al. 2022 (arXiv:2203.01238), recalled.

    >>> optimum = ufm_mse_bias(4, 5, 5e-3, 2e-3, 10 * 0.0291076)
    >>> [round(float(value), 6) for value in (optimum.lambda_b_crit, optimum.z0, optimum.bias)]
    [0.029108, 1.955541, 0.024293]
    """
    total, y, c = K * n, np.sqrt(n), np.sqrt(lambda_W) * np.sqrt(lambda_H)
    cost = total * c
    z = np.maximum(0.0, y - cost)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        z0 = np.maximum(0.0, y - cost * (1 + 1 / lambda_b))
        critical = np.where(z > 0, cost / (y - cost), np.inf)
        cosine = (z0 - z) / (z0 + (K - 1) * z)  # 0/0 where z = z0 = 0
    t = (y - z0) / (1 + lambda_b)
    bulk = np.where(z > 0, c * y - cost * c / 2, n / (2 * total))
    ones = ((z0 + t - y) ** 2 + lambda_b * t**2) / (2 * total) + c * z0
    parts = (z, z0, t / np.sqrt(K * total), critical, (K - 1) * bulk + ones, cosine)
    return BiasOptimum(*(part[()] for part in parts))


@checked
def ufm_mse_free_bias(n_per_class: ClassSizes, lambda_W: Positive, lambda_H: Positive) -> FreeBiasOptimum:
    r"""Global optimum of the unconstrained features model with squared loss and a free bias, any class sizes.

    $$z_j=\max(0,\sigma_j-Nc),\qquad \sigma_j^2\ \text{the }K-1\text{ nonzero eigenvalues of }
    \operatorname{diag}(n)-nn^\top/N;$$
    each mode adds $c\sigma_j-Nc^2/2$ to the loss, or $\sigma_j^2/2N$ where it collapsed.

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2; lambda_W, lambda_H > 0. At least K-1 features.

    Returns fields loss; z (K-1,), the singular values of WH, descending.

    Raises ValueError outside these domains.

    Source: derived here (the free bias centres Y; then singular value thresholding).

    >>> optimum = ufm_mse_free_bias([12, 6, 3, 1], 5e-3, 2e-3)
    >>> round(optimum.loss, 10), optimum.z.round(5).tolist()
    (0.0184797713, [2.81698, 1.87639, 1.04609])
    """
    c = geometric_mean(lambda_W, lambda_H)
    total = float(n_per_class.sum())
    y = np.sqrt(n_per_class)
    # The centred indicators: diag(y) (I - u u') with the unit vector u = y / sqrt(N).
    sigma = np.linalg.svd(np.diag(y) - np.outer(n_per_class, y) / total, compute_uv=False)[:-1]
    z = np.maximum(0.0, sigma - total * c)
    loss = np.where(z > 0, c * sigma - total * c**2 / 2, sigma**2 / (2 * total)).sum()
    return FreeBiasOptimum(float(loss), z)
