"""How often the ends of an edge share a label, against labels thrown at random on the same graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import Given, matrix
from overparam.measures.labels import Labels
from overparam.measures.labels import labels as read_labels
from overparam.measures.result import Result

Z = 1.96


def graph(A: Any) -> Given:
    """A square matrix of weights >= 0, not all 0 off the diagonal; ValueError otherwise."""
    found = matrix("A", A, "nodes, nodes")
    if found.shape[0] != found.shape[1] or found.shape[0] < 2:
        raise ValueError(f"A = array of shape {found.shape}: must be square, one row and one column for each node")
    if float(found.raw.min()) < 0:
        raise ValueError("A = array with negative entries: must hold weights >= 0, 0 where there is no edge")
    return found


def _sums(given: Given, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weight of each node's edges, and of those to its own class; the diagonal left out."""
    total, same = np.empty(codes.size), np.empty(codes.size)
    start = 0
    for block in given.blocks():
        rows = np.arange(start, start + len(block))
        loops = block[np.arange(len(block)), rows]
        total[rows] = block.sum(axis=1) - loops
        same[rows] = np.where(codes[rows][:, None] == codes, block, 0.0).sum(axis=1) - loops
        start += len(block)
    return total, same


def edge_share(given: Given, found: Labels) -> tuple[float, float, float, float]:
    """Share of the edges' weight within classes, its standard error over nodes, its mean under permuted labels, and
    the mean degree."""
    n = found.codes.size
    total, same = _sums(given, found.codes)
    weight = float(total.sum())
    if weight <= 0:
        raise ValueError("A = array without edges: must have an entry > 0 off the diagonal")
    share = float(same.sum()) / weight
    error = math.sqrt(float(np.sum((same - share * total) ** 2))) / weight
    chance = float(np.sum(found.counts * (found.counts - 1.0))) / (n * (n - 1.0))
    return share, error, chance, weight / n


def homophily(A: Any, labels: Any) -> Result:
    r"""Return the share of edges whose ends share a label, $\sum_{ij} A_{ij} 1[y_i = y_j]/\sum_{ij} A_{ij}$, $i \ne j$.

    The null is its mean over permutations of the labels, $\sum_k n_k(n_k-1)/(N(N-1))$; the limit 1. The 95 % interval
    takes the nodes, with their edges, as the sample. detail: mean_degree, classes.

    A (N, N), weights >= 0, directed or not, of any library, dense; the diagonal does not count; labels (N,), two
    classes or more. Raises ValueError for other shapes, negative weights, no edges, or a single class.

    >>> found = homophily([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]], ["a", "a", "b", "b"])
    >>> found.value, round(found.null, 6)
    (0.8, 0.333333)
    """
    given, found = graph(A), read_labels("labels", labels)
    return share_result(given, found)


def share_result(given: Given, found: Labels) -> Result:
    """The result for a checked graph and checked labels."""
    if found.codes.size != given.shape[0]:
        raise ValueError(f"labels = array with {found.codes.size} entries: must have {given.shape[0]}, one a node of A")
    if found.classes.size < 2:
        raise ValueError("labels = array of one class: must hold two classes or more")
    share, error, chance, degree = edge_share(given, found)
    low, high = max(0.0, share - Z * error), min(1.0, share + Z * error)
    if low > chance:
        meaning = "neighbours are alike (homophily)"
    elif high < chance:
        meaning = "neighbours differ (heterophily)"
    else:
        meaning = "neighbours are no more alike than chance has it"
    return Result(
        "homophily", share, chance, 1.0, low, high,
        f"{100 * share:.3g} % of the edges stay in a class (labels at random: {100 * chance:.3g} %): {meaning}.",
        ("self-loop-risk-best", "self-loop-risk-sign"),
        {"mean_degree": degree, "classes": int(found.classes.size)},
    )  # fmt: skip
