"""Cross-validation: what the training data say about the test error, in models and on real images."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Limit, Mean, Moments
from claims.claim import Claim, Decoy, Grid, Source
from claims.double_descent.ridge import simulate_two_levels, two_level_cells, two_levels
from sims.arrays import kernel

Named = dict[str, Any]

# --- generalised cross-validation ------------------------------------------------------------------------------------


def predict_gcv(n: int, gamma: float, lam: float) -> Named:
    """The common limit of GCV and test error, and the limit lam/kappa of 1 - tr(H)/n."""
    limit = theory.ridge_test_error(lam=lam, **two_levels(n, gamma))
    return limit._asdict() if lam > 0 else {"gcv": limit.gcv, "test_error": limit.test_error}


def _train(n: int, gamma: float, lam: float) -> tuple[Any, Any]:
    risk = theory.ridge_risk(lam=lam, **two_levels(n, gamma))
    return risk.train, risk.df1 / n


def training_loss(n: int, gamma: float, lam: float) -> Named:
    """The training loss taken for the test error."""
    return {"test_error": _train(n, gamma, lam)[0]}


def akaike(n: int, gamma: float, lam: float) -> Named:
    """train (1 + 2 df/n), the correction of fixed designs."""
    train, share = _train(n, gamma, lam)
    return {"test_error": train * (1 + 2 * share)}


def first_power(n: int, gamma: float, lam: float) -> Named:
    """train / (1 - df/n), the first power instead of the second."""
    train, share = _train(n, gamma, lam)
    return {"test_error": train / (1 - share) if lam > 0 else 0.0}


GCV = Claim(
    slug="gcv-predicts-test-error",
    topic="double_descent",
    title="Generalised cross-validation predicts the test error, interpolation included",
    statement=(
        r"$\mathrm{GCV}(\lambda) = \frac{1}{n}\|y - Hy\|^2 / (1 - \mathrm{tr} H/n)^2$ and the test error have the same "
        r"limit for every $\lambda > 0$, and at $\lambda = 0$ for $p > n$ with "
        r"$n\, y^\top (XX^\top)^{-2} y / (\mathrm{tr} (XX^\top)^{-1})^2$; moreover $1 - \mathrm{tr}H/n \to "
        r"\lambda/\kappa$."
    ),
    source=Source("patil2021uniform", "main theorem", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.002),
    predict=predict_gcv,
    simulate=simulate_two_levels,
    grid=Grid(quick=two_level_cells((30, 60, 120)), full=two_level_cells((60, 120, 240, 480))),
    decoys=(
        Decoy("training loss", "the training loss is the test error", training_loss),
        Decoy("Akaike", "train (1 + 2 df/n)", akaike),
        Decoy("first power", "train / (1 - df/n)", first_power),
    ),
)

# --- leave-one-out, exactly and with uneven rows ---------------------------------------------------------------------

EVEN, UNEVEN = (1.0,), (0.25, 1.75)


def predict_leave_one_out(n: int, p: int, r2: float, sigma2: float, scales: tuple[float, ...]) -> Named:
    """Leave-one-out has the mean of the test error at n - 1 samples."""
    return {
        "leave_one_out": _test_error(n - 1, p, r2, sigma2, scales),
        "test_error": _test_error(n, p, r2, sigma2, scales),
    }


def _test_error(n: int, p: int, r2: float, sigma2: float, scales: tuple[float, ...]) -> Any:
    if p > n:
        risk = theory.elliptical_min_norm_risk(n, p, r2, sigma2, scales)
    else:
        risk = theory.min_norm_risk(n, p, r2, sigma2)
    return sigma2 + risk.bias + risk.variance


def same_size(n: int, p: int, r2: float, sigma2: float, scales: tuple[float, ...]) -> Named:
    """Leave-one-out taken for the test error of all n samples."""
    return {"leave_one_out": _test_error(n, p, r2, sigma2, scales)}


@kernel(floats=lambda n, p, **_: 4 * n * p + 4 * min(n, p) ** 2)
def simulate_generalised(
    n: int, p: int, r2: float, sigma2: float, scales: tuple[float, ...], trials: int, rng: Any
) -> Named:
    """GCV, which averages the leverages, in place of leave-one-out."""
    found = sims.plain_min_norm_risk(n, p, r2, sigma2, scales, trials=trials, rng=rng)
    return {"test_error": found.test_error, "leave_one_out": found.gcv}


def _plain(n: int, p: int, scales: tuple[float, ...]) -> Named:
    return {"n": n, "p": p, "r2": 1.0, "sigma2": 1.0, "scales": scales}


LEAVE_ONE_OUT = Claim(
    slug="gcv-predicts-test-error-leave-one-out",
    topic="double_descent",
    title="Leave-one-out is exact where generalised cross-validation fails",
    statement=(
        r"For independent rows of any law, leave-one-out at $n$ samples has exactly the mean of the test error at "
        r"$n - 1$; for minimum-norm interpolation of rows $\sqrt{\tau_i}\, z_i$ with uneven norms that is "
        r"$\sigma^2 + \mathrm{E}\tau\, \|\beta\|^2 (1 - \frac{n-1}{p}) + \sigma^2\, \mathrm{E}\tau\, "
        r"\mathrm{E}\frac{1}{\tau} \frac{n-1}{p-n}$, and generalised cross-validation misses it."
    ),
    source=Source("patil2021uniform", "leave-one-out estimator", "derived"),
    kind=Mean(resolution=0.024),
    predict=predict_leave_one_out,
    simulate=sims.plain_min_norm_risk,
    grid=Grid(
        quick=(_plain(24, 12, EVEN), _plain(16, 40, EVEN), _plain(16, 40, UNEVEN)),
        full=tuple(_plain(60, p, s) for p, s in ((30, EVEN), (90, EVEN), (240, EVEN), (90, UNEVEN), (240, UNEVEN))),
    ),
    decoys=(
        Decoy("n for n - 1", "the mean is the test error at n samples", same_size),
        Decoy("generalised", "GCV has this mean too", simulate=simulate_generalised),
    ),
    tails={"test_error": Moments(skewness=2.0), "leave_one_out": Moments(skewness=2.0)},
)

# --- real images -----------------------------------------------------------------------------------------------------


def predict_digits(n: int, lam: float) -> Named:
    """The deterministic equivalent of the test error from the population moments of the features."""
    spectrum, beta_sq, sigma2 = sims.digits_moments()
    risk = theory.ridge_risk(lam, n, spectrum, beta_sq, sigma2)
    return {"test_error": risk.bias + risk.variance + sigma2}


def without_amplification(n: int, lam: float) -> Named:
    """The excess risk without the factor 1/(1 - df2/n)."""
    spectrum, beta_sq, sigma2 = sims.digits_moments()
    risk = theory.ridge_risk(lam, n, spectrum, beta_sq, sigma2)
    left = 1 - risk.df2 / n
    return {"test_error": sigma2 + left * (risk.bias + risk.variance)}


def total_penalty(n: int, lam: float) -> Named:
    """The penalty taken as lam, not n lam."""
    return predict_digits(n, lam / n)


def concession_digits(n: int, lam: float) -> float:
    """15 % where the fit uses half of the sample's degrees of freedom or more, in proportion to their share below.

    The theorem is about features independent of the noise; here the noise is a function of the image. What that can do
    is of the order of the leverages, whose mean is df1/n.
    """
    spectrum, beta_sq, sigma2 = sims.digits_moments()
    share = theory.ridge_risk(lam, n, spectrum, beta_sq, sigma2).df1 / n
    return 0.15 * min(1.0, 2 * float(share))


def _digits(sizes: tuple[int, ...], lams: tuple[float, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "lam": lam} for lam in lams for n in sizes)


DIGITS = Claim(
    slug="gcv-predicts-test-error-digits",
    topic="double_descent",
    title="The deterministic equivalent predicts the test error on real images",
    statement=(
        r"For 200 random ReLU features of handwritten digits (odd against even) the deterministic equivalent "
        r"$B + V + \sigma^2$, from the population covariance and the best linear fit alone, predicts the measured test "
        r"error of ridge regression at $\lambda = 0.01$ within 15 %, and closer as $\mathrm{df}_1/n$ falls."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6, applied outside their assumptions", "derived"),
    kind=Mean(resolution=0.01, allowance=concession_digits),
    predict=predict_digits,
    simulate=sims.digits_ridge,
    grid=Grid(
        quick=(*_digits((60, 120, 240), (0.01,)), *_digits((800,), (0.1,))),
        full=_digits((30, 60, 120, 160, 240, 400, 800, 1600, 3200), (0.003, 0.01, 0.03, 0.1)),
    ),
    decoys=(
        Decoy("no 1/(1 - df2/n)", "excess risk without the amplification", without_amplification),
        Decoy("penalty lam", "penalty lam instead of n lam", total_penalty),
    ),
)


def predict_calibration(n: int, lam: float) -> Named:
    """Leave-one-out minus the error on all images not trained on has mean 0; the calibration adds 1."""
    return {"calibration": 1.0}


@kernel(floats=lambda n, **_: 1000 * n + 4 * n * n + 8000)
def simulate_gcv_calibration(n: int, lam: float, trials: int, rng: Any) -> Named:
    """GCV in place of leave-one-out."""
    return {"calibration": sims.digits_cross_validation(n, lam, trials=trials, rng=rng).gcv_calibration}


DIGITS_LEAVE_ONE_OUT = Claim(
    slug="gcv-predicts-test-error-digits-leave-one-out",
    topic="double_descent",
    title="Leave-one-out is unbiased on real images; generalised cross-validation is not",
    statement=(
        r"For $n$ distinct images drawn at random, leave-one-out minus the error on all other images of the fit to "
        r"$n - 1$ of them has mean exactly 0 (a calibration of 1, in units of the variance of the labels); "
        r"generalised cross-validation is too small, because the leverages are uneven."
    ),
    source=Source("patil2021uniform", "leave-one-out estimator", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_calibration,
    simulate=sims.digits_cross_validation,
    grid=Grid(
        quick=_digits((80, 120), (0.01,)),
        full=_digits((60, 120, 240, 400), (0.001, 0.01, 0.1)),
    ),
    decoys=(Decoy("generalised", "GCV is unbiased on real images", simulate=simulate_gcv_calibration),),
    tails={"calibration": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (GCV, LEAVE_ONE_OUT, DIGITS, DIGITS_LEAVE_ONE_OUT)
