"""Bounds on the stable rank: where the slowest eigenspace is a product, where it is attained, and where it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sims.low_rank_gradients as sims
import theory.low_rank_gradients as theory
from claims import Bound, Claim, Decoy, Grid, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Times = tuple[int, ...]
Matrix = tuple[Numbers, ...]

_GALORE = Source("zhao2024galore", "lemma on the stable rank", "recalled")

# --- random starts ---------------------------------------------------------------------------------------------------


@instance
def drawn(m: int, n: int, zeros: int, t: Times, number: int) -> Named:
    """A start with random eigenvalues in (0, 1) and lognormal entries."""
    return {**sims.random_start(m, n, zeros, instance=number)._asdict(), "eta": 0.9, "t": t}


@instance
def placed(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: Times) -> Named:
    """A start with U' G_0 V = H0."""
    one = sims.bilinear_problem(beta, gamma, H0=H0)
    return {"G0": one.G0, "beta": beta, "gamma": gamma, "U": one.U, "V": one.V, "eta": eta, "t": t}


DRAWN, PLACED = drawn.of(sims.stable_rank_bound), placed.of(sims.stable_rank_bound)


def _never_rises(**cell: Any) -> Any:
    """The stable rank of the start, at all times."""
    given = drawn(**cell)
    s = np.linalg.svd(given["G0"], compute_uv=False)
    return [float(np.sum((s / s[0]) ** 2))] * len(given["t"])


def _fourth(through: Callable[..., Any]) -> Callable[..., Any]:
    """Twice the exponent is the bound at twice the time."""

    def predict(t: Times, **cell: Any) -> Any:
        return through(t=tuple(2 * one for one in t), **cell)

    return predict


_TIMES = (0, 1, 3, 10, 40, 400)
_RANDOM = cells(m=3, n=3, zeros=0, t=_TIMES, number=list(range(16)))

RANDOM = claim(
    slug="stable-rank-bound",
    title="The stable rank of the gradient is bounded at every step, for any start",
    statement=(
        r"$\mathrm{sr}(G_t) \le \mathrm{sr}(G_\parallel) + "
        r"((1-\eta l_2)/(1-\eta l_1))^{2t}|G_0-G_\parallel|_F^2/|G_\parallel|_2^2$ with $l_1 < l_2$ the smallest "
        r"products of eigenvalues and $G_\parallel$ the part of $G_0$ in the eigenspace of $l_1$ (over random starts)."
    ),
    source=_GALORE,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1),
    predict=drawn.of(theory.stable_rank_bound),
    simulate=DRAWN,
    grid=Grid(
        quick=(*_RANDOM, *cells(m=9, n=12, zeros=0, t=_TIMES, number=[0, 1])),
        full=(*_RANDOM, *cells(m=[2, 4, 9], n=[3, 12], zeros=0, t=_TIMES, number=list(range(20, 60)))),
    ),
    decoys=(Decoy("never rises", "the stable rank is at most that of the start", _never_rises),),
)

# --- attained --------------------------------------------------------------------------------------------------------

_STEP: Named = {"beta": (0.5, 1.0), "gamma": (1.0, 1.0), "eta": 0.5}
_ATTAINED = (
    *cells(**_STEP, H0=[((1.0, 0.0), (0.0, 1.0)), ((2.0, 0.0), (0.0, -1.5))], t=(0, 1, 5)),
    *cells(
        beta=(0.4, 0.4, 1.0), gamma=(0.7, 0.7, 0.7), eta=1.2, t=(0, 1, 3),
        H0=((1.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 1.9)),
    ),
)  # fmt: skip


def _limit_alone(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: Times) -> Any:
    """The stable rank of G_par."""
    return theory.stable_rank_bound(np.zeros((len(beta), len(gamma))) + _slow(beta, H0), beta, gamma,
                                    np.eye(len(beta)), np.eye(len(gamma)), eta, t)  # fmt: skip


def _slow(beta: Numbers, H0: Matrix) -> Any:
    return [row if b == beta[0] else [0.0] * len(row) for b, row in zip(beta, H0, strict=True)]


ATTAINED = claim(
    slug="stable-rank-bound-attained",
    title="The bound on the stable rank is attained",
    statement=(
        r"Where $G_0$ lies in the eigenspaces of $l_1$ and $l_2$ and its part in the second is orthogonal to the first "
        r"and no larger, the bound on $\mathrm{sr}(G_t)$ is an equality at every $t$."
    ),
    source=Source("zhao2024galore", "lemma on the stable rank recalled; attaining start derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1, reach=0.999),
    predict=placed.of(theory.stable_rank_bound),
    simulate=PLACED,
    grid=Grid(quick=_ATTAINED, full=_ATTAINED),
    decoys=(
        Decoy("4t", "twice the exponent", _fourth(placed.of(theory.stable_rank_bound))),
        Decoy("limit alone", "the stable rank of the slowest part", _limit_alone),
    ),
)

# --- both singular ---------------------------------------------------------------------------------------------------

SPLIT: Named = {"beta": (0.0, 1.0), "gamma": (0.0, 1.0), "eta": 0.3}
SPLIT_START = ((1.0, 1.0), (1.0, -1.0))
SPLIT_TIMES = (0, 1, 2, 5)


def as_if_product(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: Times) -> Any:
    """sr(G_par) + (1 - eta l_2)^{2t} |G_0 - G_par|_F^2/|G_par|_2^2 with the eigenspace of 0 that is no product."""
    products, H = np.outer(beta, gamma), np.asarray(H0)
    along = np.where(products == 0, H, 0.0)
    second = products[products > 0].min()
    energy = np.sum(along**2) + (1 - eta * second) ** (2 * np.asarray(t)) * np.sum((H - along) ** 2)
    return energy / np.linalg.norm(along, 2) ** 2


_SPLIT = (
    *cells(**SPLIT, H0=SPLIT_START, t=SPLIT_TIMES),
    *cells(beta=(0.0, 0.5, 1.0), gamma=(0.0, 1.0), eta=0.3, H0=((1.0, 1.0), (1.0, -1.0), (1.0, -1.0)), t=SPLIT_TIMES),
)

SINGULAR = claim(
    slug="stable-rank-bound-both-singular",
    title="With both curvatures singular the published bound fails, and another one holds",
    statement=(
        r"If $B$ and $C$ are both singular, $\mathrm{sr}(G_t) \le (|G_\infty|_F^2 + (1-\eta "
        r"l_2)^{2t}|G_0-G_\infty|_F^2)/\max(|P_{\ker B}G_0|_2, |G_0P_{\ker C}|_2)^2$, and the bound with "
        r"$|G_\infty|_2$ below is violated."
    ),
    source=Source("zhao2024galore", "lemma on the stable rank recalled; its failure and this bound", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1),
    predict=placed.of(theory.both_singular_bound),
    simulate=PLACED,
    grid=Grid(quick=_SPLIT, full=_SPLIT),
    decoys=(Decoy("as for a product", "|G_inf|_2 in the denominator", as_if_product),),
)

SINGULAR_RANDOM = claim(
    slug="stable-rank-bound-both-singular-random",
    title="The bound for singular curvatures, over random starts",
    statement=r"The bound for $B$ and $C$ both singular holds over random starts and curvatures.",
    source=Source("zhao2024galore", "no bound is stated for this case", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1),
    predict=drawn.of(theory.both_singular_bound),
    simulate=DRAWN,
    grid=Grid(
        quick=cells(m=3, n=4, zeros=1, t=_TIMES, number=list(range(12))),
        full=cells(m=[3, 6], n=[4, 9], zeros=[1, 2], t=_TIMES, number=list(range(40))),
    ),
    decoys=(Decoy("never rises", "the stable rank is at most that of the start", _never_rises),),
)

CLAIMS: tuple[Claim, ...] = (RANDOM, ATTAINED, SINGULAR, SINGULAR_RANDOM)
