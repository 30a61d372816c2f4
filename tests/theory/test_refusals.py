"""Refusals that involve two arguments or the content of one, word for word; each argument alone is in domains.txt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_fuzz import THEORY, good_arguments

HALF = [[1.0, 0.0]]

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("benign_overfitting.bilevel_classification", {"n": 5, "m": 5}, "m = 5: must be greater than n"),
    ("benign_overfitting.conditional_risk", {"X": [[2.0, 0.0], [2.0, 0.0]]},
     "ridge = 0: must make X X' + ridge I positive definite (above -0)"),
    ("benign_overfitting.conditional_risk", {"ridge": -4.0},
     "ridge = -4: must make X X' + ridge I positive definite (above -4)"),
    ("benign_overfitting.conditional_risk", {"X": [[2.0, 0.0]] * 3, "ridge": -1.0},
     "ridge = -1: must make X X' + ridge I positive definite (above -0)"),
    ("benign_overfitting.kappa", {"n": 300},
     "ridge = 0: must be positive when n reaches 300, the eigenvalues > 0 by multiplicity"),
    ("benign_overfitting.junk_risk", {"n": 5, "d_junk": 6}, "d_junk = 6: must be an integer >= n + 2 = 7"),
    ("benign_overfitting.gmm_error", {"n": 5, "p": 5}, "p = 5: must be greater than n (interpolation)"),
    ("benign_overfitting.gmm_error_exact", {"n": 5, "p": 5}, "p = 5: must be greater than n (interpolation)"),
    ("benign_overfitting.effective_ranks", {"k": [0, 5]},
     "k = [0, 5]: must be below the number of positive eigenvalues, 5"),
    ("benign_overfitting.k_star", {"eigenvalues": [1.0, 1.0], "n": 1, "b": 2.5},
     "b = 2.5: must let the eigenvalues have r_k >= b n for some k < n = 1"),
    ("benign_overfitting.variance_sandwich", {"eigenvalues": [1.0, 1.0, 0.0], "n": 2},
     "n = 2: must be below the number of positive eigenvalues, 2"),
    ("benign_overfitting.ridge_sandwich", {"eigenvalues": [1.0, 1.0], "coef2": [1.0, 1.0], "n": 2, "ridge": 0},
     "ridge = 0: must be positive when n = 2 reaches the 2 positive eigenvalues"),
    ("benign_overfitting.regime", {"catastrophic_above": 0.1},
     "catastrophic_above = 0.1: must be larger than benign_below = 0.1"),
    ("benign_overfitting.expected_violations", {"n": 5, "p": 4}, "p = 4: must be at least n"),
    ("double_descent.elliptical_min_norm_risk", {"n": 5, "p": 5}, "p = 5: must be > n = 5"),
    ("double_descent.gf_ridge_ratio", {"r2": 0.0, "sigma2": 0.0},
     "r2 = 0.0: must be > 0 when sigma2 is 0 (both risks would be 0)"),
    ("double_descent.gf_ridge_ratio", {"weights": [0.0, 0.0]},
     "weights = [0.0, 0.0]: must not all be 0 (both risks would be 0)"),
    ("double_descent.gf_ridge_ratio", {"r2": 0.0, "eigs": [0.0, 1.0], "weights": [1.0, 0.0], "sigma2": 1.0},
     "eigs = [0.0, 1.0]: must be positive somewhere in the support of weights when r2 is 0"),
    ("double_descent.rf_risk", {"mu1": 0.0, "mu_star": 0.0},
     "mu_star = 0.0: must be > 0 where mu1 = 0 (the activation would be constant)"),
    ("double_descent.rf_risk_polynomial", {"mu1": 1.0, "mu_star": 0.9e-12},
     "mu1 = 1.0, mu_star = 9e-13: mu1/mu_star must be at most 1e12 in size"),
    ("double_descent.bias_law", {"n": 5, "p": 5}, "p = 5: must be an integer > n = 5"),
    ("double_descent.subset_risk", {"D": 3, "p": 2, "beta_sq": [1.0, 2.0]},
     "beta_sq has shape (2,): must be |beta|^2 or the D = 3 squared coefficients"),
    ("double_descent.ridge_risk", {"lam": 0.0, "n": 2, "spectrum": [1.0, 2.0], "beta_sq": [1.0, 1.0]},
     "lam = 0 at n = 2 = rank of the spectrum: must be > 0 there (kappa is 0/0); "
     "min_norm_risk gives the exact finite-n answer for isotropic features"),
    ("gradient_reconstruction.gradient_jacobian_rank", {"d": 3, "n_outputs": 4, "loss": "softmax"},
     "d = 3: must be larger than 3, the free rows at n_outputs = 4, loss 'softmax'"),
    ("gradient_reconstruction.row_space_angles", {"grad_W": [[0.0, 0.0]], "X": HALF},
     "grad_W = 0: must have a nonzero entry (a zero gradient says nothing)"),
    ("gradient_reconstruction.invert_single_sample", {"grad_W": HALF, "grad_b": [1.0, 2.0]},
     "grad_b = [1.0, 2.0]: must hold one number for each of the 1 rows of grad_W"),
    ("gradient_reconstruction.invert_single_sample", {"grad_W": HALF, "grad_b": [0.0]},
     "grad_b = 0: must have a nonzero entry (no neuron fired)"),
    ("gradient_reconstruction.row_space_angles", {"grad_W": HALF, "X": [[1.0, 2.0, 3.0]]},
     "X = array of shape (1, 3): must have the 2 columns of grad_W"),
    ("gradient_reconstruction.row_space_angles", {"grad_W": HALF, "X": [[0.0, 0.0]]},
     "X = 0: must have a nonzero entry"),
    ("gradient_reconstruction.max_margin", {"X": HALF, "y": [1.0, -1.0]},
     "y = [1.0, -1.0]: must hold one label for each of the 1 rows of X"),
    ("gradient_reconstruction.max_margin", {"X": HALF, "y": [2.0]}, "y = [2.0]: must hold labels -1 or +1"),
    ("gradient_reconstruction.max_margin", {"X": HALF * 2, "y": [1.0, -1.0]},
     "X, y = data that no line through the origin separates: must be separable"),
    ("gradient_reconstruction.split_dataset", {"X": HALF, "y": [1.0], "v": [1.0]},
     "v = [1.0]: must have 2 entries, as the rows of X"),
    ("gradient_reconstruction.split_dataset", {"X": [[2.0, 0.0]], "y": [1.0], "v": [1.0, 0.0]},
     "v = [1.0, 0.0]: must be orthogonal to the maximum-margin predictor w of X (v w = 0.5)"),
    ("gradient_reconstruction.population_tensor", {"X": [[1e13, 0.0]], "r": [1.0]},
     "X = [[10000000000000.0, 0.0]]: must have norms of at most 1e+12"),
    ("gradient_reconstruction.population_tensor", {"X": HALF, "r": [1.0, 2.0]},
     "r = [1.0, 2.0]: must hold one number for each of the 1 rows of X"),
    ("gradient_reconstruction.population_tensor_with_output", {"X": HALF, "y": [1.0, 2.0]},
     "y = [1.0, 2.0]: must hold one number for each of the 1 rows of X"),
    ("gradient_reconstruction.tensor_projections", {"d": 2, "norms": [1.0, 2.0], "r": [1.0, 2.0]},
     "d = 2: must be larger than the number of samples in norms, 2"),
    ("gradient_reconstruction.subspace_error", {"r": [1.0, 0.0]},
     "r = [1.0, 0.0]: must hold no zero (a sample without residual leaves no trace)"),
    ("gradient_reconstruction.subspace_error", {"r": [1.0, 2.0], "d": 2},
     "d = 2: must be larger than the number of samples in r, 2"),
    ("gradient_reconstruction.tensor_attack_error", {"r": [1.0, 2.0, 3.0]},
     "r = [1.0, 2.0, 3.0]: must hold one or two nonzero residuals"),
    ("gradient_reconstruction.tensor_attack_error", {"r": [1.0, 2.0], "d": 2},
     "d = 2: must be larger than the number of samples in r, 2"),
    ("gradient_reconstruction.tensor_attack_error", {"activation": "relu"},
     "activation = 'relu': must have a third Hermite coefficient (it is 0: no signal)"),
    ("gradient_reconstruction.reconstruction_crlb", {"w": [1.0, 2.0], "x": [1.0]},
     "x = [1.0]: must have the length of w, 2"),
    ("gradient_reconstruction.reconstruction_crlb", {"w": [1.0, 2.0], "x": [0.5, 1.0], "y": 5.0},
     "y = 5.0: must differ from w x and from 2 w x = 5 (no information there)"),
    ("neural_collapse.saddle_curvature", {"n_per_class": [3, 2], "off": [2]},
     "off = [2]: must be classes from 0 to 1, as n_per_class has 2"),
    ("neural_collapse.saddle_curvature", {"n_per_class": [3, 2], "off": [0, 0]},
     "off = [0, 0]: must be distinct classes"),
    ("neural_collapse.deep_head_optimum", {"lambdas": [0.1]}, "lambdas = [0.1]: must hold at least two penalties"),
    ("neural_collapse.seli_geometry", {"n_per_class": [3]}, "n_per_class = [3]: must hold at least two classes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changed", "message"), REFUSALS, ids=[name for name, _, _ in REFUSALS])
def test_refusals_word_for_word(name: str, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        THEORY[name](**{**good_arguments(THEORY[name]), **changed})
    assert str(refusal.value) == message
