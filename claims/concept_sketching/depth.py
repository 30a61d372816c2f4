"""Many random layers: correlations by recursion, and how soon all inputs look alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import sims.concept_sketching as sims
import theory.concept_sketching as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
COLLAPSE = Source("cho2009kernel", "recursion recalled; the rate derived here", "derived")


def _indicators(rho0: float, depth: int) -> list[float]:
    """The order-0 kernel at each layer."""
    found = [rho0]
    for _ in range(depth):
        found.append(1 - math.acos(min(1.0, found[-1])) / math.pi)
    return found


def _layers(correlations: Iterable[float]) -> Named:
    """Entry l after l layers, without that of the inputs, which is given."""
    return {f"value[{l}]": float(rho) for l, rho in enumerate(correlations) if l}


CORRELATION = claim(
    slug="random-layer-kernel-depth",
    title="The correlation of two inputs through random layers",
    statement=(
        r"As the width grows, the mean correlation of two inputs after $l$ random ReLU layers tends to $\rho_l$, "
        r"$\rho_{l+1} = k_1(\arccos\rho_l)$, with an error of order one over the width."
    ),
    source=Source("cho2009kernel", "composition of kernels", "recalled"),
    kind=Limit(size="width", order=1.0, resolution=0.025),
    predict=lambda rho0, depth, width: _layers(theory.depth_correlation(rho0, depth)),
    simulate=sims.depth_correlation,
    grid=Grid(
        quick=cells(rho0=[0.1, 0.6], depth=3, width=[32, 64, 128]),
        full=cells(rho0=[-0.5, 0.0, 0.3, 0.8], depth=6, width=[64, 128, 256]),
    ),
    decoys=(
        Decoy("indicators", "the order-0 kernel, 1 - t/pi, at each layer",
              lambda rho0, depth, width: _layers(_indicators(rho0, depth))),
        Decoy("linear layers", "correlations stay", lambda rho0, depth, width: _layers([rho0] * (depth + 1))),
    ),
)  # fmt: skip

RECURSION = claim(
    slug="random-layer-kernel-depth-recursion",
    title="A layer's kernel by its formula and by quadrature over directions",
    statement=(
        r"$1 - \rho_l$ is, at every layer, the mean of $(\mathrm{relu}(g\cdot x) - \mathrm{relu}(g\cdot y))^2$, $g "
        r"\sim N(0, I)$, over unit vectors of correlation $\rho_{l-1}$."
    ),
    source=Source("cho2009kernel", "recursion recalled; the mean square derived here", "derived"),
    # An angle falls like 3 pi/l, so rounding errors of one over it add up: depth roundings at most.
    kind=Identity(tolerance=1e-11, trials=1),
    predict=theory.depth_distance,
    simulate=sims.depth_distance,
    grid=Grid(
        quick=(*cells(rho0=[-1.0, -0.4, 0.3, 0.95], depth=[1, 4]), *cells(rho0=[0.0, 1 - 1e-9], depth=400)),
        full=cells(rho0=[-1.0, -0.4, 0.3, 0.95, 1 - 1e-9], depth=[1, 2, 10, 2000]),
    ),
    decoys=(
        Decoy("indicators", "the order-0 kernel, 1 - t/pi, at each layer",
              lambda rho0, depth: 1 - _indicators(rho0, depth)[-1]),
        Decoy("inputs as they were", "1 - rho_0", lambda rho0, depth: 1 - rho0),
    ),
)  # fmt: skip


def _next_order(rho0: float, depth: int) -> float:
    smallest = depth / 25
    return 10 * (math.log(smallest) / smallest) ** 2


SPEED = claim(
    slug="random-layer-kernel-collapse",
    title="In deep random networks all inputs come to look alike, like one over the square of depth",
    statement=(
        r"Whatever $\rho_0 < 1$, $1 - \rho_l = \frac{9\pi^2}{2(l + \frac32\log l)^2}(1 + O(1/l))$, hence "
        r"$9\pi^2/(2l^2)$ up to a relative error of order $(\log l)/l$."
    ),
    source=COLLAPSE,
    kind=Limit(
        size="depth", order=1.0, resolution=0.001, allowance=_next_order, trials=1,
        because="the next order, (log l/l)^2, with a factor 10, at the smallest depth, 1/25 of the largest",
    ),
    predict=lambda rho0, depth: theory.depth_asymptote(depth),
    simulate=sims.depth_distance,
    grid=Grid(
        quick=cells(rho0=[-0.5, 0.6], depth=[400, 2000, 10_000]),
        full=cells(rho0=[-1.0, 0.0, 0.9], depth=[400, 2000, 10_000]),
    ),
    decoys=(
        Decoy("one over depth", "a rate of 1/l, right at l = 400",
              lambda rho0, depth: theory.depth_asymptote(400) * 400 / depth),
        Decoy("square of the angle", "9 pi^2/l^2: t^2, not 1 - cos t", lambda rho0, depth: 9 * (math.pi / depth) ** 2),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (CORRELATION, RECURSION, SPEED)
