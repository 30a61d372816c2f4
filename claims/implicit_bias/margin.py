"""Separable data: where gradient flow is at a late time, and its slow approach to the largest margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
SOUDRY = "soudry2018implicit"
DERIVED = Source(SOUDRY, "Theorem 3 (recalled); constants derived here", "derived")


@instance
def planted(count: int, n: int, d: int, support: int, loss: str, s: float, number: int) -> Named:
    """Data sets of known support vectors, and a time."""
    return {"rows": sims.planted_rows(count, n, d, support, instance=number), "s": s, "loss": loss}


FLOWN = planted.of(sims.margin_path)


def _paths(*fields: str) -> Callable[..., Named]:
    """The late flow of every data set."""

    def predict(count: int, n: int, d: int, support: int, loss: str, s: float, number: int) -> Named:
        rows = planted(count=count, n=n, d=d, support=support, loss=loss, s=s, number=number)["rows"]
        paths = [theory.margin_path(a, s) for a in rows]
        return {name: np.asarray([getattr(path, name) for path in paths]) for name in fields}

    return predict


def _laws(of: Callable[[Any, float, Any], Named]) -> Callable[..., Named]:
    """Named numbers of each data set's constants, its time and its rows."""

    def predict(count: int, n: int, d: int, support: int, loss: str, s: float, number: int) -> Named:
        rows = planted(count=count, n=n, d=d, support=support, loss=loss, s=s, number=number)["rows"]
        found = [of(theory.margin_law(a), s, a) for a in rows]
        return {name: np.asarray([each[name] for each in found]) for name in found[0]}

    return predict


def _least_squares(law: Any, s: float, rows: Any) -> Named:
    w = np.linalg.pinv(rows).sum(axis=1)
    w = w / np.linalg.norm(w)
    return {"margin": float((rows @ w).min())}


def _offset(rows: Any) -> Any:
    """w_tilde."""
    return theory.margin_path(rows, 0.0).weights


_CERTIFIED = {"error": 1e-9, "gap": 1e-10}

LAW = claim(
    slug="logistic-margin-law",
    title="Where logistic regression is at time t, to a power of t",
    statement=(
        r"On separable data whose support vectors span what all samples span, gradient flow has $tL = \gamma^{-2}$ and "
        r"$w(t) = w_{svm}\log t + \tilde w$ up to $t^{-1/2}$ or less (the rate and the second margin of these data "
        r"sets), with $a_i^\top\tilde w = -\log\alpha_i$ for the multipliers $\alpha_i$ of the support vectors."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=_paths("loss_times_t", "margin", "direction_gap", "weights"),
    simulate=FLOWN,
    grid=Grid(
        quick=(
            *cells(count=6, n=3, d=6, support=3, loss=["logistic", "exponential"], s=60.0, number=0),
            *cells(count=6, n=30, d=5, support=5, loss="logistic", s=60.0, number=0),
        ),
        full=(
            *cells(count=24, n=3, d=6, support=3, loss=["logistic", "exponential"], s=[60.0, 240.0], number=0),
            *cells(count=24, n=60, d=5, support=5, loss="logistic", s=60.0, number=1),
        ),
    ),
    decoys=(
        Decoy("1/gamma", "t L -> 1/gamma", _laws(lambda law, s, a: {"loss_times_t": 1 / law.gamma})),
        Decoy("n", "t L -> n", _laws(lambda law, s, a: {"loss_times_t": float(len(a))})),
        Decoy("no logarithms of alpha", "w = w_svm log t", _laws(lambda law, s, a: {"weights": s * (law.alpha @ a)})),
        Decoy("least squares", "the direction is that of the least-squares fit", _laws(_least_squares)),
    ),
    certificates=_CERTIFIED,
)  # fmt: skip

ANY = claim(
    slug="logistic-margin-law-any-support",
    title="The loss, the least margin and the length, whatever the support vectors span",
    statement=(
        r"On any separable data in general position $tL = \gamma^{-2}$, $\min_i a_i^\top w = \log t - "
        r"\max\log\alpha_i$ and $u^\top w = \log t/\gamma - \gamma\sum\alpha_i\log\alpha_i$, up to "
        r"$t^{-1/2}$ or less here."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=_paths("loss_times_t", "along", "least"),
    simulate=FLOWN,
    grid=Grid(
        quick=(
            *cells(count=6, n=30, d=5, support=3, loss=["logistic", "exponential"], s=60.0, number=0),
            *cells(count=6, n=4, d=4, support=2, loss="logistic", s=60.0, number=0),
        ),
        full=cells(count=24, n=60, d=6, support=[2, 3, 4], loss=["logistic", "exponential"], s=60.0, number=0),
    ),
    decoys=(
        Decoy("s/gamma", "the length is log t/gamma", _laws(lambda law, s, a: {"along": s / law.gamma})),
        Decoy("log t", "every support vector has margin log t", _laws(lambda law, s, a: {"least": s})),
        Decoy("n", "t L -> n", _laws(lambda law, s, a: {"loss_times_t": float(len(a))})),
    ),
    certificates={"gap": 1e-10},
)

GAP = claim(
    slug="logistic-margin-law-gap",
    title="Margin and direction are behind by a constant over log t",
    statement=(
        r"$(\gamma - \min_i a_i^\top w/\|w\|)\log t \to \gamma(\max\log\alpha_i - "
        r"\gamma^2\sum\alpha_i\log\alpha_i)$ and $\|w/\|w\| - u\|\log t \to \gamma\|(I - uu^\top)\tilde w\|$, with "
        r"relative errors of order $1/\log t$."
    ),
    source=DERIVED,
    kind=Limit(
        size="s", order=1.0, resolution=0.01, allowance=5e-4, trials=1,
        because="the next order in 1/log t, |gamma w_tilde|^2/(60 x 120) for |w_tilde| gamma below 1.9",
    ),
    predict=_laws(
        lambda law, s, a: {
            "margin_gap_constant": law.margin_gap_constant,
            "direction_gap_constant": law.direction_gap_constant,
        }
    ),
    simulate=FLOWN,
    grid=Grid(
        quick=cells(count=3, n=3, d=6, support=3, loss="logistic", number=0, s=[60.0, 120.0, 240.0]),
        full=(
            *cells(count=6, n=3, d=6, support=3, loss="logistic", number=1, s=[60.0, 120.0, 240.0]),
            *cells(count=6, n=30, d=5, support=5, loss="exponential", number=1, s=[60.0, 120.0, 240.0]),
        ),
    ),
    decoys=(
        Decoy("a power of t", "the margin is behind by 1/t or its root: the constant is 0",
              _laws(lambda law, s, a: {"margin_gap_constant": 0.0})),
        Decoy("largest alone", "gamma max log alpha",
              _laws(lambda law, s, a: {"margin_gap_constant": law.gamma * np.log(law.alpha[law.alpha > 0]).max()})),
        Decoy("not sideways", "gamma |w_tilde|", _laws(lambda law, s, a: {
            "direction_gap_constant": law.gamma * np.linalg.norm(_offset(a))})),
    ),
    certificates=_CERTIFIED,
)  # fmt: skip


@instance
def digits(components: int, s: float) -> Named:
    """Digits 0 against 1 in principal components, with a constant feature."""
    return {"rows": sims.digit_rows(components), "s": s}


def _of_digits(of: Callable[[Any, Any], Named]) -> Callable[..., Named]:
    def predict(components: int, s: float) -> Named:
        rows = sims.digit_rows(components)[0]
        return {name: np.asarray([v]) for name, v in of(theory.margin_law(rows), theory.margin_path(rows, s)).items()}

    return predict


DIGITS = claim(
    slug="logistic-margin-law-digits",
    title="The same on digits 0 against 1",
    statement=(
        r"On 360 digits 0 and 1, in 6 principal components and a constant, the law of the loss, the least margin and "
        r"the length holds at $t = e^{480}$ to $10^{-8}$: the nearest sample off the support has 1.06 times the "
        r"margin, so that $t^{-0.06}$ is still 3 % at $t = e^{60}$."
    ),
    source=DERIVED,
    kind=Identity(tolerance=1e-8, trials=1, pooled=True),
    predict=_of_digits(lambda law, path: {"loss_times_t": path.loss_times_t, "along": path.along, "least": path.least}),
    simulate=digits.of(sims.margin_path),
    grid=Grid(quick=cells(components=6, s=480.0), full=cells(components=6, s=[480.0, 690.0])),
    decoys=(
        Decoy("n", "t L -> n", _of_digits(lambda law, path: {"loss_times_t": 360.0})),
        Decoy("1/gamma", "t L -> 1/gamma", _of_digits(lambda law, path: {"loss_times_t": 1 / law.gamma})),
        Decoy("log t", "every support vector has margin log t",
              _of_digits(lambda law, path: {"least": path.least + np.log(law.alpha.max())})),
    ),
    certificates={"gap": 1e-10},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (LAW, ANY, GAP, DIGITS)
