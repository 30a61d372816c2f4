"""Generalised cross-validation: what the training data say about the test error, in a model and on real images."""

from __future__ import annotations

from typing import Any

import theory.double_descent as theory
from claims.agreement import Limit
from claims.claim import Claim, Decoy, Grid, Source
from claims.double_descent.ridge import simulate_two_levels, two_levels

Named = dict[str, Any]


def predict_gcv(n: int, gamma: float, lam: float) -> Named:
    """The common limit of GCV and test error, and the limit lam/kappa of 1 - tr(H)/n."""
    limit = theory.ridge_test_error(lam=lam, **two_levels(n, gamma))
    return limit if lam > 0 else {name: limit[name] for name in ("gcv", "test_error")}


def _train(n: int, gamma: float, lam: float) -> tuple[Any, Any]:
    risk = theory.ridge_risk(lam=lam, **two_levels(n, gamma))
    return risk["train"], risk["df1"] / n


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


def _family(sizes: tuple[int, ...]) -> tuple[Named, ...]:
    designs = ((2.0, 0.0), (2.0, 0.05), (1.0, 0.2), (0.5, 0.1))
    return tuple({"n": n, "gamma": gamma, "lam": lam} for gamma, lam in designs for n in sizes)


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
    grid=Grid(quick=_family((30, 60, 120)), full=_family((60, 120, 240, 480))),
    decoys=(
        Decoy("training loss", "the training loss is the test error", training_loss),
        Decoy("Akaike", "train (1 + 2 df/n)", akaike),
        Decoy("first power", "train / (1 - df/n)", first_power),
    ),
)

CLAIMS: tuple[Claim, ...] = (GCV,)
