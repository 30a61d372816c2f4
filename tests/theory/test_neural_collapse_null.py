"""Values of the metrics without structure, at optima and under a narrow width: exact small cases, refused input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from theory.neural_collapse import nc1_null_mean, nc2_floor, nc3_mse_optimum


def test_null_mean_equals_the_confirmed_numbers():
    assert nc1_null_mean(4, 5, 20) == 0.75
    assert nc1_null_mean(3, 10, 30) == pytest.approx(18 / 27, rel=1e-15)
    assert nc1_null_mean(12, 6, 5) == 5.0


@pytest.mark.parametrize(("n", "d"), [(2, 6), (5, 9), (7, 40)])
def test_two_classes_by_an_independent_route(n, d):
    """C = 2: NC1 = 2 delta' S delta/|delta|^4 with delta ~ N(0, 2I/n), so E = 2 (n-1)/n * E[1/|delta|^2]."""
    expected = Fraction(2 * (n - 1), n) * Fraction(n, 2) / (d - 2)
    assert nc1_null_mean(2, n, d) == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize(("C", "n"), [(6, 3), (9, 2), (30, 5)])
def test_one_feature_by_an_independent_route(C, n):
    """d = 1: NC1 = (within variance)/(between sum of squares), a ratio of independent chi-squares."""
    within, inverse_between = Fraction(C * n - C, C * n), Fraction(n, C - 3)
    assert nc1_null_mean(C, n, 1) == pytest.approx(float(within * inverse_between), rel=1e-15)


def test_null_mean_between_its_branches():
    assert np.isinf(nc1_null_mean(6, 2, [4, 5, 6])).all()
    assert np.isfinite(nc1_null_mean(6, 2, [3, 7])).all()
    np.testing.assert_array_equal(nc1_null_mean(6, 1, [1, 5, 20]), 0.0)
    assert nc1_null_mean([[3], [4]], 2, [9, 10, 11]).shape == (2, 3)


def test_nc2_floor_is_reached_by_equal_singular_values():
    C, rng = 6, np.random.default_rng(0)
    for d in (1, 3, 5, 8):
        basis = np.linalg.qr(np.column_stack([np.ones(C), rng.standard_normal((C, C - 1))]))[0][
            :, 1 : min(d, C - 1) + 1
        ]
        G = basis @ basis.T
        distance = np.linalg.norm(G / np.linalg.norm(G) - (np.eye(C) - 1 / C) / np.sqrt(C - 1))
        assert nc2_floor(C, d) == pytest.approx(distance, abs=1e-7)
        M = rng.standard_normal((d, C))
        M -= M.mean(axis=1, keepdims=True)
        G = M.T @ M
        assert np.linalg.norm(G / np.linalg.norm(G) - (np.eye(C) - 1 / C) / np.sqrt(C - 1)) >= nc2_floor(C, d) - 1e-12


def test_nc3_of_the_orthogonal_frame():
    for C in (2, 3, 10):
        frame = np.eye(C)
        centred = frame - 1 / C
        distance = np.linalg.norm(frame / np.linalg.norm(frame) - centred / np.linalg.norm(centred))
        assert nc3_mse_optimum(C) == pytest.approx(distance, rel=1e-14)
    assert nc3_mse_optimum([2, 3]).shape == (2,)


@pytest.mark.parametrize("bad", [0, -3, 2.5, float("nan"), "ten", [], True])
@pytest.mark.parametrize(
    ("function", "name"),
    [
        (nc1_null_mean, "C"), (nc1_null_mean, "n"), (nc1_null_mean, "d"),
        (nc2_floor, "C"), (nc2_floor, "d"), (nc3_mse_optimum, "C"),
    ],
)  # fmt: skip
def test_bad_sizes_are_refused(function, name, bad):
    sizes = {"C": 5, "n": 3, "d": 9} if function is nc1_null_mean else {"C": 5, "d": 9}
    if function is nc3_mse_optimum:
        sizes = {"C": 5}
    with pytest.raises(ValueError, match=f"^{name} = "):
        function(**{**sizes, name: bad})
    with pytest.raises(ValueError, match=r"^C = "):
        function(**{**sizes, "C": 1})


def test_mismatched_sizes_are_refused():
    with pytest.raises(ValueError, match="n"):
        nc1_null_mean([4, 5], [2, 3, 4], 9)
    with pytest.raises(ValueError, match="d"):
        nc2_floor([4, 5], [2, 3, 4])


def test_sizes_of_classes():
    assert nc1_null_mean(d=9, n_per_class=[4, 4, 4]) == nc1_null_mean(3, 4, 9)
    assert nc1_null_mean(d=2, n_per_class=[6] * 9) == nc1_null_mean(9, 6, 2)
    assert np.isinf(nc1_null_mean(d=[3, 2, 1], n_per_class=[5, 3, 2])).all()
    sizes = np.array([7, 2, 1, 1])
    basis = np.linalg.qr(np.c_[np.ones(4), np.eye(4)[:, 1:]])[0][:, 1:]  # of what is orthogonal to 1
    between = np.linalg.inv(basis.T @ np.diag(1 / sizes) @ basis)  # the scale of an inverse Wishart matrix
    expected = (11 - 4) / 11 * np.trace(between) / (np.array([9, 6]) - 4)
    np.testing.assert_allclose(nc1_null_mean(d=[9, 6], n_per_class=sizes), expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"C": 3, "n": [10, 20, 30], "d": 9}, "n"),
        ({"C": 3, "n": 2, "d": 9, "n_per_class": [1, 2, 3]}, "n_per_class"),
        ({"C": 3, "d": 9}, "n"),
        ({"d": 9}, "C"),
        ({"C": 3, "n": 2}, "d"),
        ({"d": 9, "n_per_class": [4]}, "n_per_class"),
        ({"d": 9, "n_per_class": [4, 0]}, "n_per_class"),
        ({"d": 3, "n_per_class": [4, 2] * 5}, "d"),
    ],
)
def test_sizes_given_twice_or_not_at_all(arguments, name):
    with pytest.raises(ValueError, match=f"^{name} = "):
        nc1_null_mean(**arguments)
