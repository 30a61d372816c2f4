"""The rational functions for random rotations against exact averages over finite groups (designs) in dimension 4."""

import itertools
import math

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf


def icosians():
    """The 120 unit quaternions of the 600-cell: an 11-design on the sphere in R^4."""
    golden = (1 + math.sqrt(5)) / 2
    points = [np.roll(s * np.eye(1, 4)[0], j) for s in (1, -1) for j in range(4)]
    points += [np.array(s) / 2 for s in itertools.product((1, -1), repeat=4)]
    even = [q for q in itertools.permutations(range(4)) if np.linalg.det(np.eye(4)[list(q)]) > 0]
    for s in itertools.product((1, -1), repeat=3):
        base = np.array([s[0] * golden, s[1] * 1.0, s[2] / golden, 0.0]) / 2
        points += [base[list(q)] for q in even]
    return np.unique(np.round(points, 12), axis=0)


def left(q):
    a, b, c, d = q.T
    return np.stack([a, -b, -c, -d, b, a, -d, c, c, d, a, -b, d, -c, b, a], axis=-1).reshape(-1, 4, 4)


def right(q):
    a, b, c, d = q.T
    return np.stack([a, -b, -c, -d, b, a, d, -c, c, -d, a, b, d, c, -b, a], axis=-1).reshape(-1, 4, 4)


def embed(R):
    m = R.shape[-1]
    O = np.broadcast_to(np.eye(4), (len(R), 4, 4)).copy()
    O[:, :m, :m] = R
    return O


def rotation_design(m):
    """A finite set of rotations of R^4 whose average is the exact one for every polynomial of degree 4 in O.

    O = Q diag(R, I) Q', R Haar in O(m): dihedral (m = 2), icosahedral (m = 3) group; Q from the products of icosians.
    """
    q = icosians()
    whole = (left(q)[:, None] @ right(q)[None]).reshape(-1, 4, 4)[: 120 * 60]  # x -> a x b covers SO(4) twice
    flip = np.diag([1.0, 1.0, 1.0, -1.0])
    if m == 4:
        return np.concatenate([whole, whole @ flip])
    if m == 3:
        R = (left(q) @ right(q * [1, -1, -1, -1]))[:, 1:, 1:]
        frames = left(q)[:, :, [1, 2, 3, 0]]  # only the fixed direction matters
        R = np.concatenate([R, -R])
    else:
        t = 2 * np.pi * np.arange(6) / 6
        turn = np.stack([np.cos(t), -np.sin(t), np.sin(t), np.cos(t)], axis=-1).reshape(-1, 2, 2)
        R, frames = np.concatenate([turn, turn * [1, -1]]), whole
    return (frames[:, None] @ embed(R)[None] @ frames.mT[:, None]).reshape(-1, 4, 4)


@pytest.fixture(scope="module", params=[2, 3, 4])
def design(request):
    return request.param, rotation_design(request.param)


def test_the_icosians_are_a_design():
    q = icosians()
    assert q.shape == (120, 4)
    moments = [np.mean((q @ np.array([0.1, 0.7, -0.3, 0.2])) ** j) / 0.63 ** (j / 2) for j in (2, 4, 6, 8)]
    assert moments == pytest.approx([1 / 4, 3 / 24, 15 / 192, 105 / 1920], rel=1e-12)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_forgetting_is_the_exact_average_over_rotations(design, d):
    m, O = design
    rng = np.random.default_rng(d)
    X, y, w = rng.standard_normal((d + 1, d)) @ rng.standard_normal((d, 4)), rng.standard_normal(d + 1), np.ones(4)
    plus = np.linalg.pinv(X)
    Q1, w1, Ot = plus @ X, plus @ y, O.mT
    y_in = X @ w1  # the component of y that can be fitted; the rest does not change
    w2 = w1 + (Ot @ (plus @ (y_in[:, None] - X @ (O @ w1)[..., None])))[..., 0]
    same = np.mean(np.sum((w2 @ X.T - y_in) ** 2, axis=-1))
    norms = y_in @ y_in, np.sum(X * X), w1 @ w1
    assert cf.goldfarb_forgetting(4, d, m, *norms) == pytest.approx(same, rel=1e-11)
    unseen = w - Q1 @ w
    change = Ot @ (Q1 @ (O @ unseen)[..., None])
    teacher = np.mean(np.sum((X @ change)[..., 0] ** 2, axis=-1))
    assert cf.shared_teacher_forgetting(4, d, m, norms[1], unseen @ unseen) == pytest.approx(teacher, rel=1e-11)


def test_haar_rotation_has_the_short_form():
    p, d = np.array([5, 40, 600]), np.array([2, 39, 100])
    c = d * (p - d) / (p * (p - 1) * (p + 2))
    expected = 3.0 * (d * (d + 2) / (p * (p + 2)) - c) + 2.0 * 5.0 * (1 / p + c)
    np.testing.assert_allclose(cf.goldfarb_forgetting(p, d, p, 3.0, 2.0, 5.0), expected, rtol=1e-13)
    f = d**2 * (p - d) / (p * (p - 1) * (p + 2))
    np.testing.assert_allclose(cf.shared_teacher_forgetting(p, d, p, d, 1.0), f, rtol=1e-13)


@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 0.3), (0.5, 0.95), (0.8, 0.5), (0.3, 0.05)])
def test_exact_forms_tend_to_the_asymptotic_ones(alpha, beta):
    error = []
    for p in (10**4, 10**5):
        d, m = round((1 - beta) * p), round(alpha * p)
        exact = cf.goldfarb_forgetting(p, d, m, 1.0, d, 1.0), cf.shared_teacher_forgetting(p, d, m, d, 1.0)
        limit = cf.goldfarb_asymptotic(alpha, beta), cf.shared_teacher_asymptotic(alpha, beta)
        error.append(np.abs(np.divide(exact, limit) - 1))
    assert np.all(error[0] < 100 / 10**4)
    np.testing.assert_allclose(error[0] / error[1], 10, rtol=0.02)


def test_numbers_of_the_contract():
    cells = [(10, 4, 5), (12, 9, 6), (20, 5, 10), (12, 6, 11)]
    f = [cf.shared_teacher_forgetting(p, d, m, d, 1.0) for p, d, m in cells]
    assert f == pytest.approx([0.070491, 0.133373, 0.046218, 0.116439], abs=5e-7)
    assert cf.goldfarb_forgetting(10, 2, 3, 1.0, 2, 1.0) == pytest.approx(0.03973, abs=5e-6)
    assert cf.goldfarb_forgetting(10, 5, 4, 1.0, 5, 1.0) == pytest.approx(0.1988, abs=5e-5)


def test_limits_in_over_parameterization():
    a = np.linspace(0, 1, 11)
    np.testing.assert_allclose(cf.goldfarb_asymptotic(a, 1.0), a**2 * (1 - a) ** 2, atol=1e-15)
    np.testing.assert_allclose(cf.goldfarb_asymptotic(a, 0.0), 2 * a, atol=1e-15)
    np.testing.assert_allclose(cf.shared_teacher_asymptotic(1.0, a), a * (1 - a) ** 2, atol=1e-15)
