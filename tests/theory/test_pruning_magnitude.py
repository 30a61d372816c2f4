"""Risk of magnitude pruning against double integrals, exact ends and monotone cases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from theory import pruning

MIXTURE = ([0.7, 0.3], [0.2, 3.0])


@pytest.mark.parametrize(("n", "p"), [(60, 30), (30, 60)])
@pytest.mark.parametrize("keep", [0.15, 0.6])
def test_the_risk_by_a_double_integral(n, p, keep):
    """E (x 1[|x| > t] - b)^2 over b and x = a b + tau Z, and P(|x| > t) = keep, nothing conditioned."""
    pis, betas = MIXTURE
    a, tau2 = (1.0, p * 0.4 / (n - p - 1)) if n > p else (n / p, None)
    if tau2 is None:
        tau2 = np.dot(pis, betas) * a * (1 - a) + n * 0.4 / (p - n - 1)
    t = float(pruning.magnitude_threshold(n, p, 0.4, pis, betas, keep))
    nodes, weights = np.polynomial.legendre.leggauss(60)

    def gauss(f, low, high):
        half = (high - low) / 2
        return half * np.sum(weights * f((low + high) / 2 + half * nodes))

    total, share = 0.0, 0.0
    for pi, beta in zip(pis, betas, strict=True):

        def inner(b, beta=beta, pruned=True):
            def one(x):
                law = np.exp(-((x - a * b) ** 2) / (2 * tau2)) / np.sqrt(2 * np.pi * tau2)
                return law * ((np.where(abs(x) > t, x, 0) - b) ** 2 if pruned else abs(x) > t)

            cuts = sorted({-25.0, -t, t, 25.0, *(np.clip(a * b + np.arange(-8, 9, 2) * tau2**0.5, -25, 25))})
            return sum(gauss(one, low, high) for low, high in itertools.pairwise(cuts))

        for pruned in (True, False):

            def outer(b, beta=beta, pruned=pruned):
                return np.array([inner(v, pruned=pruned) for v in b]) * np.exp(-b * b / (2 * beta))

            parts = np.linspace(-9 * beta**0.5, 9 * beta**0.5, 4)
            value = sum(gauss(outer, low, high) for low, high in itertools.pairwise(parts)) / np.sqrt(2 * np.pi * beta)
            if pruned:
                total += pi * value
            else:
                share += pi * value
    assert share == pytest.approx(keep, abs=1e-7)
    assert pruning.magnitude_risk(n, p, 0.4, pis, betas, keep) == pytest.approx(total, rel=1e-7)


def test_all_kept_is_the_exact_risk_and_none_kept_the_energy():
    pis, betas = MIXTURE
    B = float(np.dot(pis, betas))
    assert pruning.magnitude_risk(60, 30, 0.4, pis, betas, 1.0) == pytest.approx(30 * 0.4 / 29)
    assert pruning.magnitude_risk(30, 60, 0.4, pis, betas, 1.0) == pytest.approx(B / 2 + 30 * 0.4 / 29)
    assert pruning.magnitude_risk(60, 30, 0.4, pis, betas, 1e-300) == pytest.approx(B)
    assert pruning.magnitude_threshold(60, 30, 0.4, pis, betas, 1.0) == 0


@pytest.mark.parametrize(("sigma2", "helps"), [(0.9, False), (1.1, True)])
def test_one_gaussian_component_has_no_interior_optimum(sigma2, helps):
    """n = 61, p = 30: tau^2 = sigma2, kappa = 1/(1 + sigma2) crosses 1/2 at 1."""
    risks = pruning.magnitude_risk(61, 30, sigma2, [1.0], [1.0], np.linspace(0.02, 1, 50))
    assert (np.diff(risks) > 0).all() == helps
    assert (np.diff(risks) < 0).all() != helps


def test_a_sparse_mixture_has_an_interior_optimum():
    keep = np.linspace(0.02, 1, 50)
    for n, p in ((400, 200), (200, 500)):
        best = int(np.argmin(pruning.magnitude_risk(n, p, 0.5, [0.9, 0.1], [0.0, 10.0], keep)))
        assert 0 < best < 49


def test_components_that_are_not_seen():
    """Without noise, n > p: the zeros are found exactly, and so are the others."""
    found = pruning.magnitude_risk(60, 30, 0.0, [0.6, 0.4], [0.0, 2.0], [0.2, 0.4, 0.7, 1.0])
    np.testing.assert_allclose(found[1:], 0, atol=1e-15)
    assert found[0] == pytest.approx(0.8 * pruning.magnitude_energy_fraction(0.5), rel=1e-12)
    assert pruning.magnitude_risk(60, 30, 0.0, [1.0], [0.0], 0.3) == 0
    nearly = pruning.magnitude_risk(60, 30, 1e-300, [0.6, 0.4], [0.0, 2.0], [0.2, 0.4, 0.7])
    np.testing.assert_allclose(nearly, found[:3], atol=1e-15)
