"""One signal feature among junk, exactly; and the Laplace kernel on a line, where the theory of spectra is wrong."""

from __future__ import annotations

from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Decoy, Grid, Limit, Mean, Moments, Source, declared_in
from claims.benign_overfitting.regression import inverse_chi_square

claim = declared_in(__name__)
Named = dict[str, Any]

# --- junk features ---------------------------------------------------------------------------------------------------


def junk_equivalent(n: int, d_junk: int, lam_junk: float, sigma2: float, w: float) -> Named:
    """The deterministic equivalent in place of the exact formula."""
    risk = theory.ridge_risk((1.0, lam_junk / d_junk), (w * w, 0.0), n, sigma2, 0.0, (1, d_junk))
    return {"bias": risk.bias, "variance": risk.variance}


def junk_infinite(n: int, d_junk: int, lam_junk: float, sigma2: float, w: float) -> Any:
    """The limit of infinitely many junk features: ridge regression on the signal alone."""
    return theory.junk_risk(n, 10**7, lam_junk, sigma2, w)


def junk_without_factor(n: int, d_junk: int, lam_junk: float, sigma2: float, w: float) -> Named:
    """The factor (d - 1)/(d - n) replaced by 1."""
    variance = theory.junk_risk(n, d_junk, lam_junk, sigma2, w).variance
    free = sigma2 * n / (d_junk - n - 1)
    return {"variance": free + (variance - free) * (d_junk - n) / (d_junk - 1)}


def junk_cells(*cells: tuple[int, int, float]) -> tuple[Named, ...]:
    """Cells (n, d_junk, lam_junk) with the noise and coefficient used throughout."""
    return tuple({"n": n, "d_junk": d, "lam_junk": lam, "sigma2": 1.0, "w": 2.0} for n, d, lam in cells)


JUNK = claim(
    slug="junk-features-exact",
    title="Bias and variance of interpolation with junk features, exactly at finite size",
    statement=(
        r"For features $(z, \sqrt{c}\, g)$ with $d$ junk features of total variance $\lambda_J = cd$, with independent "
        r"$s \sim \chi^2_n$, $t \sim \chi^2_{d-n+1}$, $q = s/(ct)$, $h = \frac{s(d-1)}{c^2t^2(d-n)}$, the expected "
        r"bias is $w^2 \mathbb{E}\frac{1+cq}{(1+q)^2}$ and the variance $\sigma^2 \{(1-c)\mathbb{E}\frac{h}{(1+q)^2} + "
        r"\frac{n}{d-n-1} - c\,\mathbb{E}\frac{h}{1+q}\}$."
    ),
    source=Source("zhou2020uniform", "junk features; exact formula derived here", "derived"),
    kind=Mean(resolution=0.015),
    predict=theory.junk_risk,
    simulate=sims.junk_risk,
    grid=Grid(
        quick=junk_cells((8, 24, 5.0), (20, 60, 5.0)),
        full=junk_cells((8, 24, 5.0), (20, 60, 5.0), (40, 400, 3.0), (15, 24, 8.0), (100, 1000, 20.0)),
    ),
    decoys=(
        Decoy("deterministic equivalent", "the equivalent taken as exact", junk_equivalent),
        Decoy("infinitely much junk", "ridge regression on z alone", junk_infinite),
        Decoy("no (d-1)/(d-n)", "the factor replaced by 1", junk_without_factor),
    ),
    # As d grows the bias tends to (lam/(s + lam))^2, s ~ chi2_n, of skewness 1.9 at n = 20; the noise is that of d - n.
    tails={"bias": Moments(2.0), "variance": lambda n, d_junk, **_: inverse_chi_square(n, d_junk)},
)

# --- the Laplace kernel ----------------------------------------------------------------------------------------------


LAPLACE = claim(
    slug="one-dim-laplace",
    title="Laplace kernel on a line: what interpolation costs, exactly at finite size",
    statement=(
        r"Interpolating pure noise at $n$ uniform points with the kernel $e^{-|x-x'|/\ell}$ costs, between the extreme "
        r"points, $\sigma^2 (n+1) \int_0^1 n(1-h)^{n-1} \ell\, [\coth r - r/\sinh^2 r]_{r=h/\ell}\, dh$."
    ),
    source=Source("mallinar2022benign", "Laplace kernels; formula derived here", "derived"),
    kind=Mean(resolution=0.005),
    predict=theory.laplace_variance,
    simulate=sims.laplace_variance,
    grid=Grid(
        quick=({"n": 10, "ell": 0.05}, {"n": 25, "ell": 0.05}, {"n": 50, "ell": 1.0}),
        full=({"n": 10, "ell": 0.05}, {"n": 50, "ell": 0.05}, {"n": 200, "ell": 1.0}, {"n": 400, "ell": 0.3}),
    ),
    decoys=(
        Decoy("eigenframework", "excess (alpha - 1) sigma2 = sigma2", lambda n, ell: theory.tempered_limit(2.0) - 1),
        Decoy("average of two labels", "1/2", lambda n, ell: 0.5),
        Decoy(
            "whole interval", "not divided by (n-1)/(n+1)",
            lambda n, ell: theory.laplace_variance(n, ell) * (n - 1) / (n + 1),
        ),
    ),
)  # fmt: skip


def design_cells(sizes: tuple[int, ...]) -> tuple[Named, ...]:
    """Two densities of points, each at the growing sizes."""
    return tuple({"n": n, "ell": 1.0, "design": design} for design in ("uniform", "triangle") for n in sizes)


LAPLACE_LIMIT = claim(
    slug="one-dim-laplace-limit",
    title="Laplace kernel on a line: two thirds of the noise for any density, not all of it",
    statement=(
        r"As $n \to \infty$ the excess risk of interpolation with a Laplace kernel on an interval tends to $\frac23 "
        r"\sigma^2$, for uniform and for other densities of the design, where the theory of Gaussian features with the "
        r"kernel's spectrum $i^{-2}$ says $\sigma^2$."
    ),
    source=Source("mallinar2022benign", "Laplace kernels; limit derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=lambda n, ell, design: 2 / 3,
    simulate=sims.laplace_variance,
    grid=Grid(quick=design_cells((15, 30, 60)), full=design_cells((50, 100, 200, 400))),
    decoys=(
        Decoy("eigenframework", "all of the noise", lambda n, ell, design: 1.0),
        Decoy("average of two labels", "half of the noise", lambda n, ell, design: 0.5),
    ),
)

CLAIMS = (JUNK, LAPLACE, LAPLACE_LIMIT)
