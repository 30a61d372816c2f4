"""The maximum-margin direction: its certificate, scale, and a second solver."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize

from theory.gradient_reconstruction import max_margin as of_labels
from theory.max_margin import max_margin


@pytest.mark.parametrize("seed", range(5))
def test_optimality_conditions_and_a_second_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((12, 8)) + 1.0
    w, dual = max_margin(rows)
    slack = rows @ w - 1
    assert slack.min() > -1e-10
    assert (dual >= 0).all()
    np.testing.assert_allclose(rows.T @ dual, w, atol=1e-10)
    assert dual @ slack == pytest.approx(0.0, abs=1e-9)
    second = scipy.optimize.minimize(
        lambda v: 0.5 * v @ v, w + 0.1, jac=lambda v: v, method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        constraints={"type": "ineq", "fun": lambda v: rows @ v - 1, "jac": lambda v: rows},
    )  # fmt: skip
    assert w @ w == pytest.approx(2 * second.fun, rel=1e-6)
    np.testing.assert_allclose(max_margin(1e6 * rows).w, 1e-6 * w, rtol=1e-9)


def test_labels_are_signs_of_rows_and_what_is_not_separable_is_refused() -> None:
    X, y = np.array([[2.0, 1.0], [-1.0, 0.5], [0.3, 3.0]]), np.array([1.0, -1.0, 1.0])
    for one, other in zip(of_labels(X, y), max_margin(X * y[:, None]), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match=r"rows = \[\[1.0\], \[-1.0\]\]: must be separable"):
        max_margin([[1.0], [-1.0]])
