"""What `diagnose` says of noise in the targets, from training and test loss of ridge regression and their sizes."""

from __future__ import annotations

import numpy as np

from overparam.measures.design import design
from overparam.measures.double_descent.curve import Columns
from overparam.measures.double_descent.ridge import curve_of
from overparam.measures.input import Given
from overparam.measures.registry import measure
from overparam.measures.result import Result
from overparam.measures.size_loss_tradeoff.position import CLAIMS
from sims.double_descent.cross_validation import traces
from theory.size_loss_tradeoff import noise_ceiling

_Z = 1.96


@measure("Size, training loss and test loss: how much noise they leave room for", needs=("features", "targets"))
def noise_room(features: Given, targets: Given) -> Result:
    r"""The largest noise variance with which the losses of the best ridge are possible at all.

    By $T \ge \sigma^2 + \frac np(\sigma-\tau)_+^2$, T the leave-one-out error and tau^2 the training loss per degree of
    freedom; its interval is that of T. What T has above it is no noise: more data or other features would gain it.
    """
    found = design(features, True)
    curve = curve_of(found, Columns(targets.values[:, None], True), None, _Z)
    best = int(np.argmin(curve.test_error))
    lam = float(curve.lam[best])
    left = float(traces(found.values, [lam], found.n, found.m, (1,))[0][0])
    if found.values.size == found.m:
        left *= found.n * lam  # given in units of n lam there
    # gcv = n |Ay|^2/(tr A)^2, and m degrees of freedom beside the mean.
    train = float(curve.gcv[best]) * left**2 / (found.n * found.m)
    p, test = features.shape[1], float(curve.test_error[best])
    most, low, high = (
        float(noise_ceiling(found.m, p, train, float(t[best]))) for t in (curve.test_error, curve.low, curve.high)
    )
    sentence = (
        f"With {p / found.m:.3g} features a sample, a training loss of {train:.4g} and a test error of {test:.4g} "
        f"leave room for a noise variance of {most:.4g} at most ({low:.4g} to {high:.4g}): "
    )
    gain = 1 - most / test if test > 0 else 0.0
    sentence += f"at least {100 * gain:.0f} % of the error is no noise." if gain >= 0.005 else "all of it may be noise."
    detail = {"train": train, "test": test, "lam": lam}
    return Result("largest noise variance", most, test, None, low, high, sentence, CLAIMS[:1], detail)
