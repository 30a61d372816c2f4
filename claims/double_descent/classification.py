"""Classification: least squares on labels, maximum margin, separability."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Probability, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]


def _tail(margin: Any) -> float:
    return 0.5 * math.erfc(margin / math.sqrt(2))


@instance
def mixture(n: int, gamma: float, s: float) -> Named:
    """p = gamma n features of a two-class mixture."""
    return {"n": n, "p": round(gamma * n), "s": s}


# --- least squares ---------------------------------------------------------------------------------------------------


def least_squares(n: int, gamma: float, s: float) -> Named:
    """The limiting test error."""
    return {"error": theory.ls_classifier_error(gamma, s)}


def missing_ratio(n: int, gamma: float, s: float) -> Named:
    return {"error": _tail(s**2 * ((gamma - 1) / (gamma + s**2)) ** 0.5)} if gamma > 1 else {}


def averaging(n: int, gamma: float, s: float) -> Named:
    """The averaging classifier, sum of y x."""
    return {"error": _tail(s**2 / (s**2 + gamma) ** 0.5)}


simulate_least_squares = mixture.of(sims.ls_classifier_error, "error")

_LS_SOURCE = Source("hastie2022surprises", "the least squares classifier on a two-class mixture", "derived")

LEAST_SQUARES = claim(
    slug="classification-double-descent-least-squares",
    title="Test error of minimum-norm least squares on labels",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$, $s = \|\mu\|$ and $p/n \to \gamma$, minimum-norm least squares on "
        r"the labels has test error $Q(s^2\sqrt{(1-\gamma)/(s^2+\gamma)})$ for $\gamma < 1$ and "
        r"$Q(s^2\sqrt{(\gamma-1)/(\gamma(\gamma+s^2))})$ for $\gamma > 1$."
    ),
    source=_LS_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=least_squares,
    simulate=simulate_least_squares,
    grid=Grid(
        quick=cells(gamma=[0.25, 0.8, 3.0], s=1.5, n=[40, 80, 160]),
        full=cells(gamma=[0.25, 0.5, 0.8, 1.5, 3.0, 6.0], s=[0.7, 1.5], n=[100, 200, 400]),
    ),
    decoys=(
        Decoy("missing ratio", "for gamma > 1 the margin lacks 1/gamma under the root", missing_ratio),
        Decoy("averaging classifier", "error Q(s^2/sqrt(s^2 + gamma))", averaging),
    ),
)

PEAK = claim(
    slug="classification-double-descent-least-squares-peak",
    title="Chance at the interpolation threshold",
    statement=(
        r"At $p = n$ the test error of least squares on the labels of two separated classes tends to $1/2$, chance, "
        r"with a gap of order $n^{-1/2}$, however far apart the classes are."
    ),
    source=_LS_SOURCE,
    kind=Limit(size="n", order=0.5, resolution=0.02),
    predict=least_squares,
    simulate=simulate_least_squares,
    grid=Grid(quick=cells(n=[16, 64, 256], gamma=1.0, s=1.5), full=cells(gamma=1.0, s=[1.5, 3.0], n=[100, 400, 1600])),
    decoys=(Decoy("averaging classifier", "error Q(s^2/sqrt(s^2 + 1)), no peak", averaging),),
)

# --- maximum margin --------------------------------------------------------------------------------------------------

# Dual less primal value of the margin, over the longest row: far below what any interval here can see.
CERTIFIED = {"gap": 1e-6}
simulate_margin = mixture.of(sims.max_margin)


def averaged_direction(n: int, gamma: float, s: float) -> Named:
    return {"cosine": s / (s**2 + gamma) ** 0.5}


_SVM_SOURCE = Source("deng2022model", "support vector machine asymptotics", "recalled")

MIXTURE = claim(
    slug="classification-double-descent-max-margin",
    title="Maximum margin on a Gaussian mixture",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$ and $p/n \to \gamma > \gamma_*(s)$ the hard-margin classifier's "
        r"margin tends to the root $k$ of $\min_\rho E(k-\rho s+G)_+^2/(1-\rho^2) = \gamma$, its cosine with $\mu$ to "
        r"the minimiser $\rho$, and its test error to $Q(\rho s)$."
    ),
    source=_SVM_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=lambda n, gamma, s: theory.max_margin(gamma, s),
    simulate=simulate_margin,
    grid=Grid(
        quick=cells(gamma=[1.5, 4.0], s=1.5, n=[20, 40, 80]),
        full=(*cells(gamma=[0.4, 1.5, 4.0], s=1.5, n=[50, 100, 200]), *cells(gamma=1.0, s=3.0, n=[50, 100, 200])),
    ),
    decoys=(
        Decoy("unscaled error", "error Q(rho) instead of Q(rho s)",
              lambda n, gamma, s: {"error": _tail(theory.max_margin(gamma, s).cosine)}),
        Decoy("least squares", "error of minimum-norm least squares", least_squares),
        Decoy("averaging classifier", "the direction of sum y x", averaged_direction),
    ),
    certificates=CERTIFIED,
)  # fmt: skip


@instance
def labelled(n: int, gamma: float, s: float, model: str) -> Named:
    """p = gamma n features whose labels follow a linear model."""
    return {**mixture(n=n, gamma=gamma, s=s), "model": model}


def linear(n: int, gamma: float, s: float, model: str) -> Named:
    """Margin and direction error in the limit."""
    limit = theory.max_margin(gamma, s, model)
    return {"margin": limit.margin, "error": limit.error}


def label_noise_ignored(n: int, gamma: float, s: float, model: str) -> Named:
    """Logistic labels taken for signs, and signs for logistic labels of steepness 2."""
    return linear(n, gamma, 2.0, "sign" if model == "logistic" else "logistic")


def random_labels(n: int, gamma: float, s: float, model: str) -> Named:
    """The margin of labels independent of the data (that of signs is far from it: one cell is enough)."""
    return {"margin": theory.max_margin(gamma, 0.0).margin} if model == "logistic" else {}


def _labels(n: list[int], *gammas: float) -> tuple[Named, ...]:
    return (*cells(gamma=list(gammas), s=2.0, model="logistic", n=n), *cells(gamma=1.5, s=0.0, model="sign", n=n))


LINEAR = claim(
    slug="classification-double-descent-linear-labels",
    title="Maximum margin on logistic and on sign labels",
    statement=(
        r"For $x \sim N(0,I)$ and labels $Y$ drawn from $f(S)$, $S = x^\top b_*/\|b_*\|$, the maximum margin tends to "
        r"the root $k$ of $\min_\rho E\,(k-\rho YS-\sqrt{1-\rho^2}\,G)_+^2/(1-\rho^2) = \gamma$ and the angle between "
        r"the classifier and $b_*$ to $\arccos\rho$."
    ),
    source=Source("montanari2019generalization", "Theorem 3", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=linear,
    simulate=labelled.of(sims.max_margin),
    grid=Grid(quick=_labels([20, 40, 80], 3.0), full=_labels([50, 100, 200], 1.0, 3.0)),
    decoys=(
        Decoy("other labels", "logistic labels taken for signs and signs for logistic labels", label_noise_ignored),
        Decoy("random labels", "the margin of labels independent of the data", random_labels),
    ),
    certificates=CERTIFIED,
)

# --- separability ----------------------------------------------------------------------------------------------------

SEPARABILITY = claim(
    slug="classification-double-descent-separability",
    title="The ratio above which two classes are linearly separable",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$ the probability of linear separability tends to 1 if "
        r"$p/n \to \gamma > \gamma_* = \min_{0\le\rho<1} E(G-\rho s)_+^2/(1-\rho^2)$ and to 0 if $\gamma < \gamma_*$, "
        r"in a window of width $O(n^{-1/2})$."
    ),
    source=_SVM_SOURCE,
    # All cells are more than six standard deviations of the window, about 0.44 n^(-1/2), away from the threshold.
    kind=Mean(resolution=0.024),
    predict=lambda n, gamma, s: {"separable": float(gamma > theory.separability_threshold(s))},
    simulate=simulate_margin,
    grid=Grid(
        quick=(*cells(n=320, gamma=0.1, s=1.0), *cells(n=160, gamma=0.45, s=1.5)),
        full=(*cells(n=800, gamma=0.12, s=1.0), *cells(n=200, gamma=0.5, s=1.0), *cells(n=200, gamma=0.3, s=1.5)),
    ),
    decoys=(
        # The minimum over rho without the factor is attained at rho = 1.
        Decoy("unnormalised threshold", "gamma* without 1/(1 - rho^2), 0.075",
              lambda n, gamma, s: {"separable": float(gamma > theory.positive_part_moments(-s)[1])}),
        Decoy("Cover's threshold", "separable iff n < 2p", lambda n, gamma, s: {"separable": float(gamma > 0.5)}),
    ),
    tails={"separable": Probability()},
    certificates=CERTIFIED,
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (LEAST_SQUARES, PEAK, MIXTURE, LINEAR, SEPARABILITY)
