"""Cross-validation: what the training data say about the test error, in models and on real images."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Order, Source, cells, declared_in
from claims.double_descent.ridge import interpolates, ridged, ridged_cells, simulate_ridged

claim = declared_in(__name__)
Named = dict[str, Any]

# --- generalised cross-validation ------------------------------------------------------------------------------------


def _train(**cell: Any) -> tuple[Any, Any]:
    """Training loss and degrees of freedom a sample."""
    risk = theory.ridge_risk(**ridged(**cell))
    return risk.train, risk.df1 / cell["n"]


def training_loss(n: int, gamma: float, lam: float) -> Named:
    return {"test_error": _train(n=n, gamma=gamma, lam=lam)[0]}


def akaike(n: int, gamma: float, lam: float) -> Named:
    train, share = _train(n=n, gamma=gamma, lam=lam)
    return {"test_error": train * (1 + 2 * share)}


def first_power(n: int, gamma: float, lam: float) -> Named:
    train, share = _train(n=n, gamma=gamma, lam=lam)
    return {"test_error": train / (1 - share) if lam > 0 else 0.0}


GCV = claim(
    slug="gcv-predicts-test-error",
    title="Generalised cross-validation predicts the test error, interpolation included",
    statement=(
        r"$\mathrm{GCV}(\lambda) = \frac{1}{n}\|y - Hy\|^2 / (1 - \mathrm{tr} H/n)^2$ and the test error have the same "
        r"limit for every $\lambda > 0$, and at $\lambda = 0$ for $p > n$ with "
        r"$n\, y^\top (XX^\top)^{-2} y / (\mathrm{tr} (XX^\top)^{-1})^2$; moreover $1 - \mathrm{tr}H/n \to "
        r"\lambda/\kappa$."
    ),
    source=Source("patil2021uniform", "main theorem", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=ridged.of(theory.ridge_test_error),
    simulate=simulate_ridged,
    grid=Grid(quick=ridged_cells(60, 120, 240), full=ridged_cells(120, 240, 480)),
    decoys=(
        Decoy("training loss", "the training loss is the test error", training_loss),
        Decoy("Akaike", "train (1 + 2 df/n)", akaike),
        Decoy("first power", "train / (1 - df/n)", first_power),
    ),
    tails={"residual_degrees": interpolates},
)

# --- leave-one-out, exactly and with uneven rows ---------------------------------------------------------------------

EVEN, UNEVEN = (1.0,), (0.25, 1.75)


def _test_error(n: int, p: int, r2: float, sigma2: float, scales: tuple[float, ...]) -> Any:
    elliptical = theory.elliptical_min_norm_risk
    risk = elliptical(n, p, r2, sigma2, scales) if p > n else theory.min_norm_risk(n, p, r2, sigma2)
    return sigma2 + risk.bias + risk.variance


def one_less(n: int, **cell: Any) -> Any:
    """The test error at n - 1 samples."""
    return _test_error(n - 1, **cell)


def _plain(n: int, p: int | list[int], scales: tuple[float, ...]) -> tuple[Named, ...]:
    return cells(n=n, p=p, r2=1.0, sigma2=1.0, scales=scales)


LEAVE_ONE_OUT = claim(
    slug="gcv-predicts-test-error-leave-one-out",
    title="Leave-one-out is exact where generalised cross-validation fails",
    statement=(
        r"For independent rows of any law, leave-one-out at $n$ samples has exactly the mean of the test error at "
        r"$n - 1$; for minimum-norm interpolation of rows $\sqrt{\tau_i}\, z_i$ with uneven norms that is "
        r"$\sigma^2 + \mathrm{E}\tau\, \|\beta\|^2 (1 - \frac{n-1}{p}) + \sigma^2\, \mathrm{E}\tau\, "
        r"\mathrm{E}\frac{1}{\tau} \frac{n-1}{p-n}$, and generalised cross-validation misses it."
    ),
    source=Source("patil2021uniform", "leave-one-out estimator", "derived"),
    kind=Mean(resolution=0.024),
    predict=lambda **cell: {"leave_one_out": one_less(**cell), "test_error": _test_error(**cell)},
    simulate=sims.plain_min_norm_risk,
    grid=Grid(
        quick=(*_plain(24, 12, EVEN), *_plain(16, 40, EVEN), *_plain(16, 40, UNEVEN)),
        full=(*_plain(60, [30, 90, 240], EVEN), *_plain(60, [90, 240], UNEVEN)),
    ),
    decoys=(
        Decoy("n for n - 1", "the mean is the test error at n samples",
              lambda **cell: {"leave_one_out": _test_error(**cell)}),
        Decoy("generalised", "GCV has this mean too", lambda **cell: {"gcv": one_less(**cell)}),
    ),
    tails={name: Moments(skewness=2.0) for name in ("test_error", "leave_one_out", "gcv")},
)  # fmt: skip

# --- real images -----------------------------------------------------------------------------------------------------


def _excess(n: int, lam: float) -> tuple[Any, Any, Any]:
    """Excess risk and test error of the deterministic equivalent, from population moments, and 1 - df2/n."""
    moments = sims.digits_moments()
    risk = theory.ridge_risk(lam, n, *moments)
    return moments.sigma2, risk.bias + risk.variance, 1 - risk.df2 / n


def equivalent(n: int, lam: float) -> Any:
    noise, excess, _ = _excess(n, lam)
    return noise + excess


def without_amplification(n: int, lam: float) -> Any:
    noise, excess, left = _excess(n, lam)
    return noise + excess * left


def amplified_twice(n: int, lam: float) -> Any:
    noise, excess, left = _excess(n, lam)
    return noise + excess / left


DIGITS = claim(
    slug="gcv-predicts-test-error-digits",
    title="The deterministic equivalent beside the test error on real images",
    statement=(
        r"For 200 random ReLU features of handwritten digits (odd against even) the deterministic equivalent "
        r"$B + V + \sigma^2$, from the population covariance and the best linear fit alone, stands beside the measured "
        r"test error of ridge regression; no theorem says how near, for here the noise is a function of the image."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6, applied outside their assumptions", "derived"),
    kind=Observation(512),
    predict=equivalent,
    simulate=sims.digits_ridge,
    grid=Grid(
        quick=(*cells(n=[60, 120, 240], lam=0.01), *cells(n=800, lam=0.1)),
        full=cells(n=[30, 60, 120, 160, 240, 400, 800, 1600, 3200], lam=[0.003, 0.01, 0.03, 0.1]),
    ),
    decoys=(),
)

DIGITS_AMPLIFIED = claim(
    slug="gcv-predicts-test-error-digits-amplification",
    title="The excess risk on real images is amplified",
    statement=(
        r"For 200 random ReLU features of handwritten digits the mean test error of ridge regression at "
        r"$\lambda = 0.01$ is larger than $\sigma^2 + (1 - \mathrm{df}_2/n)(B + V)$, what it would be without the "
        r"factor $1/(1 - \mathrm{df}_2/n)$ of the deterministic equivalent."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6, applied outside their assumptions", "derived"),
    kind=Order(resolution=0.05),
    predict=without_amplification,
    simulate=sims.digits_ridge,
    grid=Grid(quick=cells(n=[60, 120, 240], lam=0.01), full=cells(n=[60, 120, 240, 400], lam=[0.003, 0.01])),
    decoys=(Decoy("amplified twice", "beyond the excess risk over (1 - df2/n)^2", amplified_twice),),
    tails={"value": Moments(skewness=2.0)},
)

DIGITS_LEAVE_ONE_OUT = claim(
    slug="gcv-predicts-test-error-digits-leave-one-out",
    title="Leave-one-out is unbiased on real images; generalised cross-validation is not",
    statement=(
        r"For $n$ distinct images drawn at random, leave-one-out minus the error on all other images of the fit to "
        r"$n - 1$ of them has mean exactly 0 (a calibration of 1, in units of the variance of the labels); "
        r"generalised cross-validation is too small, because the leverages are uneven."
    ),
    source=Source("patil2021uniform", "leave-one-out estimator", "derived"),
    kind=Mean(resolution=0.02),
    predict=lambda n, lam: {"calibration": 1.0},
    simulate=sims.digits_cross_validation,
    grid=Grid(quick=cells(n=[80, 120], lam=0.01), full=cells(n=[60, 120, 240, 400], lam=[0.001, 0.01, 0.1])),
    decoys=(Decoy("generalised", "GCV is unbiased on real images", lambda n, lam: {"gcv_calibration": 1.0}),),
    tails={"calibration": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (GCV, LEAVE_ONE_OUT, DIGITS, DIGITS_AMPLIFIED, DIGITS_LEAVE_ONE_OUT)
