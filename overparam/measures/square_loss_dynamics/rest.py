"""Whether the norms of the layers are those of a stationary point of the square loss with weight decay."""

from __future__ import annotations

from typing import Any

import numpy as np

import theory.square_loss_dynamics as theory
from overparam.measures.input import Given, array, host
from overparam.measures.result import Result
from overparam.measures.square_loss_dynamics.layers import layers
from theory.domain import real

_CLAIMS = ("quasi-interpolation", "quasi-interpolation-relu", "quasi-interpolation-derivative")


def norm_identity_residual(weights: Any, f: Any, y: Any, lam: float) -> Result:
    r"""Return how far the layers are from the norm that square loss with weight decay gives them at rest.

    $$\max_l\frac{|\lambda\|W_l\|_F^2 - v|}{\max(|v|, \lambda\|W_1\|_F^2, \lambda\|W_2\|_F^2, \dots)}, \qquad
    v = \frac1N\sum_i\langle y_i-f_i, f_i\rangle$$
    for a net without biases whose objective is $\tfrac1{2N}\sum_i\|f_i-y_i\|^2 + \tfrac\lambda2\sum_l\|W_l\|_F^2$: the
    norms tell how far training is from its end before the gradient is looked at. Of order 1 (the null): norms that have
    nothing to do with the residual; limit: 0, at every stationary point.

    weights: layers in any order, as a sequence or mapping of arrays of any library; f, y: outputs and targets of the
    training set, (N,) or (N, outputs), of one shape; lam > 0, of the halved loss: an objective that is c times this one
    has c lam (mean squares over N and K outputs with decay w a step: lam = w K/2). detail: residual, signed, of each
    layer; v; norms. Raises ValueError outside these domains, or where all is zero.

    Source: `theory.square_loss_dynamics.norm_identity_residual`.

    >>> found = norm_identity_residual([[[2.0]], [[0.5]]], [0.9], [1.0], 0.1)
    >>> round(found.value, 6), found.detail["residual"].round(6).tolist()
    (0.775, [0.31, -0.065])
    """
    given = layers("weights", weights, 1)
    lam = real("lam", lam, 0.0, open_low=True)
    said, wanted = _outputs("f", f), _outputs("y", y)
    if said.shape != wanted.shape:
        raise ValueError(f"y = array of shape {wanted.shape}: must have the shape of f, {said.shape}")
    residual = theory.norm_identity_residual([w.values for w in given], said.values, wanted.values, lam)
    squares = np.array([float(np.sum(w.values**2)) for w in given])
    v = float(lam * squares[0] - residual[0])
    scale = max(abs(v), float(lam * squares.max()))
    if scale == 0:
        raise ValueError("weights = 0, f = 0 or lam = 0: must not all vanish")
    value = float(np.max(np.abs(residual))) / scale
    detail = {"residual": residual, "v": v, "norms": np.sqrt(squares)}
    if v <= 0:
        sentence = "The outputs overshoot the targets on the whole: larger layers would not fit better, far from rest."
    else:
        state = "at rest" if value < 0.01 else "near rest" if value < 0.1 else "far from rest"
        sentence = f"Layers are {state}: lambda |W|^2 and the residual's v = {v:.3g} differ by {100 * value:.3g} %."
    return Result(
        "residual of the norm identity", value, 1.0, 0.0, sentence=sentence, claims=_CLAIMS, detail=detail
    )  # fmt: skip


def _outputs(name: str, value: Any) -> Given:
    raw, _ = host(name, value)
    return array(name, value, "samples" if raw.ndim == 1 else "samples, outputs")
