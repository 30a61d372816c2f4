"""All rows of the table, at the sizes of the targets or small enough for a test."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.analysis import fixed_points, margins, moment_tensors
from benchmarks.dynamics import cyclic_forgetting, features_descent
from benchmarks.regression import min_norm_draws, min_norm_fits, min_norm_risks, random_features
from benchmarks.timing import Family

Make = Callable[[], Family]

FULL: dict[str, Make] = {
    "min_norm_fits": lambda: min_norm_fits(200, 400, 16),
    "min_norm_risks": lambda: min_norm_risks(200, 400, 16),
    "min_norm_draws": lambda: min_norm_draws(200, 400, 16),
    "random_features": lambda: random_features(100, 400, 200, 1000, 8),
    "features_descent": lambda: features_descent(10, 5, 10, 200, 64),
    "cyclic_forgetting": lambda: cyclic_forgetting(50, 5, 10, 100, 64),
    "moment_tensors": lambda: moment_tensors(20, 2000, 8),
    "fixed_points": lambda: fixed_points(50, 2000),
    "margins": lambda: margins(100, 200, 16),
}

TINY: dict[str, Make] = {
    "min_norm_fits": lambda: min_norm_fits(10, 20, 4),
    "min_norm_risks": lambda: min_norm_risks(10, 20, 4),
    "min_norm_draws": lambda: min_norm_draws(10, 40, 100),
    "random_features": lambda: random_features(10, 30, 15, 50, 100),
    "features_descent": lambda: features_descent(3, 2, 3, 10, 3),
    "cyclic_forgetting": lambda: cyclic_forgetting(8, 3, 2, 5, 3),
    "moment_tensors": lambda: moment_tensors(4, 30, 3),
    "fixed_points": lambda: fixed_points(6, 50),
    "margins": lambda: margins(6, 12, 5),
}
