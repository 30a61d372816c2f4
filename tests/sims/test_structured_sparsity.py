"""Kernels of structured sparsity: what must hold on every draw, and a fit that finds what is planted."""

from __future__ import annotations

import numpy as np
import pytest

from sims import structured_sparsity as ss
from sims.structured_sparsity.monarch import alternate, retained
from sims.structured_sparsity.transforms import transposed
from sims.structured_sparsity.weights import _shuffled
from sims.transforms import slices


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", ["gaussian", "hilbert"])
def test_alternating_least_squares_ends_at_the_leading_pairs(name):
    A = ss.matrix(name, 3)
    values = np.linalg.svd(slices(A, 3), compute_uv=False)
    found = ss.monarch_error(A, trials=3, rng=rng())
    np.testing.assert_allclose(found.error, np.sum(values[..., 1:] ** 2), rtol=1e-11)
    assert found.stationarity.max() < 1e-9


def test_a_fit_that_has_not_converged_says_so():
    found = ss.monarch_error(ss.matrix("gaussian", 3), starts=1, steps=2, trials=8, rng=rng())
    best = ss.monarch_error(ss.matrix("gaussian", 3), trials=1, rng=rng()).error
    assert (found.error > best * (1 + 1e-6)).all()
    assert (found.stationarity > 1e-3).all()


def test_alternation_takes_complex_slices():
    part = rng().standard_normal((4, 3, 3)) + 1j * rng(1).standard_normal((4, 3, 3))
    left, right = alternate(part, rng(2).standard_normal((4, 3)), 2000)
    rest = part - left[..., :, None] * right[..., None, :]
    values = np.linalg.svd(part, compute_uv=False)
    np.testing.assert_allclose(np.sum(np.abs(rest) ** 2, axis=(-2, -1)), np.sum(values[:, 1:] ** 2, axis=-1), rtol=1e-9)


def test_what_is_retained_and_what_is_lost_make_the_whole():
    A = rng().standard_normal((5, 9, 9))
    error = [ss.monarch_error(one, trials=1, rng=rng()).error[0] for one in A]
    np.testing.assert_allclose(retained(A, 3) + error, np.sum(A**2, axis=(-2, -1)), rtol=1e-9)


def test_rivals_hold_as_many_numbers():
    found = ss.monarch_rivals(2, trials=5, rng=rng())
    np.testing.assert_array_equal(found.mask, 0)  # 16 of 16 entries
    found = ss.monarch_rivals(4, trials=50, rng=rng())
    assert found.mask.mean() == pytest.approx(0.5, abs=0.05)
    A = rng().standard_normal((50, 16, 16))  # what the kernel draws first
    values = np.linalg.svd(A, compute_uv=False)
    np.testing.assert_allclose(found.truncated, np.sum(values[:, 4:] ** 2, axis=-1) / 256, rtol=1e-12)
    np.testing.assert_allclose(found.monarch + retained(A, 4) / 256, np.sum(A**2, axis=(-2, -1)) / 256, rtol=1e-12)


@pytest.mark.parametrize("n", [4, 9, 25])
def test_two_sparse_factors_make_a_dense_monarch_matrix(n):
    found = ss.monarch_flops(n, trials=3, rng=rng())
    assert (found.multiplies == 2 * n**1.5).all()
    assert (found.dense == n * n).all()
    assert found.mismatch.max() < 1e-14


def test_transposed_columns_by_hand():
    assert transposed(2) == [0, 2, 1, 3]


def test_two_stages_by_hand():
    """Entries of the two-stage product, from unit vectors, are those of the Fourier matrix where the error is 0."""
    m, n = 3, 9
    i = np.arange(m)
    fourier = np.exp(-2j * np.pi * np.outer(i, i) / m)
    twiddle = np.exp(-2j * np.pi * np.outer(i, i) / n)
    L, R = np.broadcast_to(fourier, (m, m, m)), twiddle[:, :, None] * fourier
    assert ss.two_stage_dft(L, R, trials=3, rng=rng()).max() < 1e-14
    assert ss.two_stage_dft(L, R * np.exp(0.01j), trials=3, rng=rng()).min() > 1e-3


def test_random_orders_differ():
    assert np.unique(ss.transform_error("random", 4, trials=6, rng=rng()).round(9)).size > 1


def test_butterflies_are_the_transforms():
    for n in (2, 16):
        found = ss.butterflies(n, trials=2, rng=rng())
        assert max(found.hadamard.max(), found.fourier.max()) < 1e-13
        assert (found.nonzeros == found.fourier_nonzeros).all()


def test_flat_butterflies_by_the_kronecker_product():
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    lam, K = -0.3, 3
    parts = [np.kron(np.kron(np.eye(2 ** (K - 1 - k)), swap), np.eye(2**k)) for k in range(K)]
    product = np.linalg.multi_dot([np.eye(8) + lam * part for part in parts])
    rest = product - np.eye(8) - lam * sum(parts)
    assert ss.flat_butterfly_error(K, lam, trials=1, rng=rng()).error[0] == pytest.approx(np.linalg.norm(rest, 2))
    squared = ss.flat_butterfly_error(K, lam, "frobenius2", trials=1, rng=rng()).error[0]
    assert squared == pytest.approx(np.sum(rest**2))


def test_covers_lie_between_density_and_one():
    found = ss.block_cover(0.25, 2, 8, trials=400, rng=rng())
    assert (found.aligned == 0.25).all()
    assert found.touched.mean() == pytest.approx(1 - 0.75**4, abs=0.05)


def test_all_paths_have_the_noise_that_is_said():
    """The weights of the paths sum to one; the noise has mean 0 and variance 1 whatever its upper probability."""
    for upper in (0.5, 0.1):
        found = ss.delta_second_moments(1.0, 0.5, 0.0, 1.0, 1, upper, trials=1, rng=rng())
        assert found.e2[0, 1] == pytest.approx(0.25)
        assert found.u2[0, 1] == pytest.approx(1.0)


def test_chains_without_noise_are_gradient_descent():
    found = ss.delta_chains(0.3, 0.0, 4.0, 1.0, 6, trials=2, rng=rng())
    np.testing.assert_allclose(found.e2, 4 * 0.7**12)


def test_rounded_changes_stop_within_a_step():
    found = ss.delta_rounding(0.3, 0.1, trials=500, rng=rng())
    assert found.lag.max() <= 0.5 + 1e-9
    assert found.error.max() <= 0.5 + 1e-9


@pytest.mark.parametrize("compressor", ["top-k", "sign", "rounding"])
def test_feedback_loses_nothing(compressor):
    found = ss.error_feedback(compressor, 20, 3, 0.5, trials=16, rng=rng())
    assert found.virtual.max() < 1e-13
    assert found.forgotten.min() > 1e-2


def test_a_compressor_that_keeps_all_never_lags():
    assert (ss.tracking_bound(1.0, 1.0, trials=2, rng=rng()) == 0).all()
    assert (ss.top_k_tracking(1.0, 1.0, 4, trials=2, rng=rng()) == 0).all()


def test_shuffling_permutes_rows_and_columns():
    W = rng().standard_normal((3, 5, 5))
    found = _shuffled(rng(1), W)
    for one, other in zip(W, found, strict=True):
        np.testing.assert_allclose(np.sort(one.ravel()), np.sort(other.ravel()))
        rows = [sorted(np.round(row, 9)) for row in one]
        assert all(any(np.allclose(sorted(row), r) for r in rows) for row in other)


def test_weights_of_a_random_start_are_as_far_as_gaussian_ones():
    start = ss.digits_weights("start", trials=40, rng=rng()).error
    gaussian = ss.monarch_gaussian_error(8, trials=40, rng=rng())
    assert abs(start.mean() - gaussian.mean()) < 5 * np.hypot(start.std(), gaussian.std()) / 40**0.5


@pytest.mark.parametrize(
    ("kernel", "arguments", "name"),
    [
        (ss.monarch_flops, (5,), "n"),
        (ss.monarch_rivals, (1,), "m"),
        (ss.transform_error, ("hadamard", 3), "m"),
        (ss.butterflies, (12,), "n"),
        (ss.block_cover, (0.3, 2, 8), "delta"),
        (ss.delta_second_moments, (0.3, 0.5, 1.0, 1.0, 40), "steps"),
        (ss.delta_second_moments, (0.3, 0.5, 1.0, 1.0, 4, 1.0), "upper"),
        (ss.direct_floor, (0.3, 0.5, 1.0, 10), "window"),
        (ss.error_feedback, ("top-k", 3, 4, 0.5), "k"),
        (ss.top_k_tracking, (0.3, 1.0, 4), "delta"),
    ],
)
def test_bad_input_is_named(kernel, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        kernel(*arguments, trials=2, rng=rng())


def test_matrices_are_named():
    assert ss.matrix("hilbert", 2)[0, 1] == 0.5
    with pytest.raises(ValueError, match="name = 'dense'"):
        ss.matrix("dense", 2)
