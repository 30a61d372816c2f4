"""Spectra and regimes of one's own: the mean rotated out, the precision of the data, rank decided above rounding."""

import numpy as np
import pytest

import theory.benign_overfitting as theory
from overparam.measures import benign_overfitting as bo
from overparam.measures import registry
from overparam.measures.design import design
from overparam.measures.input import matrix
from overparam.measures.jackknife import left_out
from sims.double_descent.cross_validation import traces


def _cost(rows):
    inverse = np.linalg.inv(rows @ rows.T)
    return len(rows) * np.trace(inverse @ inverse) / np.trace(inverse) ** 2 - 1


def test_isotropic_features_are_benign_with_an_intercept():
    rows = np.random.default_rng(0).standard_normal((60, 3000)) + 7
    found = bo.regime(rows)
    assert found.detail["regime"] == "benign"
    assert float(found) == pytest.approx(60 / 2939, rel=0.05)
    assert found.low < found.null < found.high
    assert found.detail["growth"] == pytest.approx(1.0, abs=0.2)
    kinds = {f.measure.topic: f.results for f in registry.diagnose({"features": rows})}
    assert kinds["benign_overfitting"][-1].detail["regime"] == "benign"


def test_cost_is_that_of_the_rows_without_their_mean():
    rows = np.random.default_rng(1).standard_normal((12, 50)) * np.linspace(0.1, 3, 50) + 2
    basis = np.linalg.svd(np.ones((1, 12)))[2][1:]
    assert float(bo.regime(rows)) == pytest.approx(_cost(basis @ rows), rel=1e-9)
    assert float(bo.regime(rows, intercept=False)) == pytest.approx(_cost(rows), rel=1e-9)


@pytest.mark.parametrize("power", [1.55, 2.5])
def test_single_precision_features_with_a_steep_spectrum(power):
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((n, 150)))[0] for n in (150, 1500))
    rows = ((left * np.arange(1, 151.0) ** -power) @ right.T).astype(np.float32)
    values = np.arange(1, 151.0) ** (2 * power)
    expected = 150 * np.sum(values**2) / np.sum(values) ** 2 - 1
    assert float(bo.regime(rows, intercept=False)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize(("n", "p", "lam"), [(12, 40, 0.0), (12, 40, 0.2), (12, 5, 0.3), (12, 5, 0.0), (12, 12, 0.0)])
def test_leaving_a_row_out_is_decomposing_without_it(n, p, lam, intercept):
    rows = np.random.default_rng(2).standard_normal((n, p)) + 2
    found = left_out(design(matrix("features", rows), intercept), lam)
    for i in (0, n - 1):
        other = design(matrix("features", np.delete(rows, i, axis=0)), intercept)
        # The total penalty stays.
        expected = traces(other.values, [lam * n / (n - 1)], other.n, other.m, (1, 2))
        assert [found.without[0][i], found.without[1][i]] == pytest.approx([float(t[0]) for t in expected], rel=1e-8)


@pytest.mark.parametrize("spectrum", [np.ones(300), np.arange(1, 601.0) ** -1.5], ids=["isotropic", "power law"])
def test_interval_covers_the_cost_of_the_population(spectrum):
    rng, hits = np.random.default_rng(3), 0
    truth = theory.regime(spectrum, 39)
    growths = []
    for _ in range(60):
        found = bo.regime(rng.standard_normal((40, spectrum.size)) * np.sqrt(spectrum))
        hits += found.low <= truth.cost <= found.high
        growths.append(found.detail["growth"])
    assert hits >= 50  # nominal 57; 50 is 4.1 binomial deviations below
    assert np.mean(growths) == pytest.approx(truth.growth, abs=0.1)


def test_spectrum_of_lower_rank_than_the_samples_is_refused():
    rows = np.random.default_rng(0).standard_normal((40, 100))
    values = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
    assert values.min() < 0
    with pytest.raises(ValueError, match="n = 50: must be below the numerical rank of the spectrum, 39"):
        bo.spectrum_regime(values, 50)
    exact = theory.regime(np.sort(values)[-39:], 20)
    found = bo.spectrum_regime(values, 20)
    assert float(found) == pytest.approx(exact.cost, rel=1e-9)
    assert found.detail["regime"] == exact.name
    r, big_r = bo.effective_ranks(values)
    assert float(r) == pytest.approx(values.sum() / values.max(), rel=1e-9)
    assert float(big_r) == pytest.approx(values.sum() ** 2 / np.sum(values**2), rel=1e-9)
    assert r.limit == 39


def test_ranks_of_a_sample_and_their_null():
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((300, 200)) - 3
    values = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
    r, big_r = bo.sample_ranks(rows)
    assert float(r) == pytest.approx(values.sum() / values.max(), rel=1e-9)
    assert float(big_r) == pytest.approx(values.sum() ** 2 / np.sum(values**2), rel=1e-9)
    # Isotropic features are their own null: fluctuations are of order n^(-2/3) and 1/n.
    assert float(r) == pytest.approx(r.null, rel=0.1)
    assert float(big_r) == pytest.approx(big_r.null, rel=0.02)


@pytest.mark.parametrize("intercept", [False, True])
def test_batches_are_the_whole_to_rounding(intercept):
    rows = np.random.default_rng(5).standard_normal((60, 7)) + 100
    seen = bo.SpectrumBatches().update(rows[:2]).update(rows[2:31])
    seen.merge(bo.SpectrumBatches().update(rows[31:]))
    whole = bo.sample_ranks(rows, intercept=intercept)
    for one, other in zip(seen.result(intercept=intercept), whole, strict=True):
        assert [float(one), one.null] == pytest.approx([float(other), other.null], rel=1e-9)
    centred = rows - intercept * rows.mean(axis=0)
    expected = np.linalg.svd(centred, compute_uv=False) ** 2 / 60
    np.testing.assert_allclose(seen.spectrum(intercept=intercept), expected, rtol=1e-8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda X: bo.regime(X.T), "p > n"),
        (lambda X: bo.regime(np.repeat(X, 2, axis=0)), "linearly independent"),
        (lambda X: bo.regime(X, benign_below=2.0, catastrophic_above=1.0), "catastrophic_above"),
        (lambda X: bo.effective_ranks([1.0, -1.0]), "spectrum"),
        (lambda X: bo.effective_ranks([1.0, 2.0], k=2), "k = 2"),
        (lambda X: bo.spectrum_regime([1.0, 2.0], 0.5), "n = 0.5"),
        (lambda X: bo.sample_ranks(np.ones((5, 3))), "equal rows"),
        (lambda X: bo.SpectrumBatches().result(), "at least two"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0).standard_normal((8, 30)))


def test_diagnosis_says_why_nothing_is_interpolated():
    rng = np.random.default_rng(0)
    for rows, why in (
        (rng.standard_normal((30, 5)), "5 dimensions for 30"),
        (np.repeat(rng.standard_normal((5, 30)), 2, 0), "depend"),
    ):
        results = registry.diagnose({"features": rows})[0].results
        assert why in results[-1].sentence


def test_a_sample_of_rows_is_left_out_where_there_are_many(monkeypatch):
    rows = np.random.default_rng(6).standard_normal((400, 900))
    whole = bo.regime(rows)
    monkeypatch.setattr("overparam.measures.jackknife._ENOUGH", 100)
    part = bo.regime(rows)
    assert float(part) == float(whole)
    # A mean of squares over 100 rows in place of 400: 10 % for normal ones, so 5 % of the width, within four of these.
    assert np.log(part.high / part.low) == pytest.approx(np.log(whole.high / whole.low), rel=0.2)
