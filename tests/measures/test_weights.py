"""A model's layers against random matrices: plain linear algebra, nulls by draws, known spikes."""

import math

import numpy as np
import pytest

from overparam.measures.input import matrix
from overparam.measures.weights import (
    balance,
    layers,
    moving_directions,
    signal_rank,
    spectrum,
    stable_rank,
    weight_report,
)

RNG = np.random.default_rng(0)


def low_rank(m, d, strengths, rng=RNG):
    """Orthonormal directions of these strengths, in units where the noise has variance 1/max(m, d)."""
    left = np.linalg.qr(rng.standard_normal((m, len(strengths))))[0]
    return left * strengths @ np.linalg.qr(rng.standard_normal((d, len(strengths))))[0].T


@pytest.mark.parametrize("shape", [(40, 90), (90, 40), (60, 60)])
@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e20])
def test_stable_rank_and_its_null(shape, scale):
    draws = RNG.standard_normal((20, *shape))
    found = [stable_rank(scale * w) for w in draws]
    for w, result in zip(draws, found, strict=True):
        assert result.value == pytest.approx(np.linalg.norm(w) ** 2 / np.linalg.norm(w, 2) ** 2, rel=1e-12)
    # The edge of the law, which the largest singular value misses by a few per cent at these sizes.
    assert np.mean([r.value for r in found]) == pytest.approx(found[0].null, rel=0.1)


def test_random_matrices_show_nothing_but_once_in_a_hundred():
    seen = [signal_rank(RNG.standard_normal((50, 120))).value for _ in range(400)]
    # 4 expected; the level of the edge is known to a factor of about two at this size.
    assert sum(s > 0 for s in seen) <= 16
    assert max(seen) <= 2


def test_the_noise_level_is_found_beside_strong_directions():
    w = RNG.standard_normal((200, 300)) * 0.3 + 0.3 * math.sqrt(300) * low_rank(200, 300, [20.0, 9.0, 4.0])
    found = signal_rank(w)
    assert found.value == 3
    assert found.detail["sigma"] == pytest.approx(0.3, rel=0.02)
    assert "3 directions stand out" in str(found)


@pytest.mark.parametrize("shape", [(300, 500), (500, 300)])
def test_the_best_rank_and_its_expected_error(shape):
    signal = low_rank(*shape, [5.0, 3.0, 1.3])  # the last is seen, but better dropped
    y = RNG.standard_normal(shape) / math.sqrt(500) + signal
    found = signal_rank(y)
    u, s, v = np.linalg.svd(y, full_matrices=False)
    errors = [np.linalg.norm((u[:, :k] * s[:k]) @ v[:k] - signal) ** 2 for k in range(6)]
    assert found.detail["optimal_rank"] == np.argmin(errors)
    energy = np.sum(np.array([5.0, 3.0, 1.3][: found.value]) ** 2)
    missed = np.sum(np.array([5.0, 3.0, 1.3][found.value :]) ** 2)
    assert found.detail["expected_error"] == pytest.approx((min(errors) - missed) / energy, rel=0.1)


def test_a_matrix_of_low_rank_has_no_noise():
    found = signal_rank(low_rank(30, 50, [3.0, 2.0]).astype(np.float32))
    assert found.value == 2
    assert found.detail["optimal_rank"] == 2
    assert found.detail["expected_error"] == 0.0
    assert found.detail["sigma"] == 0.0


def test_a_large_layer_takes_the_gram_matrix(monkeypatch):
    w = RNG.standard_normal((40, 70))
    expected = spectrum(w).values
    monkeypatch.setattr("overparam.measures.weights.singular._LARGEST", 10)
    for given in (w, w.T):
        np.testing.assert_allclose(spectrum(given).values, expected, rtol=1e-10)


def test_balance_and_its_null():
    w = RNG.standard_normal((30, 20))
    assert balance(w, w.T).value == pytest.approx(0.0, abs=1e-15)
    after = RNG.standard_normal((10, 30)) * np.linspace(0.1, 3, 30)
    one, two = w @ w.T, after.T @ after
    found = balance(w, after)
    assert found.value == pytest.approx(
        np.linalg.norm(two - one) / math.hypot(np.linalg.norm(one), np.linalg.norm(two))
    )
    turned = []
    for _ in range(200):
        q = np.linalg.qr(RNG.standard_normal((30, 30)))[0]
        turned.append(np.linalg.norm(q.T @ two @ q - one) ** 2 / (np.linalg.norm(one) ** 2 + np.linalg.norm(two) ** 2))
    assert abs(np.mean(turned) - found.null**2) < 4 * np.std(turned) / math.sqrt(200)


def test_gradient_descent_from_a_small_start_is_balanced():
    first, second = 1e-3 * RNG.standard_normal((6, 5)), 1e-3 * RNG.standard_normal((4, 6))
    goal = RNG.standard_normal((4, 5))
    for _ in range(3000):
        error = second @ first - goal
        first, second = first - 0.01 * second.T @ error, second - 0.01 * error @ first.T
    found = balance(first, second)
    assert found.value < 0.1 * found.null
    assert "balanced" in str(found)


def test_directions_that_moved():
    start = RNG.standard_normal((60, 80)) / 9
    moved = start + low_rank(60, 80, [5.0, 4.0])
    found = moving_directions(start, moved)
    assert found.value == 2
    assert found.detail["share"] == pytest.approx(1.0)
    assert found.detail["relative"] == pytest.approx(math.sqrt(41) / np.linalg.norm(start), rel=1e-9)
    assert moving_directions(start, moved + 0.05 * RNG.standard_normal((60, 80))).value == 2
    assert moving_directions(start, start + 0.05 * RNG.standard_normal((60, 80))).value <= 1
    assert str(moving_directions(start, start)) == "It did not move."


def test_rounding_is_no_movement():
    start = RNG.standard_normal((60, 80))
    single = start.astype(np.float32)
    assert moving_directions(start, single).value == 0
    half = matrix("end", single.astype(np.float16), "outputs, inputs")
    assert moving_directions(single, half).value == 0


def test_convolutions_and_fused_attention():
    kernel = RNG.standard_normal((8, 4, 3, 3))
    fused = RNG.standard_normal((48, 16))
    tensors = {"conv": kernel, "h.10.attn.c_attn.weight": fused.T, "h.2.attn.qkv.weight": fused, "norm": np.ones(9),
               "head": np.ones((1, 9)), "plain": fused}  # fmt: skip
    found = dict(layers(tensors))
    assert list(found)[:7] == [
        "conv", *(f"h.2.attn.qkv.weight[{p}]" for p in "qkv"), *(f"h.10.attn.c_attn.weight[{p}]" for p in "qkv"),
    ]  # fmt: skip
    np.testing.assert_array_equal(found["conv"].values, kernel.reshape(8, 36))
    for i, part in enumerate("qkv"):
        np.testing.assert_array_equal(found[f"h.2.attn.qkv.weight[{part}]"].values, fused[16 * i : 16 * i + 16])
        np.testing.assert_array_equal(
            found[f"h.10.attn.c_attn.weight[{part}]"].values, fused.T[:, 16 * i : 16 * i + 16]
        )
    report = weight_report(tensors)
    assert set(report.left_out) == {"norm", "head"}
    assert report.layers[0].shape == (8, 36)


def test_two_checkpoints_are_matched_by_name():
    first = {"a": RNG.standard_normal((20, 30)), "b.qkv": RNG.standard_normal((30, 10)), "old": np.eye(3)}
    second = {"a": first["a"] + low_rank(20, 30, [50.0]), "b.qkv": first["b.qkv"], "wide": np.eye(4)}
    report = weight_report(second, first)
    assert {row.name: None if row.moving is None else row.moving.value for row in report.layers} == {
        "a": 1, "b.qkv[q]": 0, "b.qkv[k]": 0, "b.qkv[v]": 0, "wide": None,
    }  # fmt: skip
    assert set(report.unmatched) == {"old", "wide"}
    assert weight_report({"a": first["a"]}, {"a": np.eye(20)}).unmatched == ("a",)


def test_neighbours_that_meet():
    report = weight_report({"1": RNG.standard_normal((20, 30)), "2": RNG.standard_normal((7, 20)), "3": np.eye(9)})
    assert [row.balance is None for row in report.layers] == [True, False, True]
    assert report.layers[1].results() == report.layers[1][2:5]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: signal_rank(np.zeros((3, 4))), "weights = 0"),
        (lambda: signal_rank(np.ones(3)), "weights = array of shape"),
        (lambda: balance(np.ones((3, 4)), np.ones((3, 4))), "second = array of shape"),
        (lambda: balance(np.zeros((3, 4)), np.zeros((2, 3))), "second = 0"),
        (lambda: moving_directions(np.ones((3, 4)), np.ones((4, 3))), "end = array of shape"),
        (lambda: weight_report({"h.1": np.full((2, 2), np.nan)}), "h.1 = array, 4 of its entries NaN"),
        (lambda: weight_report({"h.1": np.zeros((2, 2))}), "must hold a layer"),
    ],
)
def test_bad_weights_are_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_zero_layers_are_listed():
    assert weight_report({"a": np.zeros((2, 2)), "b": np.eye(3)}).left_out == ("a (zero)",)
