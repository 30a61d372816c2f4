"""Networks on orthogonal inputs: radii by brute force over activation patterns, the cost by its lower bound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from theory.implicit_bias import best_orthogonal_radius, min_norm_cost, orthogonal_radius, universal_perturbation


def network(m_pos, m_neg, norm, solution):
    """Weights, outputs and thresholds on inputs norm e_i."""
    y = np.array([1.0] * m_pos + [-1.0] * m_neg)
    if solution == "merged":
        return np.array([(y > 0) / norm, (y < 0) / norm]), np.array([1.0, -1.0]), 0.0, y
    scale, bias = (2.0, 0.5) if solution == "threshold" else (1.0, 0.0)
    return np.eye(y.size) / norm, scale * y, bias, y


def smallest(weights, outputs, bias, x, label):
    """The least |p| with label f(x+p) <= 0: over all patterns, a projection on a polyhedron by non-negative steps."""
    best = np.inf
    k = len(weights)
    for pattern in itertools.product([0.0, 1.0], repeat=k):
        on = np.array(pattern)
        # f = sum of outputs over the pattern; constraints G p <= h of the pattern and of the sign.
        gradient = label * (outputs * on) @ weights
        G = np.vstack([gradient, (1 - 2 * on)[:, None] * weights])
        h = np.concatenate([[label * (outputs * on) @ (bias - weights @ x)], (1 - 2 * on) * (bias - weights @ x)])
        p = np.zeros_like(x)
        dual = np.zeros(len(h))
        gram = G @ G.T
        for _ in range(4000):  # Hildreth: coordinate ascent of the dual
            for i in range(len(h)):
                if gram[i, i] > 0:
                    new = max(0.0, dual[i] - (h[i] + gram[i] @ dual) / gram[i, i])
                    dual[i] = new
        p = -G.T @ dual
        if (G @ p <= h + 1e-7).all():
            best = min(best, float(np.linalg.norm(p)))
    return best


@pytest.mark.parametrize("solution", ["merged", "split", "threshold"])
@pytest.mark.parametrize("label", [1, -1])
def test_radius_over_all_patterns(solution, label):
    m_pos, m_neg, norm = 2, 1, 1.5
    weights, outputs, bias, y = network(m_pos, m_neg, norm, solution)
    x = norm * np.eye(3)[list(y).index(label)]
    found = smallest(weights, outputs, bias, x, label)
    assert found == pytest.approx(orthogonal_radius(m_pos, m_neg, norm, solution, label), rel=1e-5)


@pytest.mark.parametrize("label", [1, -1])
def test_one_perturbation_takes_a_class_to_zero(label):
    m_pos, m_neg, norm = 3, 5, 0.7
    weights, outputs, _, y = network(m_pos, m_neg, norm, "merged")
    found = universal_perturbation(m_pos, m_neg, norm, label)
    p = np.where(y == label, found.own, found.other)
    assert np.linalg.norm(p) == pytest.approx(orthogonal_radius(m_pos, m_neg, norm, "merged", label))
    for x in norm * np.eye(8)[y == label]:
        assert outputs @ np.maximum(weights @ (x + p), 0) == pytest.approx(0, abs=1e-12)


def test_the_least_cost_is_that_of_the_merged_network_and_below_the_split_one():
    """Balanced: a neuron costs |v_j| |w_j|."""
    m_pos, m_neg, norm = 3, 5, 0.7
    for solution, relation in (("merged", np.isclose), ("split", np.less)):
        weights, outputs, _, _ = network(m_pos, m_neg, norm, solution)
        assert relation(min_norm_cost(m_pos, m_neg, norm), np.abs(outputs) @ np.linalg.norm(weights, axis=1))


def test_a_robust_network_and_the_best():
    assert orthogonal_radius(9, 9, 2.0, "threshold") == 1.0
    assert best_orthogonal_radius(2.0) == pytest.approx(np.linalg.norm([2.0, -2.0]) / 2)
    for bad in (0, 2, 0.5):
        with pytest.raises(ValueError, match="label = "):
            orthogonal_radius(1, 1, 1.0, "split", bad)
