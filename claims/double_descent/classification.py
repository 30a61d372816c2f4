"""Classification: least squares on labels, maximum margin, separability."""

from __future__ import annotations

from typing import Any

import scipy

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Limit, Mean, Probability
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]


def _tail(margin: Any) -> float:
    return float(scipy.stats.norm.sf(margin))


def _family(sizes: tuple[int, ...], *designs: Named) -> tuple[Named, ...]:
    return tuple({"n": n, **design} for design in designs for n in sizes)


# --- least squares ---------------------------------------------------------------------------------------------------


def predict_least_squares(n: int, gamma: float, s: float) -> Named:
    """The limiting test error at p = gamma n."""
    return {"error": theory.ls_classifier_error(gamma, s)}


@kernel(floats=lambda n, gamma, s: n * n * (2 * gamma + 2 * min(1.0, gamma) ** 2))
def simulate_least_squares(n: int, gamma: float, s: float, trials: int, rng: Any) -> Any:
    """Minimum-norm least squares on round(gamma n) features."""
    return {"error": sims.ls_classifier_error(n, round(gamma * n), s, trials=trials, rng=rng)}


def missing_ratio(n: int, gamma: float, s: float) -> Named:
    """The margin for gamma > 1 without the 1/gamma under the root."""
    return {"error": _tail(s**2 * ((gamma - 1) / (gamma + s**2)) ** 0.5)} if gamma > 1 else {}


def averaging(n: int, gamma: float, s: float) -> Named:
    """The averaging classifier, sum of y x."""
    return {"error": _tail(s**2 / (s**2 + gamma) ** 0.5)}


_PATTERNS: tuple[Named, ...] = tuple({"gamma": gamma, "s": 1.5} for gamma in (0.25, 0.8, 3.0))
_LS_SOURCE = Source("hastie2022surprises", "the least squares classifier on a two-class mixture", "derived")

LEAST_SQUARES = Claim(
    slug="classification-double-descent-least-squares",
    topic="double_descent",
    title="Test error of minimum-norm least squares on labels",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$, $s = \|\mu\|$ and $p/n \to \gamma$, minimum-norm least squares on "
        r"the labels has test error $Q(s^2\sqrt{(1-\gamma)/(s^2+\gamma)})$ for $\gamma < 1$ and "
        r"$Q(s^2\sqrt{(\gamma-1)/(\gamma(\gamma+s^2))})$ for $\gamma > 1$."
    ),
    source=_LS_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.015, allowance=0.003),
    predict=predict_least_squares,
    simulate=simulate_least_squares,
    grid=Grid(
        quick=_family((20, 40, 80), *_PATTERNS),
        full=_family((100, 200, 400), *_PATTERNS, *({"gamma": g, "s": s} for g in (0.5, 1.5, 6.0) for s in (0.7, 1.5))),
    ),
    decoys=(
        Decoy("missing ratio", "for gamma > 1 the margin lacks 1/gamma under the root", missing_ratio),
        Decoy("averaging classifier", "error Q(s^2/sqrt(s^2 + gamma))", averaging),
    ),
)

PEAK = Claim(
    slug="classification-double-descent-least-squares-peak",
    topic="double_descent",
    title="Chance at the interpolation threshold",
    statement=(
        r"At $p = n$ the test error of least squares on the labels of two separated classes tends to $1/2$, chance, "
        r"with a gap of order $n^{-1/2}$, however far apart the classes are."
    ),
    source=_LS_SOURCE,
    kind=Limit(size="n", order=0.5, resolution=0.02, allowance=0.005),
    predict=predict_least_squares,
    simulate=simulate_least_squares,
    grid=Grid(
        quick=_family((16, 64, 256), {"gamma": 1.0, "s": 1.5}),
        full=_family((100, 400, 1600), {"gamma": 1.0, "s": 1.5}, {"gamma": 1.0, "s": 3.0}),
    ),
    decoys=(Decoy("averaging classifier", "error Q(s^2/sqrt(s^2 + 1)), no peak", averaging),),
)

# --- maximum margin --------------------------------------------------------------------------------------------------


def predict_mixture(n: int, gamma: float, s: float) -> Named:
    """Margin, cosine and test error in the limit, two-class mixture."""
    return theory.max_margin(gamma, s, "mixture")._asdict()


@kernel(floats=lambda n, gamma, s: 4 * n * n * (gamma + min(1.0, gamma) ** 2))
def simulate_mixture(n: int, gamma: float, s: float, trials: int, rng: Any) -> Any:
    """Maximum margin on a mixture with round(gamma n) features."""
    return sims.max_margin(n, round(gamma * n), s, "mixture", trials=trials, rng=rng)


def unscaled_error(n: int, gamma: float, s: float) -> Named:
    """Error Q(rho) instead of Q(rho s)."""
    return {"error": _tail(theory.max_margin(gamma, s, "mixture").cosine)}


def least_squares_error(n: int, gamma: float, s: float) -> Named:
    """The maximum margin is as good as least squares."""
    return {"error": theory.ls_classifier_error(gamma, s)}


def averaged_direction(n: int, gamma: float, s: float) -> Named:
    """The direction of the averaging classifier."""
    return {"cosine": s / (s**2 + gamma) ** 0.5}


_SVM: tuple[Named, ...] = ({"gamma": 1.5, "s": 1.5}, {"gamma": 4.0, "s": 1.5})
_SVM_SOURCE = Source("deng2022model", "support vector machine asymptotics", "recalled")

MIXTURE = Claim(
    slug="classification-double-descent-max-margin",
    topic="double_descent",
    title="Maximum margin on a Gaussian mixture",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$ and $p/n \to \gamma > \gamma_*(s)$ the hard-margin classifier's "
        r"margin tends to the root $k$ of $\min_\rho E(k-\rho s+G)_+^2/(1-\rho^2) = \gamma$, its cosine with $\mu$ to "
        r"the minimiser $\rho$, and its test error to $Q(\rho s)$."
    ),
    source=_SVM_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.024, allowance=0.002),
    predict=predict_mixture,
    simulate=simulate_mixture,
    certificates={"gap": 1e-6},
    grid=Grid(
        quick=_family((12, 24, 48), *_SVM),
        full=_family((50, 100, 200), *_SVM, {"gamma": 0.4, "s": 1.5}, {"gamma": 1.0, "s": 3.0}),
    ),
    decoys=(
        Decoy("unscaled error", "error Q(rho) instead of Q(rho s)", unscaled_error),
        Decoy("least squares", "error of minimum-norm least squares", least_squares_error),
        Decoy("averaging classifier", "the direction of sum y x", averaged_direction),
    ),
)


def predict_linear(n: int, gamma: float, s: float, model: str) -> Named:
    """Margin and direction error in the limit, labels from a linear model."""
    limit = theory.max_margin(gamma, s, model)
    return {"margin": limit.margin, "error": limit.error}


@kernel(floats=lambda n, gamma, s, model: 4 * n * n * (gamma + min(1.0, gamma) ** 2))
def simulate_linear(n: int, gamma: float, s: float, model: str, trials: int, rng: Any) -> Any:
    """Maximum margin on labels of a linear model with round(gamma n) features."""
    return sims.max_margin(n, round(gamma * n), s, model, trials=trials, rng=rng)


def label_noise_ignored(n: int, gamma: float, s: float, model: str) -> Named:
    """Logistic labels taken for signs, and signs for logistic labels of steepness 2."""
    return predict_linear(n, gamma, 2.0, "sign" if model == "logistic" else "logistic")


def random_labels(n: int, gamma: float, s: float, model: str) -> Named:
    """The margin of labels independent of the data (that of signs is far from it: one cell is enough)."""
    return {"margin": theory.max_margin(gamma, 0.0, "mixture").margin} if model == "logistic" else {}


_GLM: tuple[Named, ...] = (
    {"gamma": 3.0, "s": 2.0, "model": "logistic"},
    {"gamma": 1.5, "s": 0.0, "model": "sign"},
)

LINEAR = Claim(
    slug="classification-double-descent-linear-labels",
    topic="double_descent",
    title="Maximum margin on logistic and on sign labels",
    statement=(
        r"For $x \sim N(0,I)$ and labels $Y$ drawn from $f(S)$, $S = x^\top b_*/\|b_*\|$, the maximum margin tends to "
        r"the root $k$ of $\min_\rho E\,(k-\rho YS-\sqrt{1-\rho^2}\,G)_+^2/(1-\rho^2) = \gamma$ and the angle between "
        r"the classifier and $b_*$ to $\arccos\rho$."
    ),
    source=Source("montanari2019generalization", "Theorem 3", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.024, allowance=0.002),
    predict=predict_linear,
    simulate=simulate_linear,
    certificates={"gap": 1e-6},
    grid=Grid(
        quick=_family((12, 24, 48), *_GLM),
        full=_family((50, 100, 200), *_GLM, {"gamma": 1.0, "s": 2.0, "model": "logistic"}),
    ),
    decoys=(
        Decoy("other labels", "logistic labels taken for signs and signs for logistic labels", label_noise_ignored),
        Decoy("random labels", "the margin of labels independent of the data", random_labels),
    ),
)

# --- separability ----------------------------------------------------------------------------------------------------


def predict_separable(n: int, gamma: float, s: float) -> Named:
    """1 above the threshold, 0 below."""
    return {"separable": float(gamma > theory.separability_threshold(s, "mixture"))}


def unnormalised_threshold(n: int, gamma: float, s: float) -> Named:
    """The threshold as min over rho of E(G - rho s)_+^2 without 1/(1 - rho^2), attained at rho = 1."""
    return {"separable": float(gamma > theory.positive_part_moments(-s)[1])}


def covers_threshold(n: int, gamma: float, s: float) -> Named:
    """Separable iff n < 2p, as for labels independent of the data."""
    return {"separable": float(gamma > 0.5)}


_AROUND: tuple[Named, ...] = ({"gamma": 0.1, "s": 1.0}, {"gamma": 0.45, "s": 1.0})

SEPARABILITY = Claim(
    slug="classification-double-descent-separability",
    topic="double_descent",
    title="The ratio above which two classes are linearly separable",
    statement=(
        r"For two balanced classes $N(\pm\mu, I)$ the probability of linear separability tends to 1 if "
        r"$p/n \to \gamma > \gamma_* = \min_{0\le\rho<1} E(G-\rho s)_+^2/(1-\rho^2)$ and to 0 if $\gamma < \gamma_*$, "
        r"in a window of width $O(n^{-1/2})$."
    ),
    source=_SVM_SOURCE,
    # Both cells are more than three widths of the window, about 0.44 n^(-1/2), away from the threshold 0.270.
    kind=Mean(resolution=0.02, allowance=0.005),
    predict=predict_separable,
    simulate=simulate_mixture,
    certificates={"gap": 1e-6},
    grid=Grid(
        quick=_family((80,), *_AROUND),
        full=_family((800,), {"gamma": 0.19, "s": 1.0}, {"gamma": 0.32, "s": 1.0}, {"gamma": 0.2, "s": 1.5}),
    ),
    decoys=(
        Decoy("unnormalised threshold", "gamma* without 1/(1 - rho^2), 0.075", unnormalised_threshold),
        Decoy("Cover's threshold", "separable iff n < 2p", covers_threshold),
    ),
    tails={"separable": Probability()},
)

CLAIMS: tuple[Claim, ...] = (LEAST_SQUARES, PEAK, MIXTURE, LINEAR, SEPARABILITY)
