"""double_descent: scale invariances, ends of the number range, and constants to all digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from theory import double_descent as dd


def test_worst_progress_to_all_digits() -> None:
    with mpmath.workdps(30):
        root = mpmath.findroot(lambda x: x - mpmath.log(1 + x + x * x), 1.8)
        constant = ((1 + root) * -mpmath.expm1(-root) / root) ** 2
    assert dd.worst_progress() == pytest.approx(float(root), rel=4e-16)
    assert dd.early_stopping_constant() == pytest.approx(float(constant), rel=1e-15)


def test_early_stopping_ratio_with_what_is_left_out() -> None:
    s, w, t = np.array([1.0, 2.0, 0.0]), np.array([0.5, 1.0, 2.0]), 0.7
    flow = w @ (np.exp(-2 * t * s) / 3) + w[:2] @ (np.expm1(-t * s[:2]) ** 2 / s[:2])
    ridge = w @ ((1 / 3 + t * t * s) / (1 + t * s) ** 2)
    assert dd.gf_ridge_ratio(s, w, t) == pytest.approx(flow / ridge, rel=1e-14)


def test_early_stopping_ratio_at_the_ends_of_the_number_range() -> None:
    # At once both risks are the start's; where ridge's risk underflows, the flow's did long before.
    assert dd.gf_ridge_ratio([1.0], [1.0], [0.0, 1e-300], r2=1e10) == pytest.approx([1.0, 1.0])
    assert dd.gf_ridge_ratio([1.0], [1.0], 1e-200, r2=0.0) == pytest.approx(1.0)
    assert dd.gf_ridge_ratio([1e75], [1e-200], [1.0, 1e75], sigma2=0.0).tolist() == [0.0, 0.0]


def test_elliptical_limit_does_not_feel_the_unit_of_the_scales() -> None:
    gammas = np.array([[0.5, 0.9], [0.99, 3.0]])
    scales = np.array([0.5, 2.0, 3.0])
    plain = dd.elliptical_noise_limit(gammas, 2.0, scales)
    assert plain.shape == (2, 2)
    for unit in (1e-12, 1e12):
        assert dd.elliptical_noise_limit(gammas, 2.0, unit * scales) == pytest.approx(plain, rel=1e-11)
