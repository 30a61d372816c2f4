"""Leakage of gradients of one's own: rank by their precision, layers of every kind, labels from signs."""

import numpy as np
import pytest

from overparam.measures import gradient_reconstruction as gr
from overparam.measures import registry


def _softmax_gradient(labels, classes=10, d=64, seed=1, dtype=np.float64, scale=0.1):
    rng = np.random.default_rng(seed)
    x, weights = rng.standard_normal((len(labels), d)), scale * rng.standard_normal((classes, d))
    logits = (x @ weights.T).astype(dtype)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    residual = (p - np.eye(classes, dtype=dtype)[labels]) / dtype(len(labels))
    return residual.T @ x.astype(dtype), residual.sum(axis=0), x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("batch", "m", "d"), [(1, 32, 64), (3, 100, 784)])
def test_rank_counts_samples(batch, m, d, dtype):
    rng = np.random.default_rng(1)
    x, delta = (rng.standard_normal((batch, k)).astype(dtype) for k in (d, m))
    report = gr.gradient_leakage_report(delta.T @ x)
    assert report.rank.value == batch
    assert report.exact is None
    assert report.identifiable is None
    assert "at least so many samples" in report.rank.sentence


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_softmax_layer_loses_one_direction(dtype):
    labels = np.random.default_rng(0).integers(10, size=32)
    weight, bias, _ = _softmax_gradient(labels, dtype=dtype)
    assert gr.gradient_leakage_report(weight, bias, loss="softmax").rank.value == 9


def test_batch_is_counted_in_any_precision():
    rng = np.random.default_rng(2)
    x, delta = rng.standard_normal((4, 30)), rng.standard_normal((4, 50))
    delta[:3, :3], delta[3, :3] = np.eye(3), 0  # three samples fire a neuron alone
    for dtype in (np.float16, np.float32, np.float64):
        # Computed in single precision at least, stored in its own.
        weight, bias = ((delta.T @ x).astype(dtype), delta.sum(axis=0).astype(dtype))
        assert gr.gradient_leakage_report(weight, bias, x).exact.value == 3


def test_a_convolution_is_its_unfolded_matrix():
    rng = np.random.default_rng(3)
    patches, delta = rng.standard_normal((2, 3 * 2 * 2)), rng.standard_normal((2, 5))
    matrix, kernel = delta.T @ patches, (delta.T @ patches).reshape(5, 3, 2, 2)
    unfolded, report = (
        gr.gradient_leakage_report(matrix, delta.sum(0), patches),
        gr.gradient_leakage_report(kernel, delta.sum(0), patches),
    )
    assert report.rank.value == unfolded.rank.value == 2
    assert float(report.stable_rank) == float(unfolded.stable_rank)
    with pytest.raises(ValueError, match="samples are its patches"):
        gr.gradient_leakage_report(kernel, batch=np.ones((2, 3)))


def test_nulls_are_those_of_a_random_matrix():
    noise = np.random.default_rng(4).standard_normal((300, 200))
    report = gr.gradient_leakage_report(noise, noise_std=1.1)
    assert float(report.stable_rank) == pytest.approx(report.stable_rank.null, rel=0.05)
    assert report.rank.value == 0
    assert "stand out of the noise" in report.rank.sentence
    singular = np.linalg.svd(noise, compute_uv=False)
    share = singular**2 / np.sum(singular**2)
    assert float(report.effective_rank) == pytest.approx(np.exp(-np.sum(share * np.log(share))), rel=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(20))
def test_negative_entries_are_labels_of_the_batch(seed, dtype):
    labels = np.random.default_rng(seed).integers(10, size=6)
    _, bias, _ = _softmax_gradient(labels, seed=seed, dtype=dtype, scale=0.01)
    found = gr.recover_labels(bias)
    assert set(found.value) <= set(labels)
    assert set(found.value) == set(labels)  # logits of deviation 0.08: every p is near 1/10, below one sample's 1/6
    shares = np.bincount(labels, minlength=10) / 6
    assert (-found.detail["residual"][found.value] < shares[found.value]).all()


def test_a_certain_network_hides_some_labels_but_invents_none():
    for seed in range(50):
        labels = np.random.default_rng(seed).integers(10, size=20)
        _, bias, _ = _softmax_gradient(labels, seed=seed, scale=1.0)
        assert set(gr.recover_labels(bias).value) <= set(labels)


@pytest.mark.parametrize("label", [0, 4, 9])
def test_one_label_without_the_bias(label):
    weight, bias, _ = _softmax_gradient([label], seed=label)
    assert gr.recover_labels(grad_W=weight).value.tolist() == gr.recover_labels(bias).value.tolist() == [label]
    results = registry.diagnose({"grad_W": weight})[0].results
    assert results[-1].name == "labels"
    assert f": {label} " in results[-1].sentence


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gr.recover_labels(), "one of them must be given"),
        (lambda: gr.recover_labels([0.5, 0.1]), r"grad_b = array of shape \(2,\): its entries must sum to 0"),
        (lambda: gr.recover_labels([0.0, 0.0]), "must sum to 0"),
        (lambda: gr.recover_labels(grad_W=np.eye(3)), "its columns must sum to 0"),
        (lambda: gr.recover_labels(grad_W=_softmax_gradient([1, 2])[0]), "rank 2: labels of more than one"),
        (lambda: gr.recover_labels(grad_W=[[1.0, 2.0], [-1.0, -2.0]]), "2 classes: its label cannot be told"),
        (lambda: gr.gradient_leakage_report(np.zeros((2, 3))), "grad_W = 0"),
        (
            lambda: gr.gradient_leakage_report(np.ones((2, 3)), np.ones(3)),
            r"grad_b = array of shape \(3,\): must be \(2,\)",
        ),
        (lambda: gr.gradient_leakage_report(np.ones((2, 3)), batch=np.ones((4, 2))), "batch = array of shape"),
        (lambda: gr.gradient_leakage_report(np.ones((2, 3)), loss="hinge"), "loss"),
        (lambda: gr.gradient_leakage_report(np.ones((2, 3)), noise_std=-1.0), "noise_std"),
        (lambda: gr.gradient_leakage_report(np.ones(3)), "grad_W = array of shape"),
        (lambda: gr.StableRankBatches().result(), "0 rows seen"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_stable_rank_of_batches_is_that_of_the_whole():
    rows = np.random.default_rng(5).standard_normal((50, 6)) + 30
    seen = gr.StableRankBatches().update(rows[:7]).merge(gr.StableRankBatches().update(rows[7:]))
    whole = gr.gradient_leakage_report(rows).stable_rank
    assert [float(seen.result()), seen.result().null] == pytest.approx([float(whole), whole.null], rel=1e-10)


def test_diagnosis_of_a_layer():
    labels = [3, 3, 7, 1]
    weight, bias, x = _softmax_gradient(labels)
    results = registry.diagnose({"grad_W": weight.astype(np.float32), "grad_b": bias, "batch": x})[0].results
    found = {result.name: result for result in results}
    assert found["rank"].value == 4
    assert found["exactly recoverable"].limit == 4
    assert found["labels"].value.tolist() == [1, 3, 7]
    hidden = registry.diagnose({"grad_W": np.random.default_rng(0).standard_normal((4, 6))})[0].results
    assert "labels" not in {result.name for result in hidden}
