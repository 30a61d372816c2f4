"""Tasks from a distribution: the closed form against exact averages, the leading term against the recursion."""

import itertools
import math

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf


def lines_of_the_600_cell():
    """Sixty lines of R^4 whose average is the uniform one for polynomials of degree up to 11."""
    golden = (1 + math.sqrt(5)) / 2
    even = [p for p in itertools.permutations(range(4)) if np.linalg.det(np.eye(4)[list(p)]) > 0]
    vertices = [*np.eye(4), *(np.array(s) / 2 for s in itertools.product((1, -1), repeat=4))]
    for signs in itertools.product((1, -1), repeat=3):
        row = np.array([golden * signs[0], signs[1], signs[2] / golden, 0.0]) / 2
        vertices += [row[list(p)] for p in even]
    lines = {tuple(np.round(v * np.sign(v[np.flatnonzero(np.abs(v) > 1e-9)[0]]), 12)) for v in vertices}
    return np.array(sorted(lines))


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("r", [1, 3])
def test_tasks_of_the_600_cell_average_like_haar_tasks(r, k):
    v = lines_of_the_600_cell()
    assert len(v) == 60
    lines = v[:, :, None] * v[:, None, :]
    P = np.eye(4) - lines if r == 1 else lines
    paths = np.array([1.0, 0.0, 0.0, 0.0])[None]
    orders = np.zeros((1, 0), dtype=int)
    for _ in range(k):
        paths = np.einsum("mij,aj->ami", P, paths).reshape(-1, 4)
        orders = np.hstack([np.repeat(orders, 60, axis=0), np.tile(np.arange(60), len(orders))[:, None]])
    err2 = np.sum(paths**2, axis=1)
    rests = [np.mean(err2 - np.einsum("ai,aij,aj->a", paths, P[orders[:, t]], paths)) for t in range(k)]
    found = cf.haar_tasks_forgetting(4, r, k)
    assert found.err2 == pytest.approx(np.mean(err2), rel=1e-9)
    assert found.forgetting == pytest.approx(np.mean(rests), rel=1e-9, abs=1e-12)
    new = np.mean([np.sum((paths - paths @ p) ** 2, axis=1).mean() for p in P])
    assert found.loss == pytest.approx(new, rel=1e-9)


def test_haar_tasks_take_arrays_and_keep_small_numbers():
    assert cf.haar_tasks_forgetting([4, 5], 2, 3).forgetting.shape == (2,)
    assert cf.haar_tasks_forgetting(10**6, 1, 2).forgetting == pytest.approx(1e-12 / 2, rel=1e-4)
    assert cf.haar_tasks_forgetting(5, 4, 1).forgetting == 0.0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_leading_term_is_reached_like_one_over_k(seed):
    rng = np.random.default_rng(seed)
    frames = np.linalg.qr(rng.standard_normal((4, 5, 2)))[0]
    P, w = frames @ frames.swapaxes(1, 2), rng.standard_normal(5)
    lead = cf.forgetting_leading_term(P, w)
    some, many = (
        cf.random_order_loss(P, w, k).forgetting_k / (lead.coefficient * lead.rate ** (k - 1)) for k in (300, 600)
    )
    # But for powers of the second eigenvalue over the first the ratio is 1 - C/k with nothing further.
    second = np.sort(np.linalg.eigvalsh(sum(np.kron(p, p) for p in P) / 4))[-2]
    assert 2 * many - some == pytest.approx(1, abs=10 * (second / lead.rate) ** 300 + 1e-10)
    assert abs(1 - many) > 1e-4


def test_lists_of_tasks_without_a_leading_term_are_refused():
    same = np.array([[[1.0, 0.0], [0.0, 0.0]]] * 2)
    with pytest.raises(ValueError, match="P: the null spaces must have no direction in common"):
        cf.forgetting_leading_term(same, [1.0, 0.0])
    axes = np.array([np.diag([1.0, 0.0]), np.diag([0.0, 1.0])])
    with pytest.raises(ValueError, match="P: the largest eigenvalue of A must be simple"):
        cf.forgetting_leading_term(axes, [1.0, 0.0])
