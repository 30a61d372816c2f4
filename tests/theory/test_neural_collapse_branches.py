"""Small penalties and branches of a deep head: stationarity at forty digits, limits, folds, refused input."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from theory.neural_collapse import (
    deep_head_branches,
    deep_head_optimum,
    seli_geometry,
    seli_ridge_constants,
    seli_ridge_distance,
    seli_ridge_slope,
)
from theory.neural_collapse.seli import _fixed_point, _root

SIZES = [(4, 2, 1), (6, 6, 1, 1), (7, 1, 2, 3)]
DISTANCES = [
    (0.030335945056, 0.022751675741, 0.016549987911),
    (0.049633833931, 0.037357837223, 0.027257344012),
    (0.041333165038, 0.031122008126, 0.022717037479),
]

# --- cross-entropy with a small penalty -------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "expected"), list(zip(SIZES, DISTANCES, strict=True)))
def test_distances_are_the_contracts(sizes, expected):
    found = [seli_ridge_distance(sizes, math.exp(-L)) for L in (12, 16, 22)]
    np.testing.assert_allclose(found, expected, rtol=5e-11)


@pytest.mark.parametrize("L", [3.0, 6.0, 12.0, 22.0, 60.0])
@pytest.mark.parametrize("sizes", [*SIZES, (5, 5, 5), (9, 1)])
def test_class_logits_are_stationary_at_forty_digits(sizes, L):
    """(y_k/N)(e_k - p_k) = lam O e_k with O the polar factor of M D: each wrong class to relative precision."""
    y = np.sqrt(sizes)
    M = _fixed_point(y, L, 0.3 if L < 7 else 1.0)
    assert M is not None
    K, N = len(sizes), sum(sizes)
    with mpmath.workdps(40):
        X = mpmath.matrix((M * y).tolist())
        U, _, V = mpmath.svd_r(X)
        O = U[:, : K - 1] * V[: K - 1, :]
        for k in range(K):
            weights = [mpmath.exp(mpmath.mpf(M[c, k]) - mpmath.mpf(M[k, k])) for c in range(K)]
            for c in set(range(K)) - {k}:
                probability = weights[c] / mpmath.fsum(weights)
                assert abs(probability / (-mpmath.exp(-L) * N / y[k] * O[c, k]) - 1) < 2e-13


@pytest.mark.parametrize("sizes", SIZES)
def test_distances_approach_their_two_constants(sizes):
    C, C2 = seli_ridge_constants(sizes)
    for L in (100.0, 400.0):
        rest = seli_ridge_distance(sizes, math.exp(-L)) * L - C - C2 / L
        assert abs(rest) < 0.5 / L**2
    assert abs(C2) > 0.01


def test_constants_are_the_contracts():
    found = np.array([seli_ridge_constants(sizes) for sizes in SIZES])
    np.testing.assert_allclose(found[:, 0], (0.3646410, 0.6057235, 0.5055891), atol=5e-8)
    np.testing.assert_allclose(found[:, 1], (-0.0177, -0.1483, -0.1431), atol=1e-4)


def test_equal_sizes_and_two_classes_have_their_shape_at_every_penalty():
    for sizes in ((3, 3, 3), (5, 2)):
        assert seli_ridge_distance(sizes, 1e-4) == pytest.approx(0.0, abs=1e-14)
        assert seli_ridge_constants(sizes) == pytest.approx((0.0, 0.0), abs=1e-13)


def test_the_shape_that_distances_start_from_is_the_max_margin_one():
    y = np.sqrt((4, 2, 1))
    gram = np.asarray(seli_geometry([4, 2, 1]).WWt)
    np.testing.assert_allclose(_root((np.eye(3) - 1 / 3) * y), gram / np.linalg.norm(gram), atol=1e-15)


@pytest.mark.parametrize(("sizes", "L"), [((4, 2, 1), 1.5), ((6, 6, 1, 1), 2.5)])
def test_penalties_that_merge_classes_are_refused(sizes, L):
    with pytest.raises(ValueError, match=r"^lam = .*rank K - 1"):
        seli_ridge_distance(sizes, math.exp(-L))


@pytest.mark.parametrize("lam", [0.0, 1.0, -0.1, float("nan"), "small", [0.1], None])
def test_distance_refuses_bad_penalties(lam):
    with pytest.raises(ValueError, match=r"^lam = "):
        seli_ridge_distance([4, 2, 1], lam)


@pytest.mark.parametrize("sizes", [[3], [3, 0], [2.5, 1], "two", []])
def test_sizes_are_checked(sizes):
    for function in (seli_ridge_constants, lambda n: seli_ridge_distance(n, 1e-3)):
        with pytest.raises(ValueError, match=r"^n_per_class = "):
            function(sizes)


# --- branches of a deep head ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("K", "n", "L", "critical", "losses"),
    [
        (3, 4, 3, 0.0833333, (0.4962314033, 0.5037310906)),
        (2, 3, 4, 0.1034005, (0.4955481808, 0.5044370038)),
        (3, 4, 6, 0.0455994, (0.4951976056, 0.5047975944)),
        (2, 2, 5, 0.0915674, (0.4953086056, 0.5046835817)),
    ],
)
def test_branches_are_the_contracts(K, n, L, critical, losses):
    crossing = deep_head_branches(n, K * n, L, 1.0).c_crit
    assert crossing == pytest.approx(critical, abs=5e-8)
    found = [K * deep_head_branches(n, K * n, L, share * crossing).alive_loss for share in (0.99, 1.01)]
    np.testing.assert_allclose(found, losses, atol=6e-11)
    assert crossing == pytest.approx(deep_head_optimum([n] * K, [0.1] * L).c_crit[0], rel=1e-14)


@pytest.mark.parametrize("L", [3, 4, 7])
@pytest.mark.parametrize("share", [1e-3, 0.4, 1.0])
def test_living_branch_is_stationary_and_its_loss_is_that_of_the_strength(L, share):
    n, N = 5, 13
    c = share * deep_head_branches(n, N, L, 1.0).c_crit
    found = deep_head_branches(n, N, L, c)
    with mpmath.workdps(30):
        z, y = mpmath.mpf(found.alive), mpmath.sqrt(n)
        assert abs(z - y + N * mpmath.mpf(c) * z ** (mpmath.mpf(2) / L - 1)) < 1e-14
        loss = (z - y) ** 2 / (2 * N) + mpmath.mpf(L) / 2 * mpmath.mpf(c) * z ** (mpmath.mpf(2) / L)
        assert abs(found.alive_loss / loss - 1) < 1e-13
    assert found.dead_loss == n / (2 * N)
    if share == 1.0:
        assert found.alive_loss == pytest.approx(found.dead_loss, rel=1e-13)
        assert found.alive == pytest.approx(math.sqrt(n) * (L - 2) / (L - 1), rel=1e-12)


@pytest.mark.parametrize(("L", "ratio"), [(3, 1.19055), (4, 1.41421), (5, 1.64938), (6, 1.88988)])
def test_living_branch_ends_at_the_fold(L, ratio):
    crossing, fold = deep_head_branches(4, 12, L, 1.0)[3:]
    assert fold / crossing == pytest.approx(ratio, abs=5e-6)
    before, after = (deep_head_branches(4, 12, L, fold * (1 + s)) for s in (-1e-6, 1e-6))
    assert before.alive == pytest.approx(2 * (L - 2) / (2 * (L - 1)), rel=5e-3)
    assert math.isnan(after.alive)
    assert math.isnan(after.alive_loss)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("n", {"n": 0}),
        ("n", {"n": 2.5}),
        ("N", {"N": 3}),
        ("N", {"N": [12, 12]}),
        ("L", {"L": 2}),
        ("L", {"L": "three"}),
        ("c", {"c": 0.0}),
        ("c", {"c": float("nan")}),
        ("c", {"c": [0.1]}),
    ],
)
def test_branches_refuse_bad_input(name, change):
    with pytest.raises(ValueError, match=f"^{name} = "):
        deep_head_branches(**{"n": 4, "N": 12, "L": 3, "c": 0.05, **change})


@pytest.mark.parametrize("sizes", [(4, 2, 1), (6, 6, 1, 1), (7, 1, 2, 3)])
def test_ridge_slope_by_differences_of_the_gram_matrix(sizes):
    y, h = np.sqrt(np.asarray(sizes)), 1e-5
    X, off = np.diag(y) - y / y.size, 1 - np.eye(y.size)
    left, _, right = np.linalg.svd(X)
    O = left[:, :-1] @ right[:-1]
    parts = {"sizes": off * np.log(sum(sizes) / y), "frame": off * np.log(np.where(off > 0, -O, 1.0))}

    def shape(X):
        left, values, _ = np.linalg.svd(X)
        return (left * values) @ left.T / np.linalg.norm(values)

    for name, logs in {**parts, "both": parts["sizes"] + parts["frame"]}.items():
        E = (logs - logs.mean(axis=0)) * y
        slope = np.linalg.norm(shape(X + h * E) - shape(X - h * E)) / (2 * h)
        assert seli_ridge_slope(sizes, name) == pytest.approx(slope, rel=1e-7)
    assert seli_ridge_slope(sizes) == pytest.approx(seli_ridge_constants(sizes).C, rel=1e-12)
