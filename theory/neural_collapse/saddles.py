"""The critical points of the unconstrained features model with squared loss, and how much they curve downwards."""

from __future__ import annotations

import numpy as np

from theory.domain import integers
from theory.neural_collapse.checks import class_sizes, penalty


def _off_classes(off: object, K: int) -> set[int]:
    try:
        empty = np.asarray(off).size == 0 and not isinstance(off, str)
    except (TypeError, ValueError):
        empty = False
    if empty:
        return set()
    chosen = integers("off", off, 0, ndim=1).tolist()
    if max(chosen) >= K:
        raise ValueError(f"off = {off!r}: must be classes from 0 to {K - 1}, as n_per_class has {K}")
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"off = {off!r}: must be distinct classes")
    return set(chosen)


def saddle_curvature(n_per_class: object, lambda_W: object, lambda_H: object, off: object) -> float:
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
    sizes = class_sizes(n_per_class)
    weight, feature = penalty("lambda_W", lambda_W), penalty("lambda_H", lambda_H)
    chosen = _off_classes(off, sizes.size)
    strength = sizes / float(sizes.sum()) ** 2
    dead = [k for k in range(sizes.size) if k in chosen or strength[k] <= weight * feature]
    if not dead:
        return 0.0
    largest = float(strength[dead].max())
    # F = (lambda_W lambda_H - m) / (mean + root), free of cancellation.
    mean, root = (weight + feature) / 2, np.hypot((weight - feature) / 2, np.sqrt(largest))
    curvature = float((weight * feature - largest) / (mean + root))
    return curvature if len(dead) == sizes.size else min(0.0, curvature)
