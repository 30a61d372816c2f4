"""The price of a mask over Gaussian designs: its whole law, its mean, and the energy that magnitude leaves out."""

from __future__ import annotations

from typing import Any

import sims.pruning as sims
import theory.pruning as theory
from claims import Claim, Decoy, Grid, Law, Limit, Mean, Moments, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
WISHART = Source("muirhead1982aspects", "Schur complement of a Wishart matrix, recalled; law derived here", "derived")


@instance
def drawn(n: int, p: int, k: int, r: float) -> Named:
    """Rows of covariance r^|i-j|, weights 1, -1/2, 1, -1/2, ..., and every third removed until there are k."""
    spread = [*range(0, p, 3), *range(1, p, 3), *range(2, p, 3)]
    w = [1.0 if i % 2 == 0 else -0.5 for i in range(p)]
    return {"n": n, "Sigma": sims.toeplitz(p, r), "w": w, "S": tuple(spread[:k])}


removed = drawn.of(sims.removal_loss)


def _sizes(n: int, p: int, k: int, r: float) -> tuple[float, float]:
    """q with the others fitted, and q of the mask alone."""
    at = drawn(n=n, p=p, k=k, r=r)
    given = (at["Sigma"], at["w"], at["S"])
    return 2 * float(theory.obs_joint_loss(*given)), 2 * float(theory.mask_only_loss(*given))


def _laws(n: int, p: int, k: int, r: float) -> Named:
    q, whole = _sizes(n, p, k, r)
    return {"update": theory.removal_loss_law(n, p, k, q), "mask": theory.removal_loss_law(n, p, p, whole)}


def _means(n: int, p: int, k: int, r: float) -> Named:
    q, whole = _sizes(n, p, k, r)
    return {"update": theory.removal_loss_mean(n, p, k, q), "mask": theory.removal_loss_mean(n, p, p, whole)}


def _freedom_of_the_fit(n: int, p: int, k: int, r: float) -> Named:
    return {"update": _sizes(n, p, k, r)[0] * (n - p) / (2 * n)}


def _no_saving(n: int, p: int, k: int, r: float) -> Named:
    return {"update": _sizes(n, p, k, r)[0] / 2}


def _not_conditional(n: int, p: int, k: int, r: float) -> Named:
    return {"update": theory.removal_loss_mean(n, p, k, _sizes(n, p, k, r)[1])}


LAW = claim(
    slug="gaussian-removal-law",
    title="Over Gaussian designs the price of removal is a chi-square",
    statement=(
        r"For $n$ rows $N(0, \Sigma)$, fixed $w$ and $S$, $n \ge p$: $2n\,\Delta L_S/q \sim \chi^2_{n-p+k}$, "
        r"$q = w_S^\top(\Sigma_{SS} - \Sigma_{SR}\Sigma_{RR}^{-1}\Sigma_{RS})w_S$, and $\chi^2_n$ with "
        r"$q = w_S^\top\Sigma_{SS}w_S$ for the mask alone."
    ),
    source=WISHART,
    kind=Law(resolution=0.02),
    predict=_laws,
    simulate=removed,
    grid=Grid(
        quick=(*cells(n=12, p=8, k=3, r=0.6), *cells(n=6, p=6, k=2, r=0.6)),
        full=(*cells(n=[12, 40], p=8, k=[1, 3, 7], r=[0.0, 0.6]), *cells(n=400, p=100, k=10, r=0.6)),
    ),
    decoys=(
        Decoy(
            "n - p", "n - p degrees of freedom, and one more where there are none",
            lambda n, p, k, r: {"update": theory.removal_loss_law(n, p, 1, _sizes(n, p, k, r)[0])},
        ),
        Decoy(
            "right mean", "chi-square of n degrees, scaled to the right mean",
            lambda n, p, k, r: {"update": theory.removal_loss_law(n, p, p, _sizes(n, p, k, r)[0] * (n - p + k) / n)},
        ),
    ),
)  # fmt: skip

MEAN = claim(
    slug="gaussian-removal-law-mean",
    title="What the update saves: the share of the samples that the remaining weights take up",
    statement=(
        r"$\mathrm{E}\Delta L_S = \tfrac q2\bigl(1 - \tfrac{p-k}n\bigr)$ with the update and $\tfrac12 "
        r"w_S^\top\Sigma_{SS}w_S$ without: even for independent features the update saves the factor $1-(p-k)/n$."
    ),
    source=WISHART,
    kind=Mean(resolution=0.024),
    predict=_means,
    simulate=removed,
    grid=Grid(
        quick=(*cells(n=60, p=40, k=10, r=0.6), *cells(n=24, p=16, k=[2, 8], r=[0.0, 0.6])),
        full=(*cells(n=60, p=40, k=[5, 10, 20], r=[0.0, 0.6, 0.9]), *cells(n=2000, p=400, k=100, r=0.6)),
    ),
    decoys=(
        Decoy("n - p", "n - p degrees of freedom", _freedom_of_the_fit),
        Decoy("n", "n degrees of freedom: no saving", _no_saving),
        Decoy("Sigma_SS", "the covariance of S, not the conditional one", _not_conditional),
    ),
    tails={"update": Moments(skewness=1.0), "mask": Moments(skewness=1.0)},
)


def _energy(s: float, p: int) -> Named:
    return {"value": theory.magnitude_energy_fraction(s)}


ENERGY = claim(
    slug="gaussian-removal-law-magnitude",
    title="How little of the energy magnitude pruning removes",
    statement=(
        r"The share $s$ of smallest of $p$ Gaussian weights holds $G(s) = s - 2u\varphi(u)$, "
        r"$u = \Phi^{-1}(\tfrac{1+s}2)$, of their energy as $p \to \infty$, with an error of order $1/p$."
    ),
    source=Source("chang2021provable", "pruning of Gaussian weights; share derived here", "derived"),
    kind=Limit(
        size="p", order=1.0, resolution=0.0225, allowance=0.005,
        because="the next order, (2/p)^2 at the smallest p of 40: a quarter of a per cent, twice for the extrapolation",
    ),
    predict=_energy,
    simulate=sims.magnitude_energy_fraction,
    grid=Grid(
        quick=(*cells(s=0.5, p=[40, 80, 160]), *cells(s=0.75, p=[40, 80, 160])),
        full=tuple(cell for s in (0.25, 0.5, 0.75) for cell in cells(s=s, p=[100, 200, 400])),
    ),
    decoys=(
        Decoy("at random", "s, as of weights removed at random", lambda s, p: {"value": s}),
        Decoy("cube", "pi s^3/6, the law of few", lambda s, p: {"value": 3.141592653589793 * s**3 / 6}),
    ),
    tails={"value": Moments(skewness=1.0)},
)  # fmt: skip

# --- real data -------------------------------------------------------------------------------------------------------


@instance
def digits(k: int, rule: str) -> Named:
    """Least squares on digits, and the k weights that a rule removes."""
    H, w = sims.ridge("digits", 0.0)
    S = sims.smallest(abs(w), k) if rule == "magnitude" else tuple(theory.greedy_obs(H, w, k).S.tolist())
    return {"data": "digits", "lam": 0.0, "S": S}


def _isotropic(k: int, rule: str) -> Named:
    n, p = sims.regression("digits").features.shape
    w = sims.ridge("digits", 0.0).w
    size = float(sum(w[q] ** 2 for q in digits(k=k, rule=rule)["S"]))
    return {"update": theory.removal_loss_mean(n, p, k, size), "mask": theory.removal_loss_mean(n, p, p, size)}


DIGITS = claim(
    slug="gaussian-removal-law-digits",
    title="Digits: the law of independent features beside correlated pixels and weights that are chosen",
    statement=(
        r"Removal from least squares of the label on $52$ pixels of $1797$ digits, of the smallest weights or by "
        r"greedy Optimal Brain Surgeon, beside $\tfrac12\|w_S\|^2(1-\tfrac{p-k}n)$ and $\tfrac12\|w_S\|^2$: "
        r"correlations and a choice that has seen the data break the law."
    ),
    source=Source("hassibi1993second", "no theorem: pixels are not independent", "derived"),
    kind=Observation(trials=1),
    predict=_isotropic,
    simulate=digits.of(sims.refit),
    grid=Grid(
        quick=cells(k=[13, 26, 39], rule=["magnitude", "greedy"]),
        full=cells(k=[13, 26, 39], rule=["magnitude", "greedy"]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (LAW, MEAN, ENERGY, DIGITS)
