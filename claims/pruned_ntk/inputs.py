"""Pruned inputs: the limit is an average over masks, for one hidden layer and for two."""

from __future__ import annotations

from typing import Any

import sims.pruned_ntk as sims
import theory.pruned_ntk as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in, instance
from claims.pruned_ntk.limit import mean_of_pairs

claim = declared_in(__name__)
Named = dict[str, Any]
OURS = Source("yang2022pruned", "beyond the theorem, whose input layer is dense; derived here", "derived")
TAIL = {"value": Moments(skewness=1.5)}


@instance
def masked(d: int, rho: float, alpha: float, depth: int, width: int) -> Named:
    """Pairs in d dimensions whose input layer is pruned."""
    return {**sims.pairs(rho, d // 2), "alpha": alpha, "depth": depth, "width": width}


SIMULATED = masked.of(sims.input_pruned_ntk)


def predict_masked(d: int, rho: float, alpha: float, depth: int, width: int) -> float:
    """The average over masks."""
    return mean_of_pairs(theory.input_pruned_ntk(**sims.pairs(rho, d // 2), alpha=alpha, depth=depth))


def _dense(d: int, rho: float, alpha: float, depth: int, width: int) -> float:
    return mean_of_pairs(theory.relu_ntk(**sims.pairs(rho, d // 2), depth=depth))


def _raw(d: int, rho: float, alpha: float, depth: int, width: int) -> float:
    return predict_masked(d, rho, alpha, depth, width) * alpha


def _averaged_late(d: int, rho: float, alpha: float, depth: int, width: int) -> float:
    """The dense recursion averaged over masks at the end: as if all units of a layer shared one mask."""
    one = predict_masked(d, rho, alpha, 1, width)
    return one * _dense(d, rho, alpha, depth, width) / _dense(d, rho, alpha, 1, width)


ONE_LAYER = claim(
    slug="input-layer-pruning",
    title="Pruning the input layer changes the kernel itself",
    statement=(
        r"With the input layer pruned and rescaled, and one hidden layer of any width, the mean of the kernel is "
        r"$\mathrm{E}_M\,\Theta_{dense}(Mx, Mx')$ over the masks of an input, not the dense kernel."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=predict_masked,
    simulate=SIMULATED,
    grid=Grid(
        quick=cells(d=[2, 4], rho=-0.5, alpha=0.4, depth=1, width=16),
        full=cells(d=[2, 4, 8], rho=[-0.5, 0.3], alpha=[0.2, 0.4], depth=1, width=[16, 64]),
    ),
    decoys=(
        Decoy("dense", "as if the mask averaged out", _dense),
        Decoy("raw", "scaled by the share kept", _raw),
    ),
    tails=TAIL,
)

TWO_LAYERS = claim(
    slug="input-layer-pruning-deep",
    title="With two hidden layers the average over masks is taken after the first",
    statement=(
        r"With $S = \mathrm{E}_M[|Mx||Mx'|\kappa_1]$, $K = \mathrm{E}_M[Mx\cdot Mx'\,\kappa_0]$, $r = S/(|x||x'|)$ the "
        r"kernel at $L = 2$ tends to $|x||x'|\kappa_1(r) + (S+K)\kappa_0(r)$."
    ),
    source=OURS,
    kind=Limit(size="width", order=1.0, resolution=0.025),
    predict=predict_masked,
    simulate=SIMULATED,
    grid=Grid(
        quick=cells(d=4, rho=-0.5, alpha=0.4, depth=2, width=[16, 32, 64]),
        full=cells(d=4, rho=-0.5, alpha=0.4, depth=2, width=[32, 64, 128]),
    ),
    decoys=(
        Decoy("dense", "as if the mask averaged out", _dense),
        Decoy("averaged late", "the factor of one hidden layer", _averaged_late),
    ),
    tails=TAIL,
)

CLAIMS: tuple[Claim, ...] = (ONE_LAYER, TWO_LAYERS)
