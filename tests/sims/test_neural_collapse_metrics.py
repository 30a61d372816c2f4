"""NC1 to NC4 of any features: against a plain computation, their symmetries, other arrays than NumPy's, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.arrays import asarray, namespace, to_host
from sims.neural_collapse import nc1_null_mean, nc_metrics
from sims.neural_collapse.metrics import NCMetrics


def _plain(H, labels, W, b):
    """The definitions, word by word, with loops and pinv."""
    N = H.shape[1]
    C = W.shape[0]
    mu = np.stack([H[:, labels == c].mean(axis=1) for c in range(C)], axis=1)
    centre = mu.mean(axis=1, keepdims=True)
    within = sum(np.outer(H[:, i] - mu[:, labels[i]], H[:, i] - mu[:, labels[i]]) for i in range(N)) / N
    M = mu - centre
    between = M @ M.T / C
    pairs = [(i, j) for i in range(C) for j in range(C) if i != j]

    def frame(V):
        norms = np.linalg.norm(V, axis=0)
        cosines = np.array([V[:, i] @ V[:, j] / norms[i] / norms[j] for i, j in pairs])
        return norms.std() / norms.mean(), cosines.std(), np.abs(cosines + 1 / (C - 1)).mean()

    G = M.T @ M
    nc2 = np.linalg.norm(G / np.linalg.norm(G) - (np.eye(C) - 1 / C) / np.sqrt(C - 1))
    nc3 = np.linalg.norm(W / np.linalg.norm(W) - M.T / np.linalg.norm(M))
    decided = [np.argmax(W @ H[:, i] + b) for i in range(N)]
    nearest = [np.argmin([np.linalg.norm(H[:, i] - mu[:, c]) for c in range(C)]) for i in range(N)]
    nc1 = np.trace(within @ np.linalg.pinv(between, rcond=1e-12)) / C
    return (nc1, *frame(M), nc2, *frame(W.T), nc3, nc3**2, np.mean(np.array(decided) != nearest))


def _example(seed, d, sizes):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    H = rng.standard_normal((d, len(labels))) + 1.5 * rng.standard_normal((d, len(sizes)))[:, labels]
    return H, labels, rng.standard_normal((len(sizes), d)), rng.standard_normal(len(sizes))


@pytest.mark.parametrize(("d", "sizes"), [(6, (4, 3, 5)), (2, (3, 3, 3, 3)), (3, (2, 6, 1, 4)), (9, (5, 2))])
def test_metrics_are_their_definitions(d, sizes):
    H, labels, W, b = _example(3, d, sizes)
    np.testing.assert_allclose(nc_metrics(H, labels, W, b), _plain(H, labels, W, b), rtol=1e-10, atol=1e-14)
    without = nc_metrics(H, labels)
    assert without[:5] == nc_metrics(H, labels, W, b)[:5]
    assert without[5:] == (None,) * 6
    assert isinstance(without.nc1, float)
    assert nc_metrics(H, labels, W).nc4 == nc_metrics(H, labels, W, np.zeros(len(sizes))).nc4


def test_a_stack_is_measured_matrix_by_matrix():
    examples = [_example(seed, 4, (3, 2, 4)) for seed in range(3)]
    labels = examples[0][1]
    H, W, b = (np.stack([e[i] for e in examples]) for i in (0, 2, 3))
    together = nc_metrics(H, labels, W, b)
    for i in range(3):
        alone = nc_metrics(H[i], labels, W[i], b[i])
        np.testing.assert_allclose([field[i] for field in together], alone, rtol=1e-12)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10.0), st.integers(2, 6))
def test_rotation_scale_and_shift_change_nothing_but_the_decisions(seed, scale, d):
    H, labels, W, _ = _example(seed, d, (4, 3, 4))
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
    moved = nc_metrics(scale * Q @ H + rng.standard_normal((d, 1)), labels, (2.0 * W) @ Q.T)
    before = nc_metrics(H, labels, W)
    np.testing.assert_allclose(moved[:10], before[:10], rtol=1e-7, atol=1e-9)


def test_single_precision_and_unordered_memory():
    H, labels, W, b = _example(1, 5, (4, 4, 4))
    found = nc_metrics(np.asfortranarray(H.astype(np.float32)), labels.astype(np.int32), W.astype(np.float32), b)
    np.testing.assert_allclose(found, nc_metrics(H, labels, W, b), rtol=1e-4)


def test_lists_of_labels_and_means_of_lower_rank():
    H = np.array([[1.0, 1.0, -1.0, -1.0, 0.0, 0.0], [0.1, -0.1, 0.1, -0.1, 0.1, -0.1], [0.0] * 6])
    found = nc_metrics(H, [0, 0, 1, 1, 2, 2])  # means on a line: the deviations are orthogonal to it
    assert found.nc1 == 0.0
    assert found.nc2 > 0.5


def test_other_array_libraries(make_rng):
    rng = make_rng(0)
    H, labels, W, b = _example(2, 5, (3, 4, 3))
    H_, W_, b_ = (asarray(rng, a) for a in (H, W, b))
    found = nc_metrics(H_, asarray(rng, labels), W_, b_)
    np.testing.assert_allclose(found, nc_metrics(H, labels, W, b), rtol=1e-12)
    stack = nc_metrics(H_[None, :, :], asarray(rng, labels), W_, b_)
    assert namespace(stack.nc1) is namespace(H_)
    np.testing.assert_allclose([to_host(v)[0] for v in stack[:5]], found[:5], rtol=1e-12)


def test_pytorch_tensors():
    torch = pytest.importorskip("torch", reason="PyTorch (optional, test only) is not installed")
    H, labels, W, b = _example(2, 5, (3, 4, 3))
    expected = nc_metrics(H, labels, W, b)
    tensors = [torch.tensor(a) for a in (H, labels, W, b)]
    tensors[0].requires_grad_(True)
    np.testing.assert_allclose(nc_metrics(*tensors), expected, rtol=1e-12)
    single = nc_metrics(*(t.to(torch.float32) if t.dtype == torch.float64 else t for t in tensors))
    np.testing.assert_allclose(single, expected, rtol=1e-3)


_H, _LABELS, _W, _B = _example(0, 3, (2, 3, 2))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("H", {"H": _H[0]}),
        ("H", {"H": np.empty((3, 0))}),
        ("H", {"H": np.where(_H == _H.max(), np.nan, _H)}),
        ("labels", {"labels": _LABELS[:-1]}),
        ("labels", {"labels": _LABELS.astype(float)}),
        ("labels", {"labels": _LABELS - 1}),
        ("labels", {"labels": 2 * _LABELS}),
        ("labels", {"labels": _LABELS + 1}),
        ("labels", {"labels": 0 * _LABELS, "W": None, "b": None}),
        ("labels", {"labels": ["a"] * 7}),
        ("W", {"W": _W[:, :2]}),
        ("W", {"W": _W[0], "labels": np.arange(7) % 3}),
        ("b", {"b": _B[:2]}),
        ("b", {"W": None}),
    ],
)
def test_bad_input_is_refused(name, change):
    with pytest.raises(ValueError, match=f"^{name} = "):
        nc_metrics(**{"H": _H, "labels": _LABELS, "W": _W, "b": _B, **change})


def test_blocks_of_columns_change_nothing(monkeypatch):
    expected = nc_metrics(_H, _LABELS, _W, _B)
    order = np.array([3, 6, 0, 5, 1, 4, 2])
    monkeypatch.setattr("sims.neural_collapse.metrics._BLOCK", 14)  # two columns at a time
    np.testing.assert_allclose(nc_metrics(_H[:, order], _LABELS[order], _W, _B), expected, rtol=1e-12, atol=1e-15)


def test_sizes_of_classes_as_a_list():
    rng = np.random.default_rng
    drawn = nc1_null_mean(n_per_class=[2, 2, 2], d=7, trials=3, rng=rng(0))
    np.testing.assert_array_equal(drawn, nc1_null_mean(3, 2, 7, trials=3, rng=rng(0)))
    with pytest.raises(ValueError, match="n_per_class"):
        nc1_null_mean(3, 2, 7, n_per_class=[2, 2, 2], trials=3, rng=rng(0))
    with pytest.raises(ValueError, match="n_per_class"):
        nc1_null_mean(d=7, trials=3, rng=rng(0))


def test_all_metrics_have_names():
    assert NCMetrics._fields == (
        "nc1", "equinorm", "equiangle", "maxangle", "nc2", "equinorm_W", "equiangle_W", "maxangle_W", "nc3", "nc3_sq",
        "nc4",
    )  # fmt: skip
