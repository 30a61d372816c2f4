"""The angle between the classifiers of small classes, from their sizes and the weight decay alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy

from overparam.measures.input import Floats
from overparam.measures.result import Result
from theory.domain import real
from theory.neural_collapse.checks import class_sizes

_SLUGS = ("minority-collapse-ufm", "seli", "seli-ridge-distance")
_TOLERANCE = 1e-3


def minority_angle(n_per_class: Any, lam: float) -> Result:
    r"""Return the angle in degrees between the classifiers of the two smallest classes at the optimum of free features.

    $$\min_{W,H}\ \frac1N\sum_i CE(Wh_i, y_i) + \frac\lambda2|W|_F^2 + \frac\lambda2\sum_i|h_i|^2$$
    with at least as many features as classes: convex in $WH\operatorname{diag}(\sqrt n)$, with the nuclear norm as
    penalty, and solved there by descent on factors; `detail` holds the certificate of its optimality.

    n_per_class: sizes of the classes, integers >= 1; lam: the penalty > 0, on weights and on each sample's features.
    Returns the angle, its null (the simplex of equal classes, arccos(-1/(K-1))) and limit 0: from
    $n \le (N\lambda)^2$ on, n the larger of the two sizes, the two classifiers coincide. detail: threshold, which is
    $(N\lambda)^2$; cosines (K, K), classes as given; certificate.

    Raises ValueError outside these domains, where the penalty leaves nothing ($N\lambda$ at least the root of the
    largest size), and where descent has not reached the optimum.

    Source: Fang, He, Long, Su 2021, arXiv:2101.12699; threshold: Hong, Ling 2023, arXiv:2309.09725, its form derived
    here as in `theory.neural_collapse.minority_collapse_ratio_ufm`.

    >>> round(minority_angle([5, 5, 5], 0.01).value, 3), round(minority_angle([100, 100, 2, 2], 0.01).value, 3)
    (120.0, 0.0)
    """
    sizes = class_sizes("n_per_class", n_per_class)
    penalty = real("lam", lam, 0.0, open_low=True)
    K, N = sizes.size, int(sizes.sum())
    threshold = (N * penalty) ** 2
    W, gap = _optimum(sizes.astype(np.float64), penalty)
    norms = np.sqrt(np.sum(W * W, axis=1))
    if norms.max() < 1e-4:
        raise ValueError(f"lam = {lam!r}: must be smaller, at this penalty all classifiers are 0")
    if not gap < _TOLERANCE:
        raise ValueError(f"lam = {lam!r}: descent stops {gap:.1g} from the optimum, too near a threshold or too small")
    order = np.argsort(sizes, kind="stable")
    one, two = order[:2]
    cosines = np.clip(W @ W.T / np.maximum(np.outer(norms, norms), 1e-300), -1.0, 1.0)
    merged = bool(sizes[two] <= threshold)
    # At a merger the cosine is one to the solver's accuracy; the angle, its root, would show the solver instead.
    value = 0.0 if merged else math.degrees(math.acos(cosines[one, two]))
    simplex = math.degrees(math.acos(-1 / (K - 1)))
    sentence = f"The classifiers of the two smallest classes ({sizes[one]} and {sizes[two]} samples) "
    sentence += "coincide: minority collapse" if merged else f"stand at {value:.3g} degrees"
    sentence += f" (equal classes: {simplex:.3g}; they coincide up to {threshold:.3g} samples)."
    detail = {"threshold": threshold, "cosines": cosines, "certificate": gap}
    return Result("minority angle", value, simplex, 0.0, None, None, sentence, _SLUGS, detail)


def _optimum(sizes: Floats, lam: float) -> tuple[Floats, float]:
    """The classifier (K, K) and the certificate: how far the gradient is from the subgradients of the nuclear norm."""
    K, roots, share = sizes.size, np.sqrt(sizes), sizes / sizes.sum()

    def gradient(Z: Floats) -> tuple[float, Floats]:
        logits = Z / roots
        top = logits.max(axis=0)
        weight = np.exp(logits - top)
        total = weight.sum(axis=0)
        value = float(share @ (np.log(total) + top - np.diag(logits)))
        return value, (weight / total - np.eye(K)) * share / roots

    def loss(x: Floats) -> tuple[float, Floats]:
        W, A = x.reshape(2, K, K)
        value, G = gradient(W @ A)
        return value + lam / 2 * float(x @ x), np.concatenate([(G @ A.T).ravel(), (W.T @ G).ravel()]) + lam * x

    start = np.random.default_rng(0).standard_normal(2 * K * K)
    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 0.0, "gtol": 1e-12, "maxcor": 30}
    x = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    W, A = x.reshape(2, K, K)
    Z = W @ A
    _, G = gradient(Z)
    nuclear = float(np.linalg.svd(Z, compute_uv=False).sum())
    beyond = max(0.0, float(np.linalg.norm(G, 2)) / lam - 1)
    aligned = abs(float(np.sum(G * Z)) / (lam * nuclear) + 1) if nuclear > 1e-8 else 0.0
    return W, beyond + aligned
