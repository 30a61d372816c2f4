"""Inverses of positive definite stacks against NumPy's, also where a trial is not positive definite."""

import numpy as np
import pytest

from lab.run.simulation import keep_freed_memory
from sims import arrays
from sims.arrays import asarray, strict_rng, to_host


def gram(n, m, trials=3):
    x = np.random.default_rng(n + m).standard_normal((trials, n, m))
    return x @ x.mT


@pytest.mark.parametrize("n", [1, 2, 64, 65, 131, 260])
@pytest.mark.parametrize("extra", [2, 100])
def test_inverses_of_positive_definite_stacks(n, extra):
    a = gram(n, n + extra)
    expected, tolerance = np.linalg.inv(a), 1e-14 * np.linalg.cond(a).max()
    inverse, scale = arrays.spd_inverse(a), np.abs(expected).max()
    assert np.array_equal(inverse, inverse.mT)
    assert np.abs(inverse - expected).max() <= tolerance * scale
    b = np.random.default_rng(0).standard_normal((3, n, 2))
    trace, forms = np.trace(expected, axis1=-2, axis2=-1), np.vecdot(b.mT, (expected @ b).mT)
    found, squares = arrays.inv_forms(a, b)
    assert np.abs(found - trace).max() <= tolerance * trace.max()
    assert np.abs(squares - forms).max() <= tolerance * scale * np.vecdot(b.mT, b.mT).max()
    assert np.array_equal(arrays.inv_trace(a), found)


def test_a_trial_that_is_not_positive_definite_is_not_a_number():
    a = gram(70, 90)
    a[1, 0, 0] = -1.0
    bad = [False, True, False]
    trace, forms = arrays.inv_forms(a, np.ones((3, 70, 1)))
    assert np.isnan(trace).tolist() == np.isnan(forms[:, 0]).tolist() == np.isnan(arrays.inv_trace(a)).tolist() == bad
    inverse = arrays.spd_inverse(a)
    assert np.isnan(inverse).all(axis=(-2, -1)).tolist() == np.isnan(inverse).any(axis=(-2, -1)).tolist() == bad


def test_inverses_on_another_namespace():
    a = gram(5, 9)
    strict = asarray(strict_rng(0), a)
    for function in (arrays.cholesky, arrays.spd_inverse, arrays.inv_trace):
        assert np.array_equal(to_host(function(strict)), function(a))
    for mine, here in zip(arrays.inv_forms(strict, strict[..., :2]), arrays.inv_forms(a, a[..., :2]), strict=True):
        assert np.array_equal(to_host(mine), here)


def test_cholesky_of_a_stack_with_one_indefinite_matrix():
    a = gram(70, 90)
    whole = arrays.cholesky(a)
    a[1, 0, 0] = -1.0
    factor = arrays.cholesky(a)
    assert np.isnan(factor[1]).all()
    assert np.abs(factor[[0, 2]] - whole[[0, 2]]).max() < 1e-13 * np.abs(whole).max()
    assert np.array_equal(factor[0], np.tril(factor[0]))


def test_keeping_freed_memory_changes_no_number():
    before = arrays.inv_trace(gram(20, 30))
    keep_freed_memory()
    assert np.array_equal(arrays.inv_trace(gram(20, 30)), before)
