"""What two defences cost the adversary: a gradient pruned at random, and the Gaussian mechanism."""

from __future__ import annotations

import math
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Bound, Decoy, Grid, Limit, Mean, Moments, Probability, Source, declared_in

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

# --- the Gaussian mechanism -------------------------------------------------------------------------------------------

_BALLE = Source("balle2022reconstructing", "the informed adversary; formula derived here", "derived")
_HAYES = Source("hayes2023bounding", "bounds on reconstruction; closed form and attainment derived here", "derived")


def _games(*games: tuple[int, float], **more: Any) -> tuple[Named, ...]:
    return tuple({"K": K, "snr": snr, **more} for K, snr in games)


def predict_candidates(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """The success at the strength of all steps together."""
    return theory.candidate_success(K, snr * math.sqrt(steps), kind == "simplex")


def the_bound(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """The bound for any candidates taken as the value."""
    return theory.reconstruction_robustness(K, snr * math.sqrt(steps))


def one_rival_more(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """The exponent K for K - 1."""
    return predict_candidates(K + 1, snr, "orthogonal", steps)


def simplex_value(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """The value of a simplex for orthogonal gradients."""
    return predict_candidates(K, snr, "simplex", steps)


def orthogonal_value(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """The value of orthogonal gradients for a simplex."""
    return predict_candidates(K, snr, "orthogonal", steps)


def one_step(K: int, snr: float, kind: str = "orthogonal", steps: int = 1) -> float:
    """Further steps reveal nothing."""
    return predict_candidates(K, snr, kind)


CANDIDATES = claim(
    slug="dp-candidates",
    title="An informed adversary against the Gaussian mechanism",
    statement=(
        r"An adversary who knows every record but one, of $K$ equally likely candidates with orthogonal gradients of "
        r"norm $C$, names it from $T$ full-batch gradients with noise $\sigma$ with probability "
        r"$\int \phi(t)\, \Phi(t + a)^{K-1}\, dt$, $a = \sqrt T\, C/\sigma$, and no better."
    ),
    source=_BALLE,
    kind=Mean(resolution=0.01),
    predict=predict_candidates,
    simulate=sims.candidate_success,
    grid=Grid(
        quick=(*_games((2, 1.0), (10, 2.0), (30, 2.0)), *_games((10, 0.5), steps=4)),
        full=(*_games((2, 1.0), (10, 1.0), (10, 2.0), (100, 2.0), (1000, 3.0)), *_games((10, 0.5), (50, 1.0), steps=4)),
    ),
    decoys=(
        Decoy("bound", "the bound for any candidates is the value", the_bound),
        Decoy("one rival more", "Phi(t + a)^K", one_rival_more),
        Decoy("simplex", "a sqrt(K/(K-1))", simplex_value),
        Decoy("one step", "no gain from further steps", one_step),
    ),
    tails={"value": Probability()},
)

SIMPLEX = claim(
    slug="dp-candidates-simplex",
    title="The worst candidates of a clipped gradient",
    statement=(
        r"Candidates whose gradients of norm $C$ form a regular simplex are named with the probability of orthogonal "
        r"ones at $a\sqrt{K/(K-1)}$; for $K = 2$, antipodal gradients, it is $\Phi(a)$, the bound for any candidates."
    ),
    source=_BALLE,
    kind=Mean(resolution=0.01),
    predict=predict_candidates,
    simulate=sims.candidate_success,
    grid=Grid(
        quick=_games((2, 0.7), (4, 1.5), kind="simplex"),
        full=_games((2, 0.7), (2, 1.5), (4, 1.5), (10, 2.0), kind="simplex"),
    ),
    decoys=(
        Decoy("orthogonal", "the value of orthogonal gradients", orthogonal_value),
        Decoy("one rival more", "Phi(t + a)^K", one_rival_more),
    ),
    tails={"value": Probability()},
)


def predict_bound(K: int, snr: float, **game: Any) -> float:
    """The bound for any candidates."""
    return theory.reconstruction_robustness(K, snr)


def half_distance(K: int, snr: float, **game: Any) -> float:
    """The bound with half the distance of orthogonal candidates, a/sqrt 2, for a."""
    return theory.reconstruction_robustness(K, snr / math.sqrt(2))


_ANY = (
    *_games((2, 0.7), (10, 1.0), kind="simplex"), *_games((10, 2.0)), *_games((10, 2.0), kind="random", d=20),
)  # fmt: skip

BOUND = claim(
    slug="dp-candidates-bound",
    title="What no choice of candidates exceeds",
    statement=(
        r"Whatever the $K$ equally likely candidates with gradients of norm at most $C = a\sigma$, no adversary names "
        r"the true one with probability above $\Phi(\Phi^{-1}(1/K) + a)$."
    ),
    source=_HAYES,
    kind=Bound(side="upper", on="mean", resolution=0.02),
    predict=predict_bound,
    simulate=sims.candidate_success,
    grid=Grid(quick=_ANY, full=(*_ANY, *_games((1000, 3.0)), *_games((10, 2.0), kind="random", d=100))),
    decoys=(Decoy("half the distance", "Phi(Phi^-1(1/K) + a/sqrt 2)", half_distance),),
    tails={"value": Probability()},
)

CLAIMS = (PRUNED, PRUNED_PRIOR, CANDIDATES, SIMPLEX, BOUND)
