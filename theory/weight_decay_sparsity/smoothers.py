"""The barrier of linear smoothers: the least risk of any matrix at a box whose place is not known."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Count, In, NonNegative, Real, checked, refusal

__all__ = ["best_linear_risk_box"]


@checked
def best_linear_risk_box(n: Count, m: Annotated[int, In(0)], h: Real, sigma2: NonNegative) -> float:
    r"""Return the least risk a sample of a linear estimator of a box at a random place on a circle of n points.

    $$\frac1n\sum_k\frac{\sigma^2S_k}{S_k+\sigma^2},\qquad
    S_k = \frac{h^2\sin^2(\pi km/n)}{n\sin^2(\pi k/n)},\quad S_0 = \frac{h^2m^2}n$$

    m neighbouring points have the value h, the others 0, all shifts are as likely, the noise is independent of variance
    sigma2. Any matrix has at least this risk on average over the shifts, hence at its worst shift; the filter
    $S/(S+\sigma^2)$ has it at every shift. About $|h|\sigma/(2\sqrt n)$ for m = n/2.

    n >= 1, m from 0 to n: integers; h real; sigma2 >= 0. Returns a number. Raises ValueError outside these domains.

    Source: derived here; rates over all functions of bounded variation: Donoho, Johnstone 1998; Sadhanala, Wang,
    Tibshirani 2016, arXiv:1605.08400 (recalled).

    >>> round(best_linear_risk_box(128, 64, 1.0, 0.25), 6)
    0.023698
    """
    if m > n:
        raise refusal("m", m, f"an integer from 0 to n = {n}")
    k = np.arange(1, n)
    # k m modulo n before the sine: k m / n is a large number.
    ratio = np.sin(np.pi * ((k * m) % n) / n) / np.sin(np.pi * k / n)
    power = h * h / n * np.concatenate([[float(m)], ratio]) ** 2
    whole = power + sigma2
    return float(np.sum(sigma2 * power / np.where(whole > 0, whole, 1.0))) / n
