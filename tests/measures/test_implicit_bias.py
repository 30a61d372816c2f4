"""Margins of two classes: another programme, planted data, real digits, refusals, and through diagnose."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

import sims.implicit_bias as sims
from overparam.measures import registry
from overparam.measures.implicit_bias import margin_progress
from theory.implicit_bias import margin_law, margin_path


def test_planted_margins_of_many_rows():
    """More rows than the first working set holds."""
    rows = sims.planted_rows(1, 3000, 12, 7, gamma=0.3, theta=1.2)[0]
    found = margin_progress(rows).largest
    assert found.value == pytest.approx(0.3, rel=1e-9)
    assert found.detail["support"] == 7
    assert 1.2 <= found.detail["nearest"] < 1.3
    assert np.linalg.norm(found.detail["w"]) == pytest.approx(1)
    assert (rows @ found.detail["w"]).min() == pytest.approx(0.3, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_separable_or_not_as_a_linear_programme_says(seed):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((40, 20)) * 2.0 ** rng.integers(-2, 3, (40, 1))
    lp = scipy.optimize.linprog(np.zeros(20), A_ub=-rows, b_ub=-np.ones(40), bounds=(None, None))
    found = margin_progress(rows, np.ones(20))
    assert (found.largest.value > 0) == (lp.status == 0)
    assert (found.progress is None) == (lp.status != 0)


def test_both_verdicts_occur():
    verdicts = {margin_progress(np.random.default_rng(s).standard_normal((40, 20))).largest.value > 0 for s in range(8)}
    assert verdicts == {True, False}


def test_progress_of_the_flow_and_its_time():
    rows = np.array([[1.0, 0.2], [0.6, 1.0]])
    law = margin_law(rows)
    for s in (200.0, 800.0):
        found = margin_progress(rows, margin_path(rows, s).weights).progress
        assert found.value == pytest.approx(float(margin_path(rows, s).margin) / law.gamma)
        assert found.detail["log10_time"] == pytest.approx(s / np.log(10), rel=0.05)
    best = margin_progress(rows).largest.detail["w"]
    assert margin_progress(rows, 7 * best).progress.value == pytest.approx(1)
    assert margin_progress(rows, -best).progress.value < 0
    assert "does not separate" in margin_progress(rows, -best).progress.sentence


def test_digits():
    rows = sims.digit_rows(6)[0]
    found = margin_progress(rows.tolist()).largest
    assert found.value == pytest.approx(margin_law(rows).gamma, rel=1e-8)
    solved = scipy.optimize.minimize(
        lambda w: w @ w, 3 * found.detail["w"] / found.value, method="SLSQP", jac=lambda w: 2 * w,
        constraints={"type": "ineq", "fun": lambda w: rows @ w - 1, "jac": lambda w: rows},
    )  # fmt: skip
    assert found.value == pytest.approx(solved.fun**-0.5, rel=1e-5)
    assert found.detail["nearest"] == pytest.approx(1.06, abs=0.005)


def test_precision_of_the_data_decides():
    """A gap of 1e-4 between the classes is one in float64 and none in float16."""
    rows = np.array([[1.0, 1e-4], [-1.0, 1e-4]])
    assert margin_progress(rows).largest.value == pytest.approx(1e-4)
    assert margin_progress(rows.astype(np.float16)).largest.value == 0


def test_a_margin_that_is_found_is_certified_and_one_that_is_not_is_refused():
    """Between the classes lies a gap of 1e-k of the data's size."""
    rng, outcomes = np.random.default_rng(2), []
    for k in range(1, 8):
        rows = rng.standard_normal((200, 3))
        rows[:, 2] = 10.0**-k * (1 + np.abs(rows[:, 2]))
        try:
            found = margin_progress(rows).largest
        except ValueError as error:
            outcomes.append(str(error))
            continue
        outcomes.append("found" if found.value else "none")
        if found.value:
            assert 10.0**-k <= found.value * (1 + 1e-6) < 1.5 * 10.0**-k
    assert outcomes[:3] == ["found"] * 3
    assert outcomes[-1] == "none"
    assert all("millionth" in outcome for outcome in set(outcomes) - {"found", "none"})


def test_degenerate_support_has_a_margin_but_no_time():
    rows = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    found = margin_progress(rows, [1.0, 0.1])
    assert found.largest.value == pytest.approx(1.0)
    assert 0 < found.progress.value < 1


def test_diagnose_and_the_intercept():
    rng = np.random.default_rng(0)
    features = np.vstack([rng.standard_normal((20, 3)), rng.standard_normal((20, 3)) + 20])
    data = {"features": features, "labels": ["cat"] * 20 + ["dog"] * 20, "classifier": [[0.0] * 3, [1.0] * 3]}
    with_bias = {**data, "bias": [0.0, -30.0]}
    (found,) = [f for f in registry.diagnose(with_bias) if f.measure.topic == "implicit_bias"]
    assert [r.name for r in found.results] == ["largest margin", "margin progress"]
    assert 0 < found.results[1].value <= 1
    (without,) = [f for f in registry.diagnose(data) if f.measure.topic == "implicit_bias"]
    assert without.results[1].value < 0
    (three,) = [f for f in registry.diagnose({**data, "labels": [0, 1] * 19 + [2, 2], "classifier": None})
                if f.measure.topic == "implicit_bias"]  # fmt: skip
    assert "whose means are closest" in three.results[0].sentence


def test_refusals():
    with pytest.raises(ValueError, match="w = "):
        margin_progress([[1.0, 2.0]], [1.0])
    with pytest.raises(ValueError, match="w = array of zeros"):
        margin_progress([[1.0, 2.0]], [0.0, 0.0])
    with pytest.raises(ValueError, match="rows = "):
        margin_progress([[1.0, np.nan]])
    assert margin_progress([[1.0, 2.0], [0.0, 0.0]]).largest.value == 0
