"""The largest step at which SGD stays near a minimum, from the gradients of the network's output at its samples."""

from __future__ import annotations

from typing import Any

import numpy as np

import theory.minima_stability as theory
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.result import Result
from theory.domain import flag, integer

_CLAIMS = ("sgd-mean-square-threshold", "gd-threshold", "sgd-mean-square-threshold-unhalved")
_LARGEST = 1500  # samples or parameters, whichever are fewer: memory and time grow with the square and the cube


def largest_stable_step(per_sample_gradients: Any, B: int = 1, replacement: bool = False) -> Result:
    r"""Return the largest step at which SGD with batches of B stays near a minimum in mean square.

    $$\eta^* = 2/\lambda_{max}(C^+D)$$
    for the loss $\frac1{2n}\sum_j(f(x_j)-y_j)^2$ at weights that interpolate (residuals 0); half of it where the loss
    has no half. Orthogonal gradients of one size (the null): no sample helps another. Full batches (the limit):
    $2/\lambda_{max}(H)$.

    per_sample_gradients: (samples, parameters), rows $g_j = \nabla_\theta f(x_j)$ of one output, of any library (not
    gradients of the loss: those are 0 there), at most 1500 samples or at most 1500 parameters; B: from 1 to the number
    of samples, or any integer >= 1 with replacement. detail: B; gd_step, that of full batches; lambda_max, trace, those
    of H; replacement. Raises ValueError for other arrays or B, and where all gradients are 0.

    Source: `theory.minima_stability.sgd_threshold`; Mulayoff, Michaeli 2024, arXiv:2306.07850 (recalled).

    >>> found = largest_stable_step([[2.0, 0.0], [0.0, 2.0]], B=1)
    >>> round(found.value, 9), round(found.detail["gd_step"], 9)
    (0.5, 1.0)
    """
    given = matrix("per_sample_gradients", per_sample_gradients, "samples, parameters")
    n = given.shape[0]
    drawn = flag("replacement", replacement)
    size = integer("B", B, 1, None if drawn else n)
    if min(given.shape) > _LARGEST:
        raise ValueError(
            f"per_sample_gradients = array of shape {given.shape}: must have at most {_LARGEST} samples or parameters, "
            "take a random part of the samples"
        )
    if not np.any(given.raw):
        raise ValueError("per_sample_gradients = 0: must have an entry that is not 0, or any step is stable")
    rows = _coordinates(given)
    step = theory.sgd_threshold(rows, size, drawn)
    full = theory.sgd_threshold(rows, n)
    trace = float(np.sum(rows * rows)) / n
    p = 1 / size if drawn else (0.0 if size == n else (n - size) / (size * (n - 1)))
    alone = 2 * n / (trace * (1 - p + p * n))
    batch = "single samples" if size == 1 else f"batches of {size}"
    sentence = (
        f"With {batch} of {n}, SGD stays near this minimum in mean square for steps up to {step:.3g}, "
        f"{100 * step / full:.3g} % of what full batches allow ({full:.3g}); for a squared error without the half, "
        "half of that."
    )
    detail = {"B": size, "gd_step": full, "lambda_max": 2 / full, "trace": trace, "replacement": drawn}
    return Result("largest stable step", step, alone, full, sentence=sentence, claims=_CLAIMS, detail=detail)


def _coordinates(given: Given) -> Floats:
    """The rows in a basis of what they span, (n, n), where there are fewer samples than parameters."""
    n, d = given.shape
    if d <= n:
        return given.values
    scale = float(np.abs(given.raw).max())
    gram = np.zeros((n, n))
    for start in range(0, d, 2**16):  # parameters a block at a time: a copy in float64 of all may not fit
        part = given.raw[:, start : start + 2**16].astype(np.float64) / scale
        gram += part @ part.T
    values, vectors = np.linalg.eigh(gram)
    return np.asarray(scale * vectors * np.sqrt(np.maximum(values, 0.0)))
