"""The certified radius of a point of one's own, and the angles between the subspaces of labelled features."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import theory.subspace_robustness as theory
from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.labels import Labels
from overparam.measures.labels import labels as labelled
from overparam.measures.result import Result
from sims.rounding import stored
from theory.domain import integer

_RADIUS = ("certified-cone", "certified-cone-attacks", "certified-cone-any-norm")
_ANGLES = ("certified-cone-smallest-angle", "certified-cone-largest-angle")


def _orthonormal(given: Given) -> Floats:
    n, d = given.shape
    values = given.values / np.linalg.norm(given.values, axis=0).clip(1e-300)
    if d > n or not given.values.any(axis=0).all():
        raise ValueError(f"{given.name} = array of shape {given.shape}: must have independent columns, at most {n}")
    u, s, _ = np.linalg.svd(values, full_matrices=False)
    if s[-1] <= stored(values, s[0], given.eps):
        raise ValueError(f"{given.name} = array of shape {given.shape}: must have independent columns")
    return np.asarray(u)


def _bases(value: Any) -> list[Floats]:
    if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str) or len(value) < 2:
        raise ValueError(f"bases = {type(value).__name__}: must be a list of two or more arrays (n, d_i), one a class")
    given = [matrix(f"bases[{i}]", one, "dimensions, directions") for i, one in enumerate(value)]
    if len({one.shape[0] for one in given}) > 1:
        shown = ", ".join(str(one.shape) for one in given)
        raise ValueError(f"bases = arrays of shapes {shown}: must have equally many rows, the dimension of the space")
    return [_orthonormal(one) for one in given]


def certified_radius(x: Any, bases: Any) -> Result:
    r"""Return how far a point may be moved, in any direction, before another class's subspace is the nearest.

    $$\min_j \min\{|z - x| : |P_i z| \le |P_j z|\}$$

    with P_i the projector on the nearest subspace of x; x is first projected on it, and what it had outside is told.

    x: (n,), not 0; bases: two or more arrays (n, d_i), independent columns that span the classes, orthonormal or not.
    Returns value, in units of x; null 0: x in two subspaces; limit |x|/sqrt 2: all other subspaces at right angles;
    detail: nearest (the class reached first), own (its class), outside (share of |x|^2 outside its subspace). Raises
    ValueError for other shapes, dependent columns, and x at right angles to all of them.

    Source: setting Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (abstract seen); radius derived here.

    >>> round(float(certified_radius([2.0, 0.0], [[[1.0], [0.0]], [[3.0], [4.0]]])), 6)
    0.894427
    """
    point, spans = vector("x", x, "dimensions"), _bases(bases)
    if point.shape[0] != len(spans[0]):
        raise ValueError(f"x = array of shape {point.shape}: must have {len(spans[0])} entries, the rows of bases")
    if not point.values.any():
        raise ValueError(f"x = array of shape {point.shape}: must not be 0")
    size = float(np.linalg.norm(point.values))
    shadows = [S.T @ (point.values / size) for S in spans]
    own = int(np.argmax([float(s @ s) for s in shadows]))
    inside = float(shadows[own] @ shadows[own])
    if inside <= point.eps:
        raise ValueError(f"x = array of shape {point.shape}: must not stand at right angles to all of bases")
    found = theory.certified_radius(spans[own] @ shadows[own], spans)
    length, radius = size * math.sqrt(inside), size * found.radius
    sentence = (
        f"No attack shorter than {radius:.3g} ({100 * found.radius / math.sqrt(inside):.3g} % of the point's length) "
        f"moves it from class {own}; the nearest class is {found.nearest}."
    )
    if 1 - inside > math.sqrt(point.eps):
        sentence += f" This is of its projection: {100 * (1 - inside):.3g} % of its square lie outside its subspace."
    detail = {"own": own, "nearest": found.nearest, "outside": max(1 - inside, 0.0)}
    return Result("certified radius", radius, 0.0, length / math.sqrt(2), None, None, sentence, _RADIUS, detail)


def _leading(features: Given, found: Labels, directions: int) -> list[Floats]:
    bases = []
    for code, count in enumerate(found.counts):
        own = features.values[found.codes == code]
        if not own.any():
            raise ValueError(
                f"features = array of shape {features.shape}: must not vanish on class {found.classes[code]}"
            )
        _, s, vt = np.linalg.svd(own, full_matrices=False)
        if count < directions or s[directions - 1] <= stored(own, s[0], features.eps):
            raise ValueError(
                f"directions = {directions}: must be at most the rank of each class, class {found.classes[code]} has "
                f"{int(np.count_nonzero(s > stored(own, s[0], features.eps)))}"
            )
        bases.append(vt[:directions].T)
    return bases


def class_angles(features: Any, labels: Any, directions: Any = 5) -> Result:
    r"""Return the smallest principal angle between the leading directions of any two classes, in radians.

    $$\theta_{min} = \arcsin \min_{i \ne j} \sigma_{min}\bigl((I - P_j) S_i\bigr)$$

    A point of length one of any class is certified to sin(theta_min/2) at least, against every attack.

    features: (n, d), a row a sample, taken through the origin (not centred); labels: (n,), two or more classes;
    directions: leading ones of each class, an integer from 1 to the smallest rank. Returns value; limit pi/2; detail:
    pair (the two classes), between (classes, classes), radius (the certified one of that angle). Raises ValueError
    outside these domains.

    Source: bound derived here, setting Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (abstract seen).

    >>> angles = class_angles([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0]], [0, 0, 1], 1)
    >>> round(float(angles), 4)
    1.5708
    """
    given = matrix("features", features)
    return _angles(given, _labels(labels, given), integer("directions", directions, 1))


def _labels(value: Any, features: Given) -> Labels:
    found = labelled("labels", value, features)
    if len(found.classes) < 2:
        raise ValueError(f"labels = array with {len(found.classes)} class: must have two or more")
    return found


def _angles(features: Given, found: Labels, directions: int) -> Result:
    bases = _leading(features, found, directions)
    count = len(bases)
    table = np.zeros((count, count))
    for i, j in itertools.combinations(range(count), 2):
        low, _ = theory.radius_bounds([bases[i], bases[j]])
        table[i, j] = table[j, i] = 2 * math.asin(low)
    apart = np.where(np.eye(count, dtype=bool), np.inf, table)
    i, j = (int(k) for k in np.unravel_index(np.argmin(apart), apart.shape))
    value = float(apart[i, j])
    if value <= 4 * features.eps:  # rounding of one subspace
        value = 0.0
    radius = math.sin(value / 2)
    one, other = found.classes[i], found.classes[j]
    sentence = (
        f"The {directions} leading directions of classes {one} and {other} come within {math.degrees(value):.3g} "
        f"degrees of each other: in its subspace, every point is certified to {100 * radius:.3g} % of its length."
    )
    detail = {"pair": [str(one), str(other)], "between": table, "radius": radius}
    return Result("smallest class angle", value, None, math.pi / 2, None, None, sentence, _ANGLES, detail)
