"""Kernels of sparse interpolation: known means, solvers of others on the same draws, what must hold on every draw."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from sklearn.linear_model import Lasso

from sims import sparse_interpolation as si
from sims.sparse_interpolation.draws import correlations, planted, ridgeless


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_controls_have_mean_nothing():
    data = planted(rng(), 20_000, 6, 18, [0.8, -0.5, 0.0], [2, 1, 15], 0.7)
    for control in (*ridgeless(data, 0.7), *correlations(data, 0.7)):
        assert abs(control.mean()) < 5 * control.std() / 20_000**0.5
    noise = planted(rng(1), 20_000, 6, 18, [0.0], [18], 0.7)
    np.testing.assert_allclose(np.sum(noise.y**2, -1), 6 * 0.7)
    excess = ridgeless(noise, 0.7).risk
    assert abs(excess.mean()) < 5 * excess.std() / 20_000**0.5


def test_on_the_sphere_the_mean_risk_is_that_of_gaussian_noise():
    X, y = rng().standard_normal((4000, 5, 12)), rng(1).standard_normal((4000, 5))
    w, _ = si.interpolate(X, y, 1.0)
    plain = np.sum(w * w, -1)
    found = si.min_l1_noise_risk(5, 12, 1.0, trials=4000, rng=rng(2)).value
    spread = np.hypot(plain.std(), found.std()) / 4000**0.5
    assert found.mean() == pytest.approx(plain.mean(), abs=5 * spread)
    assert found.std() < plain.std()


def test_l1_risk_by_linear_programmes_on_the_same_draws():
    found = si.min_l1_risk(6, 15, [2.0, 0.0], [2, 13], 0.5, trials=8, rng=rng(4))
    data = planted(rng(4), 8, 6, 15, [2.0, 0.0], [2, 13], 0.5)
    for X, y, risk in zip(data.X, data.y, found.value, strict=True):
        end = scipy.optimize.linprog(np.ones(30), A_eq=np.hstack([X, -X]), b_eq=y).x
        assert risk == pytest.approx(np.sum((end[:15] - end[15:] - data.w) ** 2), rel=1e-8)
    assert (found.nonzeros == 6).all()
    assert found.gap.max() < 1e-9


def test_at_p_equal_two_value_and_control_are_one():
    found = si.min_lp_risk(6, 15, 2.0, [1.0, 0.0], [2, 13], 0.5, trials=9, rng=rng())
    mean = 2 * (1 - 6 / 15) + 0.5 * 6 / 8
    np.testing.assert_allclose(found.value / mean - 1, found.ridgeless, atol=1e-12)
    np.testing.assert_allclose(found.steady, mean, rtol=1e-12)


def test_all_strengths_see_one_draw():
    found = si.strength_trade_off(6, 15, [2.0, 0.0], [1, 14], 0.5, 1.5, trials=5, rng=rng(3))
    alone = [si.min_lp_risk(6, 15, p, [2.0, 0.0], [1, 14], 0.5, trials=5, rng=rng(3)).value for p in si.STRENGTHS]
    np.testing.assert_allclose([found.sparse, found.middle, found.smooth], alone, rtol=1e-12)
    fit = si.lasso_fit(6, 15, [2.0, 0.0], [1, 14], 0.5, 1.5, trials=5, rng=rng(3))
    np.testing.assert_allclose(found.over_lasso, found.middle - fit.risk, rtol=1e-9)
    np.testing.assert_allclose(found.over_sparse, found.sparse - found.middle)


def test_the_lasso_on_the_same_draws_by_coordinate_descent():
    found = si.lasso_fit(8, 20, [2.0, 0.0], [2, 18], 0.5, 1.0, trials=6, rng=rng(5))
    data = planted(rng(5), 6, 8, 20, [2.0, 0.0], [2, 18], 0.5)
    for k, (X, y) in enumerate(zip(data.X, data.y, strict=True)):
        w = Lasso(alpha=1 / 8, fit_intercept=False, tol=1e-14, max_iter=100_000).fit(X, y).coef_
        assert found.risk[k] == pytest.approx(np.sum((w - data.w) ** 2), rel=1e-6)
        assert found.residual[k] == pytest.approx(np.mean((y - X @ w) ** 2), rel=1e-6)
        assert found.active[k] == np.count_nonzero(np.abs(w) > 1e-9) / 8
    assert found.gap.max() < 1e-12


def test_features_have_mean_nothing_and_variance_one():
    for entries in ("gaussian", "signs", "t5", "ar1"):
        x = si.features(rng(2), (4000, 3, 6), entries)
        assert np.mean(x) == pytest.approx(0, abs=0.03)
        assert np.mean(x * x) == pytest.approx(1, abs=0.05)
    x = si.features(rng(2), (4000, 3, 6), "ar1")
    assert np.mean(x[..., 0] * x[..., 3]) == pytest.approx(0.125, abs=0.04)


def test_one_row_has_its_dual_norm():
    found = si.min_lp_norm(np.array([[1.0, -2.0, 0.5]]), np.array([3.0]), 1.5, trials=2, rng=rng())
    np.testing.assert_allclose(found.value, 3 / np.linalg.norm([1, 2, 0.5], 3), rtol=1e-12)


@pytest.mark.parametrize("counts", [[2, 12], [15], [-1, 16]])
def test_counts_must_make_d(counts):
    with pytest.raises(ValueError, match="counts = "):
        si.min_l1_risk(6, 15, [1.0, 0.0], counts, 0.5, trials=1, rng=rng())
