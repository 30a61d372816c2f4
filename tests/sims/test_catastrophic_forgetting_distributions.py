"""Fresh random tasks, against a loop that fits Gaussian data by least change."""

import numpy as np
import pytest

from sims import catastrophic_forgetting as cf


def test_fresh_tasks_forget_like_gaussian_data_fitted_in_turn():
    d, r, k, trials = 5, 2, 3, 4000
    rng = np.random.default_rng(0)
    w_star = np.full(d, d**-0.5)
    X = rng.standard_normal((trials, k + 1, r, d))
    w = np.zeros((trials, d))
    inverse = np.linalg.pinv(X)
    for t in range(k):
        w = w + np.einsum("aij,aj->ai", inverse[:, t] @ X[:, t], w_star - w)
    rest = np.einsum("atij,aj->ati", inverse @ X, w_star - w)
    squares = np.sum(rest**2, axis=-1)
    found = cf.haar_tasks_forgetting(d, r, k, trials=trials, rng=np.random.Generator(np.random.SFC64(1)))
    expected = {"loss": squares[:, k], "forgetting": squares[:, :k].mean(axis=1), "err2": np.sum((w - w_star) ** 2, 1)}
    for name, values in expected.items():
        got = getattr(found, name)
        error = np.sqrt((got.var() + values.var()) / trials)
        assert got.mean() == pytest.approx(values.mean(), abs=5 * error)
