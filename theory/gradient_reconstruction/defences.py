"""What two defences of a gradient cost the adversary: pruning it at random, and the Gaussian mechanism."""

from __future__ import annotations

import math
from typing import Annotated

from theory.domain import Count, In, Positive, checked
from theory.gradient_reconstruction.noise import noise_mmse_asymptotic


def _kept_rows(m: int, keep: float) -> int:
    rows = round(keep * m)
    if rows < 1 or abs(keep * m - rows) > 1e-9 * m:
        raise ValueError(f"keep = {keep}: keep * m must be an integer >= 1, here m = {m}")
    return rows


@checked
def pruned_gradient_error(
    m: Count,
    B: Count,
    keep: Annotated[float, In(0.0, 1.0, open_low=True)],
    noise_std: Positive,
    prior_std: Annotated[float, In(0.0, open_low=True, infinite=True)] = math.inf,
) -> float:
    r"""Return the Bayes squared error per pixel where each pixel's gradient column keeps a random share of its rows.

    $G = \Delta X + sN$ with $\Delta$ (m x B) iid N(0, 1) and known. Flat prior: exactly $s^2/(\kappa m - B - 1)$. Prior
    $N(0, \tau^2)$: the limit `noise_mmse_asymptotic` at $\kappa m$ rows, whose floor for s -> 0 is
    $\tau^2 (1 - \kappa m/B)_+$.

    m, B: rows of the gradient and samples, >= 1; keep: the share kappa in (0, 1] with kappa m an integer; noise_std:
    s > 0; prior_std: tau > 0, inf for the flat prior, which needs kappa m >= B + 2. Returns a float. Raises ValueError
    outside these domains.

    Source: Liu, Wang, Chen, Lei 2025, arXiv:2402.09478 (the defence; abstract seen); derived here: a random subset of
    Gaussian rows is Gaussian. Pruning by size is another matter.

    >>> pruned_gradient_error(80, 20, 0.5, 1.0) == 1 / 19
    True
    """
    rows = _kept_rows(m, keep)
    if not math.isinf(prior_std):
        return float(noise_mmse_asymptotic(rows, B, noise_std, prior_std))
    if rows < B + 2:
        raise ValueError(
            f"keep = {keep}: keep * m must be at least B + 2 = {B + 2} for a flat prior, here it is {rows}"
        )
    return noise_std**2 / (rows - B - 1)
