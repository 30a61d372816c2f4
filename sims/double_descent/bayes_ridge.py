"""Ridge regression averaged over targets beta ~ (0, (r2/p) I): the best ridge, and the peak with less of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.double_descent.ridge import eigenvalues, spectrum_size


class BayesRisk(NamedTuple):
    """Per design: sigma2 tr(Sigma G) at the best ridge, literal bias + variance at its multiples (trials, factors), and
    the ratio of the latter to the former."""

    compact: Array
    risk: Array
    ratio: Array


class NestedBayesRisk(NamedTuple):
    """Per design: risk at the best ridge for growing samples (trials, sizes) and each risk over the one before."""

    risk: Array
    ratio: Array


def _rows(rng: Generator, trials: int, n: int, spectrum: Any) -> tuple[Array, Array]:
    """Gaussian rows (trials, n, p) and the eigenvalues (p,) of their covariance."""
    values = eigenvalues(rng, spectrum)
    return arrays.gaussian_rows(rng, trials, n, arrays.namespace(values).sqrt(values)), values


@kernel(floats=lambda n, spectrum, **_: 2 * n * spectrum_size(spectrum) + 6 * spectrum_size(spectrum) ** 2)
def bayes_ridge_risk(
    n: int,
    spectrum: Any,
    r2: NonNegative,
    sigma2: NonNegative,
    factors: tuple[float, ...] = (1.0,),
    *,
    trials: int,
    rng: Generator,
) -> BayesRisk:
    """Average risk of ridge regression at multiples `factors` of lam* = sigma2 p/(n r2), for each drawn design.

    Literal: (r2/p) total^2 tr(G Sigma G) + sigma2 tr(Sigma G X'X G) with G = (X'X + total)^{-1}, total = factor n lam*.

    n: samples, >= 1; spectrum: eigenvalues of the covariance, or (values, multiplicities); r2 > 0; sigma2 > 0. Returns
    the fields of `BayesRisk`, first axis trials.

    >>> from sims.arrays import strict_rng
    >>> bayes_ridge_risk(20, [1.0] * 10, 1.0, 0.5, (1.0, 3.0), trials=3, rng=strict_rng(0))[1].shape
    (3, 2)
    """
    x, values = _rows(rng, trials, n, spectrum)
    xp, p = arrays.namespace(x), x.shape[-1]
    gram, best = x.mT @ x, sigma2 * p / r2
    inverse = arrays.spd_inverse(gram + best * arrays.eye(x, p))
    compact = sigma2 * xp.sum(xp.linalg.diagonal(inverse) * values, axis=-1)
    risks = [_average_risk(gram, values, factor * best, best, sigma2) for factor in factors]
    risk = xp.stack(risks, axis=-1) if risks else arrays.zeros(x, (trials, 0))
    return BayesRisk(compact, risk, risk / compact[:, None])


def _average_risk(gram: Array, values: Array, total: float, best: float, sigma2: float) -> Array:
    """Bias + variance at penalty `total`, averaged over targets of variance sigma2/best a coefficient, (trials,)."""
    xp = arrays.namespace(gram)
    inverse = arrays.spd_inverse(gram + total * arrays.eye(gram, gram.shape[-1]))
    bias = sigma2 / best * total**2 * xp.sum(inverse * inverse * values, axis=(-2, -1))
    return bias + sigma2 * xp.sum((inverse @ gram) * inverse * values[:, None], axis=(-2, -1))


@kernel(floats=lambda sizes, spectrum, **_: 2 * sizes[-1] * spectrum_size(spectrum) + 6 * spectrum_size(spectrum) ** 2)
def nested_bayes_risk(
    sizes: tuple[int, ...],
    spectrum: Any,
    r2: NonNegative,
    sigma2: NonNegative,
    factor: float = 1.0,
    *,
    trials: int,
    rng: Generator,
) -> NestedBayesRisk:
    """Average risk at `factor` times the best ridge of the first `sizes` rows of one design: the same data, growing.

    sizes: growing sample sizes, integers >= 1; spectrum, r2, sigma2 as in `bayes_ridge_risk`. Returns the fields of
    `NestedBayesRisk`, first axis trials.

    >>> from sims.arrays import strict_rng
    >>> nested_bayes_risk((5, 10, 20), [1.0] * 10, 1.0, 0.5, trials=3, rng=strict_rng(0))[0].shape
    (3, 3)
    """
    x, values = _rows(rng, trials, sizes[-1], spectrum)
    xp, best = arrays.namespace(x), sigma2 * x.shape[-1] / r2
    risks = [_average_risk(x[:, :n, :].mT @ x[:, :n, :], values, factor * best, best, sigma2) for n in sizes]
    risk = xp.stack(risks, axis=-1)
    return NestedBayesRisk(risk, risk[:, 1:] / risk[:, :-1])


@kernel(floats=lambda n, **_: 20)
def peak_variance(lam: NonNegative, sigma2: NonNegative, n: int, *, trials: int, rng: Generator) -> Array:
    """Variance of ridge regression at n = p on isotropic Gaussian features for each design, shape (trials,).

    The eigenvalues of X'X are drawn through the bidiagonal form of a Gaussian matrix (independent chi variables), whose
    leading minors q_i and their first two derivatives in the penalty give tr (X'X + n lam)^{-1} and its square's trace
    in n steps; all terms of the recursion are positive.

    lam >= 0, the penalty n lam on |beta|^2; sigma2 >= 0; n: samples and features, >= 1. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> peak_variance(0.01, 1.0, 50, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    total = n * lam
    shift = arrays.zeros(rng, (trials,)) + total  # s_i: the pivot without its own diagonal entry
    slope, bend = shift * 0.0 + 1.0, shift * 0.0
    trace, trace2 = shift * 0.0, shift * 0.0
    for i in range(n):
        diagonal = rng.chisquare(float(n - i), size=(trials,))
        pivot = diagonal + shift
        rate = slope / pivot
        trace += rate
        trace2 += rate * rate - bend / pivot
        if i < n - 1:
            side = rng.chisquare(float(n - i - 1), size=(trials,))
            bend = side * diagonal * (bend / pivot - 2 * rate * rate) / pivot
            slope = 1.0 + side * diagonal * rate / pivot
            shift = total + side * shift / pivot
    return sigma2 * (trace - total * trace2)
