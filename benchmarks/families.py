"""All rows of the table, at the sizes of the targets or small enough for a test."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.analysis import fixed_points, margins, moment_tensors
from benchmarks.dynamics import cyclic_forgetting, features_descent
from benchmarks.features import all_targets, one_target
from benchmarks.regression import min_norm_bidiagonal, min_norm_draws, min_norm_fits, min_norm_risks
from benchmarks.sparse import basis_pursuits, lassos, power_norms
from benchmarks.timing import Family

Make = Callable[[], Family]

FULL: dict[str, Make] = {
    "min_norm_fits": lambda: min_norm_fits(200, 400, 16),
    "min_norm_risks": lambda: min_norm_risks(200, 400, 16),
    "min_norm_draws": lambda: min_norm_draws(200, 400, 16),
    "min_norm_bidiagonal": lambda: min_norm_bidiagonal(200, 400, 1024),
    "one_target": lambda: one_target(100, 400, 200, 1000, 8),
    "all_targets": lambda: all_targets(100, 400, 200, 1000, 8),
    "features_descent": lambda: features_descent(10, 5, 10, 200, 64),
    "cyclic_forgetting": lambda: cyclic_forgetting(50, 5, 10, 100, 64),
    "moment_tensors": lambda: moment_tensors(20, 2000, 8),
    "fixed_points": lambda: fixed_points(50, 2000),
    "margins": lambda: margins(100, 200, 16),
    "large_margins": lambda: margins(400, 800, 4, few=1),
    "basis_pursuits": lambda: basis_pursuits(20, 80, 64),
    "large_basis_pursuits": lambda: basis_pursuits(40, 160, 32),
    "lassos": lambda: lassos(40, 160, 32),
    "small_lassos": lambda: lassos(40, 160, 32, share=0.002),
    "power_norms": lambda: power_norms(40, 160, 32),
}

TINY: dict[str, Make] = {
    "min_norm_fits": lambda: min_norm_fits(10, 20, 4),
    "min_norm_risks": lambda: min_norm_risks(10, 20, 4),
    "min_norm_draws": lambda: min_norm_draws(10, 40, 100),
    "min_norm_bidiagonal": lambda: min_norm_bidiagonal(10, 40, 100),
    "one_target": lambda: one_target(10, 30, 15, 50, 3),
    "all_targets": lambda: all_targets(10, 30, 15, 50, 100),
    "features_descent": lambda: features_descent(3, 2, 3, 10, 3),
    "cyclic_forgetting": lambda: cyclic_forgetting(8, 3, 2, 5, 3),
    "moment_tensors": lambda: moment_tensors(4, 30, 3),
    "fixed_points": lambda: fixed_points(6, 50),
    "margins": lambda: margins(6, 12, 5),
    "large_margins": lambda: margins(12, 6, 5),
    "basis_pursuits": lambda: basis_pursuits(5, 12, 4),
    "large_basis_pursuits": lambda: basis_pursuits(8, 16, 4),
    "lassos": lambda: lassos(5, 12, 4),
    "small_lassos": lambda: lassos(5, 12, 4, share=0.01),
    "power_norms": lambda: power_norms(5, 12, 4),
}
