"""Which k weights of a linear model to remove, at what price, and whether to correct the others."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

import theory.pruning as theory
from overparam.measures.input import Floats, Given, matrix, same_rows, vector
from overparam.measures.pruning.price import trained
from overparam.measures.result import Result
from theory.domain import integer, real

_SETS = 20_000
"""All sets are tried up to so many, exchanges up to so many a round."""

_CLAIMS = (
    "obs-joint-removal", "selection-ordering", "selection-ordering-rules", "selection-ordering-pair-trap",
    "update-train-test-tradeoff", "update-train-test-tradeoff-threshold", "update-train-test-tradeoff-hurts",
)  # fmt: skip


class Pruned(NamedTuple):
    """The weights removed, ascending; those left, corrected (p,); and the price, by rule, in `price`."""

    S: list[int]
    w_new: Floats
    price: Result


def prune_report(X: Any, w: Any, k: int, y: Any = None, *, lam: float = 0.0) -> Pruned:
    r"""Return which k weights of a linear model to remove, what each rule's choice costs, and if correction helps.

    The loss is $\|y - b - Xw\|^2/(2n) + \lambda\|w\|^2/2$ with a free intercept b, w its minimum, and the price
    $\tfrac12 w_S^\top([H^{-1}]_{SS})^{-1}w_S$ with $H = X_c^\top X_c/n + \lambda I$, $X_c$ centred.

    X (n, p), w (p,), of any library; k: from 1 to p - 1; y (n,): the targets, if they are known; lam >= 0. The
    value of `price` is that of the cheapest set found; its null that of the smallest weights without correction, its
    limit 0. detail: `rules`, prices by name (magnitude, saliency H_qq w_q^2, single w_q^2/[H^-1]_qq, greedy, exchanges
    where they are not too many, all sets where there are at most 20,000); `mask_only` of the set found; `rule` that
    found it. With y and lam = 0, where w is the least-squares fit and n > p + 2: `noise`, and `full`, `corrected`,
    `left`, estimates of the excess risk of the whole fit, and of S removed with and without correction. They take rows
    as Gaussian and S as chosen without y: a set that was chosen by these weights risks more than is said. Raises
    ValueError for other shapes, features that depend on each other (without lam), or k out of range.

    Source: `theory.pruning`; estimates derived here from `pruned_test_risk_update` and `pruned_test_risk_mask`.

    >>> X = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.5], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])
    >>> found = prune_report(X, [1.0, 0.1, -2.0], 1)
    >>> found.S, found.price.detail["rule"], round(found.price.value, 6)
    ([1], 'magnitude', 0.002)
    """
    given = matrix("X", X, "samples, features")
    p = given.shape[1]
    weights = trained(w, p, "X")
    ridge = real("lam", lam, 0.0)
    if p < 2:
        raise ValueError(f"X = array of shape {given.shape}: must have two features or more")
    count = integer("k", k, 1, p - 1)
    centred = given.values - given.values.mean(axis=0)
    H = _curvature(given, centred, ridge)
    rules = _rules(H, weights, count)
    rule = min(rules, key=lambda name: rules[name][1])
    S, price = rules[rule]
    smallest = rules["magnitude"][0]
    mask, null = (float(theory.mask_only_loss(H, weights, chosen)) for chosen in (S, smallest))
    detail: dict[str, Any] = {
        "rules": {name: value for name, (_, value) in rules.items()}, "mask_only": mask, "rule": rule,
    }  # fmt: skip
    sentence = f"Removing {count} of {p} weights adds {price:.3g} to the loss ({rule}; others corrected), the smallest "
    sentence += f"without correction {null:.3g}"
    if y is not None:
        targets = vector("y", y)
        same_rows(given, "y", targets.shape[0])
        risks = _risks(centred, weights, targets.values, H, S, given.eps) if ridge == 0 else {}
        detail |= risks
        sentence += _advice(risks)
    new = theory.obs_joint_update(H, weights, S)
    return Pruned(S, new, Result("price of pruning", price, null, 0.0, None, None, sentence + ".", _CLAIMS, detail))


def _curvature(given: Given, centred: Floats, lam: float) -> Floats:
    n, p = given.shape
    H = centred.T @ centred / n + lam * np.eye(p)
    spectrum = np.linalg.eigvalsh(H)
    if spectrum[0] <= max(n, p) * given.eps * spectrum[-1]:
        raise ValueError(
            f"X = array of shape {given.shape}, centred: its features depend on each other (eigenvalues from "
            f"{spectrum[0]:.3g} to {spectrum[-1]:.3g}); drop some, or give lam > 0 if the model has a ridge"
        )
    return np.asarray(H)


def _rules(H: Floats, w: Floats, k: int) -> dict[str, tuple[list[int], float]]:
    """The set of each rule and its price; simple rules first, so that of equals the simplest is named."""
    p, inverse = len(w), np.linalg.inv(H)
    scores = {"magnitude": abs(w), "saliency": np.diag(H) * w**2, "single": w**2 / np.diag(inverse)}
    found: dict[str, tuple[list[int], float]] = {}
    for name, score in scores.items():
        S = sorted(np.argsort(score, kind="stable")[:k].tolist())
        found[name] = S, float(theory.obs_joint_loss(H, w, S))
    greedy = theory.greedy_obs(H, w, k)
    found["greedy"] = greedy.S.tolist(), greedy.loss
    if k * (p - k) <= _SETS and k <= 100:
        swapped = theory.swap_search(H, w, k)
        found["exchanges"] = swapped.S.tolist(), swapped.loss
    if math.comb(p, k) <= _SETS:
        best = theory.joint_optimum(H, w, k)
        found["all sets"] = best.S.tolist(), best.loss
    return _settled(found)


def _settled(found: dict[str, tuple[list[int], float]]) -> dict[str, tuple[list[int], float]]:
    """Equal sets have equal prices: what differs is rounding."""
    known: dict[tuple[int, ...], float] = {}
    return {name: (S, known.setdefault(tuple(S), price)) for name, (S, price) in found.items()}


def _risks(centred: Floats, w: Floats, y: Floats, H: Floats, S: list[int], eps: float) -> dict[str, float]:
    """Estimates of excess risks, unbiased for isotropic Gaussian rows; none where w is not the least-squares fit."""
    (n, p), k = centred.shape, len(S)
    m = n - 1  # the intercept takes one degree of freedom
    if m <= p + 1:
        return {}
    targets = y - y.mean()
    fit = np.linalg.solve(H, centred.T @ targets / n)
    size = float(np.sum((centred @ fit) ** 2))
    if float(np.sum((centred @ (w - fit)) ** 2)) > max(1e-6, (64 * eps) ** 2) * max(size, 1e-300):
        return {}
    noise = float(np.sum((targets - centred @ fit) ** 2)) / (m - p)
    R = [i for i in range(p) if i not in set(S)]
    inverse = np.linalg.inv(H)
    conditional = 2 * n * float(theory.obs_joint_loss(H, fit, S))
    signal = max(0.0, (conditional - k * noise) / (m - p + k))
    on_S, on_R = (float(np.sum(H[np.ix_(A, A)] * inverse[np.ix_(A, A)])) for A in (S, R))
    whole = max(0.0, (2 * n * float(theory.mask_only_loss(H, fit, S)) - noise * on_S) / m)
    return {
        "noise": noise,
        "full": noise * p / (m - p - 1),
        "corrected": theory.pruned_test_risk_update(m, p, k, noise, signal),
        "left": whole + noise * on_R / (m - (p - k) - 1),
    }


def _advice(risks: dict[str, float]) -> str:
    if not risks:
        return "; y says nothing of test risk here, where w is not the least-squares fit of more samples than p + 2"
    text = f"; the excess risk goes from about {risks['full']:.3g} to {risks['corrected']:.3g} with the others "
    text += f"corrected, {risks['left']:.3g} with them left: "
    return text + ("correct them" if risks["corrected"] <= risks["left"] else "leave them")
