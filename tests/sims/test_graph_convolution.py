"""Kernels of graph convolutions: fits against plain linear algebra, laws against each other."""

from __future__ import annotations

import numpy as np
import pytest

from sims import graph_convolution as gc
from sims.graph_convolution.graphs import fitted, noise_graph
from sims.graph_convolution.law import draw, features, ridge, risks

AT = {"gam": 2.0, "tau": 0.5, "lam": 2.0, "mu": 1.0, "rho": 0.1}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("shape", [(3, 9, 4), (3, 4, 9), (2, 5, 5)])
def test_weights_are_the_ridge_solution(shape):
    rows = rng().standard_normal(shape)
    found = ridge(rows, 0.3)[..., 0]
    for w, r in zip(found, rows, strict=True):
        np.testing.assert_allclose(w, np.linalg.solve(r.T @ r + 0.3 * np.eye(shape[2]), r.sum(axis=0)), rtol=1e-9)
    wide = rng(1).standard_normal((2, 3, 7))
    np.testing.assert_allclose(ridge(wide, 0.0)[..., 0], [np.linalg.pinv(r).sum(axis=1) for r in wide], rtol=1e-9)


def test_labels_in_the_rows_change_nothing():
    """The fit with labels y on the unsigned graph and features is that with labels 1 on the signed ones."""
    n, m = 20, 10
    x, a = features(rng(), 1, n, 6, 1.0)[0], noise_graph(rng(1), 1, n, 1.5, "directed blocks", 5.0)[0]
    y = 1.0 - 2.0 * (np.arange(n) % 2)
    raw_x, raw_a = y[:, None] * x, y[:, None] * a * y
    rows = raw_a @ raw_x + 0.4 * raw_x
    w = np.linalg.solve(rows[:m].T @ rows[:m] + 0.2 * np.eye(6), rows[:m].T @ y[:m])
    error = (y - rows @ w) ** 2
    found = fitted(a[None], x[None], m, 0.2, 0.4)
    assert found.test[0] == pytest.approx(error[m:].mean())
    assert found.train[0] == pytest.approx(error[:m].mean())
    assert found.accuracy[0] == np.mean((y * (rows @ w))[m:] > 0)


def test_the_integrated_graph_is_the_mean_over_drawn_ones():
    n, m, c = 12, 6, 0.5
    at = draw(rng(), 1, n, 4, m, 1.0, 1.0)
    found = risks(at, m, 0.1, c)
    w = ridge(at.noisy + c * at.x[:, :m], 0.1)[0, :, 0]
    g = rng(1).standard_normal((20000, n - m, n)) / np.sqrt(n)
    f = 1.0 / n * (at.x[0] @ w).sum() + g @ (at.x[0] @ w) + c * (at.x[0, m:] @ w)
    spread = ((1 - f) ** 2).mean(axis=-1)
    assert abs(spread.mean() - found.test[0]) < 5 * spread.std() / 20000**0.5
    assert abs((f > 0).mean() - found.accuracy[0]) < 0.01


@pytest.mark.parametrize("N", [24, 25])
def test_the_law_of_the_rows_is_that_of_the_graph(N):
    """Wide and tall features, against the literal graph: means of differences within five standard errors."""
    for gam in (0.5, 3.0):
        found = gc.mirror(gam, 0.5, 1.0, 1.0, 0.5, 0.5, N=N, trials=3000, rng=rng())
        assert np.abs(found.test.mean()) < 5 * found.test.std() / 3000**0.5


@pytest.mark.parametrize("graph", ["symmetric gaussian", "symmetric blocks"])
def test_symmetric_graphs_are_symmetric(graph):
    a = noise_graph(rng(), 3, 30, 1.0, graph, 6.0)
    np.testing.assert_array_equal(a, a.mT)


@pytest.mark.parametrize("graph", ["gaussian", "directed blocks"])
def test_graphs_have_the_moments_of_the_model(graph):
    a = noise_graph(rng(), 200, 60, 1.5, graph, 15.0)
    assert a.mean() * 60 == pytest.approx(1.5, abs=0.06)
    assert a.var() * 60 == pytest.approx(1.0, abs=0.05)


def test_gains_are_differences_on_one_draw():
    found = gc.self_loop_gain(**AT, c=0.5, N=40, trials=4, rng=rng(3))
    one = gc.gcn_risk(**AT, c=0.5, N=40, trials=4, rng=rng(3))
    none = gc.gcn_risk(**AT, N=40, trials=4, rng=rng(3))
    np.testing.assert_allclose(found.none, none.test - one.test)


def test_the_neighbours_of_digits_share_their_parity():
    graph = gc.neighbour_graph()
    assert graph.signed.shape == (400, 400)
    assert 2.5 < graph.lam < 10**0.5
    one = gc.digit_graph_risk(0.5, trials=2, rng=rng())
    two = gc.digit_graph_risk(-0.5, -1.0, trials=2, rng=rng())
    np.testing.assert_allclose(one, two, rtol=1e-9)  # the negative of the whole convolution


def test_every_group_has_a_node():
    with pytest.raises(ValueError, match="tau"):
        gc.gcn_risk(2.0, 0.01, 1.0, 1.0, 0.1, N=10, trials=1, rng=rng())
