"""The fixed point: what the root finder is given (brackets, slopes), what it does with it, ends of the domain."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from theory import deterministic_equivalent as de
from theory.deterministic_equivalent import fixed_point, parse_spectrum

VALUES, COUNTS = [4.0, 1.0, 0.3, 1e-3], [1.0, 6.0, 12.0, 5.0]
SPECTRUM = parse_spectrum("s", VALUES, COUNTS)
find_root = de._safeguarded_newton


def counted(function: Any, low: Any, high: Any) -> tuple[np.ndarray, int]:
    """The roots and how often the function was called; every call must stay within the bracket."""
    low, high, calls = np.asarray(low, float), np.asarray(high, float), 0

    def watched(u: np.ndarray) -> Any:
        nonlocal calls
        calls += 1
        assert np.all((low <= u) & (u <= high))
        return function(u)

    return find_root(watched, low, high), calls


def test_newton_is_quadratic_on_many_roots_at_once() -> None:
    target = np.linspace(0.1, 1000.0, 2001)
    roots, calls = counted(lambda u: (np.exp(u) - target, np.exp(u)), np.full(2001, -3.0), np.full(2001, 7.0))
    assert roots == pytest.approx(np.log(target), rel=1e-15, abs=1e-15)
    assert calls <= 20


def test_far_roots_are_found_to_rounding() -> None:
    target = np.linspace(500.0, 1000.0, 2001)
    roots, calls = counted(lambda u: (u**3 - target**3, 3 * u**2), target - 400, target + 300)
    assert roots == pytest.approx(target, rel=4e-16)
    assert calls <= 12


def test_newton_leaves_the_bracket_and_is_called_back() -> None:
    roots, calls = counted(lambda u: (np.arctan(u - 1), 1 / (1 + (u - 1) ** 2)), [-20.0, -3.0], [30.0, 900.0])
    assert roots == pytest.approx([1.0, 1.0], abs=1e-15)
    assert calls <= 20


def test_flat_points_are_bisected_without_a_warning() -> None:
    roots, _ = counted(lambda u: (u**3 - [0.0, 1e-3], 3 * u**2), [-1.0, -1.0], [1.0, 1.0])
    assert roots == pytest.approx([0.0, 0.1], abs=1e-15)


CASES = [(n, ridge) for n in (0.5, 3.0, 18.0, 23.9, 24.0, 40.0) for ridge in (-2e-7, 0.0, 0.2, 1e20)]


@pytest.mark.parametrize(("n", "ridge"), [(n, ridge) for n, ridge in CASES if n < 24 or ridge > 0])
def test_every_root_is_bracketed_and_every_slope_is_the_derivative(
    n: float, ridge: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = 0

    def checked(function: Any, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        nonlocal searches
        searches += 1
        root = find_root(function, low, high)
        assert np.all((low <= root) & (root <= high))
        assert np.all(function(low)[0] <= 0)
        assert np.all(function(high)[0] >= 0)
        for u in (root - 0.3, root + 0.4, root + 1.7):
            (before, _), (_, slope), (after, _) = function(u - 1e-5), function(u), function(u + 1e-5)
            assert slope == pytest.approx((after - before) / 2e-5, rel=1e-6, abs=1e-9)
        return root

    monkeypatch.setattr(de, "_safeguarded_newton", checked)
    kappa = fixed_point(n, ridge, SPECTRUM)
    assert searches == (2 if ridge < 0 else 1)
    assert SPECTRUM.counts @ (SPECTRUM.values / (SPECTRUM.values + kappa)) + ridge / kappa == pytest.approx(
        n, rel=1e-13
    )
    assert kappa == pytest.approx(ridge / n, rel=1e-14) if ridge == 1e20 else kappa > 0


def test_the_most_negative_ridge() -> None:
    ones = parse_spectrum("s", [1.0], [4.0])  # delta = kappa (1 - 4/(1 + kappa)) is least at kappa = 1, where it is -1
    assert fixed_point(1, -1.0, ones) == pytest.approx(1.0, abs=1e-7)
    assert fixed_point(1, -0.75, ones) == pytest.approx((2.25 + math.sqrt(2.25**2 - 4 * 0.75)) / 2, rel=1e-14)
    with pytest.raises(ValueError, match=r"^ridge = -1\.01: must be >= -1 for this spectrum and n$"):
        fixed_point(1, -1.01, ones)
    for n in (4, 5):
        with pytest.raises(ValueError, match=rf"^ridge = -0\.5: must be >= 0 when n >= rank \(n = {n}, rank = 4\)$"):
            fixed_point(n, -0.5, ones)


def test_sizes_and_penalties_broadcast() -> None:
    kappa = fixed_point([[1], [2], [4]], [0.0, 1.0], parse_spectrum("s", [1.0], [4.0]))
    # n = 4/(1 + kappa) + delta/kappa: n kappa^2 + (n - 4 - delta) kappa - delta = 0
    exact = [[(4 + d - n + math.sqrt((n - 4 - d) ** 2 + 4 * n * d)) / (2 * n) for d in (0, 1)] for n in (1, 2, 4)]
    assert kappa == pytest.approx(np.array(exact), rel=1e-14)


def test_multiplicities() -> None:
    spectrum = parse_spectrum("s", [2.0, 0.0, 1.0], [1.5, 4.0, 2.0])
    assert spectrum.values.tolist() == [2.0, 1.0]
    assert spectrum.counts.tolist() == [1.5, 2.0]
    assert (spectrum.size, spectrum.rank) == (7.5, 3.5)
    for bad in ([1.0, 0.0], [[1.0, 1.0]], [1.0]):
        with pytest.raises(ValueError) as refusal:
            parse_spectrum("s", [1.0, 1.0], bad)
        domain = "a 1-dimensional array of real numbers in (0, inf), 2 of them"
        assert str(refusal.value) == f"multiplicities of s = {bad}: must be {domain}"
    with pytest.raises(ValueError, match=r"^s = \[0\.0\]: must hold at least one positive eigenvalue$"):
        parse_spectrum("s", [0.0])


def test_degrees_are_the_sums_they_name() -> None:
    kappa = fixed_point([3.0, 10.0], 0.2, SPECTRUM)
    degree = de.degrees(kappa, 0.2, SPECTRUM)
    for i, n in enumerate((3.0, 10.0)):
        shares = [v / (v + kappa[i]) for v in VALUES]
        assert degree.df1[i] == pytest.approx(sum(c * s for c, s in zip(COUNTS, shares, strict=True)), rel=1e-14)
        assert degree.df2[i] == pytest.approx(sum(c * s * s for c, s in zip(COUNTS, shares, strict=True)), rel=1e-14)
        assert degree.rest[i] == pytest.approx(n - degree.df2[i], rel=1e-12)
