"""The batched maximum margin against non-negative least squares and scikit-learn's support vector machine."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from sklearn.svm import SVC

from sims import arrays
from sims import double_descent as dd
from sims.double_descent import classification
from sims.max_margin import max_margin


def _nnls(a: np.ndarray) -> tuple[float, np.ndarray | None]:
    """Margin and direction from the residual of NNLS (Lawson and Hanson); margin 0 if not separable."""
    n, p = a.shape
    target = np.zeros(p + 1)
    target[-1] = 1
    matrix = np.vstack([a.T, np.ones(n)])
    residual = matrix @ scipy.optimize.nnls(matrix, target, maxiter=100 * n)[0] - target
    if np.linalg.norm(residual) < 1e-7:
        return 0.0, None
    b = -residual[:-1] / residual[-1]
    length = float(np.linalg.norm(b))
    return 1 / length, b / length


def _data(n: int, p: int, s: float, trials: int = 8) -> np.ndarray:
    a = np.random.default_rng(n + p).standard_normal((trials, n, p))
    a[..., 0] += s
    return a


@pytest.mark.parametrize(("n", "p", "s"), [(30, 45, 1.5), (30, 30, 1.5), (30, 29, 1.5), (60, 12, 3.0), (20, 1, 8.0)])
def test_against_nnls(n: int, p: int, s: float) -> None:
    a = _data(n, p, s)
    margin, direction, _ = max_margin(a)
    for i in range(len(a)):
        exact, b = _nnls(a[i])
        assert margin[i] == pytest.approx(exact, rel=1e-9, abs=1e-6)
        if exact > 0:
            assert direction[i] == pytest.approx(b, abs=1e-7)


def test_near_the_separability_threshold_both_kinds_occur() -> None:
    a = _data(80, 10, 1.5, trials=24)
    margin = max_margin(a).margin
    exact = np.asarray([_nnls(one)[0] for one in a])
    assert 2 < np.count_nonzero(exact) < 22
    assert ((margin > 1e-5) == (exact > 0)).all()
    assert margin == pytest.approx(exact, abs=1e-6)


def test_against_scikit_learn() -> None:
    a = _data(25, 40, 1.0)
    labels = np.where(np.arange(25) % 2 == 0, 1.0, -1.0)
    margin, direction, _ = max_margin(a)
    for i in range(len(a)):
        # No intercept in this problem; both signs of every point make scikit-learn's intercept 0.
        both = np.concatenate([a[i], -a[i]])
        machine = SVC(kernel="linear", C=1e10, tol=1e-10).fit(both, np.concatenate([labels * labels, -labels * labels]))
        b = machine.coef_[0]
        assert margin[i] == pytest.approx(1 / np.linalg.norm(b), rel=1e-5)
        assert direction[i] == pytest.approx(b / np.linalg.norm(b), abs=1e-4)


def test_it_is_the_margin() -> None:
    a = _data(40, 60, 2.0)
    margin, direction, _ = max_margin(a)
    assert (a @ direction[..., None])[..., 0].min(axis=-1) == pytest.approx(margin, rel=1e-9)
    assert np.linalg.norm(direction, axis=-1) == pytest.approx(1.0)


def test_too_few_iterations_give_nan_not_a_wrong_margin() -> None:
    found = max_margin(_data(40, 60, 2.0), iterations=4)
    assert np.isnan(found.margin).all()
    assert np.isnan(found.direction).all()
    assert found.gap.min() > 1e-6


def test_the_gap_encloses_the_margin() -> None:
    a = _data(80, 10, 1.5, trials=24)
    found, exact = max_margin(a), np.asarray([_nnls(one)[0] for one in a])
    longest = np.linalg.norm(a, axis=-1).max(axis=-1)
    assert (np.abs(found.margin - exact) <= found.gap * longest + 1e-12).all()
    assert found.gap.max() < 1e-9


def test_larger_sizes_take_more_steps_and_converge() -> None:
    assert max_margin(_data(200, 200, 3.0)).gap.max() < 1e-9
    assert max_margin(_data(200, 200, 3.0), iterations=16).gap.min() > 1e-6


def test_a_failed_solver_does_not_call_data_inseparable(monkeypatch) -> None:
    draw = lambda: dd.max_margin(40, 60, 2.0, trials=8, rng=np.random.default_rng(0))  # noqa: E731
    assert (draw().separable == 1).all()
    monkeypatch.setattr(classification, "solve_max_margin", lambda a: max_margin(a, iterations=3))
    crippled = draw()
    assert np.isnan(crippled.separable).all()
    assert np.isnan(crippled.cosine).all()
    assert np.isnan(crippled.error).all()
    assert crippled.gap.min() > 1e-6


def test_strict_equals_numpy() -> None:
    for n, p in ((12, 20), (20, 6)):
        plain = max_margin(np.random.Generator(np.random.SFC64(3)).standard_normal(size=(4, n, p)) + 1.0)
        strict = max_margin(arrays.strict_rng(3).standard_normal(size=(4, n, p)) + 1.0)
        for a, b in zip(plain, strict, strict=True):
            assert (a == arrays.to_host(b)).all()


def test_a_point_and_its_opposite_have_no_direction():
    a = np.stack([np.eye(3), -np.eye(3)]).reshape(1, 6, 3)
    found = max_margin(a)
    assert found.margin[0] < 1e-5
    assert np.isfinite(found.direction).all()
