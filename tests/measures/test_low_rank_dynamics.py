"""Moving directions of trained layers: r of the 2r of a deep linear network stand out, counted by brute force too."""

from __future__ import annotations

import numpy as np
import pytest

from overparam import diagnose
from overparam.measures.low_rank_dynamics import moving_directions

D, EPS, ETA = 40, 0.5, 0.1


def trained(rank, steps=60):
    """Two layers of width D from orthogonal starts, on a target of that rank: start and end, by hand."""
    rng = np.random.default_rng(rank)
    frames = [np.linalg.qr(rng.standard_normal((D, D)))[0] for _ in range(4)]
    M = frames[0][:, :rank] * np.linspace(2.0, 1.0, rank) @ frames[1][:, :rank].T
    start = W = (EPS * frames[2], EPS * frames[3])
    for _ in range(steps):
        slope = W[1] @ W[0] - M
        W = (W[0] - ETA * W[1].T @ slope, W[1] - ETA * slope @ W[0].T)
    return start, W


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_half_of_the_directions_that_the_theorem_names_stand_out(rank):
    for before, after in zip(*trained(rank), strict=True):
        found = moving_directions(before, after)
        # All but 2r singular values of the change are one number: the common shrinking. r stand out above it.
        singular = np.linalg.svd(after - before, compute_uv=False)
        common = np.median(singular)
        assert np.sum(np.abs(singular - common) < 1e-9 * common) == D - 2 * rank
        assert found.value == np.sum(singular > 2 * common) == rank
        assert found.claims[0] == "invariant-subspace"


def test_two_checkpoints_are_diagnosed():
    before, after = trained(2)
    report = diagnose({"first": after[0], "second": after[1]}, {"first": before[0], "second": before[1]})
    assert [int(layer.moving.value) for layer in report.report.layers] == [2, 2]


def test_layers_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="end = array of shape"):
        moving_directions(np.ones((3, 4)), np.ones((4, 3)))
