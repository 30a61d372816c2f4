"""Collapse against pairs under deep linear layers: the contract's numbers, stationarity, threshold, refused input."""

from __future__ import annotations

import math

import numpy as np
import pytest

from theory.neural_collapse import deep_ce_losses, pairs_depth

CONFIRMED = [
    ((4, 1, 4, 0.01), 0.152877278, 0.139898751), ((6, 1, 4, 0.01), 0.254702387, 0.215098256),
    ((6, 2, 3, 1e-3), 0.038929067, 0.036537676), ((4, 1, 3, 0.01), 0.151445692, 0.151703348),
    ((10, 1, 4, 1e-3), 0.053921140, 0.042673846), ((8, 2, 5, 5e-3), 0.222624668, 0.169165251),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "collapse", "pairs"), CONFIRMED)
def test_losses_are_the_contracts_and_minima(cell, collapse, pairs):
    found = deep_ce_losses(*cell)
    assert (found.collapse, found.pairs) == pytest.approx((collapse, pairs), abs=6e-10)
    K, n, L, lam = cell
    for t, rank, factor, partner in ((found.collapse_gap, K - 1, 1, 1), (found.pairs_gap, K / 2, 2, 2)):
        at = t + np.array([-1e-3, 0, 1e-3])
        wrong = (K - 2) * np.exp(-at) + np.exp(-partner * at)
        loss = np.log1p(wrong) + L * lam / 2 * rank * (factor * at * math.sqrt(n)) ** (2 / L)
        assert loss[1] < min(loss[0], loss[2])


@pytest.mark.parametrize(("K", "depth"), [(4, 3.419), (6, 2.714), (8, 2.477)])
def test_depth_from_which_pairs_win(K, depth):
    assert pairs_depth(K) == pytest.approx(depth, abs=6e-4)
    for lam in (1e-8, 1e-4, 1e-3):
        found = deep_ce_losses(K, 2, math.ceil(depth), lam)
        assert found.pairs < found.collapse
        assert deep_ce_losses(K, 2, 2, lam).pairs > deep_ce_losses(K, 2, 2, lam).collapse


def test_large_penalties_leave_no_minimum():
    assert all(math.isnan(value) for value in deep_ce_losses(4, 1, 4, 1.0))


@pytest.mark.parametrize(
    ("name", "value"), [("K", 5), ("K", 2), ("n", 0), ("L", 1), ("lam", 0.0), ("lam", math.nan), ("L", "deep")]
)
def test_bad_input_is_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name} = "):
        deep_ce_losses(**{"K": 4, "n": 1, "L": 3, "lam": 0.01, name: value})
