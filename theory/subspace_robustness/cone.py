"""Where the nearest-subspace classifier is right: a cone without end, and how far its edge is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, In, Integers, Reals, Vector, checked, refusal
from theory.subspace_robustness.bases import Angles, Bases, angles

Label = Annotated[int, In(0)]
INSIDE = 1e-8
"""What a point may have outside its subspace, relative to its length: rounding of who made it."""
_ZERO = 1e-13
_SAME = 1e-9


class CertifiedRadius(NamedTuple):
    """Distance to the nearest point of another class (or tie) and the number of the class reached there."""

    radius: float
    nearest: int


def _in_sines(parts: Floats, found: Angles) -> tuple[Floats, Floats, Floats]:
    """Squared components of x on the eigenvectors of P_1 - P_j for the eigenvalues sin and -sin; the sines.

    In the plane of a direction u of S_1 and its partner P_1 - P_j is sin (sin, -cos; -cos, -sin): u has squared
    components (1 + sin)/2 and (1 - sin)/2.
    """
    sines = np.where(found.sines < _ZERO, 0.0, found.sines)
    below = found.cosines**2 / (1 + sines) / 2
    below[found.pairs :] = 0.0
    return parts * (1 + sines) / 2, parts * below, sines


def _distance2(parts: Floats, found: Angles) -> float:
    """Squared distance to {z: |P_1 z| = |P_j z|} from the point of S_1 with squared coordinates `parts`, sum 1."""
    above, below, sines = _in_sines(parts, found)
    lowest = 1.0 if found.idle else float(sines[: found.pairs].max(initial=0.0))
    if lowest == 0.0:  # S_j within S_1
        return float(np.sum(above[sines > 0]))
    if float(np.sum(parts * sines**2)) == 0.0:  # x in S_j too
        return 0.0
    last = sines >= lowest - _SAME
    last[found.pairs :] = False
    mass, rest = float(np.sum(below[last])), ~last

    # With mu = (1 - t)/lowest the secular equation times t^2 is t^2 pull(t) - lowest mass.
    def pull(t: float) -> float:
        mu = (1 - t) / lowest
        up = np.sum(sines * above / (1 + mu * sines) ** 2)
        return float(up - np.sum((sines * below)[rest] / (1 - mu * sines[rest]) ** 2))

    def moved(t: float) -> float:
        """Squared displacement, without the eigenspace of -lowest."""
        mu = (1 - t) / lowest
        up = np.sum(above * (mu * sines / (1 + mu * sines)) ** 2)
        return float(up + np.sum(below[rest] * (mu * sines[rest] / (1 - mu * sines[rest])) ** 2))

    if mass == 0.0:
        if (left := pull(0.0)) >= 0:
            return moved(0.0) + left / lowest
        return moved(_root(pull))
    t = _root(lambda t: t * t * pull(t) - lowest * mass)
    return moved(t) + mass * ((1 - t) / t) ** 2


def _root(function: Callable[[float], float]) -> float:
    """The root in (0, 1), also a tiny one, to its last digits."""
    return float(scipy.optimize.brentq(function, 0.0, 1.0, xtol=1e-300, rtol=1e-15, maxiter=2000))


def _own_class(x: Floats, bases: list[Floats]) -> int:
    outside = [float(np.linalg.norm(x - S @ (S.T @ x))) for S in bases]
    own = int(np.argmin(outside))
    if not outside[own] <= INSIDE * float(np.linalg.norm(x)) or not x.any():
        raise refusal("x", x.tolist(), "a vector in the span of one of the bases, not 0")
    return own


def _fits(name: str, z: Floats, bases: list[Floats]) -> None:
    if z.shape[-1:] != bases[0].shape[:1]:
        raise ValueError(f"{name} = array of shape {z.shape}: must have {len(bases[0])} entries, the rows of bases")


@checked
def certified_radius(x: Vector, bases: Bases) -> CertifiedRadius:
    r"""Return how far a point of a class may be moved, in any direction, before the nearest subspace is another one.

    .. math:: \min_j \min\{|z - x| : z^\top(P_i - P_j)z \le 0\}, \qquad
        z_k = \frac{x_k}{1+\mu e_k},\quad \sum_k \frac{e_k x_k^2}{(1+\mu e_k)^2} = 0

    with $e_k$ the eigenvalues of $P_i - P_j$, which are plus and minus the sines of the principal angles, and $x_k$ the
    components of x; where x has none on the lowest eigenspace and the equation no root, $\mu = 1/\max|e_-|$ and the
    rest of the constraint is met in that eigenspace. Equal angles $\theta$ give $|x|\sin(\theta/2)$.

    x: (n,), in the span of one of the bases, not 0; bases: matrices (n, d_i) with orthonormal columns, two or more.
    Returns fields radius (0 where x lies in two subspaces) and nearest, the index into bases of the class reached.
    Raises ValueError outside these domains.

    Source: Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (setting; abstract seen); radius derived here.

    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> found = certified_radius([2.0, 0.0], [u, v])
    >>> round(found.radius, 6), found.nearest  # 2 sin(arccos(.6)/2)
    (0.894427, 1)
    """
    _fits("x", x, bases)
    own = _own_class(x, bases)
    size = float(np.linalg.norm(x))
    coordinates = bases[own].T @ (x / size)
    found = []
    for j, other in enumerate(bases):
        if j != own:
            pair = angles(bases[own], other)
            parts = (pair.directions.T @ coordinates) ** 2
            found.append((size * _distance2(parts, pair) ** 0.5, j))
    return CertifiedRadius(*min(found))


@checked
def radius_bounds(bases: Bases, label: Label = 0) -> tuple[float, float]:
    r"""Return the least and the largest certified radius of points of length 1 that the principal angles allow.

    .. math:: \sin(\theta_{min}/2) \le r(x)/|x| \le \sin(\theta_{max}/2)

    for every other class, and so for the nearest: $\theta_{min}$ is the smallest angle over the other classes and
    $\theta_{max}$ the least, over them, of their largest angles (a right angle where the class has more dimensions).

    bases: as `certified_radius`; label: the class of the points, an index into bases. Returns the two numbers. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> [round(bound, 6) for bound in radius_bounds([u, v])]
    [0.447214, 0.447214]
    """
    _check_label(label, bases)
    lows, highs = [], []
    for j, other in enumerate(bases):
        if j != label:
            pair = angles(bases[label], other)
            # sin(theta/2)^2 = (1 - cos)/2 = sin^2/(2 (1 + cos)).
            halves = pair.sines / np.sqrt(2 * (1 + pair.cosines))
            lows.append(float(halves.min()))
            highs.append(float(halves.max()))
    return min(lows), min(highs)


def _check_label(label: int, bases: list[Floats]) -> None:
    if not 0 <= label < len(bases):
        raise ValueError(f"label = {label!r}: must be an integer from 0 to {len(bases) - 1}, an index into bases")


@checked
def in_certified_cone(z: Reals, bases: Bases, label: Label) -> bool | Integers:
    r"""Return whether a point, attacked or not, is nearest to the subspace of its label.

    .. math:: z^\top(P_i - P_j)z > 0 \quad \text{for all } j \ne i

    The set is a cone: with z it holds every multiple of z, whatever the attack's norm. Ties, to rounding, are lost.

    z: (..., n); bases: as `certified_radius`; label: index into bases. Returns a bool for a single point, else an
    array of them of shape (...). Raises ValueError outside these domains.

    Source: Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (setting; abstract seen); derived here.

    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> in_certified_cone([1.0, -1e3], [u, v], 0), in_certified_cone([1.0, 1.0], [u, v], 0)
    (False, False)
    >>> in_certified_cone([[1.0, 0.4], [1e3, 400.0]], [u, v], 0)
    array([ True,  True])
    """
    _fits("z", z, bases)
    _check_label(label, bases)
    size = np.abs(z).max(axis=-1, keepdims=True)
    unit = z / np.where(size > 0, size, 1.0)
    inside = np.stack([np.sum((unit @ S) ** 2, axis=-1) for S in bases])
    others = np.delete(inside, label, axis=0).max(axis=0)
    rounding = 16 * np.finfo(float).eps * np.sum(unit * unit, axis=-1)
    found = np.asarray(inside[label] - others > rounding)
    return found if found.ndim else bool(found)
