"""With a penalty the trade-off is gone: the lasso's risk, its training error, and what it gains."""

from __future__ import annotations

from typing import Any

import sims.sparse_interpolation as sims
import theory.sparse_interpolation as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Order, Source, cells, declared_in
from claims.sparse_interpolation.recipes import CERTIFICATES, Named, no_onsager, penalised
from claims.sparse_interpolation.trade_off import BETWEEN, DUEL, LARGER

claim = declared_in(__name__)
BAYATI = Source("bayati2010lasso", "state evolution and calibration", "recalled")
SIZES = [8, 16, 32]
SCALES = {"correlation": 3.0, "alignment": 3.0}
TAILS = {name: Moments(skewness=3.0) for name in ("risk", "correlation", "alignment")}
QUICK = cells(ratio=2.0, share=0.25, height=2.5, pull=1.5, n=SIZES)
FULL = (
    *cells(ratio=2.0, share=0.25, height=3.0, pull=0.75, n=SIZES),
    *cells(ratio=4.0, share=0.125, height=4.0, pull=1.5, n=SIZES),
)


def _risk(**cell: Any) -> Named:
    return {"risk": theory.lasso_fit(**cell).risk, "correlation": 0.0, "alignment": 0.0}


def _interpolator(lam: float, **cell: Any) -> Named:
    return {"risk": theory.min_l1_risk(**cell)}


RISK = claim(
    slug="regularised-contrast",
    title="The risk of the lasso, from its penalty",
    statement=(
        r"With $n/4$ equal spikes the lasso has the risk $R$ of $\tau^2 = (\sigma^2+R)/n$, $R = "
        r"\sum_j\mathrm{E}(\mathrm{soft}(w^*_j+\tau Z;\chi\tau)-w^*_j)^2$, $\lambda = \chi\tau n(1-\frac1n\sum_j "
        r"P(|w^*_j+\tau Z|>\chi\tau))$, in the limit, at order $1/n$."
    ),
    source=BAYATI,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=penalised.of(_risk),
    simulate=penalised.of(sims.lasso_fit),
    grid=Grid(quick=QUICK, full=FULL),
    decoys=(
        Decoy("no calibration", "lam = chi tau n, the factor of active coordinates left out",
              penalised.of(lambda **cell: {"risk": no_onsager(**cell)["risk"]})),
        Decoy("the interpolator", "its limit as lam falls to 0", penalised.of(_interpolator)),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=("correlation", "alignment"),
    scales=SCALES,
)  # fmt: skip


def _training(**cell: Any) -> Named:
    fit = theory.lasso_fit(**cell)
    return {"residual": fit.residual, "correlation": 0.0, "alignment": 0.0}


def _unspent(**cell: Any) -> Named:
    fit = theory.lasso_fit(**cell)
    return {"residual": fit.residual / (1 - fit.active)}


TRAINING = claim(
    slug="regularised-contrast-training-error",
    title="The training error of the lasso: each active coefficient hides a label twice",
    statement=(
        r"The lasso's $|y-X\hat w|^2/n \to (\sigma^2+R)(1-a)^2$ with the share of active coefficients over labels "
        r"$a = \frac1n\sum_jP(|w^*_j+\tau Z|>\chi\tau)$, at order $1/n$."
    ),
    source=Source("bayati2010lasso", "the residual of the iteration at its fixed point", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=penalised.of(_training),
    simulate=RISK.simulate,
    grid=Grid(quick=QUICK, full=FULL),
    decoys=(
        Decoy("degrees of freedom once", "(sigma2 + R)(1 - a)", penalised.of(_unspent)),
        Decoy("no calibration", "lam = chi tau n, the factor of active coordinates left out",
              penalised.of(lambda **cell: {"residual": no_onsager(**cell)["residual"]})),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=("correlation", "alignment"),
    scales=SCALES,
)  # fmt: skip


def _noise_floor(n: int, d: int, values: Any, counts: Any, sigma2: float, lam: float) -> Named:
    """All of the interpolator's risk."""
    return {"over_lasso": theory.min_lp_risk(n, d, 1.2, values, counts, sigma2)}


GAIN = claim(
    slug="regularised-contrast-gain",
    title="A penalty gains more than the best choice of norm",
    statement=(
        r"At the sizes of the trade-off the lasso with $\lambda = 2\sigma\sqrt n$ has a smaller risk than the "
        r"interpolator of least $\ell_{1.2}$ norm, which beats those of $\ell_1$ and $\ell_{1.5}$."
    ),
    source=BAYATI,
    kind=Order(resolution=0.12),
    predict=penalised.of(lambda **cell: {"over_lasso": 0.0}),
    simulate=BETWEEN.simulate,
    grid=Grid(quick=(DUEL,), full=(DUEL, LARGER)),
    decoys=(Decoy("nothing left", "the lasso has no risk at all", penalised.of(_noise_floor)),),
    tails={"over_lasso": Moments(skewness=2.0)},
    certificates=CERTIFICATES,
    scales={"over_lasso": 1.0},
)

CLAIMS: tuple[Claim, ...] = (RISK, TRAINING, GAIN)
