"""How alike two sets of points are to a sketch of unlimited width, against a random split of the same points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.concept_sketching.sketch import pre_activations
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.result import Result
from theory.arc_cosine import kappa
from theory.domain import flag

_CLAIMS = ("set-sketch", "set-sketch-distance", "set-sketch-collision", "set-sketch-linear-blind")
_MOST = 10_000
_BLOCK = 2**20
_NEURONS, _SPLITS = 256, 199


def sketch_similarity(S: Any, T: Any, bias: bool = True) -> Result:
    r"""Return the cosine of the sketches of two sets at unlimited width, beside that of a random split of all points.

    $$\frac{K(S,T)}{\sqrt{K(S,S)K(T,T)}},\qquad K(S,T)=\frac1{nn'}\sum_{x,y}|x||y|\,k_1(\angle(x,y))$$

    S: (n, d), T: (n', d) of any library, rows are points, at most 10,000 together; nothing is centred or scaled, so
    coordinates of other units should be scaled alike in both; bias: append a coordinate 1 to each point. Value in
    [0, 1]; null: of two sets of these sizes drawn from all points without replacement, by the means of K; limit 1: one
    and the same sketch. detail: collision, the chance that a sign hash agrees; distance, squared, of the sketches, and
    split_distance, its mean over random splits; ratio of the two, 1 on average for random splits; p_value, of
    199 random splits by the distance of sketches of 256 neurons; centroid_distance, all that a linear sketch sees.
    Raises ValueError outside these domains, and for sets of zeros.

    Source: `theory.concept_sketching`; the means over splits derived here.

    >>> found = sketch_similarity([[-1.0], [1.0]], [[-0.1], [0.1]])
    >>> round(found.value, 4), found.detail["centroid_distance"]
    (0.933, 0.0)
    """
    first, second = matrix("S", S, "points, dimensions"), matrix("T", T, "points, dimensions")
    if second.shape[1] != first.shape[1]:
        raise ValueError(f"T = array of shape {second.shape}: must have as many columns as S, {first.shape[1]}")
    if len(first.raw) + len(second.raw) > _MOST:
        raise ValueError(f"S = array of shape {first.shape}: must have, with T, at most {_MOST} rows; take a sample")
    one = flag("bias", bias)
    a, b = _points(first, one), _points(second, one)
    own = _kernel(a, a), _kernel(b, b)
    for given, value in ((first, own[0]), (second, own[1])):
        if value == 0:
            raise ValueError(f"{given.name} = array of zeros: must hold a point that is not 0, or take bias=True")
    both = _kernel(a, b)
    value = min(1.0, both / math.sqrt(own[0] * own[1]))
    detail = _splits(a, b, own, both)
    detail["collision"] = 1 - math.acos(value) / math.pi
    detail["centroid_distance"] = float(np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2))
    detail["p_value"] = _p_value(np.vstack([a, b]), len(a))
    null = detail.pop("split")
    return Result(
        "similarity of sketches", value, null, 1.0, sentence=_sentence(value, null, detail), claims=_CLAIMS,
        detail=detail,
    )  # fmt: skip


def _points(given: Given, bias: bool) -> Floats:
    values = given.values
    return np.column_stack([values, np.ones(len(values))]) if bias else values


def _kernel(a: Floats, b: Floats) -> float:
    """The mean kernel, a block of rows at a time; through cosines, whose rounding near 1 a mean does not feel."""
    sizes = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    u, v = (x / np.where(s > 0, s, 1.0)[:, None] for x, s in zip((a, b), sizes, strict=True))
    step, total = max(1, _BLOCK // len(b)), 0.0
    for start in range(0, len(a), step):
        cosines = np.clip(u[start : start + step] @ v.T, -1.0, 1.0)
        total += float(sizes[0][start : start + step] @ kappa(1, cosines) @ sizes[1])
    return total / (len(a) * len(b))


def _splits(a: Floats, b: Floats, own: tuple[float, float], both: float) -> dict[str, float]:
    """Means of K over splits of all points into n and n', from the sums over pairs of one point and of two."""
    n, k = len(a), len(b)
    alone = (float(np.sum(a * a)) + float(np.sum(b * b))) / (n + k)
    pairs = (n * n * own[0] + k * k * own[1] + 2 * n * k * both - (n + k) * alone) / ((n + k) * (n + k - 1))
    inside = [pairs + (alone - pairs) / size for size in (n, k)]
    distance, expected = max(0.0, own[0] + own[1] - 2 * both), (1 / n + 1 / k) * (alone - pairs)
    ratio = distance / expected if expected > 0 else math.nan
    return {
        "split": min(1.0, pairs / math.sqrt(inside[0] * inside[1])), "distance": distance, "split_distance": expected,
        "ratio": ratio,
    }  # fmt: skip


def _p_value(points: Floats, n: int) -> float:
    """Of the hypothesis that all splits into the first n and the others are alike: exact, whatever the neurons."""
    rng = np.random.Generator(np.random.SFC64(0))
    sketched = np.maximum(pre_activations(points, rng.standard_normal((_NEURONS, points.shape[1]))), 0.0)
    sketched -= sketched.mean(axis=0)
    share = np.where(np.arange(len(points)) < n, 1 / n, -1 / (len(points) - n))
    splits = np.vstack([share, rng.permuted(np.tile(share, (_SPLITS, 1)), axis=1)])
    seen = np.sum((splits @ sketched) ** 2, axis=1)
    return float(np.mean(seen >= seen[0] * (1 - 1e-9)))


def _sentence(value: float, null: float, detail: dict[str, float]) -> str:
    text = f"Sketches of the two sets have the cosine {value:.4g}, those of a random split of all their points "
    text += f"{null:.4g}; a sign hash agrees with probability {detail['collision']:.3g}"
    ratio = detail["ratio"]
    if math.isnan(ratio):
        return text + "; all points are one."
    text += f". Their squared distance is {ratio:.3g} times that of a random split"
    chance = detail["p_value"]
    if chance <= 0.01:
        return text + ", which chance does not explain."
    return text + f", within chance (p = {chance:.2g})."
