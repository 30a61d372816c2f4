"""Effective ranks bound the cost of interpolation from both sides: a search for the hardest spectrum, and direct runs.

The search climbs a ratio that a bound keeps at most 1: spectra are drawn and changed by sims, which also solves the
fixed point by bisection; the bounds are theory's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Bound, Decoy, Grid, Source, declared_in, instance
from sims.arrays import asarray, kernel, to_host

claim = declared_in(__name__)
Named = dict[str, Any]

# --- ratios that the bounds keep below 1 -----------------------------------------------------------------------------


def _host(spectra: Any, n: int) -> tuple[Any, Any]:
    """Spectra and the solution of their fixed point as NumPy arrays."""
    copied = type(spectra)(*map(to_host, spectra))
    solved = sims.shares(spectra, n)
    return copied, type(solved)(*map(to_host, solved))


def share_ratio(spectra: Any, n: int, side: str) -> Any:
    """s over its upper bound, or its lower bound over s."""
    spectrum, solved = _host(spectra, n)
    lower, upper = theory.ranks.share_bounds(spectrum.eigenvalues, n, spectrum.ridge)
    ratio = solved.s / upper.min(axis=-1) if side == "upper" else lower.max(axis=-1) / solved.s
    return asarray(spectra.ridge, ratio)


def larger_part(spectra: Any, n: int, side: str) -> Any:
    """Wrong bounds: the larger of k/n and n/R_k above; below, the tail counted as n/R_k."""
    spectrum, solved = _host(spectra, n)
    lower, upper = theory.ranks.share_bounds(spectrum.eigenvalues, n, spectrum.ridge)
    splits = upper.shape[-1]
    ranks = _tail_shares(spectrum.eigenvalues, splits)
    wrong = np.maximum(ranks, np.arange(splits) / n).min(axis=-1)
    ratio = solved.s / wrong if side == "upper" else (lower[..., 0] + ranks[..., 0]) / solved.s
    return asarray(spectra.ridge, ratio)


def _tail_shares(eigenvalues: Any, splits: int) -> Any:
    """n/R_k without the n: squares over squared traces of the tails, times n."""
    trace = np.cumsum(eigenvalues[..., ::-1], axis=-1)[..., ::-1][..., :splits]
    squares = np.cumsum(eigenvalues[..., ::-1] ** 2, axis=-1)[..., ::-1][..., :splits]
    return splits * squares / trace**2


def ridge_ratio(spectra: Any, n: int, side: str) -> Any:
    """One of s, kappa, bias/E0 over its upper bound, or its lower bound over it: side "kappa_hi", "bias_lo", ..."""
    return _ridge_ratio(spectra, n, side, lambda spectrum: theory.ranks.ridge_bounds(
        spectrum.eigenvalues, spectrum.coef2, n, spectrum.ridge
    ))  # fmt: skip


def ridge_forgotten(spectra: Any, n: int, side: str) -> Any:
    """Wrong bounds: the ridge does not enter."""
    return _ridge_ratio(spectra, n, side, lambda spectrum: theory.ranks.ridge_bounds(
        spectrum.eigenvalues, spectrum.coef2, n, 0 * spectrum.ridge
    ))  # fmt: skip


def factor_forgotten(spectra: Any, n: int, side: str) -> Any:
    """Wrong bounds: the lower bound on the bias without 1/4."""
    ratio = ridge_ratio(spectra, n, side)
    return 4 * ratio if side == "bias_lo" else ratio


def _ridge_ratio(spectra: Any, n: int, side: str, bounds: Callable[[Any], Any]) -> Any:
    spectrum, solved = _host(spectra, n)
    name, _, end = side.partition("_")
    value = {"s": solved.s, "kappa": solved.kappa, "bias": solved.missed}[name]
    bound = getattr(bounds(spectrum), side)
    return asarray(spectra.ridge, value / bound if end == "hi" else bound / value)


# --- the searches ----------------------------------------------------------------------------------------------------


def _searching(ratio: Any, n: int, p: int, side: str, ridge: float = 0.0) -> Named:
    """Differential evolution of 16 starts over spectra (with `ridge`: coefficients and penalties up to that size)."""
    objective = functools.partial(ratio, n=n, side=side)
    return {"objective": objective, "n": n, "p": p, "rounds": 200, "ridge": ridge, "starts": 16}


@instance
def shares(n: int, p: int, side: str) -> Named:
    """The ratio of the share to its bound."""
    return _searching(share_ratio, n, p, side)


@instance
def larger(n: int, p: int, side: str) -> Named:
    """The same against the wrong bounds."""
    return _searching(larger_part, n, p, side)


@instance
def ridges(n: int, p: int, side: str) -> Named:
    """The ratio of share, kappa or bias to its bound, with penalties up to 20."""
    return _searching(ridge_ratio, n, p, side, 20.0)


@instance
def forgotten(n: int, p: int, side: str) -> Named:
    """The same against bounds without the ridge."""
    return _searching(ridge_forgotten, n, p, side, 20.0)


@instance
def quarter(n: int, p: int, side: str) -> Named:
    """The same against a lower bound on the bias without 1/4."""
    return _searching(factor_forgotten, n, p, side, 20.0)


def _search(at: Any) -> Any:
    return at.of(sims.hardest_spectra, "value", "missed")


def at_most_one(n: int, p: int, side: str) -> Named:
    """A bound keeps its ratio at most 1."""
    return {"value": 1.0}


RIDGE_SIDES = ("s_lo", "s_hi", "kappa_lo", "kappa_hi", "bias_lo", "bias_hi")

SANDWICH = claim(
    slug="effective-rank-sandwich",
    title="Effective ranks bound the cost of interpolation: search for the hardest spectrum",
    statement=(
        r"For every spectrum the share $s = S/n$ of the fixed point obeys, for every $k < n$, $\frac1n \sum_{i \le k} "
        r"\bigl(\frac{\lambda_i}{\lambda_i + t_k/(n-k)}\bigr)^2 + \frac{n/R_k}{(n/r_k + n/(n-k))^2} \le s \le "
        r"\max\bigl(\frac{n}{R_k}, \frac kn + \frac{(n-k)^2}{n R_k}\bigr)$."
    ),
    source=Source("bartlett2020benign", "Theorem 4; explicit constants derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-8, trials=16, reach=0.99),
    predict=at_most_one,
    simulate=_search(shares),
    certificates={"missed": 0.8},
    grid=Grid(
        quick=tuple({"n": n, "p": p, "side": side} for n, p in ((5, 20), (20, 60)) for side in ("upper", "lower")),
        full=tuple(
            {"n": n, "p": p, "side": side}
            for n, p in ((2, 6), (5, 20), (20, 60), (40, 400))
            for side in ("upper", "lower")
        ),
    ),
    decoys=(Decoy("larger part", "max(k/n, n/R_k) above, n/R_k for the tail below", simulate=_search(larger)),),
)

RIDGE_SANDWICH = claim(
    slug="ridge-sandwich",
    title="The same with a ridge: bounds on variance, effective ridge and bias",
    statement=(
        r"With $\delta$ added to every tail trace $t_k$ the bounds on $s$ hold, $\max_k \frac{t_k+\delta}{n} - "
        r"\lambda_{k+1} \le \kappa \le \min_k \frac{t_k+\delta}{n-k}$, and $\frac14 \sum_i \min(\lambda_i, "
        r"\kappa_{lo}^2/\lambda_i) w_i^2 \le \mathrm{bias}/E_0 \le \sum_i \min(\lambda_i, \kappa_{hi}^2/\lambda_i) "
        r"w_i^2$."
    ),
    source=Source("tsigler2023benign", "main theorem; explicit constants derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-8, trials=16, reach=0.99),
    predict=at_most_one,
    simulate=_search(ridges),
    certificates={"missed": 0.8},
    grid=Grid(
        quick=tuple({"n": 8, "p": 30, "side": side} for side in RIDGE_SIDES),
        full=tuple({"n": n, "p": p, "side": side} for n, p in ((8, 30), (10, 5), (30, 200)) for side in RIDGE_SIDES),
    ),
    decoys=(
        Decoy("no ridge in the ranks", "delta left out of the bounds", simulate=_search(forgotten)),
        Decoy("no 1/4", "lower bound on the bias without 1/4", simulate=_search(quarter)),
    ),
)

# --- measured risks between the bounds -------------------------------------------------------------------------------


@instance
def spiked(n: int, delta: float) -> Named:
    """n/5 features of variance 20 with unit coefficients over 10 n of variance 0.1; ridge delta n."""
    spikes = n // 5
    return {
        "eigenvalues": (20.0, 0.1), "coef2": (1.0, 0.0), "n": n, "sigma2": 1.0, "ridge": delta * n,
        "multiplicity": (spikes, 10 * n),
    }  # fmt: skip


def _written_out(n: int) -> tuple[Any, Any]:
    cell = spiked(n=n, delta=0.0)
    return np.repeat(cell["eigenvalues"], cell["multiplicity"]), np.repeat(cell["coef2"], cell["multiplicity"])


def _bounds(n: int, delta: float, end: str) -> Named:
    bounds = theory.ridge_sandwich(*_written_out(n), n=n, ridge=delta * n)
    return {name: getattr(bounds, f"{name}_{end}") for name in ("s", "kappa", "bias")}


def predict_above(n: int, delta: float) -> Named:
    """Upper bounds on the share of variance, kappa and bias/E0."""
    return _bounds(n, delta, "hi")


def predict_below(n: int, delta: float) -> Named:
    """Lower bounds on share and kappa (that on the bias is four times too low here)."""
    bounds = _bounds(n, delta, "lo")
    return {"s": bounds["s"], "kappa": bounds["kappa"]}


@kernel(floats=lambda n, **_: 30 * n * n)
def measured_shares(n: int, delta: float, trials: int, rng: Any) -> Named:
    """Variance/(sigma2 + variance), 1/tr K^-1 and bias/(1 + variance/sigma2) of ridge regression."""
    risk = sims.ridge_risk(**spiked(n=n, delta=delta), trials=trials, rng=rng)
    return {"s": risk.variance / (1 + risk.variance), "kappa": risk.kappa, "bias": risk.bias / (1 + risk.variance)}


def _ranks(n: int) -> tuple[float, float]:
    """k/n and n/R_k at the best split."""
    values = _written_out(n)[0]
    k = theory.variance_sandwich(values, n).k_hi
    return k / n, n / float(theory.effective_ranks(values, k).R)


def tail_alone(n: int, delta: float) -> Named:
    """n/R_k at the best k as an upper bound."""
    return {"s": _ranks(n)[1]}


def head_alone(n: int, delta: float) -> Named:
    """k/n at the best k as an upper bound."""
    return {"s": 0.9 * _ranks(n)[0] if delta > 0 else _ranks(n)[0]}


def first_power(n: int, delta: float) -> Named:
    """The bias bounded with kappa in place of kappa^2 (above 1, so that it is smaller)."""
    if delta == 0:
        return {}
    values, coef2 = _written_out(n)
    level = theory.ridge_sandwich(values, coef2, n, delta * n).kappa_hi
    return {"bias": float((np.minimum(values, level / values) * coef2).sum())}


def whole_rank(n: int, delta: float) -> Named:
    """n/R_0, the rank of the whole spectrum, as the share."""
    return {"s": n / float(theory.effective_ranks(_written_out(n)[0], 0).R)}


def forgotten_ridge(n: int, delta: float) -> Named:
    """Lower bounds without the ridge, from half a ridge on."""
    return {"s": _bounds(n, 0.0, "lo")["s"]}


MEASURED_GRID = Grid(
    quick=tuple({"n": 60, "delta": delta} for delta in (0.0, 0.5)),
    full=tuple({"n": n, "delta": delta} for n in (60, 240) for delta in (0.0, 0.5, 2.0)),
)


MEASURED_ABOVE = claim(
    slug="ridge-sandwich-measured-upper",
    title="Measured variance, effective ridge and bias stay below their bounds",
    statement=(
        r"On spikes over a flat tail the measured $V/(\sigma^2+V)$, $1/\mathrm{tr}(XX^\top+\delta)^{-1}$ and "
        r"$B/(1+V/\sigma^2)$ stay below the upper bounds on their limits $s$, $\kappa$ and $\mathrm{bias}/E_0$."
    ),
    source=Source("tsigler2023benign", "main theorem; explicit constants derived here", "derived"),
    kind=Bound(side="upper", on="mean", resolution=0.02),
    predict=predict_above,
    simulate=measured_shares,
    grid=MEASURED_GRID,
    decoys=(
        Decoy("tail alone", "s <= n/R_k at the best k", tail_alone),
        Decoy("head alone", "s <= k/n at the best k", head_alone),
        Decoy("kappa to the first power", "bias/E0 <= sum min(lam, kappa/lam) w^2", first_power),
    ),
)

MEASURED_BELOW = claim(
    slug="ridge-sandwich-measured-lower",
    title="Measured variance and effective ridge stay above their bounds",
    statement=(
        r"On spikes over a flat tail the measured $V/(\sigma^2+V)$ and $1/\mathrm{tr}(XX^\top+\delta)^{-1}$ stay above "
        r"the lower bounds on $s$ and $\kappa$."
    ),
    source=Source("tsigler2023benign", "main theorem; explicit constants derived here", "derived"),
    kind=Bound(side="lower", on="mean", resolution=0.02),
    predict=predict_below,
    simulate=measured_shares,
    grid=MEASURED_GRID,
    decoys=(
        Decoy("whole spectrum", "s = n/R_0", whole_rank),
        Decoy("no ridge in the ranks", "delta left out of R_k", forgotten_ridge),
    ),
)

CLAIMS = (SANDWICH, RIDGE_SANDWICH, MEASURED_ABOVE, MEASURED_BELOW)
