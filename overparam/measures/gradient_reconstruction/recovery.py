"""Which classes are in the batch, read from the gradient of a softmax layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Floats, Given, layer, vector
from overparam.measures.rank import numerical_rank
from overparam.measures.result import Result

_CLAIMS = ("linear-layer-leakage", "linear-layer-leakage-softmax-rank")


def is_softmax(gradient: Given) -> bool:
    """Whether the entries, or all columns, sum to zero up to rounding: residuals p - y of a softmax layer do."""
    values = gradient.values if len(gradient.shape) == 2 else gradient.values[:, None]
    sums, sizes = np.abs(values.sum(axis=0)), np.abs(values).sum(axis=0)
    return bool(np.all(sums <= len(values) * gradient.eps * sizes.max()))


def recover_labels(grad_b: Any = None, grad_W: Any = None) -> Result:
    r"""Return the classes that are in the batch for certain, from the gradient of a softmax layer (cross-entropy).

    $$(G_b)_c = \frac1B\sum_i \bigl(p_{ic} - 1\{y_i = c\}\bigr) < 0 \quad\Rightarrow\quad c \text{ is in the batch},$$
    because p > 0; other classes may be there too, if few of the samples. Under the mean loss -(G_b)_c is less than the
    share of class c. One sample gives exactly one negative entry, its label; without a bias gradient that is read from
    grad_W of rank one and three classes or more, whose rows are (p - y)_c x.

    grad_b: (classes,); grad_W: (classes, inputs), used where there is no bias. Labels must be hard: smoothing breaks
    the rule. Raises ValueError unless the entries sum to zero (no softmax layer), and where there is neither bias nor
    rank one.

    Source: Zhao, Mopuri, Bilen 2020 (arXiv:2001.02610) for one sample; signs of a batch, Yin et al. 2021
    (arXiv:2104.07586); recalled.

    >>> recover_labels([0.1, -0.4, 0.2, 0.1]).value.tolist()
    [1]
    """
    if grad_b is not None:
        bias = vector("grad_b", grad_b, "classes")
        _softmax(bias, "its entries")
        return _found(bias.values, len(bias.values) * bias.eps)
    if grad_W is None:
        raise ValueError("grad_b, grad_W: one of them must be given")
    weight = layer("grad_W", grad_W, "classes, inputs")
    _softmax(weight, "its columns")
    rank = numerical_rank(weight)
    if rank != 1:
        raise ValueError(f"grad_W = gradient of rank {rank}: labels of more than one sample need the bias gradient")
    left = np.linalg.svd(weight.values, full_matrices=False)[0][:, 0]
    # A singular vector has no sign: the label's entry is as large as all others together.
    found = _found(-left * np.sign(left[np.argmax(np.abs(left))]), len(left) * weight.eps)
    if len(left) == 2 or found.value.size != 1:
        raise ValueError(
            f"grad_W = gradient of {len(left)} classes: its label cannot be told without the bias gradient"
        )
    return found


def _softmax(given: Given, what: str) -> None:
    if given.shape[0] < 2 or not np.any(given.raw) or not is_softmax(given):
        raise ValueError(
            f"{given.name} = array of shape {given.shape}: {what} must sum to 0, as those of a softmax layer"
        )


def _found(residual: Floats, floor: float) -> Result:
    present = np.flatnonzero(residual < -floor * np.abs(residual).max())
    names = ", ".join(map(str, present[:12])) + (", ..." if present.size > 12 else "")
    sentence = f"{present.size} of {residual.size} classes are in the batch for certain: {names} (their entries are "
    sentence += "negative); others may be."
    return Result("labels", present, None, None, sentence=sentence, claims=_CLAIMS, detail={"residual": residual})
