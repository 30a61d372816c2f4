"""Curvature of the function against curvature of the loss, over all weights that give that function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sims.minima_stability as sims
import theory.minima_stability as theory
from claims import Bound, Claim, Decoy, Grid, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("mulayoff2021implicit", "main theorem recalled; one-sided weights and proof", "derived")


@instance
def drawn(count: int, h: int, n: int, number: int) -> Named:
    """Networks and samples with normal entries."""
    return sims.random_nets(count, h, n, instance=number)._asdict()


@instance
def constructed(sides: int, spread: float) -> Named:
    """Samples in one cluster beside one neuron, or in two with two neurons between them."""
    nets = sims.clustered(spread) if sides == 1 else sims.two_clusters(spread, 1.5)
    return nets._asdict()


FLATTEST = drawn.of(sims.flattest_trace)


def each(nets: Mapping[str, Any]) -> list[Named]:
    """The networks of a stack, one after the other."""
    return [{name: part[i] for name, part in nets.items()} for i in range(len(nets["w1"]))]


def _directional(factor: float = 2.0, first: float = 1.0, **cell: Any) -> Named:
    bends = [theory.weighted_curvature(**net, directional=True) for net in each(drawn(**cell))]
    return {"sharpest": [first + factor * bend for bend in bends]}


def _share_once(**cell: Any) -> Named:
    """P in the weight where P^2 belongs."""
    found = []
    for net in each(drawn(**cell)):
        total = 1.0
        for w1, b1, w2 in zip(net["w1"], net["b1"], net["w2"], strict=True):
            share = float((w1 * net["x"] + b1 > 0).mean())
            bend = theory.weighted_curvature([w1], [b1], [w2], net["x"], directional=True)
            total += 2 * bend / share if share else 0.0
        found.append(total)
    return {"sharpest": found}


CURVATURE = claim(
    slug="curvature-bound",
    title="The curvature of the function bounds that of the loss",
    statement=(
        r"At an interpolating minimum of a shallow relu network on the line, no sample on a kink, "
        r"$\lambda_{max}(H) \ge 1 + 2\sum_i|c_i|g^{s_i}(\tau_i)$, also at the flattest weights of the same function "
        r"that a search finds."
    ),
    source=_SOURCE,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=1),
    predict=_directional,
    simulate=FLATTEST,
    grid=Grid(
        quick=(*cells(count=2, h=3, n=1, number=0), *cells(count=6, h=[2, 5], n=[4, 8], number=0)),
        full=(
            *cells(count=8, h=[1, 6], n=1, number=[1, 2]),
            *cells(count=16, h=[1, 3, 6], n=[2, 8, 20], number=[1, 2]),
        ),
    ),
    decoys=(
        Decoy("twice as much", r"1 + 4 sum |c| g", lambda **cell: _directional(factor=4.0, **cell)),
        Decoy("share once", "P where P^2 stands in g", _share_once),
        Decoy("budget 1/eta - 1", "2 + 2 sum |c| g", lambda **cell: _directional(first=2.0, **cell)),
    ),
)


def _attained(sides: int, spread: float, factor: float = 2.0, first: float = 1.0) -> Named:
    (net,) = each(constructed(sides=sides, spread=spread))
    return {"sharpest": [first + factor * theory.weighted_curvature(**net, directional=sides == 1)]}


ATTAINED = claim(
    slug="curvature-bound-attained",
    title="Where that bound is attained: samples in clusters",
    statement=(
        r"Equality holds as all samples coincide, in $\lambda_{max} \ge 1 + 2\sum_i|c_i|g^{s_i}(\tau_i)$, and as they "
        r"gather at two points with neurons of both sides between them, in $\lambda_{max} \ge 1 + 2\int|f''|g$, each "
        r"at the balanced weights."
    ),
    source=_SOURCE,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=1, reach=0.99),
    predict=_attained,
    simulate=constructed.of(sims.flattest_trace),
    grid=Grid(
        quick=cells(sides=[1, 2], spread=[0.1, 0.001]),
        full=cells(sides=[1, 2], spread=[0.1, 0.01, 0.001, 1e-5]),
    ),
    decoys=(
        Decoy("twice as much", r"1 + 4 sum |c| g", lambda **cell: _attained(**cell, factor=4.0)),
        Decoy("budget 1/eta - 1", "2 + 2 sum |c| g", lambda **cell: _attained(**cell, first=2.0)),
    ),
)

CLAIMS: tuple[Claim, ...] = (CURVATURE, ATTAINED)
