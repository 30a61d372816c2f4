"""The singular values of a noisy matrix against those of noise alone: level of the noise, what stands above it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

import theory.matrix_denoising as theory
from overparam.measures.input import Floats
from theory.marchenko_pastur import quantile

LEAST = 20
"""Smaller matrices have too few singular values to tell the noise by their median."""
ROUNDS = 50
SHARP = 1e30
"""Largest singular value in units of a sigma that is given."""
WHITE = 5.0
"""Misfit of white noise times the number of its singular values: 2 in the middle, never above 4 in 400 draws a size."""


class Spectrum(NamedTuple):
    """Singular values, descending, in units of sigma sqrt(n), n the longer side; m/n; sigma; if it was given."""

    values: Floats
    beta: float
    sigma: float
    given: bool

    @property
    def threshold(self) -> float:
        """The hard threshold in these units."""
        return float(theory.hard_threshold(self.beta))

    @property
    def spread(self) -> float:
        """Standard deviation of a spike's singular value, at most: a Gaussian over sqrt(n)."""
        return math.sqrt(self.beta / self.values.size)

    def kept(self, shift: float = 0.0) -> int:
        """How many singular values exceed the threshold, moved by `shift` spreads."""
        return int(np.count_nonzero(self.values > self.threshold + shift * self.spread))

    def misfit(self) -> float:
        """How far the singular values that are not kept are from those of white noise: distance of the distributions.

        White noise of m rows moves by a few times 1/m: its singular values repel each other.
        """
        k, m = self.kept(), self.values.size
        if k == m:
            return 0.0
        n = m / self.beta
        rest = np.sort(self.values[k:] ** 2) * (n / (n - k))
        levels = np.linspace(0.05, 0.95, 19)
        places = np.asarray(quantile(levels, (m - k) / (n - k)))
        return float(np.max(np.abs(np.searchsorted(rest, places) / rest.size - levels)))

    def is_white(self) -> bool:
        """Whether what is not kept looks like white noise."""
        return self.misfit() <= WHITE / max(1, self.values.size - self.kept())


def spectrum(name: str, singular: Floats, n: int, floor: float, sigma: float | None) -> Spectrum:
    """Return the singular values (m,), descending, of an m x n matrix (m <= n) in units of the noise.

    floor: what a singular value must exceed to be no rounding. sigma: known, or None: told by the median of those that
    are not kept, until their number stays. Raises ValueError where the median tells nothing.
    """
    m = singular.size
    if sigma is not None:
        if singular[0] > SHARP * sigma:
            raise ValueError(
                f"sigma = {sigma!r}: must be above {singular[0] / SHARP:.2g}, {name} being as large as it is"
            )
        return Spectrum(singular / (sigma * math.sqrt(n)), m / n, sigma, True)
    if m < LEAST:
        raise ValueError(
            f"{name} = array with a side of {m}: must have at least {LEAST} rows and columns to tell the "
            "noise by the median singular value, or sigma must be given"
        )
    kept = 0
    for _ in range(ROUNDS):
        beta = (m - kept) / (n - kept)
        # Noise without its k leading directions is a smaller matrix of noise.
        median = float(np.median(singular[kept:]))
        if median <= floor:
            raise ValueError(
                f"{name} = array of which half of the singular values are rounding: there is no noise to tell by their "
                "median, sigma must be given"
            )
        ratio = float(theory.hard_threshold(beta) / theory.median_threshold_coef(beta))
        level = median / ratio / math.sqrt(n - kept)
        found = Spectrum(singular / (level * math.sqrt(n)), m / n, level, False)
        count = found.kept()
        if count <= kept or m - count < LEAST:
            break
        kept = count
    return found
