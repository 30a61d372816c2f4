"""Ridge measures on real data: against refits by other hands, with an intercept, at every size and in batches."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge, RidgeCV

from overparam.measures import design, registry
from overparam.measures import double_descent as dd
from overparam.measures.double_descent.ridge import mean_square
from overparam.measures.input import matrix
from sims import double_descent as bare

# Longley 1967, as in statsmodels.datasets.longley (public domain): employment; deflator, GNP, unemployed, armed forces,
# population, year. Typed from the file.
LONGLEY = np.array(
    [
        [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
        [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
        [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
        [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
        [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
        [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
        [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
        [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
        [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
        [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
        [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
        [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
        [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
        [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
        [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
        [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)


def test_longley():
    found = dd.leave_one_out(LONGLEY[:, 1:], LONGLEY[:, 0], 0.0)
    assert float(found) == pytest.approx(180_430.78, abs=0.01)
    assert found.low < float(found) < found.high < found.null
    assert "explain" in found.sentence


def test_noise_with_more_features_than_samples_is_not_predictable():
    g = np.random.default_rng(0)
    features, targets = g.standard_normal((50, 500)), g.standard_normal(50)
    curve = dd.predict_test_error(features, targets)
    best = int(np.argmin(curve.test_error))
    alphas = 50 * curve.lam
    by_refits = RidgeCV(alphas, store_cv_results=True).fit(features, targets).cv_results_.mean(axis=0)
    np.testing.assert_allclose(curve.test_error, by_refits, rtol=1e-8)
    assert 0.8 < curve.test_error[best] < 1.0
    found = [
        f for f in registry.diagnose({"features": features, "targets": targets}) if f.measure.topic == "double_descent"
    ]
    assert "nothing stands out against predicting the mean" in found[0].results[0].sentence


def test_diabetes_at_three_points_of_the_curve():
    features, targets = (a[:12] for a in load_diabetes(return_X_y=True))
    curve = dd.predict_test_error(features, targets)
    for point in (0, 4, 8):
        errors = []
        for i in range(12):
            kept = np.arange(12) != i
            model = Ridge(alpha=12 * curve.lam[point], solver="svd").fit(features[kept], targets[kept])
            errors.append((targets[i] - model.predict(features[i : i + 1])[0]) ** 2)
        assert curve.test_error[point] == pytest.approx(np.mean(errors), rel=1e-9)
    # By brute force; 2168, 2198, 2129 came out without the degree of freedom of the mean.
    np.testing.assert_allclose(curve.test_error[[0, 4, 8]], [43214, 6188, 3144], rtol=2e-4)


def test_predicting_the_mean_is_the_null():
    y = np.random.default_rng(0).standard_normal(9) + 4
    errors = [(y[i] - np.delete(y, i).mean()) ** 2 for i in range(9)]
    found = dd.leave_one_out(np.arange(9.0)[:, None], y, 1e9)
    assert found.null == pytest.approx(np.mean(errors), rel=1e-12)
    assert float(found) == pytest.approx(found.null, rel=1e-6)
    assert dd.leave_one_out(np.arange(9.0)[:, None], y, 1.0, intercept=False).null == pytest.approx(np.mean(y**2))


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("lam", [0.0, 0.1])
@pytest.mark.parametrize(("n", "p"), [(20, 6), (20, 20), (20, 19), (15, 40)])
def test_measures_are_the_bare_numbers_with_more(n, p, lam, intercept):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n)
    curve, plain = (
        dd.predict_test_error(X, y, [lam], intercept=intercept),
        bare.predict_test_error(X, y, [lam], intercept=intercept),
    )
    for name in ("test_error", "low", "high", "gcv"):
        np.testing.assert_allclose(getattr(curve, name), getattr(plain, name), rtol=1e-9)
    assert float(dd.gcv(X, y, lam, intercept=intercept)) == pytest.approx(float(plain.gcv[0]), rel=1e-9)
    found = dd.effective_dimensions(X, lam, intercept=intercept)
    expected = bare.effective_dimensions(X, lam, intercept=intercept)
    assert [float(f) for f in found] == pytest.approx([float(e) for e in expected], rel=1e-9, abs=1e-12)
    for each in found:
        assert each.sentence
        assert each.low is None or each.low <= float(each) <= each.high


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize(("n", "p"), [(80, 30), (30, 80), (40, 40)])
def test_large_data_go_by_blocks_to_the_same_numbers(monkeypatch, n, p, intercept):
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((n, p)) + 3, rng.standard_normal(n)
    labels = rng.integers(3, size=n)
    lams = [0.01, 1.0]
    whole = [
        dd.predict_test_error(X, y, lams, intercept=intercept),
        dd.predict_test_error(X, labels=labels, lams=lams, intercept=intercept),
    ]
    dimensions = dd.effective_dimensions(X, 0.1, intercept=intercept)
    monkeypatch.setattr(design, "_SMALL", 0)
    monkeypatch.setattr("overparam.measures.double_descent.curve._BLOCK", 7 * max(n, p))
    monkeypatch.setattr("overparam.measures.jackknife._BLOCK", 7 * max(n, p))
    blocks = [
        dd.predict_test_error(X, y, lams, intercept=intercept),
        dd.predict_test_error(X, labels=labels, lams=lams, intercept=intercept),
    ]
    for one, other in zip(whole, blocks, strict=True):
        for name in ("test_error", "low", "high", "gcv", "null"):
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9)
    for one, other in zip(dimensions, dd.effective_dimensions(X, 0.1, intercept=intercept), strict=True):
        assert [float(other), other.low, other.high] == pytest.approx([float(one), one.low, one.high], rel=1e-8)


def test_labels_are_their_one_hot_columns_without_them():
    rng = np.random.default_rng(5)
    X, words = rng.standard_normal((30, 4)), np.array(["a", "b", "c"])[rng.integers(3, size=30)]
    curve = dd.predict_test_error(X, labels=words, lams=[0.1])
    each = [dd.predict_test_error(X, words == word, [0.1]) for word in "abc"]
    assert curve.test_error[0] == pytest.approx(sum(float(c.test_error[0]) for c in each), rel=1e-10)
    assert curve.gcv[0] == pytest.approx(sum(float(c.gcv[0]) for c in each), rel=1e-10)
    assert curve.null == pytest.approx(sum(c.null for c in each), rel=1e-10)
    one_hot = (words[:, None] == np.array(["a", "b", "c"])).astype(float)
    errors = [
        np.sum(
            (one_hot[i] - Ridge(alpha=3.0).fit(np.delete(X, i, 0), np.delete(one_hot, i, 0)).predict(X[i : i + 1])) ** 2
        )
        for i in range(30)
    ]
    assert curve.test_error[0] == pytest.approx(np.mean(errors), rel=1e-9)


def test_a_sample_of_rows_is_judged_where_classes_are_too_many(monkeypatch):
    rng = np.random.default_rng(6)
    labels = rng.integers(4, size=2000)
    X = rng.standard_normal((2000, 5)) + labels[:, None] * np.linspace(0, 1, 5)
    whole = dd.predict_test_error(X, labels=labels, lams=[0.01])
    monkeypatch.setattr("overparam.measures.double_descent.curve._BUDGET", 2000 * 5 * 4 / 4)
    part = dd.predict_test_error(X, labels=labels, lams=[0.01])
    assert part.judged == 500
    assert part.low[0] < whole.test_error[0] < part.high[0]
    assert part.high[0] / part.low[0] > whole.high[0] / whole.low[0]


def test_batches_are_the_whole_to_rounding():
    rng = np.random.default_rng(7)
    X, y = rng.standard_normal((200, 8)) + 1e4, rng.standard_normal(200) - 50
    first, second = dd.RidgeBatches(), dd.RidgeBatches()
    first.update(X[:3], y[:3]).update(X[3:90], y[3:90])
    second.update(X[90:], y[90:])
    lams = [0.0, 0.01, 3.0]
    whole = dd.predict_test_error(X, y, lams)
    seen = first.merge(second).result(lams)
    np.testing.assert_allclose(seen.gcv, whole.gcv, rtol=1e-9)
    assert seen.null == pytest.approx(whole.null, rel=1e-9)
    np.testing.assert_allclose(dd.RidgeBatches().update(X, y).result(lams).gcv, seen.gcv, rtol=1e-9)
    with pytest.raises(ValueError, match="must be more"):
        dd.RidgeBatches().update(X[:8], y[:8]).result(lams)
    with pytest.raises(ValueError, match="rows of 5 columns"):
        first.update(X[:, :4], y)
    with pytest.raises(ValueError, match="columns must be linearly independent"):
        dd.RidgeBatches().update(np.repeat(X, 2, axis=1), y).result([0.0])


def test_interval_of_batches_covers_like_its_level():
    rng, hits = np.random.default_rng(8), 0
    for _ in range(200):
        X, beta = rng.standard_normal((60, 10)), rng.standard_normal(10) / 3
        y = X @ beta + rng.standard_normal(60)
        curve = dd.RidgeBatches().update(X, y).result([0.1])
        centred = X - X.mean(axis=0)
        fit = np.linalg.solve(centred.T @ centred + 6 * np.eye(10), centred.T @ y)
        shift = y.mean() - X.mean(axis=0) @ fit
        hits += curve.low[0] <= 1 + np.sum((fit - beta) ** 2) + shift**2 <= curve.high[0]
    assert hits >= 178  # nominal 190, 178 is 3.9 binomial deviations below


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda X, y: dd.leave_one_out(X.T, y, 0.1), "features = .*looks transposed"),
        (lambda X, y: dd.leave_one_out(X, y[:5], 0.1), "targets = array with 5 entries"),
        (lambda X, y: dd.leave_one_out(np.repeat(X, 2, axis=0), np.repeat(y, 2), 0.0), "features less their mean"),
        (lambda X, y: dd.gcv(X, y, -1.0), "lam"),
        (lambda X, y: dd.predict_test_error(X, y, []), "lams"),
        (lambda X, y: dd.predict_test_error(X, y, labels=y > 0), "exactly one"),
        (lambda X, y: dd.predict_test_error(X), "exactly one"),
        (lambda X, y: dd.predict_test_error(np.ones((4, 2)), [1, 2, 3, 4]), "equal rows"),
        (lambda X, y: dd.predict_test_error(X[:1], y[:1]), "two samples"),
        (lambda X, y: dd.gcv(X, y, 0.1, intercept="yes"), "intercept"),
        (lambda X, y: dd.gcv(X * np.nan, y, 0.1), "features = "),
        (lambda X, y: dd.effective_dimensions(X, "a"), "lam"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=words):
        call(rng.standard_normal((6, 15)), rng.standard_normal(6))


def test_default_ridges_follow_the_scale_of_the_features():
    X = np.random.default_rng(0).standard_normal((20, 5))
    scale = mean_square(design.design(matrix("features", X), True))
    assert scale == pytest.approx(np.mean((X - X.mean(axis=0)) ** 2))
    np.testing.assert_allclose(dd.predict_test_error(10 * X + 4, X[:, 0]).lam, 100 * scale * np.array(dd.RIDGES))
