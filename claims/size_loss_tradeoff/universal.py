"""The bound that no features and no algorithm escape: in the mean, on every draw, and where it is attained."""

from __future__ import annotations

from typing import Any

import sims.size_loss_tradeoff as sims
import theory.size_loss_tradeoff as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Limit, Moments, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("ghosh2023universal", "trade-off for linear predictors; constant derived", "derived")
_ALGORITHMS = ("oracle", "ridge", "flow")


def bound(n: int, p: int, train_loss: float, sigma2: float, **_: Any) -> float:
    """(n/p)(sigma - tau)^2."""
    return float(theory.excess_lower_bound(n, p, train_loss, sigma2))


def linear(n: int, p: int, train_loss: float, sigma2: float, **_: Any) -> float:
    """The difference of the losses in place of that of their roots."""
    return n / p * (sigma2 - train_loss)


def exchanged(n: int, p: int, train_loss: float, sigma2: float, **_: Any) -> float:
    """Samples and features exchanged."""
    return (p / n) ** 2 * bound(n, p, train_loss, sigma2)


def untrained(n: int, p: int, sigma2: float, **_: Any) -> float:
    """Interpolation's bound at any training loss."""
    return n / p * sigma2


def _in_the_mean(formula: Any) -> Any:
    return lambda **cell: {"oracle": formula(**cell)}


def _on_draw(formula: Any) -> Any:
    return lambda **cell: {"on_draw_oracle": formula(**cell)}


# --- in the mean, and on every draw -----------------------------------------------------------------------------------


def _of(sizes: tuple[tuple[int, int], ...], losses: tuple[float, ...], *laws: str) -> tuple[Named, ...]:
    return tuple(
        cell
        for features in laws
        for n, p in sizes
        for loss in losses
        for cell in cells(n=n, p=p, train_loss=loss, sigma2=1.0, features=features, r2=0.05, misfit=0.0)
    )


# A nonlinear truth; more noise; fewer features than samples, where the training loss is at least sigma2 (1 - p/n).
_OTHERS = (
    *cells(n=12, p=144, train_loss=0.25, sigma2=1.0, features="gaussian", r2=0.05, misfit=0.3),
    *cells(n=12, p=36, train_loss=1.0, sigma2=4.0, features="power", r2=0.05, misfit=0.0),
    *cells(n=24, p=12, train_loss=0.7, sigma2=1.0, features="student", r2=0.05, misfit=0.0),
)
_LAWS = ("gaussian", "student", "power", "relu")
GRID = Grid(
    quick=(*_of(((12, 24), (12, 144)), (0.25, 0.64), *_LAWS), *_of(((12, 480),), (0.25,), "gaussian"), *_OTHERS),
    full=(
        *_of(((50, 75), (50, 200), (50, 600)), (0.04, 0.25, 0.64, 0.9), *_LAWS, "sphere"),
        *_of(((50, 25),), (0.64, 0.9), *_LAWS, "sphere"),
        *_OTHERS,
    ),
)
_CERTIFICATE = {"residual": 1e-10}
_UNSAFE = (
    ("linear in the losses", r"(n/p)(sigma^2 - tau^2)", linear),
    ("n and p exchanged", r"(p/n)(sigma - tau)^2", exchanged),
    ("training loss forgotten", r"(n/p) sigma^2 at every training loss", untrained),
)

MEAN = claim(
    slug="universal-lower-bound",
    title="Below the noise floor a small excess risk needs many more features than samples",
    statement=(
        r"For $n$ independent samples, $p$ features of any law and any linear predictor of training loss $\tau^2 < "
        r"\sigma^2$ the excess risk satisfies $\mathrm{E}\,\mathcal{E} \ge \frac{n}{p} (\sigma - \tau)^2$: here over "
        r"four kinds of features, for the best predictor that knows truth and noise."
    ),
    source=_SOURCE,
    kind=Bound(side="lower", on="mean", resolution=0.025),
    predict=_in_the_mean(bound),
    simulate=sims.excess_at,
    grid=GRID,
    decoys=tuple(Decoy(name, says, _in_the_mean(formula)) for name, says, formula in _UNSAFE),
    certificates=_CERTIFICATE,
    tails={"oracle": Moments(skewness=1.5)},
)

EVERY_DRAW = claim(
    slug="universal-lower-bound-every-draw",
    title="No design escapes the trade-off, not by luck either",
    statement=(
        r"Given the whitened features $Z$, with the mean over noise alone, every linear predictor of training loss "
        r"$\tau^2 < \sigma^2$ has $\mathcal{E} \ge (\sigma - \tau)^2 n^2/\mathrm{tr} Z Z^\top$, on each draw of $Z$."
    ),
    source=_SOURCE,
    kind=Bound(side="lower", on="draw", tolerance=1e-9),
    predict=lambda **cell: {f"on_draw_{name}": bound(**cell) for name in _ALGORITHMS},
    simulate=sims.excess_at,
    grid=GRID,
    decoys=(
        *(Decoy(name, says, _on_draw(formula)) for name, says, formula in _UNSAFE),
        Decoy("energy of the draw forgotten", r"(n/p)(sigma - tau)^2 on every draw", _in_the_mean(bound)),
    ),
    certificates=_CERTIFICATE,
)

# --- where it is attained ---------------------------------------------------------------------------------------------


def independent_rows(n: int, p: int, train_loss: float, sigma2: float, **_: Any) -> float:
    """The bound for interpolation by independent rows, scaled down to the training loss."""
    return p / (p + 1 - n) * bound(n, p, train_loss, sigma2)


def _frames(sizes: list[tuple[int, int]], losses: list[float]) -> tuple[Named, ...]:
    return tuple(
        cell for n, p in sizes for cell in cells(n=n, p=p, train_loss=losses, sigma2=1.0, features="frame", r2=0.05)
    )


ATTAINED = claim(
    slug="universal-lower-bound-attained",
    title="Tight frames attain the trade-off",
    statement=(
        r"For features whose rows are a tight frame, $Z Z^\top = p I_n$, the best predictor of training loss $\tau^2$ "
        r"that knows truth and noise has excess risk $\frac{n}{p} (\sigma - \tau)^2$ exactly."
    ),
    source=Source("ghosh2023universal", "case of equality", "derived"),
    kind=Identity(tolerance=1e-8, trials=16),
    predict=_in_the_mean(bound),
    simulate=sims.excess_at,
    grid=Grid(
        quick=_frames([(8, 8), (8, 20), (8, 80)], [0.0, 0.25, 0.81]),
        full=_frames([(50, 50), (50, 75), (50, 200), (50, 600)], [0.0, 0.04, 0.25, 0.64, 0.9]),
    ),
    decoys=(
        *(Decoy(name, says, _in_the_mean(formula)) for name, says, formula in _UNSAFE),
        Decoy("independent rows", r"n/(p+1-n) in place of n/p", _in_the_mean(independent_rows)),
    ),
    certificates=_CERTIFICATE,
)

# --- independent rows, many features ----------------------------------------------------------------------------------


def _wide(n: int, sizes: list[int], laws: tuple[str, ...], losses: tuple[float, ...]) -> tuple[Named, ...]:
    return tuple(
        cell
        for features in laws
        for loss in losses
        for cell in cells(n=n, p=sizes, train_loss=loss, sigma2=1.0, features=features, r2=0.05)
    )


MANY_FEATURES = claim(
    slug="universal-lower-bound-many-features",
    title="With many independent features the trade-off is all there is",
    statement=(
        r"For Gaussian and spherical rows, $n$ fixed and $p \to \infty$, the best predictor that knows truth and noise "
        r"has $\mathrm{E}\,\mathcal{E}\, p/n \to (\sigma - \tau)^2$."
    ),
    source=Source("ghosh2023universal", "abstract: bound and Marchenko-Pastur refinement coincide", "derived"),
    kind=Limit(size="p", order=1.0, resolution=0.015, terms=2),
    predict=_in_the_mean(bound),
    simulate=sims.excess_at,
    grid=Grid(
        quick=_wide(8, [48, 96, 192, 384], ("gaussian", "sphere"), (0.25, 0.64)),
        full=_wide(20, [200, 400, 800, 1600], ("gaussian", "sphere"), (0.0, 0.25, 0.64, 0.9)),
    ),
    decoys=(
        Decoy("linear in the losses", r"(n/p)(sigma^2 - tau^2)", _in_the_mean(linear)),
        Decoy("training loss forgotten", r"(n/p) sigma^2 at every training loss", _in_the_mean(untrained)),
    ),
    certificates=_CERTIFICATE,
)

CLAIMS: tuple[Claim, ...] = (MEAN, EVERY_DRAW, ATTAINED, MANY_FEATURES)
