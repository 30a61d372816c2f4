"""A spike in a rectangular noise matrix: exact relations, the transposed matrix, and the fixed point of resolvents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import marchenko_pastur
from theory.gradient_reconstruction import spectral_overlap
from theory.spiked import cosines, observed


@settings(derandomize=True, max_examples=200, deadline=None)
@given(beta=st.floats(0.01, 100.0), share=st.floats(1.01, 50.0))
def test_the_transposed_matrix_has_the_same_spike(beta: float, share: float) -> None:
    x = share * beta**0.25
    # Transposing divides by another length: x' = x/sqrt(beta), beta' = 1/beta, and the sides change places.
    turned = x / np.sqrt(beta)
    assert observed(turned, 1 / beta) * np.sqrt(beta) == pytest.approx(float(observed(x, beta)), rel=1e-12)
    assert cosines(turned, 1 / beta) == pytest.approx(cosines(x, beta)[::-1], rel=1e-10)


@pytest.mark.parametrize("beta", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("share", [1.05, 1.5, 4.0])
def test_master_equation_of_the_resolvents(beta: float, share: float) -> None:
    """1/x^2 = D(y), product of the transforms of both sides; cos^2 = -2 phi/(x^2 D') by Benaych-Georges, Nadakuditi."""
    x = share * beta**0.25
    y = float(observed(x, beta))

    # The eigenvalues of ZZ'/d follow the Marchenko-Pastur law of ratio beta.
    rows, rows_slope = (
        float(marchenko_pastur.expectation(function, beta))
        for function in (lambda s: y / (y * y - s), lambda s: -(y * y + s) / (y * y - s) ** 2)
    )
    columns, columns_slope = beta * rows + (1 - beta) / y, beta * rows_slope - (1 - beta) / y**2
    assert rows * columns == pytest.approx(1 / x**2, rel=1e-9)
    slope = rows_slope * columns + rows * columns_slope
    found = cosines(x, beta)
    assert found.rows == pytest.approx(-2 * rows / (x**2 * slope), rel=1e-8)
    assert found.columns == pytest.approx(-2 * columns / (x**2 * slope), rel=1e-8)


def test_confirmed_values_threshold_and_shapes() -> None:
    found = cosines([1.5, 2.5], 0.5)
    assert observed([1.5, 2.5], 0.5) == pytest.approx([1.993, 2.798], abs=6e-4)
    assert found.rows == pytest.approx([0.737, 0.914], abs=6e-4)
    assert found.columns == pytest.approx([0.624, 0.851], abs=6e-4)
    threshold = 0.25**0.25
    assert [side.tolist() for side in cosines([0.0, 0.3, threshold], 0.25)] == [[0.0, 0.0, 0.0]] * 2
    assert observed([0.0, threshold], 0.25).tolist() == [1.5, 1.5]
    assert cosines(1e8, 2.0) == pytest.approx((1.0, 1.0))
    assert cosines([[1.0], [2.0]], [0.1, 0.2, 0.3]).rows.shape == (2, 3)
    assert spectral_overlap(100, 400, 40.0, 1.0, 1.0) == cosines(2.0, 0.25).columns
