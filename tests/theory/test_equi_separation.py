"""Exact means by other routes, the floor by search, compression by construction."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.linalg import eigh

import theory.equi_separation as T


def test_growth_layer_by_layer():
    """The sum of the contract before it telescopes, and its independence of the order."""
    for d, K, widths in ((20, 4, [30, 15, 25]), (10, 3, [12] * 5), (16, 5, [40, 24, 40])):
        r = K - 1
        total = sum(
            math.prod((m - r) / (m - r - 1) for m in widths[:l]) / (widths[l] - r - 1) for l in range(len(widths))
        )
        assert T.random_linear_fuzziness_ratio(d, K, widths) == pytest.approx(1 + (d - r) * total, rel=1e-13)
        for order in itertools.permutations(widths[:3]):
            again = T.random_linear_fuzziness_ratio(d, K, [*order, *widths[3:]])
            assert again == pytest.approx(1 + (d - r) * total, rel=1e-13)


def test_growth_of_one_layer_is_an_inverse_wishart_mean():
    """(AU)^+ A = U' + (AU)^+ A U_2 U_2': the mean of |(AU)^+|^2 is r/(m-r-1)."""
    rng = np.random.default_rng(0)
    d, K, m = 9, 3, 14
    found = np.mean([np.sum(np.linalg.pinv(rng.standard_normal((m, K - 1))) ** 2) for _ in range(20_000)])
    assert 1 + (d - K + 1) * found / (K - 1) == pytest.approx(T.random_linear_fuzziness_ratio(d, K, [m]), rel=0.01)


def test_growth_at_its_ends():
    assert T.random_linear_fuzziness_ratio(3, 4, [3, 3]) == 1.0
    assert T.random_linear_fuzziness_ratio(4, 4, [10, 4]) == math.inf
    assert T.random_linear_fuzziness_ratio(4, 4, [3]) == math.inf
    wide = T.random_linear_fuzziness_ratio(10, 2, [10**9])
    assert wide - 1 == pytest.approx(9e-9, rel=1e-6)


def test_null_by_drawing_scatters():
    rng = np.random.default_rng(1)
    N, K, d = 12, 3, 9
    values = []
    for _ in range(6000):
        E, M = rng.standard_normal((N - K, d)), rng.standard_normal((K - 1, d))
        values.append(np.trace(E.T @ E @ np.linalg.pinv(M.T @ M)))
    assert abs(np.mean(values) - T.null_fuzziness(N, K, d)) < 4 * np.std(values) / 6000**0.5
    assert T.null_fuzziness(5, 5, 5) == 0.0
    assert T.null_fuzziness(9, 5, 5) == T.null_fuzziness(9, 5, 3) == math.inf
    assert T.null_fuzziness(55, 13, 5) == pytest.approx(35.0)


def scatters(seed, d=7, K=4, n=15):
    rng = np.random.default_rng(seed)
    E, M = rng.standard_normal((n * K, d)) @ rng.standard_normal((d, d)), rng.standard_normal((d, K - 1))
    return E.T @ E / len(E), M @ M.T, M


@pytest.mark.parametrize("seed", range(4))
def test_floor_by_gauss_and_markov(seed):
    W, B, M = scatters(seed)
    exact = np.trace(np.linalg.inv(M.T @ np.linalg.inv(W) @ M))
    assert T.linear_fuzziness_floor(W, B, 4) == pytest.approx(exact, rel=1e-9)
    omega2 = eigh(B, W, eigvals_only=True)[-3:]
    assert T.linear_fuzziness_floor(W, B, 4) == pytest.approx(np.sum(1 / omega2), rel=1e-9)
    assert T.linear_fuzziness_floor(1e-30 * W, 1e30 * B, 4) == pytest.approx(1e-60 * exact, rel=1e-9)
    rng = np.random.default_rng(seed)
    for rows in (3, 5, 7):
        A = rng.standard_normal((rows, 7))
        assert np.trace(A @ W @ A.T @ np.linalg.pinv(A @ B @ A.T, rcond=1e-10)) >= exact * (1 - 1e-9)


def test_floor_is_the_fuzziness_itself_without_a_block_between():
    W, B = np.diag([1.0, 2.0, 3.0]), np.diag([4.0, 0.0, 0.0])
    assert T.linear_fuzziness_floor(W, B, 2) == pytest.approx(0.25)


def test_compression_of_constructed_weights():
    rng = np.random.default_rng(2)
    n, K, L, eps = 5, 2, 3, 0.2
    N = n * K
    labels = np.repeat(np.arange(K), n)
    along = np.eye(K)[labels] / math.sqrt(n)
    basis = np.hstack([along, np.linalg.svd(along)[0][:, K:]])
    H, previous = np.eye(N), None
    for _ in range(L - 1):
        new = np.linalg.qr(rng.standard_normal((N, N)))[0]
        H = (new * ([n ** (1 / (2 * L))] * K + [eps] * (N - K))) @ basis.T @ H
        basis = new
        means = np.stack([H[:, labels == k].mean(axis=1) for k in range(K)], axis=1)
        C = np.sum((H - means[:, labels]) ** 2) / np.sum((means[:, labels] - H.mean(axis=1, keepdims=True)) ** 2)
        if previous is not None:
            assert C / previous == pytest.approx(T.deep_linear_compression_ratio(n, L, eps), rel=1e-10)
        previous = C


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: T.random_linear_fuzziness_ratio(5, 4, []), "widths = "),
        (lambda: T.random_linear_fuzziness_ratio(5, 4, [2]), "widths = "),
        (lambda: T.random_linear_fuzziness_ratio(2, 4, [9]), "d = 2"),
        (lambda: T.random_linear_fuzziness_ratio(2, 1, [9]), "K = 1"),
        (lambda: T.null_fuzziness(3, 4, 2), "N = 3"),
        (lambda: T.linear_fuzziness_floor(np.eye(2), np.eye(3), 2), "SSB = "),
        (lambda: T.linear_fuzziness_floor(np.diag([1.0, 0.0]), np.eye(2), 2), "SSW = "),
        (lambda: T.linear_fuzziness_floor(np.eye(2), np.diag([1.0, 0.0]), 3), "SSB = "),
        (lambda: T.linear_fuzziness_floor(np.eye(2), np.diag([1.0, -1.0]), 2), "SSB = "),
        (lambda: T.linear_fuzziness_floor(np.eye(2), np.eye(2), 4), "K = 4"),
        (lambda: T.linear_fuzziness_floor([[1.0, 2.0], [0.0, 1.0]], np.eye(2), 2), "SSW = "),
        (lambda: T.deep_linear_compression_ratio(1, 3, 0.1), "n = 1"),
        (lambda: T.deep_linear_compression_ratio(2, 1, 0.1), "L = 1"),
        (lambda: T.deep_linear_frozen_count(5, 3), "d = 5"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
