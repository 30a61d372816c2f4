"""Which weights to remove together: all sets, one at a time, exchanges, and rules of single weights."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.pruning as sims
import theory.pruning as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
YU = Source("yu2022combinatorial", "phenomenon: abstract seen; statement derived here", "derived")


@instance
def problem(p: int, k: int, r: float, number: int) -> Named:
    """One correlated design of 3p rows."""
    H, w = sims.designs(3 * p, p, r, 1, instance=number)
    return {"H": H[0], "w": w[0], "k": k}


def _of_single(rule: str, **cell: Any) -> Named:
    """The joint price of the set that a rule of single weights takes."""
    H, w, k = problem(**cell).values()
    score = abs(w) if rule == "magnitude" else w**2 / np.diagonal(np.linalg.inv(H))
    return {"loss": theory.obs_joint_loss(H, w, sims.smallest(score, k))}


_CELLS = cells(p=10, k=5, r=[0.5, 0.9], number=[0, 1, 2, 3])

OPTIMUM = claim(
    slug="selection-ordering-optimum",
    title="The best set, by all prices and by all refits",
    statement=(
        r"The least of the joint prices over all $\binom pk$ sets is the least loss of refitting without any $k$ "
        r"weights; the sets of smallest weights or saliencies do not attain it."
    ),
    source=YU,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=problem.of(theory.joint_optimum, "loss"),
    simulate=problem.of(sims.joint_optimum, "loss"),
    grid=Grid(quick=_CELLS, full=cells(p=12, k=[4, 6], r=[0.0, 0.5, 0.9], number=[10, 11, 12, 13])),
    decoys=(
        Decoy("magnitude", "the smallest weights attain it", lambda **cell: _of_single("magnitude", **cell)),
        Decoy(
            "single saliencies", "the smallest w_q^2/[H^-1]_qq attain it", lambda **cell: _of_single("single", **cell)
        ),
        Decoy("greedy", "one at a time attains it", problem.of(theory.greedy_obs, "loss")),
    ),
)

ORDERING = claim(
    slug="selection-ordering",
    title="The best set costs no more than any rule's, and exchanges no more than greedy removal",
    statement=(
        r"On every instance $\Delta L$ of the best of all sets is at most that of magnitude, single saliencies, greedy "
        r"removal and exchanges, and exchanges that start from the greedy set cost at most as much as it (over random "
        r"designs and weights)."
    ),
    source=YU,
    kind=Bound(side="upper", on="draw", trials=64, reach=0.999),
    predict=lambda n, p, k, r: {"over_greedy": 1.0, "best_over": 1.0},
    simulate=sims.rules,
    grid=Grid(
        quick=cells(n=30, p=10, k=5, r=[0.0, 0.5, 0.9]),
        full=(*cells(n=30, p=10, k=5, r=[0.0, 0.5, 0.9]), *cells(n=24, p=12, k=6, r=0.9)),
    ),
    decoys=(
        Decoy("exchanges always help", "they save a thousandth at least", lambda n, p, k, r: {"over_greedy": 0.999}),
        Decoy(
            "never found", "no rule comes within a thousandth of the best set", lambda n, p, k, r: {"best_over": 0.999}
        ),
    ),
)

RULES = claim(
    slug="selection-ordering-rules",
    title="How far from the best set each rule ends",
    statement=(
        r"The mean logarithm of loss over least loss, beside $0$, of magnitude, $H_{qq}w_q^2$, $w_q^2/[H^{-1}]_{qq}$, "
        r"greedy removal and exchanges: ten weights, five removed, correlations $r^{|i-j|}$."
    ),
    source=YU,
    kind=Observation(trials=256),
    predict=lambda n, p, k, r: dict.fromkeys(("magnitude", "damage", "single", "greedy", "swap"), 0.0),
    simulate=sims.rules,
    grid=Grid(quick=cells(n=30, p=10, k=5, r=[0.0, 0.5, 0.9]), full=cells(n=30, p=10, k=5, r=[0.0, 0.5, 0.9])),
    decoys=(),
)

# --- the cancelling pair ---------------------------------------------------------------------------------------------


@instance
def pair(r: float, a: float) -> Named:
    """Four weights, two to remove."""
    found = theory.pair_example(r, a)
    return {"H": found.H, "w": found.w, "k": 2}


def _pair(r: float, a: float) -> Named:
    return {"loss": theory.pair_example(r, a).pair_loss}


def _small(r: float, a: float) -> Named:
    return {"loss": theory.pair_example(r, a).small_loss}


# 1 - r < a^2 < 1 - r^2 in every cell.
_PAIRS = (*cells(r=0.95, a=[0.25, 0.3]), *cells(r=0.5, a=[0.75, 0.85]))
_MORE = (*_PAIRS, *cells(r=0.99, a=[0.11, 0.14]))

PAIR = claim(
    slug="selection-ordering-pair",
    title="Two large weights that cancel are cheap to remove together",
    statement=(
        r"For $H = \bigl(\begin{smallmatrix}1&r\\r&1\end{smallmatrix}\bigr) \oplus I_2$, $w = (1, -1, a, a)$ and "
        r"$1-r < a^2 < 1-r^2$ the best two weights to remove are the large ones, at the price $1 - r$."
    ),
    source=YU,
    kind=Identity(tolerance=1e-10, trials=1),
    predict=_pair,
    simulate=pair.of(sims.joint_optimum, "loss"),
    grid=Grid(quick=_PAIRS, full=_MORE),
    decoys=(Decoy("the small ones", "a^2", _small),),
)

TRAPPED = claim(
    slug="selection-ordering-pair-trap",
    title="Neither one at a time nor exchanges find the pair",
    statement=(
        r"On that problem greedy removal with updates and single exchanges both end at the small weights and cost "
        r"$a^2$, up to $1+r$ times as much."
    ),
    source=YU,
    kind=Identity(tolerance=1e-10, trials=1),
    predict=_small,
    simulate=pair.of(sims.swap_search, "loss"),
    grid=Grid(quick=_PAIRS, full=_MORE),
    decoys=(
        Decoy("the best", "1 - r", _pair),
        Decoy("the bound", "(1 + r)(1 - r), the largest that it can be", lambda r, a: {"loss": 1 - r * r}),
    ),
)

CLAIMS: tuple[Claim, ...] = (OPTIMUM, ORDERING, RULES, PAIR, TRAPPED)
