"""The limit in the width: dense kernels, and the factor that random masks put before them."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.pruned_ntk as sims
import theory.pruned_ntk as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
JACOT = Source("jacot2018neural", "recursion for ReLU (recalled)", "recalled")
YANG = Source("yang2022pruned", "abstract: dense limit with an extra scaling; exponent derived here", "derived")
WIDTHS = [16, 32, 64]
LIMIT = Limit(size="width", order=1.0, resolution=0.025, terms=1)
HEAVY = {"value": Moments(skewness=1.5)}


def mean_of_pairs(kernel: Any) -> float:
    """The entries of pairs, of which a network is asked the mean."""
    return float(np.mean(np.diag(kernel)))


# --- the dense network -----------------------------------------------------------------------------------------------


@instance
def dense(rho: float, depth: int, width: int) -> Named:
    """Eight pairs of one angle."""
    return {**sims.pairs(rho), "depth": depth, "width": width}


SIMULATED = dense.of(sims.relu_ntk)


def predict_ntk(rho: float, depth: int, width: int) -> float:
    """The limit knows no width."""
    return mean_of_pairs(theory.relu_ntk(**sims.pairs(rho), depth=depth))


def predict_nngp(rho: float, depth: int, width: int) -> float:
    """The limit of the last hidden layer's inner products."""
    return mean_of_pairs(theory.relu_nngp(**sims.pairs(rho), depth=depth))


def _exchanged(rho: float, depth: int, width: int) -> float:
    """kappa_0 and kappa_1 exchanged."""
    from theory.arc_cosine import kappa

    r, theta = rho, rho
    for _ in range(depth):
        theta, r = float(kappa(0, r) + theta * kappa(1, r)), float(kappa(1, r))
    return theta


DENSE = claim(
    slug="arc-cosine-ntk",
    title="The tangent kernel of a wide ReLU network",
    statement=(
        r"As the width grows the kernel of $L$ hidden layers has the mean $\Theta_l = |x||x'|\kappa_1(r_{l-1}) + "
        r"\Theta_{l-1}\kappa_0(r_{l-1})$, $\Theta_0 = x\cdot x'$, $r_l = \kappa_1(r_{l-1})$."
    ),
    source=JACOT,
    kind=LIMIT,
    predict=predict_ntk,
    simulate=SIMULATED,
    grid=Grid(
        quick=(*cells(rho=0.3, depth=2, width=WIDTHS), *cells(rho=-0.5, depth=2, width=WIDTHS)),
        full=tuple(c for L in (2, 3) for r in (0.3, -0.5, 0.9) for c in cells(rho=r, depth=L, width=[32, 64, 128])),
    ),
    decoys=(
        Decoy("exchanged", "kappa_0 for kappa_1 and the other way round", _exchanged),
        Decoy("last layer alone", "the inner products of the units, without the layers below", predict_nngp),
    ),
    tails=HEAVY,
)

UNITS = claim(
    slug="arc-cosine-ntk-units",
    title="The inner products of the last hidden layer",
    statement=r"As the width grows $h^L(x)\cdot h^L(x')$ has the mean $|x||x'|\,r_L$.",
    source=Source("cho2009kernel", "compositions of the kernel of order 1 (recalled)", "recalled"),
    kind=LIMIT,
    predict=predict_nngp,
    simulate=dense.of(sims.relu_nngp),
    grid=Grid(quick=cells(rho=0.3, depth=2, width=WIDTHS), full=cells(rho=0.3, depth=3, width=[32, 64, 128])),
    decoys=(
        Decoy("one layer less", "r_{L-1}", lambda rho, depth, width: predict_nngp(rho, depth - 1, width)),
        Decoy("tangent kernel", "the kernel of the gradients", predict_ntk),
    ),
    tails=HEAVY,
)

ONE_LAYER = claim(
    slug="arc-cosine-ntk-one-layer",
    title="With one hidden layer the mean is that of the limit at every width",
    statement=r"For $L = 1$ the kernel has the mean $|x||x'|\kappa_1(r) + x\cdot x'\,\kappa_0(r)$ at every width.",
    source=JACOT,
    kind=Mean(resolution=0.02),
    predict=predict_ntk,
    simulate=SIMULATED,
    grid=Grid(
        quick=cells(rho=[-0.5, 0.3, 0.9], depth=1, width=8),
        full=cells(rho=[-0.9, -0.5, 0.3, 0.9], depth=1, width=[2, 64]),
    ),
    decoys=(
        Decoy("exchanged", "kappa_0 for kappa_1 and the other way round", _exchanged),
        Decoy("last layer alone", "the inner products of the units", predict_nngp),
    ),
    tails=HEAVY,
)

# --- random masks ----------------------------------------------------------------------------------------------------


@instance
def pruned(alpha: float | tuple[float, ...], rescaled: bool, depth: int, width: int) -> Named:
    """Eight pairs at inner product .3."""
    return {**sims.pairs(0.3), "depth": depth, "alpha": alpha, "rescaled": rescaled, "width": width}


SIMULATED_PRUNED = pruned.of(sims.pruned_ntk_limit)


def _kernel(alpha: Any, rescaled: bool, depth: int) -> float:
    return mean_of_pairs(theory.pruned_ntk_limit(**sims.pairs(0.3), depth=depth, alpha=alpha, rescaled=rescaled))


def predict_pruned(alpha: float | tuple[float, ...], rescaled: bool, depth: int, width: int) -> float:
    """The limit knows no width."""
    return _kernel(alpha, rescaled, depth)


def _factor(more: int) -> Any:
    def predict(alpha: float | tuple[float, ...], rescaled: bool, depth: int, width: int) -> float:
        last = alpha if isinstance(alpha, float) else alpha[-1]
        return _kernel(alpha, rescaled, depth) * float(last) ** more

    return predict


def _unscaled(alpha: float | tuple[float, ...], rescaled: bool, depth: int, width: int) -> float:
    return _kernel(alpha, True, depth)


def _raw(alpha: float | tuple[float, ...], rescaled: bool, depth: int, width: int) -> float:
    return _kernel(alpha, False, depth)


RAW = claim(
    slug="pruned-limit-scaling",
    title="Random pruning before training scales the kernel by the share kept, once a layer",
    statement=(
        r"With random masks on layers $2$ to $L+1$ the kernel tends to $\prod_l \alpha_l\,\Theta_{dense}$: each masked "
        r"layer gives one factor, whatever the layer that a gradient belongs to."
    ),
    source=YANG,
    kind=LIMIT,
    predict=predict_pruned,
    simulate=SIMULATED_PRUNED,
    grid=Grid(
        quick=cells(alpha=[(0.5, 0.8)], rescaled=False, depth=2, width=WIDTHS),
        full=tuple(
            c for a, L in (((0.5, 0.8), 2), (0.2, 2), (0.5, 3))
            for c in cells(alpha=a, rescaled=False, depth=L, width=[64, 128, 256])
        ),
    ),
    decoys=(
        Decoy("output twice", "the output layer counted twice", _factor(1)),
        Decoy("a layer less", "the output layer's mask forgotten", _factor(-1)),
        Decoy("no scaling", "the dense kernel", _unscaled),
    ),
    tails=HEAVY,
)  # fmt: skip

RESCALED = claim(
    slug="pruned-limit-rescaled",
    title="Masks divided by the root of the share kept leave the dense kernel",
    statement=r"With masks divided by $\sqrt{\alpha}$ the kernel of the pruned network tends to $\Theta_{dense}$.",
    source=YANG,
    kind=LIMIT,
    predict=predict_pruned,
    simulate=SIMULATED_PRUNED,
    grid=Grid(
        quick=cells(alpha=0.5, rescaled=True, depth=2, width=WIDTHS),
        full=tuple(c for L in (2, 3) for c in cells(alpha=0.5, rescaled=True, depth=L, width=[64, 128, 256])),
    ),
    decoys=(
        Decoy("raw", "the product of the shares kept", _raw),
        Decoy("divided by alpha", "one factor 1/alpha too many", _factor(-1)),
    ),
    tails=HEAVY,
)

CLAIMS: tuple[Claim, ...] = (DENSE, UNITS, ONE_LAYER, RAW, RESCALED)
