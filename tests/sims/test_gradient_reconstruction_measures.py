"""Measures for gradients of one's own: known values, outside implementations, every backend, bad input."""

from __future__ import annotations

import itertools
import math
import tracemalloc

import numpy as np
import pytest
import scipy.linalg

from sims import arrays
from sims import gradient_reconstruction as gr
from sims.gradient_reconstruction import measures


def host(x):
    return arrays.to_host(x)


def test_ranks_of_known_spectra(make_rng):
    rng = make_rng(0)
    diagonal = arrays.asarray(rng, np.stack([np.diag([3.0, 3.0, 3.0]), np.diag([4.0, 2.0, 0.0])]))
    np.testing.assert_allclose(host(gr.stable_rank(diagonal)), [3.0, 1.25], rtol=1e-14)
    p = np.array([0.8, 0.2])
    np.testing.assert_allclose(host(gr.effective_rank(diagonal)), [3.0, np.exp(-(p * np.log(p)).sum())], rtol=1e-12)
    np.testing.assert_array_equal(host(measures.numerical_rank(diagonal)), [3.0, 2.0])


def test_inversion_and_angles_on_every_backend(make_rng):
    rng = make_rng(1)
    X, delta = rng.standard_normal(size=(3, 7)), rng.standard_normal(size=(5, 3))
    G = delta @ X
    assert host(gr.row_space_angles(G, X)).max() < 1e-12
    one, residual = X[:1, :], delta[:, :1]
    recovered = gr.invert_single_sample(residual @ one, residual[:, 0])
    np.testing.assert_allclose(host(recovered), host(one)[0], rtol=1e-14)


@pytest.mark.parametrize(("k", "l"), [(2, 4), (4, 2), (3, 3)])
def test_angles_against_scipy(k, l):
    rng = np.random.default_rng(k)
    A, B = rng.standard_normal((k, 6)), rng.standard_normal((l, 6))
    np.testing.assert_allclose(gr.row_space_angles(A, B), scipy.linalg.subspace_angles(A.T, B.T), atol=1e-12)


def test_tiny_angles_beside_large_ones():
    e, t = np.eye(5), 1e-9
    tilted = np.stack([math.cos(t) * e[0] + math.sin(t) * e[2], math.cos(1) * e[1] + math.sin(1) * e[3]])
    np.testing.assert_allclose(gr.row_space_angles(e[:2], tilted), [1.0, t], rtol=1e-6)


def test_matching_against_all_permutations(make_rng):
    rng = make_rng(2)
    X, found = rng.standard_normal(size=(3, 4, 2)), rng.standard_normal(size=(3, 4, 2))
    for signs in (False, True):
        errors = host(gr.matched_errors(found, X, signs=signs))
        for t in range(3):
            a, b = host(X)[t], host(found)[t]
            cost = ((a[:, None] - b) ** 2).sum(-1)
            if signs:
                cost = np.minimum(cost, ((a[:, None] + b) ** 2).sum(-1))
            best = min(itertools.permutations(range(4)), key=lambda p: sum(cost[i, p[i]] for i in range(4)))
            np.testing.assert_allclose(errors[t], [cost[i, best[i]] for i in range(4)], rtol=1e-12)


def relu_layer(rng, B=4, m=60, d=9):
    X, W = rng.standard_normal((B, d)), rng.standard_normal((m, d))
    fires = W @ X.T > 0.8 * np.linalg.norm(W, axis=1)[:, None]
    delta = fires * rng.standard_normal((m, 1)) * rng.standard_normal(B)
    return delta, X


def test_report_of_a_hidden_relu_layer():
    delta, X = relu_layer(np.random.default_rng(3))
    alone = {int(np.flatnonzero(row)[0]) for row in delta if np.count_nonzero(row) == 1}
    report = gr.gradient_leakage_report(delta @ X, delta.sum(axis=1), X)
    assert report.rank == report.row_space_dimension == 4
    assert report.exactly_recoverable == len(alone) > 0
    assert report.identifiable_batch == 0
    assert gr.gradient_leakage_report(delta @ X, delta.sum(axis=1)).exactly_recoverable is None
    assert 1 <= report.stable_rank <= report.effective_rank**2 <= 16


def test_report_of_an_imprint_layer():
    X = np.array([[0.1, 2.0], [0.3, -1.0], [0.35, 5.0], [0.9, 1.0]])
    edges = np.array([0.0, 0.2, 0.4, 0.6])
    delta = (X[:, 0] > edges[:, None]) * np.array([1.0, -2.0, 0.5, 3.0])
    report = gr.gradient_leakage_report(delta @ X, delta.sum(axis=1), X)
    assert report.exactly_recoverable == 2  # the samples alone in their bins: 0.1 and 0.9


def test_report_of_last_layers():
    rng = np.random.default_rng(4)
    for loss, identifiable in (("softmax", 9), ("squared", 10)):
        report = gr.gradient_leakage_report(rng.standard_normal((10, 64)), rng.standard_normal(10), loss=loss)
        assert report.identifiable_batch == identifiable
    wide = gr.gradient_leakage_report(rng.standard_normal((8, 5)), rng.standard_normal(8), loss="squared")
    assert wide.identifiable_batch == 9  # rank 45 over 5 unknowns a sample


def test_report_under_noise():
    rng = np.random.default_rng(5)
    delta, x = rng.standard_normal((40, 1)), rng.standard_normal((1, 90))
    clean = gr.gradient_leakage_report(delta @ x, delta[:, 0])
    strength = np.linalg.norm(delta) * np.linalg.norm(x)
    assert clean.critical_noise == pytest.approx(strength / (40 * 90) ** 0.25, rel=1e-12)
    for share, standing in ((0.1, 1), (3.0, 0)):
        s = share * clean.critical_noise
        noisy = delta @ x + s * rng.standard_normal((40, 90))
        report = gr.gradient_leakage_report(noisy, delta[:, 0] + s * rng.standard_normal(40), noise_std=s)
        assert report.rank == 40
        assert report.row_space_dimension <= standing


def test_report_on_every_backend(make_rng):
    rng = make_rng(6)
    delta, X = rng.standard_normal(size=(4, 2)), rng.standard_normal(size=(2, 5))
    bias = arrays.namespace(delta).sum(delta, axis=-1)
    report = gr.gradient_leakage_report(delta @ X, bias, X, loss="softmax", noise_std=1e-9)
    assert (report.rank, report.row_space_dimension, report.exactly_recoverable) == (2, 2, 0)


def test_a_difference_at_rounding_is_no_sample():
    grad_b = np.array([1.0, 1.0 - 1e-15, 0.5])
    candidates = measures.difference_ratios(np.ones((3, 2)), grad_b)
    assert np.isnan(candidates[0]).all()
    assert np.isfinite(candidates[1:]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(3), np.ones(3)), "grad_W = array"),
        ((np.ones((3, 2)), np.ones(2)), "grad_W, grad_b"),
        ((np.ones((3, 2)), np.ones(3), np.ones((1, 3))), "X = array"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gr.gradient_leakage_report(*arguments)


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="loss = 'hinge'"):
        gr.gradient_leakage_report(np.ones((3, 2)), np.ones(3), loss="hinge")


G, X = np.ones((3, 2)), np.array([[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize(("batch", "m", "d", "dtype"), [(1, 32, 64, "float32"), (3, 100, 784, "float32")])
def test_report_counts_rank_and_samples_in_the_precision_of_the_gradient(batch, m, d, dtype):
    rng = np.random.default_rng(1)
    x, delta = (rng.standard_normal((batch, k)).astype(dtype) for k in (d, m))
    delta[:, : 2 * batch] *= np.tile(np.eye(batch), 2).astype(dtype)  # two neurons that each sample fires alone
    report = gr.gradient_leakage_report(delta.T @ x, delta.sum(axis=0), x)
    assert report.rank == np.linalg.matrix_rank(delta.astype(float).T @ x.astype(float)) == batch
    assert report.exactly_recoverable == batch
    assert gr.gradient_leakage_report(delta.T @ x).rank == batch
    assert gr.gradient_leakage_report(delta.T @ x, X=x).exactly_recoverable is None


def test_report_makes_no_array_of_samples_times_neurons_times_inputs():
    rng = np.random.default_rng(0)
    x, delta = rng.standard_normal((400, 300)), rng.standard_normal((400, 500))
    w, b = delta.T @ x, delta.sum(axis=0)
    tracemalloc.start()
    gr.gradient_leakage_report(w, b, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 500 * 300 * 8 / 10


GOOD = {
    gr.stable_rank: {"matrix": G},
    gr.effective_rank: {"matrix": G},
    gr.invert_single_sample: {"grad_W": G, "grad_b": np.ones(3)},
    gr.row_space_angles: {"grad_W": G, "X": X},
    gr.matched_errors: {"found": X, "X": X},
    gr.gradient_leakage_report: {"grad_W": G, "grad_b": np.ones(3), "X": X},
}
BAD = ("many", None, [[1.0]], np.array([]), np.array([["a"]]), np.full((3, 2), math.nan), np.full(3, math.inf))


@pytest.mark.parametrize(("measure", "name"), [(measure, name) for measure in GOOD for name in GOOD[measure]])
@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_nonsense_is_refused_by_name(measure, name, bad):
    if measure is gr.gradient_leakage_report and name in ("X", "grad_b") and bad is None:
        return
    with pytest.raises(ValueError, match=rf"(^|\W){name}(\W|$)"):
        measure(**{**GOOD[measure], name: bad})


@pytest.mark.parametrize(
    ("measure", "changed", "message"),
    [
        (gr.invert_single_sample, {"grad_b": np.ones(2)}, "grad_b = array of shape"),
        (gr.invert_single_sample, {"grad_b": np.zeros(3)}, "grad_b = 0"),
        (gr.row_space_angles, {"X": np.ones((2, 3))}, "X = array of shape"),
        (gr.row_space_angles, {"X": np.zeros((2, 2))}, "X = 0"),
        (gr.row_space_angles, {"grad_W": np.zeros((2, 2))}, "grad_W = 0"),
        (gr.matched_errors, {"found": np.ones((3, 2))}, "found = array of shape"),
        (gr.matched_errors, {"signs": "yes"}, "signs = 'yes'"),
        (gr.gradient_leakage_report, {"noise_std": -1.0}, "noise_std = -1"),
        (gr.gradient_leakage_report, {"tolerance": 2.0}, "tolerance = 2"),
    ],
)
def test_values_outside_the_domain_are_refused_by_name(measure, changed, message):
    with pytest.raises(ValueError, match=message):
        measure(**{**GOOD[measure], **changed})
