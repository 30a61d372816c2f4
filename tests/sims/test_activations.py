"""Activations that sims accepts: those of theory, by name and as functions of one number, on every backend."""

import math

import numpy as np
import pytest

import theory.double_descent as theory
from sims import arrays
from sims.activations import hermite_coefficients
from sims.arrays import to_host
from sims.double_descent import plain_rf_risk, rf_risk
from sims.double_descent.random_features import EXACT, resolved
from theory.double_descent.random_features import ACTIVATIONS as DOCUMENTED

CUSTOM = {
    "a function of arrays": lambda u: u**3 - u,
    "a function of numbers alone": math.tanh,
    "one with a branch": lambda u: 1.0 if u > 0 else 0.1 * u,
}
CHOICES = {**{name: name for name in DOCUMENTED}, **CUSTOM}


def parameters():
    return pytest.mark.parametrize("activation", CHOICES.values(), ids=CHOICES)


@parameters()
def test_every_documented_choice_of_theory_runs_in_sims(make_rng, activation):
    assert theory.activation_constants(activation).mu_star >= 0
    cell = {"d": 6, "N": 5, "n": 8, "lam": 0.1, "activation": activation, "F_star": 0.5, "tau2": 0.2}
    found = to_host(rf_risk(**cell, trials=3, rng=make_rng(0)).total)
    assert found.shape == (3,)
    assert (np.isfinite(found) & (found > 0)).all()


@parameters()
def test_coefficients_against_theorys_quadrature(activation):
    *a, root = hermite_coefficients(activation)
    mu0, mu1, mu_star = theory.activation_constants(activation)
    tolerance = 1e-9 * root
    assert a[0] == pytest.approx(mu0, abs=tolerance)
    assert a[1] == pytest.approx(mu1, abs=tolerance)
    assert root**2 - a[0] ** 2 - a[1] ** 2 == pytest.approx(mu_star**2, abs=1e-9 * root**2)


PLAIN = {"identity": lambda u: u, "abs": abs, "sign": np.sign, "relu": lambda u: max(u, 0.0), "erf": math.erf}


@pytest.mark.parametrize("name", EXACT)
def test_closed_forms_against_the_series(name):
    """The same activation as a function goes by its coefficients; |c| < 0.9, where 200 terms are enough for a kink."""
    exact, series = resolved(name), resolved(PLAIN[name])
    c = np.linspace(-0.9, 0.9, 37)
    assert series.correlation(c) == pytest.approx(exact.correlation(c), abs=1e-9)
    assert series.correlation(np.ones(1)) == pytest.approx(exact.correlation(np.ones(1)), rel=1e-11)
    assert series.linear == pytest.approx(exact.linear, abs=1e-11)
    assert series.quadratic == pytest.approx(exact.quadratic, abs=1e-11)


@pytest.mark.parametrize("activation", ["tanh", CUSTOM["one with a branch"]], ids=["tanh", "branch"])
def test_the_correlation_is_a_mean_over_test_points(activation):
    act, rng = resolved(activation), np.random.default_rng(0)
    z = rng.standard_normal((2, 400_000))
    for c in (-0.7, 0.4):
        product = act.function(z[0]) * act.function(c * z[0] + math.sqrt(1 - c * c) * z[1])
        assert abs(product.mean() - act.correlation(np.asarray([c]))[0]) < 4.5 * product.std() / math.sqrt(400_000)


def test_what_is_no_activation_is_refused():
    cell = {"d": 4, "N": 3, "n": 5, "lam": 0.1, "trials": 2, "rng": np.random.default_rng(0)}
    for kernel in (rf_risk, plain_rf_risk):
        with pytest.raises(ValueError, match="activation = 'rleu': must be one of 'relu'"):
            kernel(**cell, activation="rleu")
        with pytest.raises(ValueError, match="activation = 3: must be one of 'relu'"):
            kernel(**cell, activation=3)
        for bad in (lambda u: math.nan, lambda u: math.exp(u * u), lambda u: "x"):
            with pytest.raises(ValueError, match=r"activation = .*: must"):
                kernel(**cell, activation=bad)


def test_entrywise_does_not_trust_a_function_that_mixes_entries(make_rng):
    x = make_rng(1).standard_normal(size=(3, 4))
    assert to_host(arrays.elementwise(lambda u: u - np.mean(u), x)) == pytest.approx(np.zeros((3, 4)), abs=0)
    assert np.array_equal(to_host(arrays.elementwise(math.sin, x)), [[math.sin(v) for v in row] for row in to_host(x)])
