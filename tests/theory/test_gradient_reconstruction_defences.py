"""Pruned gradients and the Gaussian mechanism against exact small cases and outside numbers."""

from __future__ import annotations

import pytest
import scipy.stats

from theory import gradient_reconstruction as gr

# --- pruning ----------------------------------------------------------------------------------------------------------


def test_pruned_error_is_the_mean_of_an_inverse_wishart():
    # E W^-1 = I/(n - B - 1), here from the one-dimensional law: 1/(W^-1)_11 is chi-square with n - B + 1 degrees.
    for m, B, keep in ((80, 20, 0.5), (100, 20, 0.4), (10, 3, 1.0)):
        mean = scipy.stats.chi2(round(keep * m) - B + 1).expect(lambda x: 1 / x)
        assert gr.pruned_gradient_error(m, B, keep, 2.0) == pytest.approx(4 * mean, rel=1e-6)


def test_pruned_error_with_a_prior():
    assert gr.pruned_gradient_error(80, 20, 0.2, 0.05, 1.0) == pytest.approx(0.200498, abs=1e-6)
    assert gr.pruned_gradient_error(160, 40, 0.2, 0.05, 1.0) == pytest.approx(0.200250, abs=1e-6)
    assert gr.pruned_gradient_error(40, 40, 0.5, 1e-9, 0.3) == pytest.approx(0.09 * 0.5)


def test_a_share_that_only_rounding_keeps_from_an_integer():
    assert gr.pruned_gradient_error(10, 1, 0.7, 1.0) == 1 / 5
    assert 0.7 * 10 != 7 or 0.07 * 100 != 7
    assert gr.pruned_gradient_error(100, 1, 0.07, 1.0) == 1 / 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((10, 2, 0.55, 1.0), "keep = 0.55: keep . m must be an integer"),
        ((10, 2, 1e-12, 1.0), "keep = 1e-12"),
        ((10, 4, 0.5, 1.0), "keep = 0.5: keep . m must be at least B . 2 = 6"),
        ((10, 4, 0.0, 1.0), "keep = 0"),
        ((10, 4, 1.0, 0.0), "noise_std = 0"),
    ],
)
def test_bad_pruning_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gr.pruned_gradient_error(*arguments)
