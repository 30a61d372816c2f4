"""Sequences of Gaussian tasks, with and without a ridge penalty."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]


def teachers(p: int, T: int, similarity: float) -> list[list[float]]:
    """T optima of norm 1 with equal inner products: by rotation invariance nothing else about them matters."""
    rows = [[0.0] * p for _ in range(T)]
    for t, row in enumerate(rows):
        row[0], row[t + 1] = similarity**0.5, (1 - similarity) ** 0.5
    return rows


def _summary(errors: Any) -> Named:
    return {"forgetting": theory.forgetting(errors), "overall_error": theory.overall_error(errors)}


def _measured(errors: Any) -> Named:
    """What is judged, and for the figures the forgetting of task 1 and the error on the last task."""
    return {
        "forgetting": sims.forgetting(errors),
        "overall_error": sims.overall_error(errors),
        "first": errors[:, -1, 0] - errors[:, 1, 0],
        "last": errors[:, -1, -1],
    }


def _floats(n: int, p: int, **_: Any) -> float:
    return 2.5 * n * p + 3 * min(n, p) ** 2


# --- minimum norm ----------------------------------------------------------------------------------------------------


def predict_sequence(p: int, n: int, T: int, similarity: float, sigma2: float) -> Named:
    """Forgetting and overall error after T tasks."""
    return _summary(theory.gaussian_sequence_errors(teachers(p, T, similarity), n, sigma2))


@kernel(floats=_floats)
def simulate_sequence(p: int, n: int, T: int, similarity: float, sigma2: float, trials: int, rng: Any) -> Named:
    """Forgetting and overall error after T tasks, simulated."""
    return _measured(sims.gaussian_sequence_errors(teachers(p, T, similarity), n, sigma2, trials=trials, rng=rng))


def _wrong_sequence(p: int, T: int, similarity: float, keep: float, drift: float, noise: float) -> Any:
    """The recursion with other coefficients: L <- keep L + drift ||w*_t - w*_i||^2 + noise."""
    optima = np.asarray(teachers(p, T, similarity))
    distance = np.sum((optima[:, None] - optima) ** 2, axis=-1)
    errors = [np.sum(optima**2, axis=1)]
    for row in distance:
        errors.append(keep * errors[-1] + drift * row + noise)
    return np.stack(errors)


def _parts(p: int, n: int, sigma2: float) -> tuple[float, float]:
    return max(0.0, 1 - n / p), min(n, p) * sigma2 / (abs(n - p) - 1)


def asymptotic_noise(p: int, n: int, T: int, similarity: float, sigma2: float) -> Named:
    """The noise term min(n, p) sigma2/|n - p|, without the -1."""
    keep, _ = _parts(p, n, sigma2)
    return _summary(_wrong_sequence(p, T, similarity, keep, 1 - keep, min(n, p) * sigma2 / abs(n - p)))


def swapped_share(p: int, n: int, T: int, similarity: float, sigma2: float) -> Named:
    """n/p kept instead of learned."""
    keep, noise = _parts(p, n, sigma2)
    return _summary(_wrong_sequence(p, T, similarity, 1 - keep, keep, noise))


def no_interaction(p: int, n: int, T: int, similarity: float, sigma2: float) -> Named:
    """The drift towards the other tasks is forgotten."""
    keep, noise = _parts(p, n, sigma2)
    return _summary(_wrong_sequence(p, T, similarity, keep, 0.0, noise))


def lasting_noise(p: int, n: int, T: int, similarity: float, sigma2: float) -> Named:
    """The noise of all tasks adds up without decay."""
    keep, noise = _parts(p, n, sigma2)
    clean = _wrong_sequence(p, T, similarity, keep, 1 - keep, 0.0)
    return _summary(clean + noise * np.arange(T + 1)[:, None])


SEQUENCE = claim(
    slug="gaussian-task-sequence",
    title="Forgetting along a sequence of Gaussian tasks, exactly",
    statement=(
        r"If tasks with $n \le p-2$ Gaussian samples are fitted one after the other by minimum-norm changes, the "
        r"error on task $i$ obeys $E L_i(w_t) = r\, E L_i(w_{t-1}) + (1-r)\|w^*_t - w^*_i\|^2 + n\sigma^2/(p-n-1)$ "
        r"with $r = 1 - n/p$; for $n \ge p+2$ it is $\|w^*_t - w^*_i\|^2 + p\sigma^2/(n-p-1)$: the error diverges at "
        r"$p = n$, forgetting does not."
    ),
    source=Source("lin2023theory", "Theorem 4.1", "recalled"),
    kind=Mean(resolution=0.02),
    predict=predict_sequence,
    simulate=simulate_sequence,
    grid=Grid(
        quick=(
            *cells(p=60, n=[10, 30, 45, 75, 100], T=4, similarity=0.1, sigma2=0.25),
            *cells(p=24, n=14, T=3, similarity=0.1, sigma2=1.0),
        ),
        full=(
            *cells(p=400, n=[50, 100, 200, 300, 350, 450, 500, 800], T=10, similarity=0.1, sigma2=0.25),
            *cells(p=60, n=[10, 20, 30, 40], T=4, similarity=0.1, sigma2=1.0),
        ),
    ),
    decoys=(
        Decoy("no -1", "noise term n sigma2/|p - n|", asymptotic_noise),
        Decoy("n and p exchanged", "a share n/p of the old error is kept", swapped_share),
        Decoy("no interaction", "the old error only decays, r^T", no_interaction),
        Decoy("noise never decays", "the noise of T tasks adds up", lasting_noise),
    ),
    # |n - p| >= 10 in every cell: below 4 the noise term has no variance, below 6 no third moment.
    tails={"forgetting": Moments(skewness=1.5), "overall_error": Moments(skewness=1.5)},
)

# --- ridge -----------------------------------------------------------------------------------------------------------


def predict_ridge(p: int, aspect: float, z: float, T: int, similarity: float, sigma2: float) -> Named:
    """Forgetting and overall error with n = aspect p rows and penalty z n."""
    n = round(aspect * p)
    return _summary(theory.ridge_sequence_errors(teachers(p, T, similarity), n, sigma2, z * n))


@kernel(floats=lambda p, aspect, **_: _floats(round(aspect * p), p))
def simulate_ridge(
    p: int, aspect: float, z: float, T: int, similarity: float, sigma2: float, trials: int, rng: Any
) -> Named:
    """Forgetting and overall error with n = aspect p rows and penalty z n, simulated."""
    n = round(aspect * p)
    return _measured(sims.ridge_sequence_errors(teachers(p, T, similarity), n, sigma2, z * n, trials=trials, rng=rng))


def _coefficients(aspect: float, z: float) -> tuple[float, float]:
    g = 1 / aspect
    s = ((1 - g + z) ** 2 + 4 * g * z) ** 0.5
    c1 = (s - (1 - g + z)) / (2 * g)
    return c1, c1 * (g * c1 + z) / s


def _wrong_ridge(p: int, T: int, similarity: float, c1: float, c2: float, cross: float, noise: float) -> Named:
    optima = np.asarray(teachers(p, T, similarity))
    mean = np.zeros(p)
    errors = [np.sum(optima**2, axis=1)]
    for target in optima:
        inner = np.sum((mean - optima) * (target - optima), axis=1)
        fresh = (1 - 2 * c1 + c2) * np.sum((target - optima) ** 2, axis=1) + noise
        errors.append(c2 * errors[-1] + cross * 2 * (c1 - c2) * inner + fresh)
        mean = c1 * mean + (1 - c1) * target
    return _summary(np.stack(errors))


def squared_shrinkage(p: int, aspect: float, z: float, T: int, similarity: float, sigma2: float) -> Named:
    """c2 = c1^2: fluctuations of the design are forgotten."""
    c1, _ = _coefficients(aspect, z)
    return _wrong_ridge(p, T, similarity, c1, c1 * c1, 1.0, sigma2 * (c1 - c1 * c1) / (aspect * z))


def no_cross_term(p: int, aspect: float, z: float, T: int, similarity: float, sigma2: float) -> Named:
    """The cross term 2 (c1 - c2) <.,.> is dropped."""
    c1, c2 = _coefficients(aspect, z)
    return _wrong_ridge(p, T, similarity, c1, c2, 0.0, sigma2 * (c1 - c2) / (aspect * z))


def interpolation_noise(p: int, aspect: float, z: float, T: int, similarity: float, sigma2: float) -> Named:
    """The noise of the minimum-norm fit, infinite at p = n."""
    c1, c2 = _coefficients(aspect, z)
    n = round(aspect * p)
    if n == p:
        return {}  # infinite
    noise = min(n, p) * sigma2 / (abs(n - p) - 1)
    return _wrong_ridge(p, T, similarity, c1, c2, 1.0, noise)


def _families(sizes: list[int], designs: tuple[tuple[float, float], ...], T: int) -> tuple[Named, ...]:
    families = (cells(aspect=a, z=z, p=sizes, T=T, similarity=0.1, sigma2=0.25) for a, z in designs)
    return tuple(cell for family in families for cell in family)


RIDGE = claim(
    slug="ridge-sequence",
    title="A ridge penalty on the change removes the peak of forgetting",
    statement=(
        r"With the penalty $\lambda\|w - w_{t-1}\|^2$ and $c_j = \lim E\,\mathrm{tr}(\lambda^j (X^\top X + "
        r"\lambda)^{-j})/p$ from the Marchenko-Pastur law, $E L_i(w_t) = c_2 E L_i(w_{t-1}) + 2(c_1 - c_2)\langle "
        r"\mu_{t-1} - w^*_i, w^*_t - w^*_i\rangle + (1 - 2c_1 + c_2)\|w^*_t - w^*_i\|^2 + \sigma^2 (p/\lambda)(c_1 - "
        r"c_2)$, $\mu_t = c_1\mu_{t-1} + (1 - c_1) w^*_t$, up to $O(1/p)$ and finite at $p = n$."
    ),
    source=Source("lin2023theory", "ridge version of Theorem 4.1", "derived"),
    kind=Limit(size="p", order=1.0, resolution=0.022),
    predict=predict_ridge,
    simulate=simulate_ridge,
    grid=Grid(
        quick=_families([16, 32, 64], ((0.5, 0.6), (1.0, 0.5), (2.0, 0.6)), 3),
        full=_families([50, 100, 200, 400], ((0.5, 0.1), (0.5, 0.6), (1.0, 0.1), (1.0, 0.5), (2.0, 0.6)), 6),
    ),
    decoys=(
        Decoy("c2 = c1^2", "fluctuations of the design are forgotten", squared_shrinkage),
        Decoy("no cross term", "2 (c1 - c2) <.,.> dropped", no_cross_term),
        Decoy("noise of interpolation", "n sigma2/(p - n - 1)", interpolation_noise),
    ),
)

CLAIMS = (SEQUENCE, RIDGE)
