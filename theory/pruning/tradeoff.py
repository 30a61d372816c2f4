"""The update after pruning: it always lowers the training loss, and raises the test risk of large weights removed.

Isotropic Gaussian design, y = Xw + noise, ordinary least squares with n > p + 1, S chosen without looking at the data.
"""

from __future__ import annotations

from typing import NamedTuple

from theory.domain import Count, NonNegative, checked, refusal
from theory.least_squares import min_norm_risk

__all__ = [
    "Harm", "PrunedRisks", "pruned_risks", "pruned_test_risk_mask", "pruned_test_risk_update", "pruned_train_increase",
    "update_harm", "update_threshold",
]  # fmt: skip


class PrunedRisks(NamedTuple):
    """Increase of the training loss by the update's fit, and excess test risks of the update and of the mask alone."""

    train: float
    update: float
    mask: float


class Harm(NamedTuple):
    """What the update adds to the test risk of the mask alone, and what it saves of its training loss."""

    raised: float
    saved: float


def _check(n: int, p: int, k: int) -> None:
    if n <= p + 1:
        raise refusal("n", n, f"an integer > p + 1 = {p + 1}")
    if k >= p:
        raise refusal("k", k, f"an integer from 1 to p - 1 = {p - 1}")


@checked
def pruned_train_increase(n: Count, p: Count, k: Count, sigma2: NonNegative, ws_norm2: NonNegative) -> float:
    r"""Return the mean increase of the training loss with k weights removed and the others refitted.

    The loss is $\|y-Xv\|^2/(2n)$, its increase $[k\sigma^2 + (n-p+k)\|w_S\|^2]/(2n)$

    n > p + 1, 1 <= k < p: integers; sigma2 >= 0: variance of the noise; ws_norm2 = $\|w_S\|^2$ >= 0. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> round(pruned_train_increase(60, 40, 10, 0.5, 0.1), 6)
    0.066667
    """
    _check(n, p, k)
    return (k * sigma2 + (n - p + k) * ws_norm2) / (2 * n)


@checked
def pruned_test_risk_update(n: Count, p: Count, k: Count, sigma2: NonNegative, ws_norm2: NonNegative) -> float:
    r"""Return the mean excess test risk with k weights removed and the others refitted.

    $\|w_S\|^2 + (\|w_S\|^2+\sigma^2)(p-k)/(n-p+k-1)$: the removed features act as noise.

    n > p + 1, 1 <= k < p: integers; sigma2 >= 0: variance of the noise; ws_norm2 = $\|w_S\|^2$ >= 0. Raises ValueError
    outside these domains.

    Source: Breiman and Freedman 1983; Hastie, Montanari, Rosset, Tibshirani 2022, arXiv:1903.08560 (both recalled).

    >>> round(pruned_test_risk_update(60, 40, 10, 0.5, 0.1), 4)
    0.7207
    """
    _check(n, p, k)
    return float(ws_norm2 + min_norm_risk(n, p - k, 0.0, ws_norm2 + sigma2).variance)


@checked
def pruned_test_risk_mask(n: Count, p: Count, k: Count, sigma2: NonNegative, ws_norm2: NonNegative) -> float:
    r"""Return the mean excess test risk with k weights removed and the others left.

    $\|w_S\|^2 + \sigma^2(p-k)/(n-p-1)$

    n > p + 1, 1 <= k < p: integers; sigma2 >= 0: variance of the noise; ws_norm2 = $\|w_S\|^2$ >= 0. Raises ValueError
    outside these domains.

    Source: mean of the inverse Wishart law (classical); derived here.

    >>> round(pruned_test_risk_mask(60, 40, 10, 0.5, 0.1), 4)
    0.8895
    """
    _check(n, p, k)
    return ws_norm2 + sigma2 * (p - k) / (n - p - 1)


@checked
def pruned_risks(n: Count, p: Count, k: Count, sigma2: NonNegative, ws_norm2: NonNegative) -> PrunedRisks:
    """Return `pruned_train_increase`, `pruned_test_risk_update` and `pruned_test_risk_mask` together.

    n > p + 1, 1 <= k < p: integers; sigma2, ws_norm2 >= 0. Returns fields `train`, `update`, `mask`. Raises ValueError
    outside these domains.

    Source: the three functions.

    >>> risks = pruned_risks(60, 40, 10, 0.5, 1.0)
    >>> risks.update > risks.mask
    True
    """
    given = (n, p, k, sigma2, ws_norm2)
    return PrunedRisks(pruned_train_increase(*given), pruned_test_risk_update(*given), pruned_test_risk_mask(*given))


@checked
def update_threshold(n: Count, p: Count, k: Count, sigma2: NonNegative) -> float:
    r"""Return the size $\|w_S\|^2 = \sigma^2k/(n-p-1)$ above which the update raises the mean test risk.

    n > p + 1, 1 <= k < p: integers; sigma2 >= 0: variance of the noise. Raises ValueError outside these domains.

    Source: derived here from the two risks; it is the mean squared error of ordinary least squares on S.

    >>> round(update_threshold(60, 40, 10, 0.5), 4)
    0.2632
    """
    _check(n, p, k)
    return sigma2 * k / (n - p - 1)


@checked
def update_harm(n: Count, p: Count, k: Count, sigma2: NonNegative, ws_norm2: NonNegative) -> Harm:
    r"""Return what the update adds to the mean test risk, and what it saves of the mean training loss.

    With $\theta = \sigma^2k/(n-p-1)$: $\frac{p-k}{n-p+k-1}(\|w_S\|^2 - \theta)$ and $\frac{p-k}{2n}(\|w_S\|^2 +
    \theta)$.

    n > p + 1, 1 <= k < p: integers; sigma2 >= 0: variance of the noise; ws_norm2 = $\|w_S\|^2$ >= 0. Returns fields
    `raised` and `saved`. Raises ValueError outside these domains.

    Source: derived here. The mask alone adds $\tfrac12\|X_S\hat w_S\|^2/n$ to the training loss, and
    $\mathrm{E}\,\mathrm{tr}([(X^\top X)^{-1}]_{SS}X_S^\top X_S) = k + k(p-k)/(n-p-1)$: a ratio of independent Wishart
    matrices.

    >>> [round(part, 4) for part in update_harm(60, 40, 10, 0.5, 1.0)]
    [0.7623, 0.3158]
    """
    theta = update_threshold(n, p, k, sigma2)
    return Harm((p - k) / (n - p + k - 1) * (ws_norm2 - theta), (p - k) / (2 * n) * (ws_norm2 + theta))
