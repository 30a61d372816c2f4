"""What the optima of the unconstrained features model refuse."""

from __future__ import annotations

import math

import pytest

from theory import neural_collapse as nc

GOOD = {
    nc.ufm_mse_optimum: {"n_per_class": [3, 2], "lambda_W": 0.1, "lambda_H": 0.1, "d": 2},
    nc.ufm_mse_bias: {"K": 3, "n": 2, "lambda_W": 0.1, "lambda_H": 0.1, "lambda_b": 0.1},
    nc.ufm_mse_free_bias: {"n_per_class": [3, 2], "lambda_W": 0.1, "lambda_H": 0.1},
    nc.ufm_ce_optimum: {"K": 3, "n": 2, "lambda_W": 0.1, "lambda_H": 0.1, "nonnegative_features": True},
    nc.seli_geometry: {"n_per_class": [3, 2]},
    nc.saddle_curvature: {"n_per_class": [3, 2], "lambda_W": 0.1, "lambda_H": 0.1, "off": [1]},
    nc.deep_head_optimum: {"n_per_class": [3, 2], "lambdas": [0.1, 0.1, 0.1]},
    nc.minority_collapse_ratio_ufm: {"K_A": 2, "K_B": 2, "n_B": 3, "lambda_W": 0.1, "lambda_H": 0.1},
    nc.minority_collapse_ratio_lpm: {"K_A": 2, "K_B": 2, "E_W": 1.0, "E_H": 1.0},
    nc.layer_peeled_energy: {"K_A": 2, "K_B": 2, "R": 3.0, "multiplier": 0.1},
    nc.lpm_balanced_loss: {"K": 3, "E_W": 1.0, "E_H": 1.0},
}
EXTRA = [
    (nc.ufm_mse_optimum, "n_per_class", [3]),
    (nc.ufm_mse_optimum, "n_per_class", [3, 0]),
    (nc.ufm_mse_optimum, "n_per_class", [3, 1.5]),
    (nc.ufm_mse_optimum, "d", 0),
    (nc.ufm_mse_bias, "K", 1),
    (nc.ufm_mse_bias, "lambda_b", -0.1),
    (nc.ufm_ce_optimum, "lambda_W", 0.0),
    (nc.saddle_curvature, "off", [2]),
    (nc.saddle_curvature, "off", [0, 0]),
    (nc.deep_head_optimum, "lambdas", [0.1]),
    (nc.deep_head_optimum, "lambdas", [0.1, 0.0]),
    (nc.minority_collapse_ratio_ufm, "K_B", 1),
    (nc.minority_collapse_ratio_lpm, "E_W", 0.0),
    (nc.layer_peeled_energy, "R", 1.0),
    (nc.layer_peeled_energy, "multiplier", 0.3),
]


@pytest.mark.parametrize(
    ("function", "name", "value"),
    [
        *(
            (f, name, bad)
            for f, good in GOOD.items()
            for name in good
            for bad in (math.nan, "many", -3, [[]])
            if (name, bad) != ("off", [[]])
        ),
        *EXTRA,
    ],
)
def test_bad_input_names_the_argument(function, name, value):
    with pytest.raises(ValueError, match=f"^{name} = "):
        function(**(GOOD[function] | {name: value}))


def test_mismatched_shapes_are_named():
    with pytest.raises(ValueError, match="lambda_W"):
        nc.ufm_ce_optimum(3, [1, 2], [0.1, 0.1, 0.1], 0.1)
