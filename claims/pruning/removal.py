"""The joint price of removing weights and the best correction of the others, by formula and by refitting."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

import sims.pruning as sims
import theory.pruning as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Values = np.ndarray[Any, Any]
Data = Literal["digits", "diabetes"]

SURGEON = Source("hassibi1993second", "one weight recalled; joint removal derived here", "derived")
_COUNT = 50


@instance
def problem(p: int, k: int, r: float, number: int) -> Named:
    """Fifty correlated designs of 5p/2 rows, and k weights to remove from each."""
    H, w = sims.designs(5 * p // 2, p, r, _COUNT, instance=number)
    return {"H": H, "w": w, "S": sims.chosen(p, k, instance=number)}


refitted = problem.of(sims.obs_joint_loss)


def _blocks(**cell: Any) -> tuple[Values, Values, Values]:
    """H_SS, [H^-1]_SS and w_S of a cell."""
    H, w, S = problem(**cell).values()
    inverse, S = np.linalg.inv(H), list(S)
    return H[:, S][:, :, S], inverse[:, S][:, :, S], w[:, S]


def _single(**cell: Any) -> Values:
    _, inverse, w = _blocks(**cell)
    return np.asarray(np.sum(w**2 / (2 * np.diagonal(inverse, axis1=1, axis2=2)), axis=1))


def _not_inverted(**cell: Any) -> Values:
    _, inverse, w = _blocks(**cell)
    return np.asarray(np.einsum("ti,tij,tj->t", w, inverse, w) / 2)


def _damage(**cell: Any) -> Values:
    H, _, w = _blocks(**cell)
    return np.asarray(np.sum(w**2 * np.diagonal(H, axis1=1, axis2=2), axis=1) / 2)


_CELLS = (*cells(p=8, k=3, r=[0.0, 0.7], number=0), *cells(p=24, k=[1, 8, 24], r=0.7, number=1))
_FULL = cells(p=[8, 32, 64], k=[1, 3, 8], r=[0.0, 0.7, 0.9], number=2)
_GRID = Grid(quick=_CELLS, full=_FULL)

LOSS = claim(
    slug="obs-joint-removal",
    title="The price of removing weights together",
    statement=(
        r"The least of $\tfrac12(v-w)^\top H(v-w)$ with $v_S = 0$ is $\tfrac12 w_S^\top([H^{-1}]_{SS})^{-1}w_S$."
    ),
    source=SURGEON,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=problem.of(theory.obs_joint_loss),
    simulate=refitted,
    grid=_GRID,
    decoys=(
        Decoy("one by one", "the sum of the single saliencies w_q^2/(2 [H^-1]_qq)", _single),
        Decoy("mask alone", "w_S' H_SS w_S/2", problem.of(theory.mask_only_loss)),
        Decoy("not inverted", "w_S' [H^-1]_SS w_S/2", _not_inverted),
    ),
)


def _kept(**cell: Any) -> Values:
    _, w, S = problem(**cell).values()
    new = w.copy()
    new[:, list(S)] = 0.0
    return np.asarray(new)


def _each_alone(**cell: Any) -> Values:
    """Every removed weight corrects for itself only."""
    H, w, S = problem(**cell).values()
    inverse, S = np.linalg.inv(H), list(S)
    steps = w[:, S] / np.diagonal(inverse, axis1=1, axis2=2)[:, S]
    new = w - np.einsum("tps,ts->tp", inverse[:, :, S], steps)
    new[:, S] = 0.0
    return np.asarray(new)


UPDATE = claim(
    slug="obs-joint-removal-update",
    title="The best correction of the weights that stay",
    statement=r"It is reached at $v = w - [H^{-1}]_{:,S}([H^{-1}]_{SS})^{-1}w_S$.",
    source=SURGEON,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=problem.of(theory.obs_joint_update),
    simulate=problem.of(sims.obs_joint_update),
    grid=_GRID,
    decoys=(
        Decoy("mask alone", "the others stay", _kept),
        Decoy("each alone", "the sum of the corrections for single weights", _each_alone),
    ),
)

MASK = claim(
    slug="obs-joint-removal-mask",
    title="The price of a mask without correction",
    statement=r"With the other weights left as they are the loss grows by $\tfrac12 w_S^\top H_{SS}w_S$.",
    source=Source("hassibi1993second", "elementary", "derived"),
    kind=Identity(tolerance=1e-10, trials=1, pooled=True),
    predict=problem.of(theory.mask_only_loss),
    simulate=problem.of(sims.mask_only_loss),
    grid=_GRID,
    decoys=(
        Decoy("diagonal", "sum H_qq w_q^2/2, the saliencies of Optimal Brain Damage", _damage),
        Decoy("with the update", "the joint price", problem.of(theory.obs_joint_loss)),
    ),
)

# --- real data -------------------------------------------------------------------------------------------------------


@instance
def fitted(data: Data, lam: float, k: int, rule: str) -> Named:
    """A ridge fit of real data, and the k weights that a rule removes."""
    H, w = sims.ridge(data, lam)
    S = sims.smallest(abs(w), k) if rule == "magnitude" else tuple(theory.greedy_obs(H, w, k).S.tolist())
    return {"H": H, "w": w, "S": S}


@instance
def data_of(data: Data, lam: float, k: int, rule: str) -> Named:
    """The same as data and columns."""
    return {"data": data, "lam": lam, "S": fitted(data=data, lam=lam, k=k, rule=rule)["S"]}


def _prices(**cell: Any) -> Named:
    at = fitted(**cell)
    return {"update": theory.obs_joint_loss(**at), "mask": theory.mask_only_loss(**at)}


def _without_ridge(lam: float, **cell: Any) -> Named:
    """The curvature of the data alone, at the ridge fit."""
    H, w, S = fitted(lam=lam, **cell).values()
    at = {"H": H - lam * np.eye(len(w)), "w": w, "S": S}
    return {"update": theory.obs_joint_loss(**at), "mask": theory.mask_only_loss(**at)}


def _saliencies(**cell: Any) -> Named:
    H, w, S = fitted(**cell).values()
    return {"update": float(sum(w[q] ** 2 / (2 * np.linalg.inv(H)[q, q]) for q in S))}


REAL = claim(
    slug="obs-joint-removal-data",
    title="On real data the price is that of fitting again",
    statement=(
        r"Where columns of diabetes or digits are taken away and ridge regression is fitted again, "
        r"$\tfrac1{2n}\|y - Xv\|^2 + \tfrac\lambda2\|v\|^2$ grows by the joint price with $H = X^\top X/n + \lambda "
        r"I$, and by the mask's where it is not."
    ),
    source=SURGEON,
    kind=Identity(tolerance=1e-8, trials=1),
    predict=_prices,
    simulate=data_of.of(sims.refit),
    grid=Grid(
        quick=(
            *cells(data="diabetes", lam=[0.1, 1.0], k=[3, 7], rule="magnitude"),
            *cells(data="digits", lam=0.1, k=[13, 39], rule=["magnitude", "greedy"]),
        ),
        full=(
            *cells(data="diabetes", lam=[0.0, 0.1, 1.0], k=[1, 3, 7, 9], rule=["magnitude", "greedy"]),
            *cells(data="digits", lam=[0.0, 0.1, 1.0], k=[13, 26, 39], rule=["magnitude", "greedy"]),
        ),
    ),
    decoys=(
        Decoy("ridge forgotten", "H = X'X/n", _without_ridge),
        Decoy("one by one", "the sum of the single saliencies", _saliencies),
    ),
)

# --- one after the other ---------------------------------------------------------------------------------------------


@instance
def ordered(p: int, k: int, r: float, number: int) -> Named:
    """The same problems; the weights go in the order in which they were chosen."""
    H, w, S = problem(p=p, k=k, r=r, number=number).values()
    return {"H": H, "w": w, "order": S}


def _steps(**cell: Any) -> Named:
    return theory.obs_sequence(**ordered(**cell))._asdict()


def _no_update(**cell: Any) -> Named:
    """Saliencies of the trained weights, their inverse curvature brought down step by step."""
    H, w, order = ordered(**cell).values()
    gains = []
    for t, q in enumerate(order):
        kept = [i for i in range(H.shape[-1]) if i not in order[:t]]
        inverse = np.linalg.inv(H[:, kept][:, :, kept])
        gains.append(w[:, q] ** 2 / (2 * inverse[:, kept.index(q), kept.index(q)]))
    return {"increments": np.stack(gains, axis=-1)}


def _no_downdate(**cell: Any) -> Named:
    """Weights brought up to date, the inverse curvature left as it was."""
    H, w, order = ordered(**cell).values()
    inverse, w, gains = np.linalg.inv(H), w.copy(), []
    for q in order:
        gains.append(w[:, q] ** 2 / (2 * inverse[:, q, q]))
        w = w - inverse[:, :, q] * (w[:, q] / inverse[:, q, q])[:, None]
    return {"increments": np.stack(gains, axis=-1)}


_ORDERS = (*cells(p=10, k=5, r=0.7, number=[0, 1, 2]), *cells(p=16, k=16, r=0.9, number=3))
_ORDER_GRID = Grid(quick=_ORDERS, full=(*_ORDERS, *cells(p=48, k=[8, 40], r=0.9, number=[4, 5])))

STEPS = claim(
    slug="sequential-telescoping",
    title="Every single removal costs its saliency, if weights and curvature are brought up to date",
    statement=(
        r"In a sequence of removals with the update after each and $H^{-1} \leftarrow H^{-1} - h_qh_q^\top/"
        r"[H^{-1}]_{qq}$ step $t$ adds $(w^{(t)}_q)^2/(2[H_t^{-1}]_{qq})$ to the least loss."
    ),
    source=Source("hassibi1993second", "one step recalled; sequence derived here", "derived"),
    kind=Identity(tolerance=1e-7, trials=1, pooled=True),
    predict=_steps,
    simulate=ordered.of(sims.obs_sequence),
    grid=_ORDER_GRID,
    decoys=(
        Decoy("no update", "saliencies of the trained weights, with the curvature that is left", _no_update),
        Decoy("no downdate", "weights brought up to date, H^-1 not", _no_downdate),
    ),
)


def _total(**cell: Any) -> Values:
    return np.asarray(_steps(**cell)["increments"].sum(axis=-1))


TOTAL = claim(
    slug="sequential-telescoping-order",
    title="The order of removals changes nothing in the end",
    statement=(
        r"The increments of a sequence that removes $S$ add up to $\Delta L_S$, the price of refitting once without "
        r"all of it, whatever the order."
    ),
    source=Source("hassibi1993second", "derived here by LDL' of the inverse block's inverse", "derived"),
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=_total,
    simulate=refitted,
    grid=_ORDER_GRID,
    decoys=(
        Decoy(
            "no update", "saliencies of the trained weights", lambda **cell: _no_update(**cell)["increments"].sum(-1)
        ),
        Decoy("no downdate", "H^-1 left as it was", lambda **cell: _no_downdate(**cell)["increments"].sum(-1)),
    ),
)

CLAIMS: tuple[Claim, ...] = (LOSS, UPDATE, MASK, REAL, STEPS, TOTAL)
