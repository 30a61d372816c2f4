"""The certified cone: the exact radius, its bounds by the principal angles, attacks of any norm, digits."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.subspace_robustness as sims
import theory.subspace_robustness as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Moments, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Angles = tuple[float, ...]
OURS = Source("thaker2022reverse", "setting (abstract seen); radius derived here", "derived")
STATIONARY = {"residual": 1e-11}

# --- the radius ------------------------------------------------------------------------------------------------------


@instance
def union(n: int, dims: tuple[int, ...], number: int) -> Named:
    """A Gaussian point of the first of several uniform subspaces."""
    bases = sims.subspaces(n, dims, instance=number)
    return {"x": sims.point(bases[0], instance=number), "bases": bases}


def _predicted(n: int, dims: tuple[int, ...], number: int) -> Named:
    return theory.certified_radius(**union(n=n, dims=dims, number=number))._asdict()


def _length(n: int, dims: tuple[int, ...], number: int) -> float:
    return float((union(n=n, dims=dims, number=number)["x"] ** 2).sum() ** 0.5)


def _half_residual(n: int, dims: tuple[int, ...], number: int) -> Named:
    """Halfway to the other subspace, from the side of x alone."""
    x, bases = union(n=n, dims=dims, number=number).values()
    return {"radius": min(float(((x - S @ (S.T @ x)) ** 2).sum() ** 0.5) for S in bases[1:]) / 2}


def _largest_angle(n: int, dims: tuple[int, ...], number: int) -> Named:
    bases = union(n=n, dims=dims, number=number)["bases"]
    return {"radius": _length(n, dims, number) * theory.radius_bounds(bases)[1]}


def _no_half(n: int, dims: tuple[int, ...], number: int) -> Named:
    """The sine of the smallest angle, not of its half."""
    half = theory.radius_bounds(union(n=n, dims=dims, number=number)["bases"])[0]
    return {"radius": _length(n, dims, number) * math.sin(2 * math.asin(half))}


_UNIONS = (
    *cells(n=10, dims=(3, 3, 3), number=[0, 1, 2]),
    *cells(n=10, dims=(3, 2, 4), number=[3, 4]),
    *cells(n=10, dims=[(4, 2), (2, 5)], number=5),
)
_ALMOST = cells(n=30, dims=[(5, 5, 5, 5), (8, 3, 10)], number=[6, 7])

RADIUS = claim(
    slug="certified-cone",
    title="How far a point of one subspace may be moved before another subspace is nearest",
    statement=(
        r"The least attack on $x \in S_1$ that makes $S_j$ the nearest has length $|x - z|$, $z_k = x_k/(1+\mu e_k)$ "
        r"in the eigenbasis of $P_1 - P_j$, $\mu$ the root of $\sum_k e_k x_k^2/(1+\mu e_k)^2 = 0$ (where there is "
        r"none, $\mu = 1/\max|e_-|$)."
    ),
    source=OURS,
    kind=Identity(tolerance=1e-9, trials=8),
    predict=_predicted,
    simulate=union.of(sims.certified_radius),
    grid=Grid(quick=_UNIONS, full=(*_UNIONS, *_ALMOST)),
    decoys=(
        Decoy("half the residual", "|(I - P_j)x|/2", _half_residual),
        Decoy("largest angle", "|x| sin(theta_max/2)", _largest_angle),
        Decoy("no half", "|x| sin(theta_min)", _no_half),
    ),
    certificates=STATIONARY,
)

# --- equal angles ----------------------------------------------------------------------------------------------------


@instance
def equal(n: int, d: int, angle: float) -> Named:
    """Two subspaces at one angle."""
    bases = sims.tilted(n, (angle,) * d)
    return {"x": sims.point(bases[0]), "bases": bases}


def _size(n: int, d: int, angle: float) -> float:
    return float((equal(n=n, d=d, angle=angle)["x"] ** 2).sum() ** 0.5)


EQUAL = claim(
    slug="certified-cone-equal-angles",
    title="Subspaces at one angle: the radius is the sine of half of it",
    statement=r"If all angles of $S_1$ and $S_2$ are $\theta$, every $x \in S_1$ has radius $|x|\sin(\theta/2)$.",
    source=OURS,
    kind=Identity(tolerance=1e-9, trials=8),
    predict=lambda n, d, angle: {"radius": theory.certified_radius(**equal(n=n, d=d, angle=angle)).radius},
    simulate=equal.of(sims.certified_radius, "radius", "residual"),
    grid=Grid(
        quick=cells(n=10, d=[1, 3], angle=[0.4, 1.0, 1.5]), full=cells(n=30, d=[1, 3, 10], angle=[0.1, 0.4, 1.0, 1.5])
    ),
    decoys=(
        Decoy("half the residual", "|x| sin(theta)/2", lambda n, d, angle: {
            "radius": _size(n, d, angle) * math.sin(angle) / 2}),
        Decoy("tangent", "|x| tan(theta/2)", lambda n, d, angle: {"radius": _size(n, d, angle) * math.tan(angle / 2)}),
    ),
    certificates=STATIONARY,
)  # fmt: skip

# --- bounds ----------------------------------------------------------------------------------------------------------


@instance
def plane(angles: Angles) -> Named:
    """Two subspaces of given principal angles."""
    return {"bases": sims.tilted(8, angles)}


searched = plane.of(sims.radius_bounds, "radius", "residual")
_PLANES = cells(angles=[(0.3, 1.2), (0.7, 0.9)])
_PLANES_FULL = (*_PLANES, *cells(angles=[(0.05, 1.5), (0.3, 0.9, 1.4)]))


def _bound(slug: str, side: str, which: int, title: str, statement: str, decoy: Decoy, reach: float) -> Claim:
    return claim(
        slug=slug,
        title=title,
        statement=statement,
        source=OURS,
        kind=Bound(side=side, on="draw", tolerance=1e-9, trials=256, reach=reach),  # type: ignore[arg-type]
        predict=lambda angles: {"radius": theory.radius_bounds(plane(angles=angles)["bases"])[which]},
        simulate=searched,
        grid=Grid(quick=_PLANES, full=_PLANES_FULL),
        decoys=(decoy,),
        certificates=STATIONARY,
    )


LEAST = _bound(
    "certified-cone-smallest-angle", "lower", 0, "No point is less safe than half the smallest angle says",
    r"Every $x \in S_1$ has radius at least $|x|\sin(\theta_{min}/2)$; points along the closest direction attain it.",
    Decoy("no half", "at least |x| sin(theta_min)", lambda angles: {"radius": math.sin(min(angles))}), 0.98,
)  # fmt: skip
MOST = _bound(
    "certified-cone-largest-angle", "upper", 1, "No point is safer than half the largest angle says",
    r"Every $x \in S_1$ has radius at most $|x|\sin(\theta_{max}/2)$; points along the farthest direction attain it.",
    Decoy("mean angle", "at most half the mean angle's sine",
          lambda angles: {"radius": math.sin(sum(angles) / len(angles) / 2)}), 0.98,
)  # fmt: skip

# --- the cone --------------------------------------------------------------------------------------------------------


@instance
def ray(scale: float) -> Named:
    """Points x + scale * attack for sixteen attacks."""
    bases = sims.subspaces(10, (3, 3, 3), instance=11)
    x = sims.point(bases[0], instance=11)
    attacks = sims.subspaces(10, (8, 8), instance=12)
    return {"z": [x + scale * v for basis in attacks for v in basis.T], "bases": bases, "label": 0}


def _points(scale: float) -> list[tuple[Any, tuple[Any, int]]]:
    z, bases, label = ray(scale=scale).values()
    return [(one, (bases, label)) for one in z]


def _in_ball(scale: float) -> list[float]:
    """Inside the certified radius, all right; outside it, all wrong."""
    z, bases, _ = ray(scale=scale).values()
    x = sims.point(bases[0], instance=11)
    return [float(scale < theory.certified_radius(x, bases).radius)] * len(z)


def _shadow_alone(scale: float) -> list[float]:
    """In the cone if P_1 z is longer than half of z."""
    z, bases, _ = ray(scale=scale).values()
    return [float(((bases[0].T @ one) ** 2).sum() > (one**2).sum() / 2) for one in z]


CONE = claim(
    slug="certified-cone-any-norm",
    title="The region where the nearest subspace is right is a cone without end",
    statement=(
        r"$z$ is given to $S_1$ exactly where $z^\top(P_1-P_j)z > 0$ for all $j$, also after attacks a thousand times "
        r"longer than $z$: the norm of an attack decides nothing."
    ),
    source=Source("thaker2022reverse", "norm-independent certification (abstract seen); derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=4, pooled=True),
    predict=lambda scale: [float(theory.in_certified_cone(z, *rest)) for z, rest in _points(scale)],
    simulate=ray.of(sims.in_certified_cone),
    grid=Grid(quick=cells(scale=[0.3, 3.0, 1000.0]), full=cells(scale=[0.1, 0.3, 1.0, 3.0, 30.0, 1000.0])),
    decoys=(
        Decoy("ball", "right inside the certified radius alone", _in_ball),
        Decoy("half of z", "right where |P_1 z|^2 > |z|^2/2", _shadow_alone),
    ),
)


@instance
def near(norm: float) -> Named:
    """The point of the first cell of the radius, a thousandth inside and outside it."""
    return {**union(n=10, dims=(3, 3, 3), number=2), "norm": norm}


def _beyond(radius: float, norm: float) -> float:
    return float(norm > radius)


UPSET = claim(
    slug="certified-cone-attacks",
    title="A thousandth inside the radius no attack succeeds, a thousandth outside one does",
    statement=(
        r"Of $2000$ attacks in random directions and the nearest ones found, at norms $0.999\,r$ and $1.001\,r$, some "
        r"change the class in the second case alone."
    ),
    source=OURS,
    kind=Identity(tolerance=0.0, trials=16),
    predict=lambda norm: _beyond(theory.certified_radius(**union(n=10, dims=(3, 3, 3), number=2)).radius, norm),
    simulate=near.of(sims.upset),
    grid=Grid(quick=cells(norm=[0.3749, 0.3757]), full=cells(norm=[0.3, 0.3749, 0.3757, 0.5])),
    decoys=(
        Decoy("half the residual", "|(I - P_j)x|/2",
              lambda norm: _beyond(_half_residual(10, (3, 3, 3), 2)["radius"], norm)),
        Decoy("largest angle", "|x| sin(theta_max/2)",
              lambda norm: _beyond(_largest_angle(10, (3, 3, 3), 2)["radius"], norm)),
    ),
)  # fmt: skip

# --- digits ----------------------------------------------------------------------------------------------------------


@functools.cache
def digits_radii(d_s: int) -> tuple[float, ...]:
    """Certified radii of test images, each projected on the subspace of its digit."""
    bases, images, labels = sims.digits_problem(d_s)
    projected = (bases[k] @ (bases[k].T @ image) for image, k in zip(images, labels, strict=True))
    return tuple(theory.certified_radius(x, bases).radius for x in projected)


DIGITS = claim(
    slug="certified-cone-digits",
    title="Handwritten digits: the certified share beside what random attacks leave right",
    statement=(
        r"With $d_s$ leading directions a class, the share of projected test images whose certified radius exceeds "
        r"$\epsilon$ stands beside the share of real ones that stay right after an attack of norm $\epsilon$ in a "
        r"random direction: no theorem joins the two."
    ),
    source=Source("thaker2022reverse", "beyond the theorem", "derived"),
    kind=Observation(trials=64),
    predict=lambda d_s, norm: sum(r > norm for r in digits_radii(d_s)) / len(digits_radii(d_s)),
    simulate=sims.accuracy_under_attack,
    grid=Grid(
        quick=cells(d_s=[5, 15], norm=[0.25, 0.5, 1.0, 2.0]),
        full=cells(d_s=[5, 10, 15], norm=[0.25, 0.5, 1.0, 2.0, 4.0]),
    ),
    decoys=(),
    tails={"value": Moments()},
)

CLAIMS: tuple[Claim, ...] = (RADIUS, EQUAL, LEAST, MOST, CONE, UPSET, DIGITS)
