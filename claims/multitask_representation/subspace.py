"""How well many source tasks recover the representation they share: threshold, error, rate, and the target's risk."""

from __future__ import annotations

import math
from typing import Any

import sims.multitask_representation as sims
import theory.multitask_representation as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Observation, Source, cells, declared_in, instance
from claims.multitask_representation.head import DU

claim = declared_in(__name__)
Named = dict[str, Any]
BGN = "benaych2012singular"

# --- above the threshold ---------------------------------------------------------------------------------------------


@instance
def spikes(d: int, c: float, strengths: tuple[float, ...]) -> Named:
    """Shared directions whose t_i = s_i^2/(tau2 T) are `strengths` times the threshold sqrt(c); T = d/c, tau2 = 1."""
    T = round(d / c)
    return {"s": tuple(math.sqrt(t * math.sqrt(c) * T) for t in strengths), "tau2": 1.0, "d": d, "T": T}


predict_spikes, simulate_spikes = spikes.of(theory.subspace_alignment), spikes.of(sims.subspace_alignment)


def _small_noise(d: int, c: float, strengths: tuple[float, ...]) -> list[float]:
    return [max(0.0, 1 - c / (t * math.sqrt(c))) for t in strengths]


def _right_vectors(d: int, c: float, strengths: tuple[float, ...]) -> list[float]:
    t = [x * math.sqrt(c) for x in strengths]
    return [max(0.0, 1 - (x + c) / (x * (x + 1))) for x in t]


def _explained(d: int, c: float, strengths: tuple[float, ...]) -> list[float]:
    return [t * math.sqrt(c) / (t * math.sqrt(c) + c) for t in strengths]


_ABOVE = (9.0, 3.0)
_QUICK_ABOVE = (*cells(c=2.0, strengths=_ABOVE, d=[24, 48, 96]), *cells(c=0.5, strengths=_ABOVE, d=[12, 24, 48]))
_FULL_ABOVE = tuple(cell for c in (0.25, 0.5, 2.0, 4.0) for cell in cells(c=c, strengths=_ABOVE, d=[96, 192, 384]))

BBP = claim(
    slug="subspace-bbp",
    title="How much of each shared direction many noisy tasks recover",
    statement=(
        r"For $T$ task estimates $BW + E$ in $d$ dimensions with noise $\tau^2$ an entry, $c = d/T$ and "
        r"$t_i = s_i^2/(\tau^2 T)$, the $k$ leading left singular vectors keep "
        r"$\|\hat B^\top b_i\|^2 \to 1 - c(1+t_i)/(t_i(t_i+c))$ of each shared direction with $t_i^2 > c$, as $d$ and "
        r"$T$ grow."
    ),
    source=Source(BGN, "singular vectors of spiked rectangular matrices", "recalled"),
    kind=Limit(size="d", order=1.0, resolution=0.025),
    predict=predict_spikes,
    simulate=simulate_spikes,
    grid=Grid(quick=_QUICK_ABOVE, full=_FULL_ABOVE),
    decoys=(
        Decoy("small noise", "1 - c/t, as far from the threshold", _small_noise),
        Decoy("right vectors", "the formula with d and T exchanged", _right_vectors),
        Decoy("signal over all", "t/(t + c), the share of variance explained", _explained),
    ),
)

# --- below the threshold ---------------------------------------------------------------------------------------------

# The next order is d^(-4/3), from the fluctuations of the edge: well below the resolution at the largest sizes.
BELOW = claim(
    slug="subspace-bbp-threshold",
    title="Below a sharp threshold the source tasks teach nothing",
    statement=(
        r"If $(\lambda n_1/\sigma^2)^2 < d/T$ for the signal $\lambda = s^2/T$ of a shared direction, its squared "
        r"overlap with the leading direction tends to $0$ as $d$ and $T$ grow, like $1/d$."
    ),
    source=Source(BGN, "phase transition", "recalled"),
    kind=Limit(size="d", order=1.0, resolution=0.015),
    predict=predict_spikes,
    simulate=simulate_spikes,
    grid=Grid(
        quick=(*cells(c=2.0, strengths=(0.2,), d=[32, 64, 128]), *cells(c=4.0, strengths=(0.2,), d=[64, 128, 256])),
        full=(*cells(c=2.0, strengths=(0.25,), d=[64, 128, 256]), *cells(c=0.5, strengths=(0.25,), d=[64, 128, 256])),
    ),
    decoys=(Decoy("no threshold", "t/(t + c), the share of variance explained", _explained),),
    tails={"value": Moments(skewness=3.0)},
)

# --- near it: no theorem at these sizes ------------------------------------------------------------------------------

_NEAR = cells(c=2.0, strengths=[(0.5,), (0.8,), (1.2,), (1.5,), (2.0,)], d=64)

NEAR = claim(
    slug="subspace-bbp-near-threshold",
    title="Near the threshold finite sizes round the corner off",
    statement=(
        r"At $d = 64$, $T = 32$ the overlap of the leading direction with the shared one, for $t/\sqrt c$ between "
        r"$0.5$ and $2$, beside the limit, which has a corner at $1$."
    ),
    source=Source(BGN, "no theorem at these sizes", "derived"),
    kind=Observation(trials=512),
    predict=predict_spikes,
    simulate=simulate_spikes,
    grid=Grid(quick=_NEAR, full=_NEAR),
    decoys=(),
)

# --- tasks that are really fitted ------------------------------------------------------------------------------------


@instance
def fitted(d: int, c: float, strengths: tuple[float, ...]) -> Named:
    """The same strengths when every task has n1 = 4 d samples of label noise 1: tau2 = 1/(n1 - d - 1)."""
    n1, T = 4 * d, round(d / c)
    s = tuple(math.sqrt(t * math.sqrt(c) * T / (n1 - d - 1)) for t in strengths)
    return {"s": s, "sigma2": 1.0, "n1": n1, "d": d, "T": T}


def _predict_fitted(tau2: Any, d: int, c: float, strengths: tuple[float, ...]) -> Any:
    cell = fitted(d=d, c=c, strengths=strengths)
    return theory.subspace_alignment(cell["s"], tau2(cell["n1"], d), d, cell["T"])


def predict_fitted(d: int, c: float, strengths: tuple[float, ...]) -> Any:
    """The variance of least squares on a Gaussian design."""
    return _predict_fitted(lambda n1, d: 1 / (n1 - d - 1), d, c, strengths)


def _orthogonal(d: int, c: float, strengths: tuple[float, ...]) -> Any:
    return _predict_fitted(lambda n1, d: 1 / n1, d, c, strengths)


def _peeled(d: int, c: float, strengths: tuple[float, ...]) -> Any:
    return _predict_fitted(lambda n1, d: 1 / (n1 - 2 * d), d, c, strengths)


_FITTED = (9.0, 5.0)

FITTED = claim(
    slug="subspace-bbp-least-squares",
    title="Tasks fitted on Gaussian designs act like noise of variance sigma2/(n1 - d - 1)",
    statement=(
        r"The law of subspace recovery with $\tau^2 = \sigma^2/(n_1-d-1)$ holds for tasks fitted by least squares on "
        r"$n_1 = 4d$ Gaussian samples each, as $d$ and $T$ grow."
    ),
    source=Source(DU, "model of the source tasks; tau2 from the inverse Wishart mean", "derived"),
    kind=Limit(size="d", order=1.0, resolution=0.025),
    predict=predict_fitted,
    simulate=fitted.of(sims.least_squares_alignment),
    grid=Grid(
        quick=cells(c=2.0, strengths=_FITTED, d=[8, 16, 32]), full=cells(c=2.0, strengths=_FITTED, d=[24, 48, 96])
    ),
    decoys=(
        Decoy("orthogonal designs", "tau2 = sigma2/n1", _orthogonal),
        Decoy("twice the dimension", "tau2 = sigma2/(n1 - 2 d)", _peeled),
    ),
)

# --- what is left out of the target, and its risk --------------------------------------------------------------------


@instance
def target(d: int, c: float, strengths: tuple[float, ...], theta_coords: tuple[float, ...]) -> Named:
    """A target along shared directions as in `spikes`, fitted with 20 samples of noise 1/4."""
    return {"theta_coords": theta_coords, **spikes(d=d, c=c, strengths=strengths), "n2": 20, "sigma2": 0.25}


def _risks(rho2: float, k: int) -> Named:
    return {"rho2": rho2, "risk": float(theory.transfer_risk(rho2, k, 20, 0.25))}


def predict_target(d: int, c: float, strengths: tuple[float, ...], theta_coords: tuple[float, ...]) -> Named:
    """The limit of rho2, and the exact risk of a head on it: that is linear in rho2."""
    cell = spikes(d=d, c=c, strengths=strengths)
    return _risks(theory.representation_error(theta_coords, **cell), len(strengths))


def _small_noise_target(d: int, c: float, strengths: tuple[float, ...], theta_coords: tuple[float, ...]) -> Named:
    lost = (1 - kept for kept in _small_noise(d, c, strengths))
    return _risks(sum(a * a * part for a, part in zip(theta_coords, lost, strict=True)), len(strengths))


def _two_floors(d: int, c: float, strengths: tuple[float, ...], theta_coords: tuple[float, ...]) -> Named:
    right = predict_target(d, c, strengths, theta_coords)
    return {"risk": right["rho2"] + 0.25 * len(strengths) / (20 - len(strengths) - 1)}


def _oracle(d: int, c: float, strengths: tuple[float, ...], theta_coords: tuple[float, ...]) -> Named:
    return {"risk": _risks(0.0, len(strengths))["risk"]}


_TARGET: Named = {"strengths": (9.0, 4.0), "theta_coords": (0.6, 0.8)}

END = claim(
    slug="subspace-bbp-end-to-end",
    title="From source tasks to the target's risk",
    statement=(
        r"The learned representation leaves out $\rho^2 \to \sum_i (\theta^\top b_i)^2 (1-\cos^2_i)$ of the target, "
        r"and least squares on it has expected excess risk $\rho^2 + (\sigma^2+\rho^2)\,k/(n_2-k-1)$ in the limit of "
        r"large $d$ and $T$."
    ),
    source=Source(DU, "model; sharp form derived here", "derived"),
    kind=Limit(size="d", order=1.0, resolution=0.025),
    predict=predict_target,
    simulate=target.of(sims.end_to_end),
    grid=Grid(
        quick=cells(c=2.0, **_TARGET, d=[24, 48, 96]),
        full=(*cells(c=2.0, **_TARGET, d=[64, 128, 256]), *cells(c=0.5, **_TARGET, d=[64, 128, 256])),
    ),
    decoys=(
        Decoy("small noise", "1 - cos2 = c/t", _small_noise_target),
        Decoy("bias only", "rho2 + sigma2 k/(n2-k-1)", _two_floors),
        Decoy("oracle", "the representation is as good as known", _oracle),
    ),
    tails={"risk": Moments(skewness=1.5)},
)

# --- the published rate ----------------------------------------------------------------------------------------------


def _rate_times(factor: Any) -> Any:
    return lambda k, d, n1, T, sigma2: float(theory.representation_rate(k, d, n1, T, sigma2)) * factor(k, d, n1, T)


RATE = claim(
    slug="subspace-bbp-rate",
    title="The constant in front of the published rate is one",
    statement=(
        r"With orthogonal designs and targets like the sources, $\mathbb{E}\,ww^\top = WW^\top/T$, the representation "
        r"of $T$ tasks with $n_1$ samples each leaves out $\rho^2 \simeq \sigma^2 k (d-k)/(n_1 T)$ of a target as "
        r"$n_1$ grows, whatever the singular values of $W$."
    ),
    source=Source(DU, "rate k d/(n1 T); constant and d - k derived here", "derived"),
    kind=Limit(size="n1", order=1.0, resolution=0.025),
    predict=theory.representation_rate,
    simulate=sims.representation_rate,
    grid=Grid(
        quick=cells(k=2, d=8, T=16, sigma2=1.0, n1=[20, 40, 80]),
        full=(
            *cells(k=2, d=8, T=16, sigma2=1.0, n1=[50, 100, 200]),
            *cells(k=3, d=40, T=20, sigma2=1.0, n1=[50, 100, 200]),
        ),
    ),
    decoys=(
        Decoy("d for d-k", "sigma2 k d/(n1 T)", _rate_times(lambda k, d, n1, T: d / (d - k))),
        Decoy("parameters of B and W", "sigma2 k (d + T)/(n1 T)", _rate_times(lambda k, d, n1, T: (d + T) / (d - k))),
        Decoy("k + 1", "the noise of a task adds a direction", _rate_times(lambda k, d, n1, T: (k + 1) / k)),
    ),
    tails={"value": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (BBP, BELOW, NEAR, FITTED, END, RATE)
