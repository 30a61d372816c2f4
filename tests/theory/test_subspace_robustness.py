"""Certified radii, amplified noise and dual certificates by second routes."""

from __future__ import annotations

import functools
import itertools
import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize

import theory.subspace_robustness as T
from theory.subspace_robustness.bases import angles


def frame(rng, n, d):
    return np.linalg.qr(rng.standard_normal((n, d)))[0]


def secular(x, own, other):
    """The contract's equation, in the n x n eigenbasis, at 50 digits."""
    e, v = np.linalg.eigh(own @ own.T - other @ other.T)
    e[np.abs(e) < 1e-13] = 0.0
    z = v.T @ x
    with mpmath.workdps(50):
        values = [(mpmath.mpf(a), mpmath.mpf(b) ** 2) for a, b in zip(e, z, strict=True)]
        last = -min(a for a, _ in values)

        def equation(mu):
            return mpmath.fsum(a * b / (1 + mu * a) ** 2 for a, b in values)

        mu = mpmath.findroot(equation, (0, (1 - mpmath.mpf(10) ** -12) / last), solver="anderson", tol=1e-40)
        return float(mpmath.sqrt(mpmath.fsum(b * (mu * a / (1 + mu * a)) ** 2 for a, b in values)))


@pytest.mark.parametrize("seed", range(8))
def test_radius_is_the_root_of_the_secular_equation(seed):
    rng = np.random.default_rng(seed)
    bases = [frame(rng, 10, d) for d in (3, 3, 4, 3)]
    x = bases[0] @ rng.standard_normal(3)
    found = T.certified_radius(x, bases)
    radii = [secular(x, bases[0], other) for other in (bases[1], bases[3])]
    alone = [T.certified_radius(x, [bases[0], other]).radius for other in (bases[1], bases[3])]
    np.testing.assert_allclose(alone, radii, rtol=1e-10)
    assert found.radius == min(T.certified_radius(x, [bases[0], other]).radius for other in bases[1:])
    low, high = T.radius_bounds(bases)
    assert low <= found.radius / np.linalg.norm(x) <= high


@pytest.mark.parametrize("dims", [(2, 5), (4, 2), (3, 1)])
def test_unequal_dimensions_by_constrained_search(dims):
    rng = np.random.default_rng(sum(dims))
    bases = [frame(rng, 9, d) for d in dims]
    x = bases[0] @ rng.standard_normal(dims[0])
    form = bases[0] @ bases[0].T - bases[1] @ bases[1].T
    flat = {"type": "eq", "fun": lambda d: (x + d) @ form @ (x + d), "jac": lambda d: 2 * form @ (x + d)}
    searched = [
        minimize(lambda d: d @ d, 0.5 * rng.standard_normal(9), jac=lambda d: 2 * d, method="SLSQP", constraints=[flat],
                 options={"ftol": 1e-15, "maxiter": 500})
        for _ in range(20)
    ]  # fmt: skip
    best = min(one.fun for one in searched if one.success) ** 0.5
    assert T.certified_radius(x, bases).radius == pytest.approx(best, rel=1e-7)


def test_points_without_the_lowest_component():
    """No root: what is missing lies in an eigenspace on which x has nothing; the limit of points that have it."""
    e = np.eye(6)
    first = e[:, :2]
    second = np.stack([math.cos(0.3) * e[0] + math.sin(0.3) * e[2], e[3]], axis=1)
    along = T.certified_radius(e[0], [first, second]).radius
    assert along == pytest.approx(math.sin(0.15), rel=1e-12)
    # e_1 stands at right angles to the second subspace: half of a right angle.
    across = T.certified_radius(e[1], [first, second])
    assert across.radius == pytest.approx(math.sqrt(0.5), rel=1e-12)
    near = T.certified_radius(e[1] + 1e-9 * e[0], [first, second]).radius
    assert near == pytest.approx(across.radius, rel=1e-7)


@pytest.mark.parametrize("angle", [1e-9, 1e-5, 0.4, 1.0, 1.5])
def test_equal_angles_to_the_last_digits(angle):
    e = np.eye(8)
    first = e[:, :3]
    second = math.cos(angle) * first + math.sin(angle) * e[:, 3:6]
    x = first @ np.array([1.0, -2.0, 0.5])
    assert T.certified_radius(x, [first, second]).radius == pytest.approx(
        np.linalg.norm(x) * math.sin(angle / 2), rel=1e-9
    )


def test_subspaces_within_and_shared_points():
    e = np.eye(5)
    inside = T.certified_radius(e[0] + 2 * e[2], [e[:, :3], e[:, :2]])
    assert inside.radius == pytest.approx(2.0)  # all that lies outside the smaller one
    assert T.certified_radius(e[0], [e[:, :2], e[:, [0, 3]]]).radius == 0.0


def test_cone_is_closed_under_scaling_and_loses_ties():
    rng = np.random.default_rng(0)
    bases = [frame(rng, 7, d) for d in (2, 3, 2)]
    z = rng.standard_normal((200, 7))
    inside = T.in_certified_cone(z, bases, 1)
    residuals = np.stack([np.linalg.norm(z - z @ S @ S.T, axis=1) for S in bases])
    np.testing.assert_array_equal(inside, residuals.argmin(axis=0) == 1)
    for scale in (1e-70, -3.0, 1e70):
        np.testing.assert_array_equal(T.in_certified_cone(scale * z, bases, 1), inside)
    same = [bases[0], bases[0] @ np.linalg.qr(rng.standard_normal((2, 2)))[0]]
    assert not T.in_certified_cone(rng.standard_normal((50, 7)), same, 0).any()
    assert T.in_certified_cone(np.zeros(7), bases, 0) is False


def test_random_attacks_inside_the_radius_fail():
    rng = np.random.default_rng(1)
    bases = [frame(rng, 8, 3) for _ in range(4)]
    x = bases[2] @ rng.standard_normal(3)
    radius = T.certified_radius(x, bases).radius
    attack = rng.standard_normal((20_000, 8))
    attack *= 0.999 * radius / np.linalg.norm(attack, axis=1, keepdims=True)
    assert T.in_certified_cone(x + attack, bases, 2).all()


def test_noise_by_the_inverse_of_the_normal_equations():
    rng = np.random.default_rng(2)
    for d_s, d_a in ((3, 4), (4, 2), (1, 6)):
        S, A = frame(rng, 10, d_s), frame(rng, 10, d_a)
        D = np.hstack([S, A])
        expected = 0.25 * np.trace(np.linalg.inv(D.T @ D)[:d_s, :d_s])
        assert T.recovery_noise(S, A, 0.5) == pytest.approx(expected, rel=1e-10)
    e = np.eye(4)
    tilted = math.cos(1e-6) * e[:, [0]] + math.sin(1e-6) * e[:, [1]]
    assert T.recovery_noise(e[:, [0]], tilted, 1.0) == pytest.approx(1e12, rel=1e-9)
    assert T.recovery_noise(e[:, :2], e[:, 1:3], 1.0) == math.inf
    assert T.recovery_noise(e[:, :3], e[:, 2:], 1.0) == math.inf


def test_amplification_of_lines_by_quadrature():
    """d_s = d_a = 1: cos^2 is Beta(1/2, (n-1)/2); also infinite where it diverges."""
    half = mpmath.mpf(1) / 2
    for n in (5, 8, 20):
        with mpmath.workdps(30):
            weighted = functools.partial(lambda c, b: c**-half * (1 - c) ** (b - 2), b=half * (n - 1))
            mean = mpmath.quad(weighted, [0, 0.5, 1]) / mpmath.beta(half, half * (n - 1))
        assert T.expected_amplification(n, 1, 1) == pytest.approx(float(mean), rel=1e-8)
    assert np.isinf(T.expected_amplification([7, 8], 3, 4)).all()
    with pytest.raises(ValueError, match="n = 6"):
        T.expected_amplification(6, 3, 4)


def test_dual_length_by_the_inverse():
    rng = np.random.default_rng(3)
    for d_s, d_a, lam in ((3, 2, 1.0), (2, 4, 0.5), (1, 1, 3.0)):
        S, A = frame(rng, 9, d_s), frame(rng, 9, d_a)
        c, b = rng.standard_normal(d_s), rng.standard_normal(d_a)
        D = np.hstack([S, A])
        q = np.concatenate([c / np.linalg.norm(c), lam * b / np.linalg.norm(b)])
        found = T.certificate_norm2(S, A, c, b, lam)
        assert found == pytest.approx(q @ np.linalg.inv(D.T @ D) @ q, rel=1e-10)
        assert T.certificate_norm2(S, A, 1e50 * c, -1e-50 * -b, lam) == pytest.approx(found, rel=1e-12)
        assert found >= max(1.0, lam**2)
    # Small angles keep their digits.
    e, t = np.eye(3), 1e-6
    tilted = math.cos(t) * e[:, [0]] + math.sin(t) * e[:, [1]]
    exact = (2 - 2 * math.cos(t)) / math.sin(t) ** 2
    assert T.certificate_norm2(e[:, [0]], tilted, [1.0], [1.0], 1.0) == pytest.approx(
        1 + math.tan(t / 2) ** 2, rel=1e-6
    )
    assert exact == pytest.approx(1.0, rel=1e-3)


def test_probability_by_drawing_subspaces():
    rng = np.random.default_rng(4)
    n, d, w2 = 9, 3, 1.7
    draws = np.linalg.qr(rng.standard_normal((40_000, n, d)))[0]
    shadow = w2 * np.sum(draws[:, 0, :] ** 2, axis=-1)
    for K_s, K_a, lam in itertools.product((1, 3), (1, 2), (0.8, 1.5)):
        expected = np.mean(shadow < 1) ** (K_s - 1) * np.mean(shadow < lam**2) ** (K_a - 1)
        assert T.certificate_probability(w2, n, d, d, K_s, K_a, lam) == pytest.approx(expected, abs=0.012)
    assert T.certificate_probability([1.0, 5.0], 4, 1, 1, 1, 1, 1.0).tolist() == [1.0, 1.0]


def test_certificate_is_what_its_length_says_on_average():
    rng = np.random.default_rng(5)
    n, d, K, lam = 12, 2, 3, 0.9
    S1, A1, c, b = frame(rng, n, d), frame(rng, n, d), rng.standard_normal(d), rng.standard_normal(d)
    drawn = [[[S1, frame(rng, n, d), frame(rng, n, d)], [A1, frame(rng, n, d), frame(rng, n, d)]] for _ in range(1500)]
    share = np.mean([T.certificate_holds(S, A, c, b, lam) for S, A in drawn])
    w2 = T.certificate_norm2(S1, A1, c, b, lam)
    expected = float(T.certificate_probability(w2, n, d, d, K, K, lam))
    assert 0.05 < expected < 0.95
    assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / 1500)


def test_angles_see_both_ends():
    e = np.eye(4)
    found = angles(e[:, :2], np.stack([math.cos(1e-8) * e[0] + math.sin(1e-8) * e[2], e[3]], axis=1))
    np.testing.assert_allclose(found.sines, [1e-8, 1.0], rtol=1e-7)
    np.testing.assert_allclose(found.cosines, [1.0, 0.0], atol=1e-15)
    assert (found.pairs, found.idle) == (2, 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e: T.certified_radius([1.0, 1.0, 1.0], [e[:, :1], e[:, 1:2]]), "x = "),
        (lambda e: T.certified_radius([0.0, 0.0, 0.0], [e[:, :1], e[:, 1:2]]), "x = "),
        (lambda e: T.certified_radius([1.0, 0.0], [e[:, :1], e[:, 1:2]]), "x = array of shape"),
        (lambda e: T.certified_radius([1.0, 0.0, 0.0], [e[:, :1]]), "bases = "),
        (lambda e: T.certified_radius([1.0, 0.0, 0.0], [2 * e[:, :1], e[:, 1:2]]), "bases = "),
        (lambda e: T.in_certified_cone([1.0, 0.0, 0.0], [e[:, :1], e[:, 1:2]], 2), "label = 2"),
        (lambda e: T.radius_bounds([e[:, :1], e[:2, 1:2]]), "bases = "),
        (lambda e: T.recovery_noise(e[:, :1], np.eye(4)[:, :1], 1.0), "A = array of shape"),
        (lambda e: T.recovery_noise(e[:, :1], e[:, 1:2], -1.0), "noise_std = -1"),
        (lambda e: T.certificate_norm2(e[:, :1], e[:, 1:2], [0.0], [1.0], 1.0), "c = "),
        (lambda e: T.certificate_norm2(e[:, :1], e[:, 1:2], [1.0], [1.0, 2.0], 1.0), "b = "),
        (lambda e: T.certificate_probability(2.0, 3, 3, 1, 2, 2, 1.0), "d_s = 3"),
    ],
)  # fmt: skip
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.eye(3))
