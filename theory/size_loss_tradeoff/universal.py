"""The trade-off that no features and no algorithm escape, solved for each of its numbers."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Floats, NonNegatives, checked, default

__all__ = ["excess_lower_bound", "min_params", "noise_ceiling"]


def _below(train_loss: Floats, sigma2: Floats) -> Floats:
    """(sigma - tau)_+, without cancellation."""
    total = np.sqrt(sigma2) + np.sqrt(train_loss)
    return np.asarray(np.maximum(sigma2 - train_loss, 0.0) / np.where(total > 0, total, 1.0))


@checked(broadcast=True)
def excess_lower_bound(n: Counts, p: Counts, train_loss: NonNegatives, sigma2: NonNegatives = default(1.0)) -> Floats:
    r"""Return the smallest expected excess risk of any linear predictor trained to `train_loss`.

    $$E[\text{excess}] \ge \frac{n}{p}(\sigma-\tau)_+^2$$

    with tau^2 = train_loss, for any law of the p features with a finite second moment, n independent samples, noise of
    variance sigma2 (or more) and any estimator, random or knowing the truth; the excess is over the best linear
    predictor, and over a nonlinear truth at least as large. Both losses are mean squares. Proof: for $\nu \ge 0$,
    excess $+ \nu\tau^2$ is at least $(\nu\sigma^2/n)\operatorname{tr}(I+\nu ZZ'/n)^{-1}$ given the whitened rows Z;
    Jensen, $E ZZ' = pI$, and the best $\nu$. Given the design the same holds with $\operatorname{tr} ZZ'/n$ in place of
    p.

    n, p: integers >= 1; train_loss, sigma2 >= 0; they broadcast. Returns an array of their shape, 0 where train_loss >=
    sigma2. Raises ValueError outside these domains.

    Source: Ghosh, Belkin 2023, arXiv:2207.11621 (abstract seen); constant derived here.

    >>> round(float(excess_lower_bound(100, 1600, 0.25)), 6)
    0.015625
    """
    return np.asarray(n / p * _below(train_loss, sigma2) ** 2)[()]


@checked(broadcast=True)
def min_params(
    n: Counts, train_loss: NonNegatives, excess: NonNegatives, sigma2: NonNegatives = default(1.0)
) -> Floats:
    r"""Return the number of parameters below which no linear predictor reaches these losses, a real number.

    $$p \ge n\,\frac{(\sigma-\tau)_+^2}{\text{excess}}$$

    n: integer >= 1; train_loss (tau^2), excess, sigma2 >= 0; they broadcast. Returns an array of their shape: 0 where
    train_loss >= sigma2, inf where the excess is 0 below that. Raises ValueError outside these domains.

    Source: `excess_lower_bound`, solved for p.

    >>> float(min_params(100, 0.25, 0.015625))
    1600.0
    """
    gap = _below(train_loss, sigma2) ** 2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.where(gap == 0, 0.0, n * gap / excess))[()]


@checked(broadcast=True)
def noise_ceiling(n: Counts, p: Counts, train_loss: NonNegatives, test_loss: NonNegatives) -> Floats:
    r"""Return the largest noise variance that expected losses of a linear predictor leave room for.

    $$\sigma = \frac{h\tau + \sqrt{(1+h)\,T - h\tau^2}}{1+h}, \qquad h = n/p$$
    where T = test_loss > tau^2 = train_loss, else sigma^2 = T: the test loss is at least
    $\sigma^2 + h(\sigma-\tau)_+^2$.

    n, p: integers >= 1; train_loss, test_loss >= 0; they broadcast. Returns an array of their shape. The noise variance
    of an interpolating predictor is at most T p/(n + p). Raises ValueError outside these domains.

    Source: `excess_lower_bound`, solved for sigma2; derived here.

    >>> round(float(noise_ceiling(100, 300, 0.0, 1.0)), 6)
    0.75
    """
    h = n / p
    # h (T - tau^2) + T: a sum of two terms >= 0 where T > tau^2.
    inside = h * np.maximum(test_loss - train_loss, 0.0) + test_loss
    sigma = (h * np.sqrt(train_loss) + np.sqrt(inside)) / (1 + h)
    return np.asarray(np.where(test_loss > train_loss, sigma * sigma, test_loss))[()]
