"""benign_overfitting: bad input is refused, and the message names the parameter."""

from __future__ import annotations

import math

import pytest

from theory import benign_overfitting as bo

GOOD = {
    "conditional_risk": {
        "X": [[1.0, 0.0], [0.5, 1.0]], "w": [1.0, 1.0], "eigenvalues": [1.0, 1.0], "sigma2": 1.0, "ridge": 0.1,
    },
    "isotropic_risk": {"n": 10, "p": 20, "sigma2": 1.0, "w_norm2": 1.0},
    "kappa": {"eigenvalues": [1.0, 1.0, 0.5], "n": 2, "ridge": 0.1, "multiplicity": [1, 2, 3]},
    "ridge_risk": {
        "eigenvalues": [1.0, 1.0, 0.5], "coef2": [1.0, 0.0, 0.0], "n": 2, "sigma2": 1.0, "ridge": 0.1,
        "multiplicity": [1, 2, 3],
    },
    "effective_ranks": {"eigenvalues": [1.0, 0.5], "k": 1},
    "k_star": {"eigenvalues": [1.0, 0.5, 0.5], "n": 2, "b": 0.5},
    "variance_sandwich": {"eigenvalues": [1.0, 0.5, 0.5], "n": 2},
    "ridge_sandwich": {"eigenvalues": [1.0, 0.5, 0.5], "coef2": [1.0, 0.0, 0.0], "n": 2, "ridge": 0.5},
    "regime": {"eigenvalues": [1.0, 0.5, 0.5], "n": 2, "benign_below": 0.1, "catastrophic_above": 10.0},
    "tempered_limit": {"alpha": 2.0},
    "power_law_risk": {"alpha": 2.0, "n": 10, "ridge": 0.0},
    "log_spectrum_variance": {"beta": 2.0, "n": 10},
    "junk_risk": {"n": 5, "d_junk": 20, "lam_junk": 1.0, "sigma2": 1.0, "w": 1.0},
    "gmm_error": {"n": 5, "p": 20, "R": 1.0, "eta": 0.1},
    "gmm_error_exact": {"n": 5, "p": 20, "R": 1.0, "eta": 0.1},
    "expected_violations": {"n": 5, "p": 20},
    "prob_all_support": {"n": 5, "p": 20},
    "bilevel_classification": {"n": 5, "m": 20, "lam1": 1.0, "c": 0.1},
    "laplace_variance": {"n": 5, "ell": 0.1},
    "sign_classifier_error": {"n": 5, "m": 20, "tau": 0.5, "eta": 0.1},
    "sign_classifier_limit": {"n": 5, "m": 20, "tau": 0.5, "eta": 0.1},
    "isotropic_sign_error": {"gamma": 2.0, "eta": 0.1},
}  # fmt: skip
MAY_BE_NEGATIVE = {("conditional_risk", "X"), ("conditional_risk", "w"), ("junk_risk", "w")}
CASES = [(name, parameter) for name, good in GOOD.items() for parameter in good]


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_bad_input_names_the_parameter(name, parameter):
    function = getattr(bo, name)
    function(**GOOD[name])
    good = GOOD[name][parameter]
    bad: list[object] = [math.nan, "two", [], None, [math.nan, math.nan]]
    if parameter == "multiplicity":
        bad.remove(None)
    if (name, parameter) not in MAY_BE_NEGATIVE:
        bad.append([-40.0] * len(good) if isinstance(good, list) else -40)
    for value in bad:
        with pytest.raises(ValueError, match=rf"\b{parameter}\b"):
            function(**{**GOOD[name], parameter: value})


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("conditional_risk", "w"), ("conditional_risk", "eigenvalues"), ("kappa", "multiplicity"),
        ("ridge_risk", "coef2"), ("ridge_risk", "multiplicity"), ("ridge_sandwich", "coef2"),
    ],
)  # fmt: skip
def test_mismatched_lengths(name, parameter):
    longer = [*GOOD[name][parameter], 1.0]
    with pytest.raises(ValueError, match=rf"\b{parameter}\b"):
        getattr(bo, name)(**{**GOOD[name], parameter: longer})


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("tempered_limit", "alpha", 1.0), ("power_law_risk", "alpha", 1.0), ("log_spectrum_variance", "beta", 1.0),
        ("junk_risk", "d_junk", 6), ("junk_risk", "lam_junk", 0.0), ("gmm_error", "p", 5), ("gmm_error", "eta", 0.5),
        ("gmm_error_exact", "p", 5), ("gmm_error_exact", "eta", 0.5), ("expected_violations", "p", 4),
        ("prob_all_support", "p", 4), ("bilevel_classification", "m", 5), ("bilevel_classification", "c", 0.0),
        ("laplace_variance", "n", 1), ("laplace_variance", "ell", 0.0), ("ridge_sandwich", "n", 2.5),
        ("variance_sandwich", "n", 3), ("regime", "n", 3), ("regime", "catastrophic_above", 0.05),
        ("effective_ranks", "k", 2), ("k_star", "b", 0.0), ("kappa", "eigenvalues", [0.0, 0.0, 0.0]),
        ("isotropic_risk", "n", 0), ("isotropic_risk", "p", 2.5), ("kappa", "n", 0),
        ("sign_classifier_error", "m", 5), ("sign_classifier_error", "eta", 0.5), ("sign_classifier_error", "tau", 0.0),
        ("sign_classifier_limit", "m", 5), ("isotropic_sign_error", "gamma", 0.0),
    ],
)  # fmt: skip
def test_ends_of_the_domains(name, parameter, value):
    with pytest.raises(ValueError, match=rf"\b{parameter}\b"):
        getattr(bo, name)(**{**GOOD[name], parameter: value})


def test_interpolation_needs_features():
    with pytest.raises(ValueError, match="ridge = 0"):
        bo.ridge_sandwich([1.0, 0.5], [1.0, 1.0], 2)
