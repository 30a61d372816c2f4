"""What two defences cost the adversary: a gradient pruned at random, and the Gaussian mechanism."""

from __future__ import annotations

import math
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Grid, Limit, Mean, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

# --- random pruning ---------------------------------------------------------------------------------------------------

_LIU = Source("liu2025data", "gradient pruning as a defence; the exact error derived here", "derived")

PRUNED = claim(
    slug="pruned-gradient-error",
    title="The exact price of a gradient pruned at random",
    statement=(
        r"Where every pixel's gradient column keeps a random share $\kappa$ of its $m$ rows, Gaussian residuals and a "
        r"flat prior give the expected squared error $s^2/(\kappa m - B - 1)$ per pixel, exactly for "
        r"$\kappa m \ge B + 2$: the rows lost count before the samples are paid for, not after."
    ),
    source=_LIU,
    kind=Mean(resolution=0.005),
    predict=theory.pruned_gradient_error,
    simulate=sims.pruned_gradient_error,
    grid=Grid(
        quick=({"m": 40, "B": 10, "keep": 0.5, "noise_std": 1.0}, {"m": 50, "B": 8, "keep": 0.4, "noise_std": 0.3}),
        full=({"m": 80, "B": 20, "keep": 0.5, "noise_std": 1.0}, {"m": 100, "B": 20, "keep": 0.4, "noise_std": 1.0}),
    ),
    decoys=(
        Decoy(
            "a loss of signal",
            "s^2/(keep (m-B-1))",
            lambda m, B, keep, noise_std: noise_std**2 / (keep * (m - B - 1)),
        ),
        Decoy("no -1", "s^2/(keep m - B)", lambda m, B, keep, noise_std: noise_std**2 / (round(keep * m) - B)),
        Decoy("one row", "s^2/(keep m)", lambda m, B, keep, noise_std: noise_std**2 / (keep * m)),
    ),
    tails={"value": Moments(1.0)},
)


def _pruned(keep: float, ratio: float, lam: float, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    """Sizes m with B = ratio keep m and s^2 = lam keep m, so that the limit is the same at all of them."""
    return tuple(
        {
            "m": m,
            "B": round(ratio * keep * m),
            "keep": keep,
            "noise_std": math.sqrt(lam * keep * m),
            "prior_std": 1.0,
            "pixels": 2,
        }
        for m in sizes
    )


def not_pruned(m: int, B: int, keep: float, noise_std: float, prior_std: float, **sim: int) -> float:
    """The error of all m rows."""
    return theory.pruned_gradient_error(m, B, 1.0, noise_std, prior_std)


def more_noise(m: int, B: int, keep: float, noise_std: float, prior_std: float, **sim: int) -> float:
    """Pruning as noise of variance s^2/keep on all m rows."""
    return theory.pruned_gradient_error(m, B, 1.0, noise_std / math.sqrt(keep), prior_std)


PRUNED_PRIOR = claim(
    slug="pruned-gradient-error-prior",
    title="Pruning at random with a prior: a floor that no attack passes",
    statement=(
        r"With a prior $N(0, \tau^2)$ the Bayes error of a gradient pruned at random to a share $\kappa$ is that of "
        r"$\kappa m$ rows as $m, B \to \infty$; for $s \to 0$ the floor $\tau^2 (1 - \kappa m/B)_+$ remains, "
        r"though $m > B$."
    ),
    source=_LIU,
    kind=Limit(size="m", order=1.0, resolution=0.01),
    predict=lambda pixels, **cell: theory.pruned_gradient_error(**cell),
    simulate=sims.pruned_gradient_error,
    grid=Grid(
        quick=(*_pruned(0.25, 2.0, 0.05, (40, 80, 120)), *_pruned(0.5, 0.5, 0.05, (32, 64, 96))),
        full=tuple(
            cell
            for keep in (0.25, 0.5) for ratio in (0.5, 2.0) for lam in (0.02, 0.2)
            for cell in _pruned(keep, ratio, lam, (64, 96, 128))
        ),
    ),
    decoys=(
        Decoy("not pruned", "all m rows", not_pruned),
        Decoy("more noise", "noise of variance s^2/keep", more_noise),
    ),
    tails={"value": Moments(0.5)},
)  # fmt: skip

CLAIMS = (PRUNED, PRUNED_PRIOR)
