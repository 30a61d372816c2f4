"""Risk of projections on Fourier modes: by enumeration of all samples, and the best band's slope."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from theory import fourier_risk


def test_risk_by_enumerating_all_samples_on_a_finite_group():
    """The same algebra holds on Z_5, where every design of n = 2 points can be listed."""
    modes, points, n, sigma2 = np.array([-2, -1, 0, 1, 2]), np.arange(5), 2, 0.3
    f = np.array([0.2 - 0.1j, 0.5j, 0.1, -0.5j, 0.2 + 0.1j])
    waves = np.exp(2j * np.pi * np.outer(points, modes) / 5)
    band = np.array([False, True, True, True, False])
    total = 0.0
    for design in itertools.product(points, repeat=n):
        rows = waves[list(design)]
        estimate = rows.conj().T @ (rows @ f) / n
        # The noise adds sigma2/n a mode, whatever the design.
        total += np.sum(np.abs(estimate - f)[band] ** 2) + sigma2 * band.sum() / n + np.sum(np.abs(f[~band]) ** 2)
    assert fourier_risk.risk(np.abs(f) ** 2, band, n, sigma2) == pytest.approx(total / 5**n, rel=1e-13)


def test_the_best_band_has_the_rate_s_and_d_give():
    k = np.arange(-20000, 20001)
    coef2 = np.where(k == 0, 0.0, np.maximum(np.abs(k), 1.0) ** -3.0)
    coef2 /= coef2.sum()

    def best(n):
        return min(fourier_risk.risk(coef2, np.abs(k) <= M, n, 0.5) for M in range(1, 400))

    slope = np.log(best(10**6) / best(10**5)) / np.log(10)
    assert slope == pytest.approx(fourier_risk.rate(1.0, 1), abs=0.01)


def test_bad_bands_are_refused():
    for band in ([1, 0], [True], [[True, False]]):
        with pytest.raises(ValueError, match="in_band"):
            fourier_risk.risk([1.0, 0.0], band, 3, 1.0)
