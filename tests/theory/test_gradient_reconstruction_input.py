"""Bad input to every public function: ValueError with the argument's name."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from theory import gradient_reconstruction as gr

X = [[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]]
GOOD = {
    "hermite_coefficient": {"activation": "relu", "p": 2, "norm": 1.0, "slope": 0.1, "alpha": 1.0},
    "failure": {"activation": "relu", "order": 2, "slope": 0.1, "alpha": 1.0},
    "population_tensor": {"X": X, "r": [1.0, 2.0], "activation": "relu", "p": 2, "slope": 0.1, "alpha": 1.0},
    "population_tensor_with_output": {
        "X": X, "y": [1.0, 2.0], "output_scale": 1.0, "m": 3, "activation": "relu", "p": 2,
    },
    "tensor_mse": {"X": X, "r": [1.0, 2.0], "m": 5, "order": 2},
    "tensor_projections": {"activation": "tanh", "d": 4, "norms": [1.0, 2.0], "cosine": 0.2, "r": [1.0, 2.0]},
    "tensor_errors": {"d": 4, "norms": [1.0, 2.0], "cosine": 0.2, "r": [1.0, 2.0], "m": 5},
    "subspace_error": {"r": [1.0, 2.0], "d": 5, "m": 10},
    "tensor_attack_error": {"activation": "tanh", "r": [1.0, 2.0], "d": 5, "m": 10},
    "query_coefficient": {"distribution": "uniform", "support": 3},
    "gradient_jacobian_rank": {"B": 2, "d": 8, "n_outputs": 4, "loss": "softmax"},
    "wide_layer_jacobian_rank": {"B": 2, "d": 3, "n_outputs": 4, "loss": "squared"},
    "max_identifiable_batch": {"d": 8, "n_outputs": 4, "loss": "softmax"},
    "gradient_rank": {"B": 2, "m": 3, "d": 4},
    "invert_single_sample": {"grad_W": X, "grad_b": [1.0, 0.0]},
    "row_space_angles": {"grad_W": X, "X": X},
    "expected_exclusive": {"B": 2, "m": 3, "threshold": 0.1, "rho": 0.2},
    "imprint_expected": {"n": 3, "k": 4},
    "imprint_variance": {"n": 3, "k": 4},
    "imprint_all": {"n": 3, "k": 4},
    "relu_recovery_probability": {"m": 9, "d": 4},
    "noise_mmse": {"Delta": X, "noise_std": 0.1, "prior_std": 1.0},
    "noise_mmse_asymptotic": {"m": 4, "B": 3, "noise_std": 0.1, "prior_std": 1.0},
    "spectral_overlap": {"m": 4, "d": 3, "delta_norm": 1.0, "x_norm": 1.0, "noise_std": 0.1},
    "critical_noise": {"m": 4, "d": 3, "delta_norm": 1.0, "x_norm": 1.0},
    "reconstruction_crlb": {"w": [1.0, 2.0], "x": [0.5, 1.0], "y": 0.3, "noise_std": 0.1},
    "reconstruction_trace_bound": {"w": [1.0, 2.0], "x": [0.5, 1.0], "y": 0.3, "noise_std": 0.1},
    "renyi_reconstruction_bound": {"noise_std": 0.1, "diameter": 1.0},
    "pruned_gradient_error": {"m": 10, "B": 2, "keep": 0.5, "noise_std": 0.1, "prior_std": 1.0},
    "candidate_success": {"K": 3, "snr": 0.5, "simplex": True},
    "reconstruction_robustness": {"K": 3, "snr": 0.5},
    "renyi_robustness": {"K": 3, "snr": 0.5},
    "spear_pair_probability": {"m": 3, "theta": 0.5},
    "spear_failure_leading": {"b": 3, "m": 5},
    "spear_direction_probability": {"b": 3, "scalar_output": True},
    "spear_expected_draws": {"b": 3},
    "max_margin": {"X": X, "y": [1, -1]},
    "split_dataset": {"X": [[2.0, 0.0]], "y": [1], "v": [0.0, 1.0], "t": 0.5},
}  # fmt: skip

PUBLIC = sorted(name for name in gr.__all__ if callable(getattr(gr, name)) and name != "reconstruction_rate")
ARGUMENTS = [(name, argument) for name in GOOD for argument in GOOD[name]]


def test_every_public_function_is_covered():
    assert sorted(GOOD) == PUBLIC
    for name, good in GOOD.items():
        assert set(inspect.signature(getattr(gr, name)).parameters) - {"covered"} == set(good)


@pytest.mark.parametrize("name", GOOD)
def test_the_good_arguments_are_good(name):
    assert (
        np.isfinite(np.concatenate([np.ravel(v) for v in np.atleast_1d(getattr(gr, name)(**GOOD[name]))])).all()
        if (name not in ("max_margin", "split_dataset"))
        else getattr(gr, name)(**GOOD[name])
    )


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
@pytest.mark.parametrize("value", [math.nan, "many", None, [], [[math.nan]], math.inf, 1j])
def test_nonsense_is_refused(name, argument, value):
    if value == math.inf and argument == "prior_std":
        return
    with pytest.raises(ValueError, match=rf"(^|\W){argument}(\W|$)"):
        getattr(gr, name)(**{**GOOD[name], argument: value})


NEGATIVE = [pair for pair in ARGUMENTS if isinstance(GOOD[pair[0]][pair[1]], int | float) and pair[1] not in (
    "slope", "alpha", "output_scale", "threshold", "y", "t")]  # fmt: skip


@pytest.mark.parametrize(("name", "argument"), NEGATIVE)
def test_negative_numbers_are_refused(name, argument):
    with pytest.raises(ValueError, match=rf"{argument} = -1"):
        getattr(gr, name)(**{**GOOD[name], argument: -1})


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("hermite_coefficient", {"activation": "swish"}, "activation = 'swish'"),
        ("hermite_coefficient", {"activation": lambda z: z / 0}, "activation"),
        ("hermite_coefficient", {"p": 2.5}, "p = 2.5"),
        ("hermite_coefficient", {"p": 31}, "p = 31"),
        ("population_tensor", {"r": [1.0]}, "r = "),
        ("population_tensor", {"p": 20}, "p = 20"),
        ("population_tensor_with_output", {"y": [1.0, 2.0, 3.0]}, "y = "),
        ("tensor_mse", {"order": 4}, "order = 4"),
        ("tensor_mse", {"r": [1.0, 2.0, 3.0]}, "r = "),
        ("subspace_error", {"r": [1.0, 0.0]}, "r = "),
        ("subspace_error", {"d": 2}, "d = 2"),
        ("tensor_projections", {"d": 2}, "d = 2"),
        ("tensor_projections", {"r": [1.0]}, "r = "),
        ("tensor_errors", {"cosine": 1.0}, "cosine = 1"),
        ("tensor_errors", {"norms": [0.0, 1.0]}, "norms = "),
        ("tensor_attack_error", {"activation": "relu"}, "activation = 'relu'"),
        ("tensor_attack_error", {"r": [1.0, 2.0, 3.0]}, "r = "),
        ("tensor_attack_error", {"r": [0.0]}, "r = "),
        ("tensor_attack_error", {"d": 2}, "d = 2"),
        ("query_coefficient", {"distribution": "laplace"}, "distribution"),
        ("gradient_jacobian_rank", {"d": 3}, "d = 3"),
        ("max_identifiable_batch", {"d": 4, "loss": "squared"}, "d = 4"),
        ("gradient_jacobian_rank", {"loss": "hinge"}, "loss = 'hinge'"),
        ("gradient_jacobian_rank", {"n_outputs": 1}, "n_outputs = 1"),
        ("gradient_jacobian_rank", {"B": 0}, "B = 0"),
        ("invert_single_sample", {"grad_b": [0.0, 0.0]}, "grad_b"),
        ("invert_single_sample", {"grad_b": [1.0]}, "grad_b"),
        ("row_space_angles", {"X": [[1.0, 2.0]]}, "X = "),
        ("row_space_angles", {"grad_W": [[0.0, 0.0, 0.0]]}, "grad_W"),
        ("row_space_angles", {"X": [[0.0, 0.0, 0.0]]}, "X = 0"),
        ("expected_exclusive", {"rho": 1.0}, "rho = 1.0"),
        ("expected_exclusive", {"B": [1, 2], "m": [1, 2, 3]}, "B: "),
        ("imprint_expected", {"k": 1}, "k = 1"),
        ("imprint_all", {"n": 0}, "n = 0"),
        ("noise_mmse", {"noise_std": 0.0}, "noise_std = 0"),
        ("noise_mmse_asymptotic", {"prior_std": 0.0}, "prior_std = 0"),
        ("reconstruction_crlb", {"y": 2.5}, "y = 2.5"),
        ("reconstruction_crlb", {"y": 5.0}, "y = 5.0"),
        ("reconstruction_crlb", {"x": [1.0]}, "x = "),
        ("renyi_reconstruction_bound", {"diameter": 0.0}, "diameter"),
        ("max_margin", {"y": [1, 0]}, "y = "),
        ("max_margin", {"y": [1]}, "y = "),
        ("max_margin", {"X": [[1.0, 0.0], [1.0, 0.0]]}, "separable"),
        ("split_dataset", {"v": [1.0, 0.0]}, "v = "),
        ("split_dataset", {"v": [1.0]}, "v = "),
    ],
)
def test_values_outside_the_domain_are_refused(name, changed, message):
    with pytest.raises(ValueError, match=message):
        getattr(gr, name)(**{**GOOD[name], **changed})
