"""Interpolated noisy signs of one feature among features without signal."""

from __future__ import annotations

import math
from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Decoy, Grid, Limit, Mean, Source, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
SIGNS = Source("muthukumar2021classification", "setting recalled; law and limit derived here", "derived")

# --- exact at finite size --------------------------------------------------------------------------------------------


def _scaled(n: int, m: int, tau: float, eta: float, fitted: float, shrinkage: float) -> Any:
    """The error with a wrong square of the tangent, as far from the truth as it is in the limit."""
    r, more = 2 / math.pi * (1 - 2 * eta) ** 2, m - n
    square = fitted / r * (n + tau * more) ** 2 / (n * more) + shrinkage * tau**2 * more / n
    wrong = math.atan(math.sqrt(square)) / math.pi
    exact, limit = (f(n, m, tau, eta) for f in (theory.sign_classifier_error, theory.sign_classifier_limit))
    return exact * wrong / limit


def all_noise(n: int, m: int, tau: float, eta: float) -> Any:
    """1 in place of 1 - rho^2: labels without any share along z."""
    return _scaled(n, m, tau, eta, 1.0, 1.0)


def no_shrinkage(n: int, m: int, tau: float, eta: float) -> Any:
    """The part of the contamination that the signal's own shrinkage leaves is forgotten."""
    return _scaled(n, m, tau, eta, 1 - 2 / math.pi * (1 - 2 * eta) ** 2, 0.0)


def flips_ignored(n: int, m: int, tau: float, eta: float) -> float:
    """eta = 0."""
    return theory.sign_classifier_error(n, m, tau, 0.0)


def noisy_labels(n: int, m: int, tau: float, eta: float) -> float:
    """The error on flipped test labels."""
    return eta + (1 - 2 * eta) * theory.sign_classifier_error(n, m, tau, eta)


def _models(*models: tuple[int, int, float, float]) -> tuple[Named, ...]:
    return tuple({"n": n, "m": m, "tau": tau, "eta": eta} for n, m, tau, eta in models)


EXACT = claim(
    slug="noisy-sign-classifier",
    title="Interpolating noisy signs of one feature: the clean error, exactly at finite size",
    statement=(
        r"For features $(z, \sqrt\tau g_m)$ and signs of $z$ flipped with probability $\eta$, the least-norm "
        r"interpolator errs on clean labels with probability $\frac1\pi\mathbb{E}\arctan(|B|/A)$, $A = \sqrt Z u/(Z + "
        r"\tau s)$, $B^2 = h^2 + u^2\tau^2 s/(Z + \tau s)^2$, where $h^2 = n(1 - \rho^2)/C$, $u = \rho\sqrt n - Gh$, "
        r"$\rho$ is the correlation of $z$ with the noisy labels and $Z \sim \chi^2_n$, $s \sim \chi^2_{m-n+1}$, $C "
        r"\sim \chi^2_{m-n+2}$, $G$ normal are independent of it."
    ),
    source=SIGNS,
    kind=Mean(resolution=0.008),
    predict=theory.sign_classifier_error,
    simulate=sims.sign_classifier_error,
    grid=Grid(
        quick=_models((10, 14, 1.0, 0.1), (20, 39, 1.0, 0.1), (20, 100, 0.1, 0.1)),
        full=_models(
            (20, 39, 1.0, 0.0), (40, 59, 1.0, 0.1), (20, 200, 0.05, 0.1), (40, 159, 1.0, 0.2), (100, 1000, 0.05, 0.1)
        ),
    ),
    decoys=(
        Decoy("all noise", "1 in place of 1 - rho^2", all_noise),
        Decoy("flips ignored", "eta = 0", flips_ignored),
        Decoy("no shrinkage", "B = h", no_shrinkage),
        Decoy("noisy test labels", "error on flipped labels", noisy_labels),
        Decoy("limit", "the limiting formula taken as exact", theory.sign_classifier_limit),
    ),
)

# --- the limit -------------------------------------------------------------------------------------------------------


@instance
def isotropic(n: int, gamma: float, eta: float) -> Named:
    """p = gamma n isotropic features, one of which carries the sign."""
    return {"n": n, "m": round(gamma * n) - 1, "eta": eta}


def predict_limit(n: int, gamma: float, eta: float) -> Named:
    """The limiting error at this aspect."""
    return {"value": theory.isotropic_sign_error(gamma, eta)}


def limit_flips_ignored(n: int, gamma: float, eta: float) -> Named:
    """eta = 0."""
    return {"value": theory.isotropic_sign_error(gamma, 0.0)}


def unexplained(n: int, gamma: float, eta: float) -> float:
    """1/r for (1-r)/r: the variance of the labels taken for what the feature explains."""
    r = 2 / math.pi * (1 - 2 * eta) ** 2
    square = gamma - 1 + gamma**2 / (gamma - 1) / r if gamma > 1 else gamma / (1 - gamma) / r
    return math.atan(math.sqrt(square)) / math.pi


def _growing(sizes: tuple[int, ...], *models: tuple[float, float]) -> tuple[Named, ...]:
    return tuple({"n": n, "gamma": gamma, "eta": eta} for gamma, eta in models for n in sizes)


LIMIT = claim(
    slug="noisy-sign-classifier-limit",
    title="Isotropic features never interpolate noisy signs benignly",
    statement=(
        r"For $p = \gamma n$ isotropic features and $r = \frac2\pi(1-2\eta)^2$ the clean error tends to "
        r"$\frac1\pi\arctan\sqrt{\gamma - 1 + \frac{1-r}{r}\frac{\gamma^2}{\gamma-1}}$ for $\gamma > 1$ and to "
        r"$\frac1\pi\arctan\sqrt{\frac{1-r}{r}\frac{\gamma}{1-\gamma}}$ for $\gamma < 1$, up to $O(1/n)$; "
        r"interpolation is best at $\gamma = 1 + \sqrt{1-r}$."
    ),
    source=SIGNS,
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=predict_limit,
    simulate=isotropic.of(sims.sign_classifier_error),
    grid=Grid(
        quick=_growing((20, 40, 80), (2.0, 0.1), (0.5, 0.1)),
        full=_growing((40, 80, 160), (2.0, 0.1), (4.0, 0.2), (0.5, 0.1), (0.75, 0.0)),
    ),
    decoys=(
        Decoy("flips ignored", "eta = 0", limit_flips_ignored),
        Decoy("all noise", "1/r in place of (1 - r)/r", unexplained),
    ),
)

CLAIMS = (EXACT, LIMIT)
