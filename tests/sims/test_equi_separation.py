"""Kernels against naive routes: pseudo-inverses, finite differences, loops."""

from __future__ import annotations

import numpy as np
import pytest

import sims.equi_separation as S
import theory.equi_separation as T
from sims.arrays import haar_frames
from sims.equi_separation.floor import _slope
from sims.scatter import fuzziness


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def naive_fuzziness(H, labels):
    """tr(S_W pinv(S_B)) by the definition."""
    N = H.shape[1]
    W, B = np.zeros((len(H), len(H))), np.zeros((len(H), len(H)))
    for k in np.unique(labels):
        own = H[:, labels == k]
        mean = own.mean(axis=1, keepdims=True)
        W += (own - mean) @ (own - mean).T / N
        B += own.shape[1] * (mean - H.mean(axis=1, keepdims=True)) @ (mean - H.mean(axis=1, keepdims=True)).T / N
    return np.trace(W @ np.linalg.pinv(B, rcond=1e-10))


def test_null_is_the_definition():
    found = S.fuzziness_without_classes((3, 5, 4), 6, 2.0, trials=2, rng=_sfc(0))
    H = _sfc(0).standard_normal(size=(2, 6, 12)) * (2.0 ** (np.arange(6) / 5))[:, None]
    labels = np.repeat([0, 1, 2], [3, 5, 4])
    np.testing.assert_allclose(found, [naive_fuzziness(h, labels) for h in H], rtol=1e-9)


def test_growth_is_that_of_many_samples():
    """Population scatters of the drawn layers, by pseudo-inverses."""
    d, K, widths = 7, 3, (9, 6)
    found = S.random_linear_fuzziness_ratio(d, K, widths, 2.0, trials=2, rng=_sfc(1))
    rng = _sfc(1)
    U = haar_frames(rng, 2, d, K - 1)
    first, second = rng.standard_normal(size=(2, 9, 7)), rng.standard_normal(size=(2, 6, 9))
    for t in range(2):
        A = second[t] @ first[t]
        B = U[t] @ np.diag([1.0, 4.0]) @ U[t].T
        after = np.trace(A @ A.T @ np.linalg.pinv(A @ B @ A.T, rcond=1e-10))
        assert found[t] == pytest.approx(after / np.trace(np.linalg.pinv(B, rcond=1e-10)), rel=1e-9)


def test_the_slope_is_that_of_differences():
    rng = _sfc(2)
    A, W, B = rng.standard_normal(size=(1, 4, 5)), np.eye(5) + 0.2, rng.standard_normal(size=(5, 2))
    value, slope = _slope(A, W, B, 2)
    P = np.linalg.pinv(A[0] @ B) @ A[0]
    assert value[0] == pytest.approx(np.trace(P @ W @ P.T))
    for index in np.ndindex(4, 5):
        moved = np.zeros_like(A)
        moved[0][index] = 1e-6
        by_difference = (_slope(A + moved, W, B, 2)[0][0] - _slope(A - moved, W, B, 2)[0][0]) / 2e-6
        assert slope[0][index] == pytest.approx(by_difference, abs=1e-6)


def test_a_short_descent_is_not_certified():
    few = S.linear_maps(6, (9, 8, 7), 5, trials=2, rng=_sfc(3))
    assert few.slope.min() > 1e-5
    whole = S.linear_maps(6, (9, 8, 7), trials=2, rng=_sfc(3))
    assert whole.slope.max() < 1e-5
    np.testing.assert_allclose(whole.found, whole.white, rtol=1e-8)
    assert (whole.drawn > whole.white).all()


def test_scatters_are_those_of_the_mixture():
    H, Y = S.mixture(5, (6, 7, 8), instance=2)
    at = S.scatters(5, (6, 7, 8), instance=2)
    labels = Y.argmax(axis=0)
    assert np.trace(at["SSW"] @ np.linalg.pinv(at["SSB"], rcond=1e-10)) == pytest.approx(naive_fuzziness(H, labels))
    assert float(fuzziness(H, Y)) == pytest.approx(naive_fuzziness(H, labels))


def test_constructed_weights_interpolate():
    found = S.constructed_compression(4, 3, 0.2, 3, trials=2, rng=_sfc(4))
    assert found.loss.max() < 1e-25
    np.testing.assert_allclose(found.ratio, T.deep_linear_compression_ratio(4, 3, 0.2), rtol=1e-10)


def test_an_unfinished_descent_is_not_certified():
    few = S.deep_linear_compression_ratio(5, 3, 0.1, steps=30, trials=1, rng=_sfc(5))
    assert few.loss[0] > 1e-3
    whole = S.deep_linear_compression_ratio(5, 3, 0.1, trials=1, rng=_sfc(5))
    assert whole.loss[0] < 1e-20
    ratio = whole.ratio / T.deep_linear_compression_ratio(5, 3, 0.1)
    assert ((ratio < 1) & (ratio > 0.85)).all()


def test_frozen_values_count_by_numpy():
    found = S.frozen_singular_values(2, 4, 3, 0.3, (0, 40), trials=1, rng=_sfc(6))
    assert found[0, 0].tolist() == [8.0, 8.0]
    assert found[0, 1].tolist() == [4.0, 4.0]


def test_networks_report_what_they_are():
    found = S.digits_separation(4, 16, 3, 60, 3e-3, trials=2, rng=_sfc(7))
    assert found.logs.shape == (2, 3, 4)
    np.testing.assert_allclose(found.logs[0, :, 0], found.logs[1, 0, 0])  # the input is the same throughout
    for t in range(2):
        assert found.rise[t] == pytest.approx(np.corrcoef(np.arange(4), found.logs[t, 0])[0, 1])
        assert -found.fall[t] == pytest.approx(np.corrcoef(np.arange(4), found.logs[t, 2])[0, 1])
        assert np.log(found.decay[t]) == pytest.approx(np.polyfit(np.arange(4), found.logs[t, 2], 1)[0])
    both = S.mixture_separation(4, (8, 8), 6, 30, trials=2, rng=_sfc(8))
    floor = T.linear_fuzziness_floor(**S.scatters(4, (8, 8)))
    assert (np.exp(-both.linear) >= floor * (1 - 1e-9)).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: S.fuzziness_without_classes((3, 4), 5, -1.0, trials=1, rng=r), "scale = -1"),
        (lambda r: S.random_linear_fuzziness_ratio(5, 4, (2,), trials=1, rng=r), "widths = "),
        (lambda r: S.mixture_separation(5, (4, 4), 3, 1, trials=1, rng=r), "width = 3"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(_sfc(0))
