"""Instances: a function of recipe, sizes and number alone, with the properties their sentences promise."""

import numpy as np
import pytest

from sims import instances

RECIPES = {
    instances.gaussian: (4, 3),
    instances.frame: (5, 3),
    instances.with_singular_values: ([3.0, 1.0], 4, 5),
    instances.with_eigenvalues: ([3.0, 1.0, -2.0],),
    instances.wishart: (7, 3),
    instances.mask: (12, 5),
    instances.bernoulli_mask: (6, 7, 0.5),
    instances.regression: (6, 3),
    instances.separable: (6, 3),
    instances.classes: ([3, 2], 4),
}


def parts(value):
    return list(value) if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda f: f.__name__)
def test_an_instance_is_a_function_of_its_number(recipe):
    first, again, other = (parts(recipe(*RECIPES[recipe], instance=number)) for number in (3, 3, 4))
    assert all(type(a) is np.ndarray and np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    stacked = parts(instances.stack(recipe, 3, *RECIPES[recipe], instance=1))
    assert all(np.array_equal(whole[0], one) for whole, one in zip(stacked, first, strict=True))
    for wrong in (-1, 0.5, "a"):
        with pytest.raises(ValueError, match=r"instance = .*: must be an integer >= 0"):
            recipe(*RECIPES[recipe], instance=wrong)


def test_spectra_are_as_asked():
    values = [3.0, 1.0, 0.5]
    assert np.linalg.svd(instances.with_singular_values(values, 6, 3))[1] == pytest.approx(values, rel=1e-13)
    symmetric = instances.with_eigenvalues([-1.0, 0.25, 2.0])
    assert np.array_equal(symmetric, symmetric.T)
    assert np.linalg.eigvalsh(symmetric) == pytest.approx([-1.0, 0.25, 2.0], rel=1e-13)
    q = instances.frame(6, 4)
    assert np.abs(q.T @ q - np.eye(4)).max() < 1e-14


def test_data_sets_keep_their_promise():
    x, y = instances.separable(200, 3, margin=0.3, instance=2)
    assert set(y) == {-1.0, 1.0}
    rng = instances.generator("separable", 2)
    rng.standard_normal((200, 3))
    u = rng.standard_normal(3)
    assert (y * (x @ u) / np.linalg.norm(u)).min() == pytest.approx(0.3, rel=1e-12)
    x, y = instances.classes([30, 50], 4, instance=1)
    assert np.bincount(y).tolist() == [30, 50]
    x, y = instances.regression(50, 5, r2=4.0, sigma2=0.0)
    assert np.sum(np.linalg.lstsq(x, y)[0] ** 2) == pytest.approx(4.0, rel=1e-12)


@pytest.mark.parametrize("call", [
    lambda: instances.mask(3, 4), lambda: instances.frame(3, 4), lambda: instances.bernoulli_mask(2, 2, 1.5),
    lambda: instances.with_singular_values([1.0, 2.0], 1, 5),
])  # fmt: skip
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ValueError, match="must be"):
        call()
