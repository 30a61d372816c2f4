"""What the gradient of one fully connected or convolutional layer tells about the batch behind it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

import sims.gradient_reconstruction as bare
from overparam.measures.input import Given, layer, matrix, vector
from overparam.measures.result import Result
from theory.domain import one_of, real

_SPAN = ("linear-layer-leakage-row-space",)
_RATIOS = ("linear-layer-leakage", "exclusive-activation", "imprint-recovery")
_MATCHING = ("identifiability-threshold", "identifiability-threshold-rank")
_NOISE = ("noise-spectral-transition",)


class Leakage(NamedTuple):
    """Results by name; `exact` is None without batch and bias gradient, `identifiable` without loss."""

    rank: Result
    stable_rank: Result
    effective_rank: Result
    critical_noise: Result
    exact: Result | None = None
    identifiable: Result | None = None


class Gradient(NamedTuple):
    """The arrays of one layer, checked: grad_W (m, d), and where given grad_b (m,) and the batch (B, d)."""

    grad_W: Given
    grad_b: Given | None
    batch: Given | None


def _checked(grad_W: Any, grad_b: Any, batch: Any) -> Gradient:
    weight = layer("grad_W", grad_W, "neurons, inputs")
    if not np.any(weight.raw):
        raise ValueError("grad_W = 0: must have an entry that is not 0, or it tells nothing")
    bias = None if grad_b is None else vector("grad_b", grad_b, "neurons")
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise ValueError(f"grad_b = array of shape {bias.shape}: must be ({weight.shape[0]},), one a neuron of grad_W")
    samples = None if batch is None else matrix("batch", batch, "samples, inputs")
    if samples is not None and samples.shape[1] != weight.shape[1]:
        hint = ""
        if getattr(grad_W, "ndim", 2) > 2:
            hint = "; a convolution's samples are its patches, unfolded"
        raise ValueError(
            f"batch = array of shape {samples.shape}: must be (samples, {weight.shape[1]}), as grad_W{hint}"
        )
    return Gradient(weight, bias, samples)


def gradient_leakage_report(
    grad_W: Any, grad_b: Any = None, batch: Any = None, *, loss: str | None = None, noise_std: float = 0.0
) -> Leakage:
    r"""Return what the gradient of a layer z = W x + b reveals of its batch, in numbers and sentences.

    $$G_W = \sum_i \delta_i x_i^\top,\qquad G_b = \sum_i \delta_i$$

    grad_W: (m, d), or a convolution's (out, in, height, width), which is the gradient of its unfolded matrix (its
    samples are patches); grad_b: (m,), if the layer has a bias; batch: (B, d), if known, to count the samples that rows
    or differences of rows give exactly; loss: 'softmax' or 'squared' if this is the last layer; noise_std: standard
    deviation of noise added to each entry. Any library and precision: what counts as rank is decided by the gradient's
    own rounding. Raises ValueError for shapes that do not fit, a zero gradient or an unknown loss.

    Source: row ratios, Phong et al. 2018 and Geiping et al. 2020 (arXiv:2003.14053), recalled; thresholds as in
    `theory.gradient_reconstruction`; the null of the stable rank from the edges of the Marchenko-Pastur law.

    >>> x, delta = np.array([[1.0, 2.0, 3.0]]), np.array([[0.5], [-1.0]])
    >>> report = gradient_leakage_report(delta @ x, delta[:, 0], x)
    >>> report.rank.value, report.exact.value
    (1, 1)
    """
    given = _checked(grad_W, grad_b, batch)
    if loss is not None:
        one_of("loss", loss, ("softmax", "squared"))
    noise = real("noise_std", noise_std, 0.0)
    weight, bias, samples = (None if array is None else array.values for array in given)
    assert weight is not None
    found = bare.gradient_leakage_report(weight, bias, samples, loss=loss, noise_std=noise, eps=given.grad_W.eps)
    m, d = given.grad_W.shape
    return Leakage(
        _rank(found, m, d, noise, given.grad_W),
        *_soft_ranks(found, m, d),
        _critical(found),
        None
        if samples is None or found.exactly_recoverable is None
        else _exact(found.exactly_recoverable, len(samples)),
        None if loss is None else _identifiable(found.identifiable_batch, loss),
    )


def _rank(found: bare.LeakageReport, m: int, d: int, noise: float, weight: Given) -> Result:
    smaller, rank = min(m, d), found.row_space_dimension
    sentence = f"Rank {found.rank}: at least so many samples are behind this gradient"
    if noise > 0:
        sentence = f"{rank} directions stand out of the noise: at least so many samples are behind this gradient"
    if rank == 1 and noise == 0:
        sentence += "; if it is one, any row of grad_W is that sample up to a factor"
    elif rank < smaller:
        sentence += f"; a batch of {rank} lies in its row space"
    singular = np.linalg.svd(weight.values, compute_uv=False)
    return Result(
        "rank", rank, float(smaller), 1.0, sentence=sentence + ".", claims=_SPAN, detail={"singular": singular}
    )


def _soft_ranks(found: bare.LeakageReport, m: int, d: int) -> tuple[Result, Result]:
    null = m * d / (math.sqrt(m) + math.sqrt(d)) ** 2
    stable = (
        f"Its energy is that of {found.stable_rank:.3g} directions as strong as the leading one (a random matrix of "
    )
    stable += f"this shape: {null:.3g}; one sample: 1)."
    effective = f"Its energy is spread over {found.effective_rank:.3g} directions (by entropy; one sample: 1)."
    return (
        Result("stable rank", found.stable_rank, null, 1.0, sentence=stable, claims=_SPAN),
        Result("effective rank", found.effective_rank, None, 1.0, sentence=effective, claims=_SPAN),
    )


def _critical(found: bare.LeakageReport) -> Result:
    value = found.critical_noise
    sentence = f"Noise above {value:.3g} per entry hides its leading direction from any spectral reconstruction."
    return Result("critical noise", value, sentence=sentence, claims=_NOISE)


def _exact(count: int, size: int) -> Result:
    sentence = f"{count} of the {size} samples are given exactly, by ratios of its rows or of their differences."
    return Result("exactly recoverable", count, 0.0, float(size), sentence=sentence, claims=_RATIOS)


def _identifiable(batch: int, loss: str) -> Result:
    sentence = f"As the last layer under the {loss} loss it determines batches of up to {batch} samples by matching."
    return Result("identifiable batch", batch, sentence=sentence, claims=_MATCHING)
