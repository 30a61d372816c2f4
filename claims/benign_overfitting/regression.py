"""Risk of a given design, its deterministic equivalent, and a negative optimal ridge."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Decoy, Exact, Grid, Identity, Limit, Mean, Moments, Source, declared_in, instance
from sims import instances
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]

# --- the bias-variance split of one design ---------------------------------------------------------------------------


@instance
def fixed_design(n: int, p: int, ridge: float) -> Named:
    """A design of correlated features and a target."""
    eigenvalues = [0.2 + 1.8 * j / (p - 1) for j in range(p)]
    X = instances.gaussian(n, p) * [v**0.5 for v in eigenvalues]
    return {"X": X, "w": instances.gaussian(1, p)[0], "eigenvalues": eigenvalues, "sigma2": 0.3, "ridge": ridge}


def predict_split(n: int, p: int, ridge: float) -> Named:
    """Bias, variance and their sum for the fixed design."""
    bias, variance = theory.conditional_risk(**fixed_design(n=n, p=p, ridge=ridge))
    return {**({} if n > p and ridge == 0 else {"bias": bias}), "variance": variance, "excess": bias + variance}


def euclidean_split(n: int, p: int, ridge: float) -> Named:
    """Errors of the coefficients themselves, not weighted with the covariance."""
    flat = {**fixed_design(n=n, p=p, ridge=ridge), "eigenvalues": [1.0] * p}
    return {"variance": theory.conditional_risk(**flat).variance}


def with_test_noise(n: int, p: int, ridge: float) -> Named:
    """The test error taken for the excess risk."""
    return {"excess": predict_split(n, p, ridge)["excess"] + 0.3}


def uncoupled_ridge(n: int, p: int, ridge: float) -> Named:
    """The penalty n ridge in place of ridge."""
    bias, variance = theory.conditional_risk(**fixed_design(n=n, p=p, ridge=n * max(ridge, 0.1)))
    return {"excess": bias + variance}


SPLIT_CELLS = tuple(
    {"n": n, "p": p, "ridge": ridge} for n, p, ridge in ((12, 30, 0.0), (30, 12, 0.0), (12, 30, 0.7), (12, 30, -0.7))
)

SPLIT = claim(
    slug="bias-variance-split",
    title="Excess risk of a given design splits exactly into bias and variance",
    statement=(
        r"For every $X$, with $M = (XX^\top + \delta I)^{-1} X$, the excess risk averaged over the noise is "
        r"$\|\Sigma^{1/2}(I - X^\top M) w\|^2 + \sigma^2 \mathrm{tr}(M \Sigma M^\top)$."
    ),
    source=Source("hastie2022surprises", "classical identity", "derived"),
    kind=Identity(tolerance=1e-9),
    predict=predict_split,
    simulate=fixed_design.of(sims.conditional_risk),
    grid=Grid(quick=SPLIT_CELLS, full=(*SPLIT_CELLS, {"n": 100, "p": 400, "ridge": 1.0})),
    decoys=(
        Decoy("no covariance", "variance sigma2 tr(M M')", euclidean_split),
        Decoy("test error", "excess risk with sigma2 added", with_test_noise),
        Decoy("n times the ridge", "penalty n delta", uncoupled_ridge),
    ),
)

# --- isotropic features ----------------------------------------------------------------------------------------------


def inverse_chi_square(n: int, p: int, **_: float) -> Moments:
    """Each diagonal entry of the inverse Gram matrix is 1/chi2 with |n - p| + 1 degrees of freedom."""
    half = (abs(n - p) + 1) / 2
    return Moments(skewness=4 * (half - 2) ** 0.5 / (half - 3))


def _sizes(*sizes: tuple[int, int]) -> tuple[Named, ...]:
    return tuple({"n": n, "p": p, "sigma2": 1.0, "w_norm2": 2.25} for n, p in sizes)


ISOTROPIC = claim(
    slug="bias-variance-split-isotropic",
    title="Isotropic features: bias and variance of interpolation, exactly",
    statement=(
        r"For $\Sigma = I$ and no ridge, $\mathbb{E} B = \|w\|^2 (1 - n/p)$ and $\mathbb{E} V = \sigma^2 n/(p-n-1)$ if "
        r"$p > n+1$, and $\mathbb{E} B = 0$, $\mathbb{E} V = \sigma^2 p/(n-p-1)$ if $n > p+1$."
    ),
    source=Source("hastie2022surprises", "isotropic case; also Belkin, Hsu, Xu", "recalled"),
    kind=Mean(resolution=0.01),
    predict=theory.isotropic_risk,
    simulate=sims.isotropic_risk,
    grid=Grid(
        quick=_sizes((30, 80), (80, 30), (10, 20)),
        full=_sizes((30, 80), (80, 30), (10, 20), (300, 800)),
    ),
    decoys=(
        Decoy(
            "no minus one", "variance n/(p - n)",
            lambda n, p, sigma2, w_norm2: {"variance": sigma2 * min(n, p) / abs(n - p)},
        ),
        Decoy(
            "squared bias", "bias |w|^2 (1 - n/p)^2",
            lambda n, p, sigma2, w_norm2: {"bias": w_norm2 * max(1 - n / p, 0.0) ** 2},
        ),
        Decoy(
            "n and p swapped", "variance p/(p - n - 1)",
            lambda n, p, sigma2, w_norm2: {"variance": sigma2 * max(n, p) / (abs(n - p) - 1)},
        ),
    ),
    tails={"variance": inverse_chi_square, "bias": lambda n, p, **_: Exact() if p <= n else Moments()},
)  # fmt: skip

# --- the deterministic equivalent ------------------------------------------------------------------------------------


@instance
def shaped(shape: str, n: int, delta: float) -> Named:
    """A spectrum held in shape as n grows, with squared coefficients; the ridge is delta n."""
    if shape == "two levels":  # half 1, half 0.1
        half = 3 * n // 2
        spectrum: Named = {"eigenvalues": (1.0, 0.1), "coef2": (1 / (3 * n), 1 / (3 * n)), "multiplicity": (half, half)}
    elif shape == "spiked":
        spectrum = {"eigenvalues": (5.0, 0.05), "coef2": (8 / n, 0.0), "multiplicity": (n // 8, 15 * n // 2)}
    else:  # power law
        rank = range(1, 10 * n + 1)
        spectrum = {"eigenvalues": tuple(i**-1.5 for i in rank), "coef2": tuple(1 / i for i in rank)}
    return {"n": n, "sigma2": 0.5, "ridge": delta * n, **spectrum}


def _judged(delta: float, risk: Any) -> Named:
    return {name: getattr(risk, name) for name in ("kappa", "bias", "variance", *(("train",) if delta > 0 else ()))}


def predict_equivalent(shape: str, n: int, delta: float) -> Named:
    """The deterministic equivalent; the training error where there is one."""
    return _judged(delta, theory.ridge_risk(**shaped(shape=shape, n=n, delta=delta)))


def missing_denominator(shape: str, n: int, delta: float) -> Named:
    """Variance sigma2 S/n."""
    excess = theory.ridge_risk(**shaped(shape=shape, n=n, delta=delta)).variance / 0.5
    return {"variance": 0.5 * excess / (1 + excess)}


def ridge_per_sample(shape: str, n: int, delta: float) -> Named:
    """The ridge delta taken for a penalty per sample."""
    risk = theory.ridge_risk(**{**shaped(shape=shape, n=n, delta=delta), "ridge": delta * n * n})
    return _judged(delta, risk) if delta > 0 else {"variance": risk.variance}


def bias_without_factor(shape: str, n: int, delta: float) -> Named:
    """Bias without E0."""
    risk = theory.ridge_risk(**shaped(shape=shape, n=n, delta=delta))
    return {"bias": risk.bias / (1 + risk.variance / 0.5)}


def train_first_power(shape: str, n: int, delta: float) -> Named:
    """Training error (delta/(n kappa)) times the test error."""
    risk = theory.ridge_risk(**shaped(shape=shape, n=n, delta=delta))
    return {"train": float(risk.train * risk.test) ** 0.5} if delta > 0 else {}


def shaped_cells(sizes: tuple[int, ...], *designs: tuple[str, float]) -> tuple[Named, ...]:
    """Designs (shape, delta), each at the growing sizes."""
    return tuple({"shape": shape, "n": n, "delta": delta} for shape, delta in designs for n in sizes)


EQUIVALENT_DECOYS = (
    Decoy("no 1/(1 - S/n)", "variance sigma2 S/n", missing_denominator),
    Decoy("ridge n delta", "delta replaced by n delta", ridge_per_sample),
    Decoy("bias without E0", "the factor E0 left out", bias_without_factor),
    Decoy("first power", "training error delta/(n kappa) times the test error", train_first_power),
)

EQUIVALENT = claim(
    slug="deterministic-equivalent",
    title="Bias, variance and training error of ridge regression from one fixed point",
    statement=(
        r"With $\kappa$ solving $\sum_i L_i + \delta/\kappa = n$, $L_i = \lambda_i/(\lambda_i+\kappa)$, "
        r"$S = \sum_i L_i^2$ and $E_0 = n/(n-S)$, the bias is $E_0 \sum_i (1-L_i)^2 \lambda_i w_i^2$, the variance "
        r"$\sigma^2 S/(n-S)$ and the training error $(\delta/(n\kappa))^2$ times the test error, up to $O(1/n)$."
    ),
    source=Source("simon2023eigenlearning", "eigenlearning equations; also Cheng, Montanari", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=predict_equivalent,
    simulate=shaped.of(sims.ridge_risk),
    grid=Grid(
        quick=shaped_cells((24, 48, 96), ("two levels", 0.0), ("two levels", 0.1), ("power law", 0.0)),
        full=shaped_cells(
            (40, 80, 160, 320),
            ("two levels", 0.0), ("two levels", 0.1), ("spiked", 0.0), ("spiked", 0.1), ("power law", 0.0),
        ),
    ),
    decoys=EQUIVALENT_DECOYS,
)  # fmt: skip

RADEMACHER = claim(
    slug="deterministic-equivalent-rademacher",
    title="The same for features of random sign",
    statement=(
        r"The deterministic equivalent of $\kappa$, bias, variance and training error holds up to $O(1/n)$ also for "
        r"features $\sqrt{\lambda_i} \epsilon_i$ with independent random signs $\epsilon_i$."
    ),
    source=Source("cheng2024dimension", "beyond Gaussian features", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=predict_equivalent,
    simulate=shaped.of(sims.ridge_risk, entries="rademacher"),
    grid=Grid(
        quick=shaped_cells((24, 48, 96), ("two levels", 0.1)),
        full=shaped_cells((40, 80, 160, 320), ("two levels", 0.0), ("two levels", 0.1), ("power law", 0.0)),
    ),
    decoys=EQUIVALENT_DECOYS,
)

# --- a negative optimal ridge ----------------------------------------------------------------------------------------


def spikes_over_tail(n: int) -> Named:
    """n/12 strong features that carry the target over 50 n/3 weak ones."""
    spikes = n // 12
    return {
        "eigenvalues": (10.0, 0.05), "coef2": (5 / spikes, 0.0), "n": n, "sigma2": 0.05,
        "multiplicity": (spikes, 50 * n // 3),
    }  # fmt: skip


def predict_negative(n: int) -> Named:
    """Excess risk at delta = -n/4 and n/4, over that at 0."""
    below, zero, above = np.asarray(theory.ridge_risk(**spikes_over_tail(n), ridge=[-n / 4, 0.0, n / 4]).excess)
    return {"negative": below / zero, "positive": above / zero}


@kernel(floats=lambda n, **_: 60 * n * n)
def simulate_negative(n: int, trials: int, rng: Any) -> Named:
    """The same ratios on common draws."""
    excess = sims.ridge_path(ridges=(-n / 4, 0.0, n / 4), **spikes_over_tail(n), trials=trials, rng=rng)
    return {"negative": excess[:, 0] / excess[:, 1], "positive": excess[:, 2] / excess[:, 1]}


def positive_optimum(n: int) -> Named:
    """The best ridge is sigma2 n/|w|^2 > 0: below zero only loss."""
    best, zero = np.asarray(theory.ridge_risk(**spikes_over_tail(n), ridge=[0.05 * n / 5, 0.0]).excess)
    return {"negative": 1.0, "positive": best / zero}


def sign_blind(n: int) -> Named:
    """A negative ridge acts like a positive one."""
    ratios = predict_negative(n)
    return {"negative": ratios["positive"]}


NEGATIVE_RIDGE = claim(
    slug="negative-ridge-and-catastrophic-ridge",
    title="The best ridge can be negative",
    statement=(
        r"With strong features carrying the target over a long flat tail the excess risk is smaller at a negative "
        r"penalty $\delta$ than at $0$, in the ratio of the deterministic equivalents, which hold for $\delta < 0$ too."
    ),
    source=Source("wu2020optimal", "negative optimal ridge; also Tsigler, Bartlett", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=predict_negative,
    simulate=simulate_negative,
    grid=Grid(
        quick=tuple({"n": n} for n in (24, 48, 96)),
        full=tuple({"n": n} for n in (60, 120, 240)),
    ),
    decoys=(
        Decoy("positive optimum", "the best ridge is sigma2 n/|w|^2 > 0", positive_optimum),
        Decoy("sign of the ridge", "ridge |delta|", sign_blind),
    ),
)

CLAIMS = (SPLIT, ISOTROPIC, EQUIVALENT, RADEMACHER, NEGATIVE_RIDGE)
