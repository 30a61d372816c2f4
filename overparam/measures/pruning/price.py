"""What removing weights costs where the loss is quadratic, the others corrected: at once, and one after another."""

from __future__ import annotations

from typing import Any

import numpy as np

import theory.pruning as theory
from overparam.measures.input import Floats, host, matrix, vector
from overparam.measures.result import Result


def curvature(H: Any) -> Floats:
    """A symmetric positive definite matrix, to the precision that was given; ValueError otherwise."""
    given = matrix("H", H, "weights, weights")
    shown = f"H = array of shape {given.shape}"
    p, values = given.shape[0], given.values
    if given.shape != (p, p):
        raise ValueError(f"{shown}: must be square, a row and a column for each weight")
    if np.abs(values - values.T).max() > 16 * given.eps * np.abs(values).max():
        raise ValueError(f"{shown}: must be symmetric")
    values = (values + values.T) / 2
    spectrum = np.linalg.eigvalsh(values)
    if spectrum[0] <= p * given.eps * spectrum[-1]:
        raise ValueError(
            f"{shown}, eigenvalues from {spectrum[0]:.3g} to {spectrum[-1]:.3g}: must be positive definite; a ridge on "
            "its diagonal makes it so"
        )
    return values


def trained(w: Any, p: int, of: str = "H") -> Floats:
    """One weight for each row of the curvature; ValueError otherwise."""
    given = vector("w", w, "weights")
    if given.shape[0] != p:
        raise ValueError(f"w = array with {given.shape[0]} entries: must have {p}, one for each column of {of}")
    return given.values


def removed(name: str, S: Any, p: int) -> list[int]:
    """Distinct indices of weights; ValueError otherwise."""
    raw, _ = host(name, S)
    allowed = f"must be distinct integers from 0 to {p - 1}, one or more"
    if raw.dtype.kind not in "iuf" or raw.ndim != 1 or raw.size == 0:
        raise ValueError(f"{name} = array of {raw.dtype}, shape {raw.shape}: {allowed}")
    found = raw.astype(np.float64)
    whole = np.isfinite(found) & (found == np.floor(found)) & (found >= 0) & (found < p)
    if not whole.all() or np.unique(found).size < found.size:
        raise ValueError(f"{name} = array of shape {found.shape}: {allowed}")
    return [int(q) for q in found]


def obs_joint_loss(H: Any, w: Any, S: Any) -> Result:
    r"""Return how much the loss grows when the weights in S are removed together and the others corrected.

    $$\tfrac12 w_S^\top([H^{-1}]_{SS})^{-1}w_S$$

    H (p, p): second derivatives of the loss at its minimum, symmetric positive definite; w (p,): the weights there; S:
    indices from 0, distinct, one or more; all of any library. The null is the price with the others left as they are,
    the limit 0: free. detail: `w_new`, the corrected weights; `mask_only`; `single`, the sum of the single saliencies
    w_q^2/(2 [H^-1]_qq), which may err to either side. Raises ValueError for other shapes, for H that is not symmetric
    or not positive definite to its precision, and for other indices.

    Source: `theory.pruning.obs_joint_loss`.

    >>> found = obs_joint_loss([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0])
    >>> round(found.value, 12), found.null, found.detail["w_new"].round(12).tolist()
    (0.75, 1.0, [0.0, -0.5])
    """
    H = curvature(H)
    w, S = trained(w, len(H)), removed("S", S, len(H))
    price, mask = float(theory.obs_joint_loss(H, w, S)), float(theory.mask_only_loss(H, w, S))
    single = float(np.sum(w[S] ** 2 / (2 * np.diag(np.linalg.inv(H))[S])))
    sentence = (
        f"Without {len(S)} of {len(w)} weights the loss grows by {price:.3g} with the others corrected, by {mask:.3g} "
        f"with them left; single saliencies add up to {single:.3g}."
    )
    detail = {"w_new": theory.obs_joint_update(H, w, S), "mask_only": mask, "single": single}
    claims = ("obs-joint-removal", "obs-joint-removal-update", "obs-joint-removal-mask", "obs-joint-removal-data")
    return Result("joint price of a mask", price, mask, 0.0, sentence=sentence, claims=claims, detail=detail)


def obs_sequence(H: Any, w: Any, order: Any) -> Result:
    r"""Return what each of a sequence of single removals adds to the loss, the others corrected after each.

    $$\frac{(w_q^{(t)})^2}{2[H_t^{-1}]_{qq}},\qquad H_{t+1}^{-1} = H_t^{-1} - \frac{h_qh_q^\top}{[H_t^{-1}]_{qq}}$$

    H (p, p), w (p,): as for `obs_joint_loss`; order: distinct indices from 0, k of them. The value is the increments
    (k,); their sum, `total` in detail, is the joint price, whatever the order. detail: `w_new`; `stale`, the saliencies
    of the trained weights, never brought up to date. Raises ValueError as `obs_joint_loss`.

    Source: `theory.pruning.obs_sequence`.

    >>> found = obs_sequence([[2.0, 1.0], [1.0, 2.0]], [1.0, -1.0], [0, 1])
    >>> found.value.round(12).tolist(), round(found.detail["total"], 12)
    ([0.75, 0.25], 1.0)
    """
    H = curvature(H)
    w, order = trained(w, len(H)), removed("order", order, len(H))
    steps = theory.obs_sequence(H, w, order)
    total, dearest = float(steps.increments.sum()), int(np.argmax(steps.increments))
    stale = w[order] ** 2 / (2 * np.diag(np.linalg.inv(H))[order])
    sentence = f"{len(order)} removals add {total:.3g} to the loss, in whatever order; in this one weight "
    sentence += f"{order[dearest]} (number {dearest + 1}) adds most, {steps.increments[dearest]:.3g}; saliencies that "
    sentence += f"are not brought up to date add up to {stale.sum():.3g}."
    detail = {"total": total, "w_new": steps.w_new, "stale": stale}
    return Result(
        "increments of the loss", steps.increments, None, 0.0, sentence=sentence,
        claims=("sequential-telescoping", "sequential-telescoping-order"), detail=detail,
    )  # fmt: skip
