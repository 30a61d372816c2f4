"""The judge on trial, in a quick and a full version."""

import pytest

from lab.judge.calibration import CASES, score


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_error_rates_lie_in_their_bands(case):
    result = score(case, 1000, 1e-2)
    assert result.sound or not case.asserted, result


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_error_rates_lie_in_their_bands_far_out(case):
    result = score(case, 100_000, 1e-4)
    assert result.sound or not case.asserted, result


def test_the_trial_catches_intervals_that_are_a_fifth_too_short(monkeypatch):
    from lab.judge import intervals

    right = intervals._untransform
    monkeypatch.setattr(intervals, "_untransform", lambda x, skewness: 0.8 * right(x, skewness))
    result = score(CASES[0], 1000, 1e-2)
    assert result.false_alarms > result.false_alarm_band


@pytest.mark.slow
def test_the_trial_catches_a_plain_t_interval(monkeypatch):
    from lab.judge import intervals

    monkeypatch.setattr(intervals, "_untransform", lambda x, skewness: x)
    result = score(CASES[2], 100_000, 1e-4)
    assert result.false_alarms > result.false_alarm_band
