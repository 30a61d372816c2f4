"""Collapse metrics of one's own data: the numbers by plain loops, nulls by permutation, limits, any labels, batches."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from sklearn import datasets

from overparam.measures.design import design
from overparam.measures.input import matrix
from overparam.measures.labels import labels as classes_of
from overparam.measures.neural_collapse import CollapseBatches, limits, minority_angle, nc_metrics
from overparam.measures.neural_collapse.null import structureless
from sims.neural_collapse import nc_metrics as of_columns
from theory.neural_collapse import minority_collapse_ratio_ufm, nc1_null_mean, nc2_floor, seli_geometry

RNG = np.random.default_rng(0)
NAMES = np.repeat(["hen", "cat", "dog"], [12, 7, 5])
ROWS = RNG.standard_normal((24, 6)) + 3 * RNG.standard_normal((3, 6))[np.repeat([2, 0, 1], [12, 7, 5])] + 1
W, B = RNG.standard_normal((3, 6)), RNG.standard_normal(3)


def plain_nc1(rows, names):
    classes = np.unique(names)
    means = np.array([rows[names == c].mean(axis=0) for c in classes])
    inside = np.concatenate([rows[names == c] - m for c, m in zip(classes, means, strict=True)])
    M = means - means.mean(axis=0)
    return np.trace(inside.T @ inside / len(rows) @ np.linalg.pinv(M.T @ M / len(M), rcond=1e-10)) / len(M)


def test_metrics_are_those_of_plain_loops():
    found = nc_metrics(ROWS, NAMES, W, B)
    assert found.nc1.value == pytest.approx(plain_nc1(ROWS, NAMES), rel=1e-10)
    means = np.array([ROWS[NAMES == c].mean(axis=0) for c in ("cat", "dog", "hen")])
    M = means - means.mean(axis=0)
    G, simplex = M @ M.T, (np.eye(3) - 1 / 3) / math.sqrt(2)
    assert found.nc2.value == pytest.approx(np.linalg.norm(G / np.linalg.norm(G) - simplex), rel=1e-12)
    assert found.nc3.value == pytest.approx(np.linalg.norm(W / np.linalg.norm(W) - M / np.linalg.norm(M)), rel=1e-12)
    nearest = np.argmin([[np.sum((h - m) ** 2) for m in means] for h in ROWS], axis=1)
    decided = np.argmax(ROWS @ W.T + B, axis=1)
    assert found.nc4.value == pytest.approx(np.mean(nearest != decided))
    shares = np.bincount(decided, minlength=3) / 24
    assert found.nc4.null == pytest.approx(1 - shares @ np.array([7, 5, 12]) / 24)


CODES = np.repeat([2, 0, 1], [12, 7, 5])
KINDS = {
    "codes": CODES, "one-based": CODES + 1, "gaps": CODES**5 * 1000 - 3, "floats": CODES.astype(np.float32),
    "series": pd.Series(NAMES, index=np.arange(24) * 7), "category": pd.Series(NAMES, dtype="category"),
    "list": NAMES.tolist(), "column": CODES[:, None], "wide": CODES.astype(np.uint64) * 10**6,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_labels_of_any_kind_give_the_same(kind):
    found, expected = nc_metrics(ROWS, KINDS[kind], W, B), nc_metrics(ROWS, NAMES, W, B)
    assert [r.value for r in found] == [r.value for r in expected]


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "object"])
def test_features_of_any_precision_are_computed_in_float64(dtype):
    rows = (8 * ROWS).round().astype(dtype)
    found, expected = nc_metrics(rows, NAMES), nc_metrics(rows.astype(float), NAMES)
    assert found.nc1.value == pytest.approx(expected.nc1.value, rel=1e-13)
    assert nc_metrics(rows.tolist(), NAMES).nc1.value == pytest.approx(expected.nc1.value, rel=1e-13)


def test_torch_features_with_numpy_labels_and_the_reverse():
    torch = pytest.importorskip("torch")
    expected = nc_metrics(ROWS, CODES).nc1.value
    assert nc_metrics(torch.tensor(ROWS, requires_grad=True), CODES).nc1.value == pytest.approx(expected, rel=1e-13)
    assert nc_metrics(ROWS, torch.tensor(CODES)).nc1.value == pytest.approx(expected, rel=1e-13)
    half = torch.tensor(ROWS, dtype=torch.bfloat16)
    wide = nc_metrics(half.double(), CODES).nc1.value
    assert nc_metrics(half, CODES).nc1.value == pytest.approx(wide, rel=1e-13)


def test_tiny_and_huge_columns():
    rows = np.concatenate([ROWS, ROWS[:, :1] * 1e-200], axis=1)
    assert nc_metrics(rows, NAMES).nc1.value == pytest.approx(nc_metrics(ROWS, NAMES).nc1.value, rel=1e-12)
    with pytest.raises(ValueError, match=r"features = .*rescale"):
        nc_metrics(ROWS * 1e100, NAMES)
    assert nc_metrics((ROWS * 1e30).astype(np.float32), NAMES).nc1.value == pytest.approx(
        nc_metrics(ROWS, NAMES).nc1.value, rel=1e-5
    )


def test_null_of_unequal_classes_is_exact_for_isotropic_features():
    counts = np.array([340, 20, 20, 20])
    assert nc1_null_mean(d=50, n_per_class=counts) == pytest.approx(2.324, abs=1e-3)
    assert nc1_null_mean(d=64, n_per_class=[1000, 10, 10]) == pytest.approx(0.64, abs=5e-3)
    names, seen = np.repeat(np.arange(4), counts), []
    for _ in range(400):
        seen.append(plain_nc1(RNG.standard_normal((400, 50)), names))
    error = np.std(seen) / 20
    assert abs(np.mean(seen) - nc1_null_mean(d=50, n_per_class=counts)) < 4 * error
    assert error < 0.025


@pytest.mark.parametrize(("load", "low", "high"), [
    (datasets.load_digits, 105, 125), (datasets.load_wine, 140, 240), (datasets.load_breast_cancer, 380, 760),
])  # fmt: skip
def test_null_of_anisotropic_features_is_the_permutation_median(load, low, high):
    rows, names = load(return_X_y=True)
    null = nc_metrics(rows, names).nc1
    rng = np.random.default_rng(5)
    seen = np.array([of_columns(rows.T, rng.permutation(names)).nc1 for _ in range(300)])
    assert low < np.median(seen) < high
    # The shares of new permutations beyond the median and within the interval, both of them estimated: binomial twice.
    both = 1 / 300 + 1 / null.detail["draws"]
    assert abs(np.mean(seen < null.null) - 0.5) < 4 * math.sqrt(0.25 * both)
    inside = np.mean((seen > null.detail["null_low"]) & (seen < null.detail["null_high"]))
    assert abs(inside - 0.95) < 5 * math.sqrt(0.95 * 0.05 * both)


def test_gaussian_means_stand_for_permutations_where_classes_are_large():
    rows, names = RNG.standard_normal((3000, 20)) * np.arange(1, 21), classes_of("labels", np.arange(3000) % 6)
    found = design(matrix("features", rows), True)
    permuted = structureless(found, names.codes, names.counts)
    drawn = structureless(found._replace(left=None), names.codes, names.counts)
    assert permuted.permuted
    assert not drawn.permuted
    for one, two in zip(permuted[:3], drawn[:3], strict=True):
        wide = (one.high - one.low) / 4
        assert abs(one.median - two.median) < 4 * 1.25 * wide * math.sqrt(1 / permuted.draws + 1 / drawn.draws)


def test_limit_of_equal_classes_is_the_simplex_or_its_projection():
    even = np.full(5, 7)
    assert limits(even, 4) == (0.0, 0.0, 0.0, "simplex")
    assert limits(even, 2).nc2 == nc2_floor(5, 2)


def test_limit_of_unequal_classes_is_where_descent_ends():
    counts = np.array([6, 6, 2])
    K, d, lam, names = 3, 4, 1e-7, np.repeat(np.arange(3), counts)

    def loss(x):
        V, H = x[: K * d].reshape(K, d), x[K * d :].reshape(-1, d)
        logits = H @ V.T
        top = logits.max(axis=1, keepdims=True)
        weight = np.exp(logits - top)
        value = np.sum(np.log(weight.sum(axis=1)) + top[:, 0] - logits[np.arange(14), names])
        delta = weight / weight.sum(axis=1, keepdims=True) - np.eye(K)[names]
        return value + lam / 2 * x @ x, np.concatenate([(delta.T @ H).ravel(), (delta @ V).ravel()]) + lam * x

    x = minimize(loss, RNG.standard_normal(K * d + 14 * d), jac=True, method="L-BFGS-B",
                 options={"maxiter": 50_000, "maxfun": 100_000, "ftol": 0, "gtol": 1e-10}).x  # fmt: skip
    found = nc_metrics(x[K * d :].reshape(-1, d), names, x[: K * d].reshape(K, d))
    # Logarithmically slow: about a tenth of the way to the limit remains at this penalty, and all would be 0 otherwise.
    for result in (found.nc2, found.nc3, found.equinorm):
        assert result.limit > 0.02
        assert result.value == pytest.approx(result.limit, rel=0.25)
    assert found.nc1.sentence.startswith("Collapsed")


def test_issue_value_of_the_limit_under_imbalance():
    assert limits(np.array([200, 200, 200, 20, 20]), 16).nc2 == pytest.approx(0.487, abs=5e-4)


def test_two_classes_say_that_nc2_is_identically_zero():
    found = nc_metrics(ROWS, NAMES == "hen")
    assert found.nc2.value == pytest.approx(0, abs=1e-7)
    assert "identically 0" in str(found.nc2)


def test_sentences_judge_against_null_and_limit():
    rows = np.repeat(np.eye(4) - 0.25, 25, axis=0) + 1e-5 * RNG.standard_normal((100, 4))
    names = np.repeat(np.arange(4), 25)
    collapsed = nc_metrics(rows, names, np.eye(4) - 0.25)
    assert all(str(r).startswith("Collapsed") for r in (collapsed.nc1, collapsed.nc2, collapsed.nc3, collapsed.nc4))
    noise = nc_metrics(RNG.standard_normal((100, 4)), names, RNG.standard_normal((4, 4)))
    assert all(str(r).startswith("Not collapsed") for r in (noise.nc1, noise.nc3, noise.nc4))
    assert "the classifier is not aligned with the class means (NC3 1." in str(noise.nc3)


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_batches_equal_the_whole_to_rounding(shift):
    rows = ROWS + shift
    order = RNG.permutation(24)
    parts = np.array_split(order, [3, 4, 15])
    first, second = CollapseBatches(), CollapseBatches()
    for part in parts[:2]:
        first.update(rows[part], NAMES[part])
    for part in parts[2:]:
        second.update(rows[part], NAMES[part])
    found = first.merge(second).result(W)
    expected = nc_metrics(rows, NAMES, W)
    assert first.count == 24
    assert first.classes == ["cat", "dog", "hen"]
    for one, two in zip(found[:4], expected[:4], strict=True):
        assert one.value == pytest.approx(two.value, rel=1e-12 + 1e-14 * shift)


def test_batches_keep_their_digits_in_deep_collapse():
    rows = np.repeat(np.eye(3), 40, axis=0) + 1e-9 * RNG.standard_normal((120, 3))
    names, order = np.repeat(np.arange(3), 40), RNG.permutation(120)
    seen = CollapseBatches()
    for part in np.array_split(order, 7):
        seen.update(rows[part], names[part])
    assert seen.result().nc1.value == pytest.approx(plain_nc1(rows, names), rel=1e-5)


def test_many_classes_without_a_table_of_labels_by_samples():
    names = np.r_[np.zeros(500, int), np.full(500, 10**6)]
    rows = RNG.standard_normal((1000, 3))
    assert nc_metrics(rows, names).nc1.value == pytest.approx(plain_nc1(rows, names), rel=1e-9)
    with pytest.raises(ValueError, match=r"labels = .*C = 1000001"):
        of_columns(rows.T, names)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"features": ROWS.T}, "features = .*looks transposed"),
        ({"labels": NAMES[:5]}, "labels = array with 5"),
        ({"labels": ["x"] * 24}, "one class only"),
        ({"labels": np.arange(24)}, "24 classes of one sample each"),
        ({"classifier": W[:2]}, "classifier = array of shape"),
        ({"bias": B[:2]}, "bias = array of shape"),
        ({"bias": B, "classifier": None}, "bias = array of shape"),
        ({"features": np.where(ROWS > 2, np.nan, ROWS)}, "features = .*NaN"),
    ],
)
def test_bad_arrays_are_refused_by_name(arguments, words):
    good = {"features": ROWS, "labels": NAMES, "classifier": W, "bias": B}
    with pytest.raises(ValueError, match=words):
        nc_metrics(**{**good, **arguments})


def test_bad_batches_are_refused():
    seen = CollapseBatches().update(ROWS, NAMES)
    with pytest.raises(ValueError, match="must have 6"):
        seen.update(ROWS[:, :4], NAMES)
    with pytest.raises(ValueError, match="of the kind"):
        seen.update(ROWS, CODES)
    with pytest.raises(ValueError, match="classifier"):
        seen.result(W[:, :2])
    with pytest.raises(ValueError, match="other"):
        seen.merge(3)
    with pytest.raises(ValueError, match="at least two"):
        CollapseBatches().result()


def test_minority_angle_of_equal_classes_is_that_of_the_simplex():
    for K in (2, 3, 6):
        found = minority_angle([4] * K, 0.02)
        assert found.value == pytest.approx(math.degrees(math.acos(-1 / (K - 1))), abs=1e-3)
        assert found.value == pytest.approx(found.null, abs=1e-3)


@pytest.mark.parametrize(("major", "minor"), [(2, 2), (3, 4)])
def test_minority_angle_vanishes_at_the_threshold(major, minor):
    n, lam = 3, 0.02
    ratio = float(minority_collapse_ratio_ufm(major, minor, n, lam, lam))
    above, below = math.ceil(1.05 * ratio), math.floor(0.95 * ratio)
    merged, apart = (minority_angle([r * n] * major + [n] * minor, lam) for r in (above, below))
    assert merged.value == 0.0
    assert merged.detail["cosines"][-1, -2] == pytest.approx(1.0, abs=1e-6)
    assert "minority collapse" in str(merged)
    assert 5 < apart.value < apart.null


def test_minority_angle_tends_to_the_max_margin_geometry():
    sizes = [6, 6, 2]
    W = seli_geometry(sizes).WWt
    limit = math.degrees(math.acos(W[2, 0] / math.sqrt(W[2, 2] * W[0, 0])))
    gaps = [abs(minority_angle(sizes, lam).value - limit) for lam in (1e-2, 1e-3, 1e-4)]
    assert gaps[0] > 1.3 * gaps[1] > 1.69 * gaps[2]


@pytest.mark.parametrize(
    ("sizes", "lam", "words"),
    [([3], 0.1, "n_per_class"), ([3, 0], 0.1, "n_per_class"), ([3, 3], 0.0, "lam"), ([3, 3], 1.0, "lam = 1.0"),
     (["a", "b"], 0.1, "n_per_class")],
)  # fmt: skip
def test_minority_angle_refuses_what_has_none(sizes, lam, words):
    with pytest.raises(ValueError, match=words):
        minority_angle(sizes, lam)
