"""What `diagnose` says of the spectrum of features."""

from __future__ import annotations

import numpy as np

from overparam.measures.benign_overfitting.spectra import effective_ranks, ranks_of, regime_of
from overparam.measures.design import Design, design
from overparam.measures.input import Given
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Spectrum of the features", needs=("features",))
def of_features(features: Given) -> tuple[Result, ...]:
    """Effective ranks, and what interpolation costs where it is possible."""
    found = design(features, True)
    (n, p), values = features.shape, np.sort(found.values)[::-1] / found.n
    first, second = ranks_of(found)
    rank = int(np.count_nonzero(found.values > found.floor))
    sentence = f"{n} samples in {p} dimensions show {rank} directions beside the mean."
    shown = Result("rank", rank, None, float(min(found.m, p)), sentence=sentence, detail={"eigenvalues": values[:rank]})
    return shown, first, second, _cost(found, rank)


def _cost(found: Design, rank: int) -> Result:
    n, p = found.features.shape
    if p > n >= 4 and rank == found.m:
        return regime_of(found, 0.1, 10.0, 1.96)
    why = f"{p} dimensions for {n} samples" if p <= n else "the samples depend on each other"
    return Result(
        "cost of interpolation", float("nan"), sentence=f"A linear fit does not interpolate noisy labels: {why}."
    )


@measure("Spectrum", needs=("spectrum",))
def of_spectrum(spectrum: Given) -> tuple[Result, ...]:
    """Effective ranks of a spectrum that is given."""
    return effective_ranks(spectrum)
