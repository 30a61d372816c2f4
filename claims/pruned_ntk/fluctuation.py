"""What pruning costs: the variance of the kernel over initialisations, exactly, in the limit, and on digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sims.pruned_ntk as sims
import theory.pruned_ntk as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Observation, Source, cells, declared_in, instance
from theory.arc_cosine import J

claim = declared_in(__name__)
Named = dict[str, Any]
OURS = Source("yang2022pruned", "growth of the width (abstract seen); the formula derived here", "derived")


def _dense_over_alpha(rho: float, width: int, alpha: float) -> float:
    return float(theory.ntk_variance_two_layer(rho, width, 1.0)) / alpha


def _dense(rho: float, width: int, alpha: float) -> float:
    return float(theory.ntk_variance_two_layer(rho, width, 1.0))


def _third(rho: float, width: int, alpha: float) -> float:
    s0 = float(J(0, math.acos(rho))) / (2 * math.pi)
    return float(theory.ntk_variance_two_layer(rho, width, alpha)) - 8 * rho**2 * s0 / (alpha * width)


VARIANCE = claim(
    slug="two-layer-fluctuation",
    title="How much the kernel of a pruned network with one hidden layer varies, exactly",
    statement=(
        r"With a rescaled random output mask $\mathrm{Var}\,\Theta = \frac4m[T_2/\alpha - T_1^2]$ at every width $m$, "
        r"$T_1 = s_1+\rho s_0$, $T_2 = s_2+2\rho s_1+3\rho^2 s_0$: the same accuracy needs a width that grows like "
        r"$1/\alpha$."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=theory.ntk_variance_two_layer,
    simulate=sims.ntk_variance_two_layer,
    grid=Grid(
        quick=cells(rho=[0.3, 1.0], width=6, alpha=0.25),
        full=cells(rho=[-0.6, 0.3, 1.0], width=[6, 40], alpha=[0.1, 0.25]),
    ),
    decoys=(
        Decoy("dense over alpha", "the dense variance divided by alpha", _dense_over_alpha),
        Decoy("dense", "pruning changes nothing", _dense),
        Decoy("rho^2 for 3 rho^2", "fourth moment of the output weights forgotten", _third),
    ),
    tails={"value": Moments(skewness=10.0)},
)

# --- two hidden layers -----------------------------------------------------------------------------------------------


@instance
def deep(alpha: tuple[float, float], width: int) -> Named:
    """Eight pairs at inner product .3."""
    return {**sims.pairs(0.3), "alpha": alpha, "width": width}


DEEP = claim(
    slug="deep-fluctuation-rate",
    title="Two hidden layers: the deviation falls like the inverse root of the width",
    statement=(
        r"$m\,\mathrm{Var}\,\Theta$ at $L = 2$ and width $m$, rescaled masks with shares $(\alpha_2, \alpha_3)$ kept, "
        r"stands beside its limit, in which $\alpha_2$ does not enter."
    ),
    source=Source("yang2022pruned", "rate (recalled); the constant derived here", "derived"),
    kind=Observation(trials=1024),
    predict=lambda alpha, width: float(theory.ntk_variance_three_layer(0.3, alpha[1])),
    simulate=deep.of(sims.deep_fluctuation),
    grid=Grid(
        quick=cells(alpha=[(1.0, 1.0), (0.5, 1.0), (1.0, 0.5)], width=[32, 96]),
        full=cells(alpha=[(1.0, 1.0), (0.3, 1.0), (1.0, 0.3), (0.3, 0.3)], width=[64, 128, 256, 512]),
    ),
    decoys=(),
    tails={"value": Moments(skewness=5.0)},
)

# --- digits ----------------------------------------------------------------------------------------------------------


def predict_error(count: int, width: int, alpha: float) -> float:
    """Sum of the variances of all entries of the kernel on `count` images."""
    X = sims.digits_images(count)
    size = np.linalg.norm(X, axis=1)
    rho = np.clip(X @ X.T / np.outer(size, size), -1.0, 1.0)
    np.fill_diagonal(rho, 1.0)
    return float(np.sum(np.outer(size, size) ** 2 * theory.ntk_variance_two_layer(rho, width, alpha)))


def _independent(count: int, width: int, alpha: float) -> float:
    """The diagonal's formula for every entry."""
    size = np.linalg.norm(sims.digits_images(count), axis=1)
    return float(np.sum(np.outer(size, size) ** 2)) * 4 / width * (4 / alpha - 1)


DIGITS = claim(
    slug="digits-kernel-error",
    title="The kernel of a pruned network on handwritten digits is as far from its mean as the formula says",
    statement=(
        r"On images of digits the mean squared Frobenius error of the kernel with one hidden layer is "
        r"$\sum_{ij}|x_i|^2|x_j|^2\,\mathrm{Var}\,\Theta(\rho_{ij})$: small shares kept act through $\alpha m$ alone."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=predict_error,
    simulate=sims.kernel_error,
    grid=Grid(
        quick=cells(count=8, width=40, alpha=[1.0, 0.25]), full=cells(count=40, width=[32, 128], alpha=[0.25, 0.5, 1.0])
    ),
    decoys=(
        Decoy("as on the diagonal", "every entry varies like those of equal inputs", _independent),
        Decoy("dense over alpha, twice", "an extra 1 in 4/alpha",
              lambda count, width, alpha: predict_error(count, width, alpha / (1 + alpha))),
    ),
    tails={"value": Moments(skewness=6.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (VARIANCE, DEEP, DIGITS)
