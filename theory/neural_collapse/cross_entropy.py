"""The balanced unconstrained features model with cross-entropy: simplex frames with a closed logit gap."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Counts, Floats, In, Integers, Positives, checked


class CrossEntropyOptimum(NamedTuple):
    """Logit gap, loss, squared norms of a classifier row and a feature, probability of the true class."""

    tau: Floats
    loss: Floats
    w_sqnorm: Floats
    h_sqnorm: Floats
    p_true: Floats


@checked(broadcast=True)
def ufm_ce_optimum(
    K: Annotated[Integers, In(2)],
    n: Counts,
    lambda_W: Positives,
    lambda_H: Positives,
    nonnegative_features: bool = False,
) -> CrossEntropyOptimum:
    r"""Global optimum of the balanced unconstrained features model with cross-entropy.

    $$\min\ \tfrac1N\sum_i \mathrm{CE}(Wh_i,y_i)+\tfrac{\lambda_W}{2}\|W\|_F^2+\tfrac{\lambda_H}{2}\|H\|_F^2,\qquad
    \tau=\log(1/a-K+1),\quad a=\sqrt{n\lambda_W\lambda_H},\quad Ka<1;$$
    $WH=\tau(I-11^\top/K)\otimes 1_n^\top$, a simplex, $p_{true}=1-(K-1)a$, loss $=-\log p_{true}+a(K-1)\tau$;
    everything collapses to 0 when $Ka\ge1$. A bias with any positive penalty is 0 at the optimum. With nonnegative
    (ReLU) features the class means are orthogonal and the same holds with $a\sqrt{K/(K-1)}$ in place of $a$.

    Parameters (they broadcast): K >= 2 classes of n >= 1 samples; lambda_W, lambda_H > 0; nonnegative_features: bool.
    Needs d >= K-1 features (K if nonnegative).

    Returns fields tau, the logit gap between true and other classes; loss; w_sqnorm and h_sqnorm, squared norms of
    each classifier row and feature; p_true, the predicted probability of the true class (1/K when collapsed).

    Raises ValueError outside these domains.

    Source: Zhu et al. 2021 (arXiv:2105.02375), structure recalled; closed forms derived here.

    >>> optimum = ufm_ce_optimum(4, 5, 5e-3, 2e-3)
    >>> round(float(optimum.tau), 6), round(float(optimum.loss), 10)
    (4.930302, 0.1260289434)
    """
    # The nuclear norm of tau (I - 11'/K) is (K-1) tau; the best factors with nonnegative H cost sqrt(K (K-1)) tau.
    excess = np.sqrt(K / (K - 1)) if nonnegative_features else np.ones(K.shape)
    a = np.sqrt(n) * np.sqrt(lambda_W) * np.sqrt(lambda_H) * excess
    alive = K * a < 1
    safe = np.where(alive, a, 1 / K)
    tau = np.where(alive, np.log1p(1 / safe - K), 0.0)
    ratio = np.sqrt(n) * np.sqrt(lambda_H / lambda_W)
    size = tau * (K - 1) / K * excess
    loss = -np.log1p(-(K - 1) * safe) + safe * (K - 1) * tau
    parts = (tau, loss, ratio * size, size / ratio, 1 - (K - 1) * safe)
    return CrossEntropyOptimum(*(np.asarray(part)[()] for part in parts))
