"""The critical points of the unconstrained features model with squared loss, and how much they curve downwards."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import Integers, Parsed, Positive, checked, integers, refusal
from theory.neural_collapse.checks import ClassSizes


def _classes(name: str, value: Any) -> Integers:
    """Classes, integers >= 0; there may be none of them."""
    try:
        empty = np.asarray(value).size == 0 and not isinstance(value, str)
    except (TypeError, ValueError):
        empty = False
    return np.zeros(0, dtype=np.int64) if empty else integers(name, value, 0, ndim=1)


def _check_classes(off: Integers, K: int) -> None:
    if (off >= K).any():
        raise refusal("off", off, f"classes from 0 to {K - 1}, as n_per_class has {K}")
    if np.unique(off).size < off.size:
        raise refusal("off", off, "distinct classes")


@checked
def saddle_curvature(
    n_per_class: ClassSizes,
    lambda_W: Positive,
    lambda_H: Positive,
    off: Annotated[Integers, Parsed(_classes, "a 1-dimensional array of integers >= 0")],
) -> float:
    r"""Smallest Hessian eigenvalue at the critical point where the classes `off` are switched off.

    With S = `off` and all classes with $n_k\le N^2\lambda_W\lambda_H$,
    $$F=\frac{\lambda_W+\lambda_H}{2}-\sqrt{\Bigl(\frac{\lambda_W-\lambda_H}{2}\Bigr)^2+\max_{k\in S}\frac{n_k}{N^2}};$$
    the value is F if every class is off, else min(0, F), and 0 if S is empty. It is negative exactly when some class in
    S could live ($n_k>N^2\lambda_W\lambda_H$): every critical point that is not a global minimum is a strict saddle.

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2; lambda_W, lambda_H > 0; off, distinct 0-based classes, may
    be empty. The number of features exceeds the number of classes that are on (d >= 2).

    Returns the eigenvalue.

    Raises ValueError outside these domains.

    Source: no spurious minima: Zhu et al. 2021 (arXiv:2105.02375), Zhou et al. 2022 (arXiv:2203.01238), recalled; the
    curvature derived here.

    >>> round(saddle_curvature([5, 4, 2], 0.02, 0.01, [1, 2]), 9)
    -0.166886919
    """
    K = n_per_class.size
    _check_classes(off, K)
    strength = n_per_class / float(n_per_class.sum()) ** 2
    dead = [k for k in range(K) if k in off or strength[k] <= lambda_W * lambda_H]
    if not dead:
        return 0.0
    largest = float(strength[dead].max())
    # F = (lambda_W lambda_H - m) / (mean + root), free of cancellation.
    mean, root = (lambda_W + lambda_H) / 2, np.hypot((lambda_W - lambda_H) / 2, np.sqrt(largest))
    curvature = float((lambda_W * lambda_H - largest) / (mean + root))
    return curvature if len(dead) == K else min(0.0, curvature)
