"""Masks, iteration to a certificate and Newton's method, on every backend, against naive routes."""

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.optimize

from sims import iterate, masks, optimize
from sims.arrays import asarray, namespace, to_host

# --- masks ------------------------------------------------------------------------------------------------------------


def test_masks_have_their_counts_and_frequencies(make_rng):
    rng, T = make_rng(0), 4000
    fixed = to_host(masks.fixed_count(rng, T, 7, 3))
    assert set(fixed.ravel()) == {0.0, 1.0}
    assert (fixed.sum(-1) == 3).all()
    p = 3 / 7
    assert np.abs(fixed.mean(0) - p).max() < 5 * math.sqrt(p * (1 - p) / T)
    both = (fixed[:, 0] * fixed[:, 1]).mean()
    assert abs(both - 3 * 2 / 42) < 5 * math.sqrt(1 / 7 / T)
    entries = to_host(masks.bernoulli(rng, (T, 5), 0.3))
    assert np.abs(entries.mean(0) - 0.3).max() < 5 * math.sqrt(0.21 / T)
    assert (to_host(masks.bernoulli(rng, (3,), 1.0)) == 1).all()


def test_the_batches_of_an_epoch_are_disjoint(make_rng):
    batches = to_host(masks.epoch_masks(make_rng(1), 50, 11, 3))
    assert batches.shape == (50, 3, 11)
    assert (batches.sum(-1) == 3).all()
    assert (batches.sum(1) <= 1).all()
    assert (to_host(masks.batch_mask(make_rng(1), 5, 11, 3)).sum(-1) == 3).all()


@pytest.mark.parametrize("call", [
    lambda rng: masks.bernoulli(rng, (2,), 1.1), lambda rng: masks.fixed_count(rng, 2, 3, 4),
    lambda rng: masks.batch_mask(rng, 2, 3, 0), lambda rng: masks.epoch_masks(rng, 2, 3, 4),
])  # fmt: skip
def test_impossible_masks_are_refused(call):
    with pytest.raises(ValueError, match="must be"):
        call(np.random.default_rng(0))


# --- iteration --------------------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    x: Any
    steps: Any


def test_certified_problems_stand_still(make_rng):
    start = asarray(make_rng(0), [1.0, 0.5, 8.0])
    xp = namespace(start)

    def step(state):
        return Pair(state.x / 2, state.steps + 1)

    end, error = iterate.until(step, Pair(start, xp.zeros_like(start)), lambda s: s.x, 0.5, most=20, every=1)
    assert to_host(end.x).tolist() == [0.5, 0.5, 0.5]
    assert to_host(end.steps).tolist() == [1, 0, 4]  # each as far as it had to go
    assert to_host(error).tolist() == [0.5, 0.5, 0.5]
    end, _ = iterate.until(step, Pair(start, xp.zeros_like(start)), lambda s: s.x, 0.5, most=20, every=3)
    assert to_host(end.steps).tolist() == [3, 0, 6]


def test_the_number_of_steps_is_bounded_and_nan_is_never_certified(make_rng):
    start = asarray(make_rng(0), [1.0, float("nan")])
    end, error = iterate.until(lambda x: x + 1, start, lambda x: 100 - x, 96.0, most=7, every=4)
    assert to_host(end)[0] == 5.0  # seen to be certified after four steps
    assert np.isnan(to_host(error)[1])
    end, _ = iterate.until(lambda x: x + 1, start, lambda x: -x, -1e9, most=7, every=4)
    assert to_host(end)[0] == 8.0


# --- Newton -----------------------------------------------------------------------------------------------------------


def test_newton_finds_the_minimum_of_logistic_losses(make_rng):
    rng = make_rng(2)
    A, ridge = rng.standard_normal(size=(4, 12, 3)), 0.1
    xp = namespace(A)

    def objective(w):
        margin = (A @ w[..., None])[..., 0]
        p = 1 / (1 + xp.exp(margin))
        value = xp.sum(xp.log1p(xp.exp(-margin)), axis=-1) + ridge / 2 * xp.sum(w * w, axis=-1)
        slope = ridge * w - (A.mT @ p[..., None])[..., 0]
        return value, slope, (A * (p * (1 - p))[..., None]).mT @ A + ridge * asarray(w, np.eye(3))

    start = 3.0 * rng.standard_normal(size=(4, 3))
    end = optimize.newton(objective, start, 30)
    assert np.abs(to_host(end.gradient)).max() < 1e-13
    for a, w in zip(to_host(A), to_host(end.point), strict=True):
        found = scipy.optimize.minimize(
            lambda w, a=a: np.logaddexp(0, -a @ w).sum() + ridge / 2 * w @ w, np.zeros(3), tol=1e-12
        )
        assert w == pytest.approx(found.x, abs=1e-5)


def test_newton_leaves_a_saddle(make_rng):
    """Rosenbrock's valley from a point with an indefinite Hessian."""
    start = asarray(make_rng(0), [[-1.2, 1.0], [0.0, 2.0], [1.5, 8.0]])
    xp = namespace(start)

    def objective(z):
        x, y = z[:, 0], z[:, 1]
        value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
        slope = xp.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], axis=-1)
        rows = [[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200 + 0 * x]]
        return value, slope, xp.stack([xp.stack(row, axis=-1) for row in rows], axis=-2)

    end = optimize.newton(objective, start, 120)
    assert np.abs(to_host(end.point) - 1).max() < 1e-10
