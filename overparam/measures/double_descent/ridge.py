"""Measures of ridge regression on features of one's own: test error, GCV, effective dimensions, with an intercept.

Samples are rows; the ridge estimator has total penalty n lam, and `intercept` fits a constant without penalty, which
costs one degree of freedom. Arrays are of any library and precision; everything is computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from overparam.measures.design import Design, design
from overparam.measures.double_descent.curve import Columns, Curve, ridge_curve
from overparam.measures.input import Given, matrix, same_rows, vector
from overparam.measures.jackknife import Statistic, Traces, estimate, left_out
from overparam.measures.labels import labels
from overparam.measures.result import Result
from sims.double_descent.cross_validation import ridge_list
from theory.domain import flag, real

RIDGES = tuple(10.0 ** (k / 2) for k in range(-10, 5))
"""The ridges of the curve, in units of the mean square of a feature."""

LEAVE_ONE_OUT = ("gcv-predicts-test-error-leave-one-out", "gcv-predicts-test-error-digits-leave-one-out")
GCV = ("gcv-predicts-test-error", "gcv-predicts-test-error-leave-one-out")
DIMENSIONS = ("ridge-deterministic-equivalent",)


def _columns(given: Given, targets: Any, classes: Any, intercept: bool) -> Columns:
    if (targets is None) == (classes is None):
        raise ValueError("targets, labels: exactly one of them must be given")
    if classes is not None:
        return Columns(labels("labels", classes, given), intercept)
    found = vector("targets", targets)
    same_rows(given, "targets", found.shape[0])
    return Columns(found.values[:, None], intercept)


def mean_square(found: Design) -> float:
    """The mean square of a feature, less its mean if there is an intercept."""
    return float(found.values.sum()) / (found.n * found.features.shape[1])


def curve_of(found: Design, columns: Columns, lams: Sequence[float] | None, z: float) -> Curve:
    """Judge the ridges `lams`, or those of RIDGES at the scale of the features."""
    if lams is None:
        scale = mean_square(found)
        if scale == 0:
            raise ValueError(f"{found.features.name} = array of equal rows: there is nothing to fit but the mean")
        lams = [lam * scale for lam in RIDGES]
    ridges = ridge_list(lams)
    found.resolve(min(ridges))
    return ridge_curve(found, columns, ridges, real("z", z, 0.0, open_low=True))


def _given(features: Any, intercept: Any) -> tuple[Given, Design]:
    given = matrix("features", features)
    return given, design(given, flag("intercept", intercept))


def predict_test_error(
    features: Any,
    targets: Any = None,
    lams: Sequence[float] | None = None,
    *,
    labels: Any = None,
    intercept: bool = True,
    z: float = 1.96,
) -> Curve:
    r"""Return the predicted test error at many ridges, with its interval, from one training set alone.

    $$\overline{e^2}\exp(\pm z s),\quad e_i = \frac{(Ay)_i}{A_{ii}},\quad
    s = \frac{\operatorname{sd}(e_i^2)}{\overline{e^2}\sqrt m},\quad
    m = \frac{(\operatorname{tr}A^2)^2}{\operatorname{tr}A^4}$$

    features: (n, p); targets: (n,), or labels: (n,) of any kind, whose one-hot columns are fitted and their errors
    summed; lams: ridges >= 0 (default: 15 from 1e-5 to 100 times the mean square of a feature); z: half-width of the
    interval. Returns a Curve. Raises ValueError for bad arrays, and for a ridge too small for rows or columns that
    depend on each other.

    Source: leave-one-out and its limit as in `leave_one_out`; interval derived in `sims.double_descent`.

    >>> curve = predict_test_error([[1.0], [2.0], [4.0]], [1.0, 3.0, 4.0], [0.0, 1.0])
    >>> curve.test_error.round(4).tolist()
    [4.0833, 2.2344]
    """
    given, found = _given(features, intercept)
    return curve_of(found, _columns(given, targets, labels, intercept), lams, z)


def _one(features: Any, targets: Any, lam: float, intercept: bool, z: float) -> Curve:
    return predict_test_error(features, targets, [lam], intercept=intercept, z=z)


def verdict(value: float, low: float, high: float, null: float) -> str:
    """What an error means against that of predicting the mean."""
    if high < null:
        return f"the features explain {100 * (1 - value / null):.0f} % of what predicting the mean leaves ({null:.4g})"
    if low > null:
        return f"this fit is worse than predicting the mean ({null:.4g})"
    return f"nothing stands out against predicting the mean ({null:.4g})"


def leave_one_out(features: Any, targets: Any, lam: float, *, intercept: bool = True, z: float = 1.96) -> Result:
    r"""Return the exact leave-one-out estimate of the test error of ridge regression with total penalty n lam.

    $$\frac1n\sum_i\Bigl(\frac{(A y)_i}{A_{ii}}\Bigr)^2,\qquad A = I - H,$$
    with 11'/n in H where an intercept is fitted; the limit where A vanishes (lam = 0 and p >= m, or leverage one).

    Arguments as `predict_test_error`; the null of the result is the error of predicting the mean.

    Source: Hastie, Montanari, Rosset, Tibshirani 2022 (arXiv:1903.08560), section 7; intercept and limits derived here.

    >>> found = leave_one_out([[1.0], [2.0], [4.0]], [1.0, 3.0, 4.0], 0.0)
    >>> round(float(found), 4), round(found.null, 4)
    (4.0833, 3.5)
    """
    curve = _one(features, targets, lam, intercept, z)
    value, low, high = (float(v[0]) for v in (curve.test_error, curve.low, curve.high))
    sentence = f"New targets are predicted with an error of {value:.4g} ({low:.4g} to {high:.4g})"
    sentence += f": {verdict(value, low, high, curve.null)}."
    return Result("test error", value, curve.null, None, low, high, sentence, LEAVE_ONE_OUT)


def gcv(features: Any, targets: Any, lam: float, *, intercept: bool = True, z: float = 1.96) -> Result:
    r"""Return the generalised cross-validation estimate of the test error of ridge regression with penalty n lam.

    $$\frac{n|Ay|^2}{(\operatorname{tr}A)^2},\qquad A = I - H,$$
    with the mean in H where an intercept is fitted. Arguments as `leave_one_out`, whose interval the result carries: a
    GCV outside of it is not to be trusted, and the sentence says so.

    Source: Patil, Wei, Rinaldo, Tibshirani 2021 (arXiv:2010.09286 in part); recalled.

    >>> round(float(gcv([[1.0], [2.0], [4.0]], [1.0, 3.0, 4.0], 0.0)), 4)
    1.9286
    """
    curve = _one(features, targets, lam, intercept, z)
    value, error, low, high = (float(v[0]) for v in (curve.gcv, curve.test_error, curve.low, curve.high))
    sentence = f"Generalised cross-validation predicts an error of {value:.4g}, {trust(value, error, low, high)}."
    return Result("GCV", value, curve.null, None, low, high, sentence, GCV)


def trust(value: float, error: float, low: float, high: float) -> str:
    """Whether GCV agrees with leave-one-out."""
    if low <= value <= high:
        return f"which agrees with leave-one-out ({error:.4g})"
    return f"outside the interval of leave-one-out ({error:.4g}): leverages are uneven here, trust leave-one-out"


def effective_dimensions(features: Any, lam: float, *, intercept: bool = True, z: float = 1.96) -> tuple[Result, ...]:
    r"""Return kappa, df1 and df2: effective ridge and dimensions of the population, estimated from features alone.

    $$\kappa = \frac{n\lambda}{\operatorname{tr}A},\quad \mathrm{df}_1 = m - \operatorname{tr}A,\quad
    \mathrm{df}_2 = m - \frac{(\operatorname{tr}A)^2}{\operatorname{tr}A^2}$$
    m = n, or n - 1 with an intercept, whose own degree of freedom is not among them. The variance of ridge regression
    is sigma2 df2/(m - df2). At lam = 0 with p >= m kappa is 1/tr K^-1.

    features: (n, p); lam >= 0. Intervals by the jackknife over rows (wide rather than narrow); none where the number is
    exact (lam = 0: df1, and with p < m df2 too). Raises ValueError as `predict_test_error`.

    Source: Simon, Dickens, Karkada, DeWeese 2021 (arXiv:2110.03922), recalled; jackknife derived here.

    >>> kappa, df1, df2 = effective_dimensions([[1.0], [2.0], [4.0]], 0.0)
    >>> float(kappa), float(df1), float(df2)
    (0.0, 1.0, 1.0)
    """
    _, found = _given(features, intercept)
    penalty = real("lam", lam, 0.0)
    found.resolve(penalty)
    return dimensions_of(found, penalty, z)


def dimensions_of(found: Design, lam: float, z: float) -> tuple[Result, ...]:
    """`effective_dimensions` of a decomposition."""
    n, m, k = found.n, found.m, found.values.size
    seen, total, largest = left_out(found, lam), n * lam, float(min(m, k))
    # Where there are m eigenvalues the traces are those of A/(n lam).
    unit = total if k == m else 1.0
    kappa: Statistic = (lambda a, b, m: 1 / a) if k == m else (lambda a, b, m: total / a)
    cost = float(seen.whole[0]) ** 2 / float(seen.whole[1])
    quantities: tuple[tuple[str, Statistic, float, bool, str], ...] = (
        ("kappa", kappa, lam, lam == 0 and k < m, "The features act as if the ridge were {v} on the population{i}."),
        ("df1", lambda a, b, m: m - unit * a, largest, lam == 0,
         f"The fit spends {{v}} of its {largest:.0f} dimensions on following the targets{{i}}."),
        ("df2", lambda a, b, m: m - a**2 / b, largest, lam == 0 and k < m,
         f"Noise in the targets costs {m / cost - 1:.3g} times its variance, by {{v}} effective dimensions{{i}}."),
    )  # fmt: skip
    return tuple(_dimension(seen, z, *quantity) for quantity in quantities)


def _dimension(seen: Traces, z: float, name: str, statistic: Statistic, limit: float, exact: bool, text: str) -> Result:
    low, high = None, None
    if exact:
        value = float(statistic(np.asarray(seen.whole[0]), np.asarray(seen.whole[1]), seen.m))
    else:
        value, low, high, _ = estimate(seen, statistic, z)
    shown = "" if low is None else f" ({low:.4g} to {high:.4g})"
    return Result(name, value, None, limit, low, high, text.format(v=f"{value:.4g}", i=shown), DIMENSIONS)
