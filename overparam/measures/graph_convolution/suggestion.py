"""The self-loop that a linear graph convolution should have, from the graph, the features and the labels: untrained."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.graph_convolution.homophily import graph, share_result
from overparam.measures.input import Given, matrix, same_rows
from overparam.measures.labels import Labels
from overparam.measures.labels import labels as read_labels
from overparam.measures.result import Result
from theory.graph_convolution import gcn_risk, optimal_self_loop


def _strength(features: Given, found: Labels) -> float:
    """N |half the difference of the class means|^2 over the variance within classes, unbiased, not below 0."""
    x, n = features.values, found.codes.size
    means = np.stack([x[found.codes == k].mean(axis=0) for k in (0, 1)])
    within = float(np.sum((x - means[found.codes]) ** 2)) / (n - 2)
    if within <= 0:
        raise ValueError("X = array without spread inside the classes: must vary from node to node")
    half = float(np.sum((means[1] - means[0]) ** 2)) / 4 - within / 4 * float(np.sum(1.0 / found.counts))
    return max(0.0, n * half / within)


def _spread(given: Given) -> float:
    """sqrt(N Var A_ij) off the diagonal: sqrt(D(1 - D/N)) where the entries are 0 or 1."""
    n = given.shape[0]
    loops = np.diagonal(given.raw).astype(np.float64)
    first = sum(float(block.sum()) for block in given.blocks()) - float(loops.sum())
    second = sum(float(np.sum(block * block)) for block in given.blocks()) - float(loops @ loops)
    pairs = n * (n - 1.0)
    variance = second / pairs - (first / pairs) ** 2
    if not variance > 1e-12 * second / pairs:
        raise ValueError("A = array of equal weights: must tell some pairs of nodes from others")
    return math.sqrt(n * variance)


def suggest_self_loop(A: Any, X: Any, labels: Any, tau: float = 0.5, rho: float = 0.05) -> Result:
    r"""Return the weight c of the self-loop with the least test risk in the theory, from what the data say of it.

    The convolution is $\hat A + cI$, $\hat A$ the graph less its mean, over $v = \sqrt{N\,\mathrm{Var}A_{ij}}$ (for
    edges of weight 1, $v^2 = D(1-D/N)$, D the mean degree): for the raw matrix the self-loop is detail raw, $cv$.
    Estimated are $\lambda = (D/v)(h-h_0)/(1-h_0)$ from
    the homophily h with its null, and $\mu$ from the class means. Interval: c at the ends of the interval of
    $\lambda$. The null is 0, no self-loop. detail: raw, lam, mu, gam, risk, risk_without.

    A (N, N) weights >= 0; X (N, F), rows are nodes; labels (N,) of two classes, all of the nodes given (to use a part
    alone, pass its subgraph); tau in (0, 1): the share of nodes that will have labels; rho > 0: the ridge on the sum
    of squares, for features of mean square norm 1. The theory takes directed graphs without other structure and
    features of equal variances; on symmetric graphs the sign holds and the size of the gain is less certain.

    Raises ValueError for bad arrays, more than two classes, a graph of equal weights, or one exactly as mixed as
    chance has it.

    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 100)
    >>> A = rng.random((200, 200)) < np.where(y[:, None] == y, 0.02, 0.08)
    >>> found = suggest_self_loop(A, rng.standard_normal((200, 80)), y)
    >>> found.value < 0, found.detail["lam"] < 0
    (True, True)
    """
    given, features = graph(A), matrix("X", X, "nodes, features")
    found = read_labels("labels", labels)
    same_rows(features, "labels", found.codes.size)
    if found.classes.size != 2:
        raise ValueError(f"labels = array of {found.classes.size} classes: must hold two, the theory's +1 and -1")
    if found.codes.size < 4:
        raise ValueError(f"labels = array with {found.codes.size} entries: must have 4 or more, to see a spread")
    alike = share_result(given, found)
    n, chance = found.codes.size, float(alike.null or 0.0)
    spread = _spread(given)
    scale = alike.detail["mean_degree"] / spread
    lam, low, high = (scale * (share - chance) / (1 - chance) for share in (alike.value, alike.low, alike.high))
    if lam == 0:
        raise ValueError(
            "labels, A: neighbours are exactly as alike as chance has it, no sign of a self-loop is better"
        )
    at = (n / features.shape[1], tau)
    mu = _strength(features, found)
    c = optimal_self_loop(*at, lam, mu, rho)
    ends = [optimal_self_loop(*at, end, mu, rho) if end else 0.0 for end in (low, high)]
    risk, without = (gcn_risk(*at, lam, mu, rho, loop).test for loop in (c, 0.0))
    sure = low > 0 or high < 0
    sentence = (
        f"A self-loop of weight {c:.3g} ({'neighbours are alike' if lam > 0 else 'neighbours differ'}) is the theory's "
        f"best: test risk {risk:.3g} instead of {without:.3g} without"
        + ("." if sure else "; but the data do not settle its sign.")
    )
    return Result(
        "self-loop", c, 0.0, None, min(*ends, c), max(*ends, c), sentence, ("self-loop-risk-best", "self-loop-risk"),
        {"raw": c * spread, "lam": lam, "mu": mu, "gam": at[0], "risk": risk,
         "risk_without": without},
    )  # fmt: skip
