"""Where descent of decayed factors ends: the basin of 0, the lasso of two factors, and diabetes."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.weight_decay_sparsity as sims
import theory.weight_decay_sparsity as theory
from claims import Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
ZHANG = Source("zhang2022deep", "parallel networks: abstract seen; basin derived here", "derived")
_SEEN = (0.2, 0.6, 1.2, 2.5)


@instance
def chains(start: float, z: Numbers, lam: float, depth: int) -> Named:
    """A net of parallel chains on the orthonormal rows of a Hadamard matrix that see z."""
    rows = sims.hadamard_rows(z)
    return {"start": start, "X": rows.features, "y": rows.targets, "lam": lam, "depth": depth}


def _ends(start: float, z: Numbers, lam: float, depth: int) -> Named:
    return {"value": theory.balanced_descent(start, np.array(z), lam, depth)}


def _best(start: float, z: Numbers, lam: float, depth: int) -> Named:
    return {"value": theory.depth_shrinkage(np.array(z), lam, depth)}


def _from_above(start: float, z: Numbers, lam: float, depth: int) -> Named:
    return {"value": theory.balanced_descent(1e3, np.array(z), lam, depth)}


_BASINS = (
    *cells(start=0.02, z=_SEEN, lam=0.1, depth=[2, 3, 4]),
    *cells(start=0.2, z=_SEEN, lam=0.1, depth=[3, 4]),
)

BASIN = claim(
    slug="factor-decay-penalty-basin",
    title="Small starts of three factors and more decay to nothing, whatever the data say",
    statement=(
        r"Gradient descent of $L\ge3$ equal factors of product $a_0$ ends at $0$ for $a_0$ below the smaller root of "
        r"$a+\lambda a^{2/L-1} = y$ and at the larger root above it, also where the global minimum is the other one; "
        r"for $L=2$ it ends at the soft threshold."
    ),
    source=ZHANG,
    kind=Identity(tolerance=1e-8, trials=1, pooled=True),
    predict=_ends,
    simulate=chains.of(sims.descended_products),
    grid=Grid(
        quick=_BASINS,
        full=(*_BASINS, *cells(start=[0.05, 1.0], z=_SEEN, lam=[0.1, 0.3], depth=[3, 5])),
    ),
    decoys=(
        Decoy("global minimum", "descent ends at the global minimum", _best),
        Decoy("no basin", "descent ends at the larger root wherever there is one", _from_above),
    ),
    certificates={"gradient": 1e-11},
)

# --- two factors on any design ---------------------------------------------------------------------------------------


def _rows(data: str) -> Any:
    return sims.diabetes() if data == "diabetes" else sims.sparse_rows(20, 40)


@instance
def design(data: str, lam: float) -> Named:
    """Rows of diabetes, or twenty rows of forty Gaussian columns."""
    rows = _rows(data)
    return {"X": rows.features, "y": rows.targets, "lam": lam}


def _separately(data: str, lam: float) -> Named:
    rows = _rows(data)
    return {"value": theory.depth_shrinkage(rows.features.T @ rows.targets, lam, 2)}


LASSO = claim(
    slug="factor-decay-penalty-lasso",
    title="Two factors with weight decay are the lasso, on any design",
    statement=(
        r"Products $u\circ v$ trained on $\tfrac12|y-X(u\circ v)|^2+\tfrac\lambda2(|u|^2+|v|^2)$ from random starts "
        r"end at the minimiser of $\tfrac12|y-Xw|^2+\lambda|w|_1$: on diabetes and on more Gaussian columns than rows."
    ),
    source=Source("zhang2022deep", "two layers, penalty l_1: abstract seen; derived here", "derived"),
    kind=Identity(tolerance=1e-5, trials=2, pooled=True),
    predict=lambda data, lam: {"w": design.of(theory.two_factor_fit)(data=data, lam=lam)},
    simulate=design.of(sims.parallel_chains),
    grid=Grid(
        quick=(*cells(data="diabetes", lam=[0.01, 0.1, 0.3]), *cells(data="gaussian", lam=0.1)),
        full=(*cells(data="diabetes", lam=[0.003, 0.01, 0.1, 0.3]), *cells(data="gaussian", lam=[0.02, 0.1])),
    ),
    decoys=(
        Decoy(
            "half of it", "the lasso at lam/2: no weight of one half in the decay",
            lambda data, lam: {"w": design.of(theory.two_factor_fit)(data=data, lam=lam / 2)},
        ),
        Decoy(
            "one by one", "each correlation thresholded, as on an orthonormal design",
            lambda data, lam: {"w": _separately(data, lam)["value"]},
        ),
    ),
    # |w - w*|^2 <= gap |y|^2/s, s the least curvature: 1/130 on diabetes.
    certificates={"gap": 1e-13, "gradient": 1e-9},
)  # fmt: skip


@instance
def patients(lam: float, depth: int) -> Named:
    """Chains of this depth on diabetes."""
    rows = sims.diabetes()
    return {"X": rows.features, "y": rows.targets, "lam": lam, "depth": depth, "starts": 32}


def _orthonormal(lam: float, depth: int) -> Named:
    rows = sims.diabetes()
    w = theory.depth_shrinkage(rows.features.T @ rows.targets, lam, depth)
    return {"kept": float(np.count_nonzero(w)), "r2": float(2 * w @ (rows.features.T @ rows.targets) - w @ w)}


DIABETES = claim(
    slug="factor-decay-penalty-diabetes",
    title="Diabetes: how many features deeper chains keep",
    statement=(
        r"Features kept and $R^2$ of chains of depth $1$ to $4$ on diabetes, the best of $32$ starts, beside what the "
        r"shrinkage of each correlation alone would keep: features are correlated, and no theorem covers them."
    ),
    source=ZHANG,
    kind=Observation(trials=1),
    predict=_orthonormal,
    simulate=patients.of(sims.parallel_chains, "kept", "r2"),
    grid=Grid(quick=cells(lam=0.1, depth=[1, 2, 3, 4]), full=cells(lam=[0.03, 0.1], depth=[1, 2, 3, 4])),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (BASIN, LASSO, DIABETES)
