"""A layer's singular values against noise: stable rank, directions beyond the Marchenko-Pastur edge, the best rank."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from overparam.measures.input import Floats, Given, layer
from overparam.measures.registry import measure
from overparam.measures.result import Result
from sims.rounding import computed
from theory.marchenko_pastur import quantile
from theory.spiked import cosines

_TRACY_WIDOM_99 = 2.0234
"""99 % quantile of the largest eigenvalue's law (beta = 1): one random matrix in a hundred shows a direction."""

_LARGEST = 1500


class Spectrum(NamedTuple):
    """Singular values, descending; the noise's standard deviation an entry; the edge of what noise reaches."""

    values: Floats
    sigma: float
    edge: float
    shape: tuple[int, int]
    floor: float


def spectrum(weights: Any) -> Spectrum:
    r"""Return the singular values of a layer and the edge of the noise in it.

    The noise's variance is taken from the median singular value and the median of the Marchenko-Pastur law, which a
    few directions do not move:
    $$\hat\sigma^2 = \frac{s_{med}^2}{d\,\mu_{m/d}},\qquad
    edge^2 = \hat\sigma^2\Bigl[\mu + 2.02\,\sqrt\mu\,\bigl(\tfrac1{\sqrt m}+\tfrac1{\sqrt{d-1}}\bigr)^{1/3}\Bigr],
    \quad \mu = (\sqrt{d-1}+\sqrt m)^2,$$
    the 99 % quantile of the largest singular value of noise (Tracy, Widom). A matrix of less than half its rank has no
    noise; its edge is its own rounding.

    weights: (outputs, inputs), or a convolution's four axes. Raises ValueError for what is no matrix, or zero.

    Source: Gavish, Donoho 2014, arXiv:1305.5870, for the noise level; Johnstone 2001 for the edge (recalled).
    """
    given = weights if isinstance(weights, Given) else layer("weights", weights)
    if not np.any(given.raw):
        raise ValueError(f"{given.name} = 0: must have an entry that is not 0")
    values = _singular(given)
    m, d = sorted(given.shape)
    shape = (given.shape[0], given.shape[1])
    floor = float(computed(values, (m, d), given.eps))
    median = float(np.median(values))
    if median <= floor:
        return Spectrum(values, 0.0, floor, shape, floor)
    sigma = median / math.sqrt(d * float(quantile(0.5, m / d)))
    mu = (math.sqrt(d - 1) + math.sqrt(m)) ** 2
    wide = math.sqrt(mu) * (1 / math.sqrt(d - 1) + 1 / math.sqrt(m)) ** (1 / 3)
    return Spectrum(values, sigma, sigma * math.sqrt(mu + _TRACY_WIDOM_99 * wide), shape, floor)


def _singular(given: Given) -> Floats:
    if min(given.shape) <= _LARGEST:
        return np.linalg.svd(given.values, compute_uv=False)
    # Squared, small values lose digits that nothing here needs.
    rows = given.values if given.shape[0] <= given.shape[1] else given.values.T
    return np.sqrt(np.maximum(np.linalg.eigvalsh(rows @ rows.T)[::-1], 0.0))


def stable_rank(weights: Any) -> Result:
    r"""Return $|W|_F^2/|W|_2^2$, against $md/(\sqrt m+\sqrt d)^2$ for a random matrix of that shape.

    weights: (outputs, inputs), or a convolution's four axes; or a gradient of that shape; or its `Spectrum`. Raises
    ValueError for what is no matrix, or zero.

    >>> stable_rank([[2.0, 0.0], [0.0, 1.0]]).value
    1.25
    """
    return stable_rank_of(weights if isinstance(weights, Spectrum) else spectrum(weights))


def stable_rank_of(found: Spectrum) -> Result:
    """Return the stable rank of a layer whose singular values are known."""
    m, d = found.shape
    value = float(np.sum((found.values / found.values[0]) ** 2))
    null = max(1.0, m * d / (math.sqrt(m) + math.sqrt(d)) ** 2)
    sentence = f"Its energy is that of {value:.3g} directions as strong as the leading one (random: {null:.3g})."
    return Result("stable rank", value, null, 1.0, sentence=sentence)


def signal_rank(weights: Any) -> Result:
    r"""Return how many directions stand beyond the edge of the noise; the best rank and its expected error in `detail`.

    With y = s/(sigma sqrt d), beta = m/d: a direction of strength x is seen at $y^2 = (x+1/x)(x+\beta/x)$ with cosines
    $c_1, c_2$, keeping it costs $y^2 - 2xyc_1c_2 + x^2$ and dropping it $x^2$; the least total is reached by keeping
    $y^2 > 2(\beta+1) + 8\beta/(\beta+1+\sqrt{\beta^2+14\beta+1})$.

    detail: optimal_rank; expected_error, the squared error of that rank over the energy of the directions beyond the
    edge (None where there is none); sigma; edge; singular (the singular values).

    Source: Gavish, Donoho 2014, arXiv:1305.5870 (recalled); exact in the limit of large matrices with iid noise.
    """
    return signal_rank_of(weights if isinstance(weights, Spectrum) else spectrum(weights))


def signal_rank_of(found: Spectrum) -> Result:
    """Return the directions beyond the edge of a layer whose singular values are known."""
    beyond = int(np.count_nonzero(found.values > found.edge))
    best, error = (beyond, 0.0 if beyond else None) if found.sigma == 0 else _optimal(found)
    detail = {"optimal_rank": best, "expected_error": error, "sigma": found.sigma, "edge": found.edge,
              "singular": found.values}  # fmt: skip
    if not beyond:
        sentence = "No direction stands out of noise (random: 0): the layer looks like a random matrix."
    else:
        sentence = f"{beyond} directions stand out of noise (random: 0)"
        sentence += f"; rank {best} keeps them best, with {100 * error:.3g} % of their energy lost or wrong." if (
            error is not None
        ) else "."  # fmt: skip
    return Result("directions beyond the edge", beyond, 0.0, None, sentence=sentence, detail=detail)


def _optimal(found: Spectrum) -> tuple[int, float | None]:
    m, d = sorted(found.shape)
    beta = m / d
    y2 = (found.values / (found.sigma * math.sqrt(d))) ** 2
    root = 8 * beta / (beta + 1 + math.sqrt(beta * beta + 14 * beta + 1))
    kept = y2 > 2 * (beta + 1) + root
    seen = y2[y2 > (1 + math.sqrt(beta)) ** 2]
    seen = seen[: max(int(np.count_nonzero(found.values > found.edge)), int(kept.sum()))]
    if seen.size == 0:
        return 0, None
    half = seen - 1 - beta
    x = np.sqrt((half + np.sqrt(np.maximum(half * half - 4 * beta, 0.0))) / 2)
    rows, columns = cosines(x, beta)
    kept = kept[: seen.size]
    cost = np.where(kept, seen - 2 * x * np.sqrt(seen * rows * columns) + x * x, x * x)
    return int(kept.sum()), float(cost.sum() / np.sum(x * x))


@measure("Weights of a layer", needs=("weights",))
def of_weights(weights: Given) -> tuple[Result, ...]:
    """Stable rank and what stands out of noise."""
    found = spectrum(weights)
    return stable_rank_of(found), signal_rank_of(found)
