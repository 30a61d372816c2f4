"""Numerical rank from the precision of the data: float32 gradients, spectra with rounding."""

import numpy as np
import pytest

from overparam.measures.input import matrix, vector
from overparam.measures.rank import numerical_rank, positive_part


def _gradient(batch, m, d, dtype, softmax=False):
    rng = np.random.default_rng(1)
    x, delta = rng.standard_normal((batch, d)).astype(dtype), rng.standard_normal((batch, m)).astype(dtype)
    if softmax:
        delta = np.exp(delta) / np.exp(delta).sum(axis=1, keepdims=True)
        delta -= np.eye(m, dtype=dtype)[rng.integers(m, size=batch)]
    return delta.T @ x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("batch", "m", "d", "softmax", "rank"),
    [(1, 32, 64, False, 1), (3, 100, 784, False, 3), (32, 10, 64, True, 9), (32, 10, 784, True, 9)],
)
def test_rank_of_gradients_in_their_own_precision(batch, m, d, softmax, rank, dtype):
    assert numerical_rank(matrix("grad_W", _gradient(batch, m, d, dtype, softmax))) == rank


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_rank_of_half_precision_gradients(batch):
    # Computed in single precision and stored in half, as mixed-precision training does.
    given = _gradient(batch, 100, 784, np.float32).astype(np.float16)
    assert numerical_rank(matrix("grad_W", given)) == batch


def test_rank_of_zero_and_of_the_identity():
    assert numerical_rank(matrix("grad_W", np.zeros((3, 4)))) == 0
    assert numerical_rank(matrix("grad_W", np.eye(300))) == 300


def test_eigenvalues_of_a_covariance_keep_their_rank():
    rows = np.random.default_rng(0).standard_normal((40, 100))
    values = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
    assert values.min() < 0
    kept = positive_part(vector("spectrum", values, "eigenvalues"))
    assert kept.size == 39 == np.linalg.matrix_rank(rows - rows.mean(axis=0))
    single = np.linalg.eigvalsh(np.cov(rows, rowvar=False).astype(np.float32))
    assert positive_part(vector("spectrum", single, "eigenvalues")).size == 39


def test_negative_eigenvalues_beyond_rounding_are_refused():
    with pytest.raises(ValueError, match=r"spectrum = array with an entry of -0.1"):
        positive_part(vector("spectrum", [1.0, -0.1], "eigenvalues"))
    with pytest.raises(ValueError, match="without a positive entry"):
        positive_part(vector("spectrum", [0.0, 0.0], "eigenvalues"))
