"""What weight decay of factors is for their product: a penalty, a shrinkage, and where that jumps."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

import sims.weight_decay_sparsity as sims
import theory.weight_decay_sparsity as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance
from sims.instances import gaussian

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
ZHANG = Source("zhang2022deep", "parallel networks as l_p regression, p = 2/L: abstract seen; derived here", "derived")

_PRODUCTS = (1.0, -0.3, 8.0)


def _penalty(a: Numbers, lam: float, depth: int) -> Named:
    return {"value": theory.factor_penalty(np.array(a), lam, depth), "imbalance": np.zeros(len(a))}


def _power(a: Numbers, lam: float, depth: int) -> Named:
    return {"value": 0.5 * depth * lam * np.abs(a) ** (1 / depth)}


def _no_depth(a: Numbers, lam: float, depth: int) -> Named:
    return {"value": lam * np.abs(a) ** (2 / depth)}


PENALTY = claim(
    slug="factor-decay-penalty",
    title="Weight decay of factors is a power of their product",
    statement=(
        r"$\min\{\tfrac\lambda2\sum_{l=1}^L w_l^2 : \prod_l w_l = a\} = \lambda\tfrac L2|a|^{2/L}$, with all $|w_l|$ "
        r"equal."
    ),
    source=ZHANG,
    kind=Identity(tolerance=1e-9, trials=8, pooled=True),
    predict=_penalty,
    simulate=sims.factor_penalty,
    grid=Grid(
        quick=cells(a=_PRODUCTS, lam=0.5, depth=[1, 2, 3, 5]),
        full=cells(a=_PRODUCTS, lam=[0.1, 2.0], depth=[1, 2, 3, 4, 8]),
    ),
    decoys=(
        Decoy("1/L", "|a|^(1/L)", _power),
        Decoy("no L/2", "lam |a|^(2/L)", _no_depth),
    ),
    certificates={"gradient": 1e-9},
)

# --- a branch of layers ----------------------------------------------------------------------------------------------


@instance
def branch(widths: tuple[int, ...], lam: float) -> Named:
    """Gaussian layers of these widths, input first, one wider than the next."""
    pairs = itertools.pairwise(widths)
    layers = tuple(gaussian(m, d, scale=1.5**l, instance=l) for l, (d, m) in enumerate(pairs))
    return {"weights": layers, "lam": lam}


def _norms(widths: tuple[int, ...]) -> list[float]:
    return [math.sqrt(float(np.sum(layer**2))) for layer in branch(widths=widths, lam=1.0)["weights"]]


def _branch(widths: tuple[int, ...], lam: float) -> Named:
    return {
        "value": theory.factor_penalty(math.prod(_norms(widths)), lam, len(widths) - 1), "moved": 0.0,
    }  # fmt: skip


def _unmoved(widths: tuple[int, ...], lam: float) -> Named:
    return {"value": 0.5 * lam * sum(norm**2 for norm in _norms(widths))}


def _of_two(widths: tuple[int, ...], lam: float) -> Named:
    return {"value": theory.factor_penalty(math.prod(_norms(widths)), lam, 2)}


BRANCH = claim(
    slug="factor-decay-penalty-branch",
    title="A branch of ReLU layers pays by the product of its norms",
    statement=(
        r"Positive factors moved between the $L$ layers of a ReLU branch leave its function and bring its weight decay "
        r"to $\lambda\tfrac L2\prod_l\|W_l\|_F^{2/L}$."
    ),
    source=ZHANG,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=_branch,
    simulate=branch.of(sims.branch_penalty),
    grid=Grid(
        quick=(*cells(widths=(4, 7, 1), lam=0.3), *cells(widths=(4, 7, 5, 6, 1), lam=0.3)),
        full=(*cells(widths=(4, 7, 1), lam=[0.1, 1.0]), *cells(widths=(8, 16, 16, 16, 3), lam=[0.1, 1.0])),
    ),
    decoys=(
        Decoy("as it stands", "half the sum of squares, whatever is moved", _unmoved),
        Decoy("two layers", "lam times the product of norms at every depth", _of_two),
    ),
    certificates={"imbalance": 1e-9},
)

# --- one observation -------------------------------------------------------------------------------------------------


def _objective(y: Numbers, a: np.ndarray[Any, Any], lam: float, depth: int) -> Named:
    value = 0.5 * (np.array(y) - a) ** 2 + theory.factor_penalty(a, lam, depth)
    return {"a": a, "objective": value, "imbalance": np.zeros(len(y))}


def _shrunk(y: Numbers, lam: float, depth: int) -> Named:
    return _objective(y, theory.depth_shrinkage(np.array(y), lam, depth), lam, depth)


def _soft(y: Numbers, lam: float, depth: int) -> Named:
    return {"a": theory.depth_shrinkage(np.array(y), lam, 2)}


def _smaller(y: Numbers, lam: float, depth: int) -> Named:
    return {"a": theory.depth_shrinkage(np.array(y), 2 * lam / depth, depth)}


_OBSERVED = (0.3, 0.8, 1.2, 2.5, -2.5)

SHRINKAGE = claim(
    slug="factor-decay-penalty-shrinkage",
    title="One observation fitted by decayed factors: ridge, soft threshold, then a jump",
    statement=(
        r"The best product of $L$ factors in $\tfrac12(y-\prod w_l)^2 + \tfrac\lambda2\sum w_l^2$ is $y/(1+\lambda)$ "
        r"for $L=1$, the soft threshold at $\lambda$ for $L=2$, and for $L\ge3$ $0$ or the larger root of "
        r"$a+\lambda a^{2/L-1} = |y|$."
    ),
    source=ZHANG,
    kind=Identity(tolerance=1e-8, trials=2, pooled=True),
    predict=_shrunk,
    simulate=sims.depth_shrinkage,
    grid=Grid(
        quick=cells(y=_OBSERVED, lam=[0.1, 0.4], depth=[1, 2, 3, 4]),
        full=cells(y=_OBSERVED, lam=[0.05, 0.1, 0.4, 0.8], depth=[1, 2, 3, 4, 6]),
    ),
    decoys=(
        Decoy("soft", "the soft threshold at every depth", _soft),
        Decoy("no L/2", "lam |a|^(2/L) for the penalty", _smaller),
    ),
    certificates={"gradient": 1e-9, "missed": 0.95},
)


def _jump(lam: float, depth: int) -> Named:
    return theory.jump_point(lam, depth)._asdict()


def _equal(lam: float, depth: int) -> Named:
    return {"y_star": theory.jump_point(lam, depth).a_star}


def _fold(lam: float, depth: int) -> Named:
    """Where the other minimum appears, still above that at 0."""
    q = 2 / depth
    a = (lam * (1 - q)) ** (1 / (2 - q))
    return {"y_star": a * (2 - q) / (1 - q), "a_star": a}


JUMP = claim(
    slug="factor-decay-penalty-jump",
    title="Where three factors and more begin to fit, and how far they jump",
    statement=(
        r"With $q = 2/L$ and $c = \lambda L/2$ the best product leaves $0$ at $y_* = a_*\tfrac{2-q}{2(1-q)}$, for "
        r"$a_* = (2c(1-q))^{1/(2-q)}$."
    ),
    source=ZHANG,
    kind=Identity(tolerance=1e-8, trials=2),
    predict=_jump,
    simulate=sims.jump_point,
    grid=Grid(
        quick=cells(lam=[0.1, 0.4], depth=[3, 4]),
        full=cells(lam=[0.05, 0.1, 0.4, 1.5], depth=[3, 4, 6]),
    ),
    decoys=(
        Decoy("no factor", "y* = a*", _equal),
        Decoy("first appearance", "where a second minimum appears", _fold),
    ),
    certificates={"differs": 1e-9, "gradient": 1e-9},
)

CLAIMS: tuple[Claim, ...] = (PENALTY, BRANCH, SHRINKAGE, JUMP)
