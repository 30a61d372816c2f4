"""Every kernel on every backend: strict arrays give NumPy's numbers, shapes are right, blocks reproduce."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import arrays
from sims import gradient_reconstruction as gr

X = ((1.0, 0.5, 0.0, 0.0, 0.0), (0.0, 1.2, -0.3, 0.0, 0.0))
R = (1.0, -0.6)
DELTA = ((1.0, 0.2), (0.3, -0.5), (0.0, 0.7))
KERNELS = {
    "hermite_coefficient": (gr.hermite_coefficient, {"activation": "elu", "p": 3, "norm": 0.8, "m": 32}),
    "population_tensor 0": (gr.population_tensor, {"X": X, "r": R, "activation": "cos", "p": 0, "m": 8}),
    "population_tensor 3": (gr.population_tensor, {"X": X, "r": R, "activation": "leaky_relu", "p": 3, "m": 8}),
    "population_tensor_with_output": (
        gr.population_tensor_with_output,
        {"X": X, "y": R, "output_scale": 1.5, "m": 6, "activation": "relu", "p": 2},
    ),
    "tensor_projections": (
        gr.tensor_projections,
        {"activation": "gelu", "d": 4, "norms": (0.8, 1.3), "cosine": 0.3, "r": R, "m": 16},
    ),
    "tensor_mse 1": (gr.tensor_mse, {"X": X, "r": R, "m": 10, "order": 1}),
    "tensor_mse 2": (gr.tensor_mse, {"X": X, "r": R, "m": 10, "order": 2}),
    "tensor_mse 3": (gr.tensor_mse, {"X": X, "r": R, "m": 10, "order": 3}),
    "tensor_errors": (gr.tensor_errors, {"d": 4, "norms": (0.8, 1.3), "cosine": 0.3, "r": R, "m": 16}),
    "subspace_error": (gr.subspace_error, {"r": R, "d": 5, "m": 300}),
    "query_coefficient uniform": (gr.query_coefficient, {"distribution": "uniform", "support": 3, "m": 16}),
    "query_coefficient rademacher": (gr.query_coefficient, {"distribution": "rademacher", "support": 3, "m": 16}),
    "gradient_jacobian_rank": (gr.gradient_jacobian_rank, {"B": 3, "d": 4, "n_outputs": 3, "loss": "softmax"}),
    "gradient_matching": (
        gr.gradient_matching,
        {"B": 2, "d": 4, "n_outputs": 3, "loss": "softmax", "steps": 12, "restarts": 2},
    ),
    "gradient_matching squared": (
        gr.gradient_matching,
        {"B": 1, "d": 4, "n_outputs": 2, "loss": "squared", "steps": 5, "restarts": 1},
    ),
    "digits_matching": (gr.digits_matching, {"B": 1, "steps": 1, "restarts": 1}),
    "single_sample_inversion": (gr.single_sample_inversion, {"m": 6, "d": 5}),
    "row_space_leakage": (gr.row_space_leakage, {"B": 2, "m": 6, "d": 5, "updates": 2}),
    "gradient_rank": (gr.gradient_rank, {"B": 4, "m": 3, "d": 5}),
    "softmax_gradient_rank": (gr.softmax_gradient_rank, {"B": 4, "n_outputs": 3, "d": 5}),
    "expected_exclusive": (gr.expected_exclusive, {"B": 3, "m": 8, "threshold": 0.4, "rho": 0.2}),
    "exclusive_division": (gr.exclusive_division, {"B": 3, "m": 8, "d": 5, "threshold": 0.4, "rho": 0.2}),
    "imprint_counts": (gr.imprint_counts, {"n": 6, "k": 8, "covered": False}),
    "imprint_expected": (gr.imprint_expected, {"n": 6, "k": 8}),
    "imprint_variance": (gr.imprint_variance, {"n": 6, "k": 8}),
    "imprint_all": (gr.imprint_all, {"n": 3, "k": 8}),
    "imprint_division": (gr.imprint_division, {"n": 6, "k": 8, "d": 3}),
    "imprint_division unequal": (gr.imprint_division, {"n": 6, "k": 8, "d": 3, "shared": False}),
    "imprint_digits": (gr.imprint_digits, {"n": 8, "k": 16, "direction": "brightness"}),
    "relu_recovery_probability": (gr.relu_recovery_probability, {"m": 9, "d": 4}),
    "noise_mmse": (gr.noise_mmse, {"Delta": DELTA, "noise_std": 0.5, "prior_std": 1.0}),
    "noise_mmse flat": (gr.noise_mmse, {"Delta": DELTA, "noise_std": 0.5, "prior_std": math.inf}),
    "noise_mmse_asymptotic": (gr.noise_mmse_asymptotic, {"m": 4, "B": 6, "noise_std": 0.5, "prior_std": 1.0}),
    "noise_mmse_asymptotic flat": (gr.noise_mmse_asymptotic, {"m": 8, "B": 3, "noise_std": 0.5, "prior_std": math.inf}),
    "pruned_gradient_error": (gr.pruned_gradient_error, {"m": 8, "B": 3, "keep": 0.75, "noise_std": 0.5}),
    "pruned_gradient_error prior": (
        gr.pruned_gradient_error,
        {"m": 8, "B": 5, "keep": 0.5, "noise_std": 0.5, "prior_std": 1.0},
    ),
    "candidate_success": (gr.candidate_success, {"K": 4, "snr": 1.0, "steps": 2}),
    "candidate_success simplex": (gr.candidate_success, {"K": 3, "snr": 1.0, "kind": "simplex"}),
    "candidate_success random": (gr.candidate_success, {"K": 3, "snr": 1.0, "kind": "random", "d": 5}),
    "spear_pair_probability": (gr.spear_pair_probability, {"m": 5, "theta": 1.0}),
    "spear_failure": (gr.spear_failure, {"b": 3, "m": 8}),
    "spear_direction_probability": (gr.spear_direction_probability, {"b": 3}),
    "spear_expected_draws": (gr.spear_expected_draws, {"b": 2}),
    "spear_batch": (gr.spear_batch, {"b": 2, "m": 100, "d": 5}),
    "spectral_overlap tall": (
        gr.spectral_overlap,
        {"m": 9, "d": 5, "delta_norm": 4.0, "x_norm": 1.0, "noise_std": 0.5},
    ),
    "spectral_overlap wide": (
        gr.spectral_overlap,
        {"m": 5, "d": 9, "delta_norm": 4.0, "x_norm": 1.0, "noise_std": 0.5},
    ),
    "reconstruction_crlb": (gr.reconstruction_crlb, {"w": R, "x": (0.5, 1.0), "y": 0.4, "noise_std": 1e-3}),
    "max_margin_split": (gr.max_margin_split, {"n": 4, "d": 8, "t": 3.0}),
    "max_margin_split one": (gr.max_margin_split, {"n": 4, "d": 8, "t": 1.0, "partner": False}),
    "network_split": (gr.network_split, {"m": 5, "d": 7}),
    "tensor_reconstruction odd": (
        gr.tensor_reconstruction,
        {"activation": "tanh", "d": 5, "r": R, "m": 400, "polish_neurons": 40, "steps": 6},
    ),
    "tensor_reconstruction contracted": (
        gr.tensor_reconstruction,
        {"activation": "sin", "d": 11, "r": R, "m": 400},
    ),
    "tensor_reconstruction even": (
        gr.tensor_reconstruction,
        {"activation": "relu", "d": 5, "r": R, "m": 400, "polish_neurons": 40, "steps": 6},
    ),
    "tensor_attack_error": (gr.tensor_attack_error, {"activation": "cubic", "d": 4, "r": R, "m": 300}),
    "digits_gallery": (gr.digits_gallery, {"B": 2, "m": 400, "polish_neurons": 160, "noise_std": 0.1, "steps": 2}),
    "digits_reconstruction": (
        gr.digits_reconstruction,
        {"activation": "relu", "B": 2, "m": 600, "polish_neurons": 160, "noise_std": 0.01, "steps": 3, "restarts": 1},
    ),
}  # fmt: skip

UNCONVERGED = ("certified", "recovered", "impostor", "misfit")
"""What is NaN where a cell takes too few steps."""


def fields(result):
    named = result._asdict() if hasattr(result, "_asdict") else {"value": result}
    return {name: arrays.to_host(value) for name, value in named.items()}


@pytest.mark.parametrize("name", KERNELS)
def test_strict_arrays_give_the_same_numbers(name, make_rng):
    kernel, cell = KERNELS[name]
    got = fields(kernel(**cell, trials=3, rng=make_rng(11)))
    expected = fields(kernel(**cell, trials=3, rng=np.random.Generator(np.random.SFC64(11))))
    assert all(value.shape[0] == 3 for value in got.values())
    for field, value in expected.items():
        assert np.isfinite(value).all() or (field in UNCONVERGED and not np.isinf(value).any())
        np.testing.assert_array_equal(got[field], value, err_msg=field)


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_declares_its_memory(name):
    kernel, cell = KERNELS[name]
    assert 1 <= kernel.floats_per_trial(**cell) < 2e6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: gr.hermite_coefficient("swish", 1, trials=2, rng=rng), "activation = 'swish'"),
        (lambda rng: gr.population_tensor(X, R, "relu", 4, trials=2, rng=rng), "p = 4"),
        (lambda rng: gr.query_coefficient("laplace", 2, trials=2, rng=rng), "distribution = 'laplace'"),
        (lambda rng: gr.gradient_jacobian_rank(2, 3, 3, "hinge", trials=2, rng=rng), "loss = 'hinge'"),
        (
            lambda rng: gr.tensor_projections("relu", 2, (1.0, 1.0), 0.1, R, trials=2, rng=rng),
            "d = 2: must be larger than the number of samples",
        ),
    ],
)
def test_bad_names_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))
