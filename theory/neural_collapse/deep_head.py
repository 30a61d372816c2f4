"""Features under a deep linear head: the soft threshold becomes a first-order transition."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory.domain import Count, Floats, In, Positive, PositiveVector, checked
from theory.neural_collapse.checks import ClassSizes, geometric_mean


class DeepHeadOptimum(NamedTuple):
    """Minimum, singular values z (K,) of the product, of each layer (L, K), which classes collapsed, and their c."""

    loss: float
    z: Floats
    layer_sv: Floats
    collapsed: NDArray[np.bool_]
    c_crit: Floats


def _largest_root(y: Floats, cost: float, L: int) -> Floats:
    """Largest root of z - y + cost z^(2/L-1), below the fold: Newton from z = y, monotone since it is convex."""
    z = y.copy()
    for _ in range(100):
        power = cost * z ** (2 / L - 1)
        new = z - (z - y + power) / (1 + (2 / L - 1) * power / z)
        if (new >= z).all():
            break
        z = np.minimum(z, new)
    return z


@checked
def deep_head_optimum(n_per_class: ClassSizes, lambdas: PositiveVector) -> DeepHeadOptimum:
    r"""Global optimum of features under a linear head of L-1 layers, squared loss, each factor penalised.

    $$\min\ \tfrac1{2N}\|A_L\cdots A_1-Y\|_F^2+\sum_i\tfrac{\lambda_i}{2}\|A_i\|_F^2,\qquad
    z-\sqrt{n_k}+Nc\,z^{2/L-1}=0,\quad c=\Bigl(\prod_i\lambda_i\Bigr)^{1/L}:$$
    class k has the singular value z (the largest root) in the product and $s_i$ with $\lambda_is_i^2=c z^{2/L}$ in each
    layer, unless $c\ge c_k=n_k^{1-1/L}(L-2)^{1-2/L}(L-1)^{2/L-2}/N$, where z jumps from $\sqrt{n_k}(L-2)/(L-1)$ to 0
    (L = 2: goes continuously to 0).

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2; lambdas > 0, shape (L,), L >= 2, for the features A_1 = H
    first. Widths at least K.

    Returns fields loss; z (K,); layer_sv (L, K), row 0 the features; collapsed (K,) bool, c >= c_crit; c_crit (K,).

    Raises ValueError outside these domains.

    Source: Dang et al. 2023 (arXiv:2301.00437), threshold recalled; derived here through the Schatten quasi-norm 2/L.

    >>> optimum = deep_head_optimum([9, 4, 2], [4e-3, 4e-3, 4e-3])
    >>> round(optimum.loss, 10), optimum.z.round(6).tolist()
    (0.0293337885, [2.958203, 1.951991, 1.360059])
    """
    L = lambdas.size
    if L < 2:
        raise ValueError(f"lambdas = {lambdas.tolist()}: must hold at least two penalties")
    y, total = np.sqrt(n_per_class), float(n_per_class.sum())
    c = geometric_mean(*lambdas.tolist())
    critical = y ** (2 - 2 / L) * float(L - 2) ** (1 - 2 / L) / float(L - 1) ** (2 - 2 / L) / total
    collapsed = c >= critical
    z = np.zeros(y.size)
    z[~collapsed] = _largest_root(y[~collapsed], total * c, L)
    strength = c * z ** (2 / L)
    loss = float(((z - y) ** 2 / (2 * total) + L / 2 * strength).sum())
    return DeepHeadOptimum(loss, z, np.sqrt(strength / lambdas[:, None]), collapsed, critical)


class Branches(NamedTuple):
    """Strength and loss of the living branch of one class (nan past the fold), the dead branch's loss, both penalties:
    c_crit, from which on the dead branch is the lower, and c_fold, where the living one ends."""

    alive: float
    alive_loss: float
    dead_loss: float
    c_crit: float
    c_fold: float


@checked
def deep_head_branches(n: Count, N: Count, L: Annotated[int, In(3)], c: Positive) -> Branches:
    r"""Both local minima of one class under a linear head of L-1 >= 2 layers, squared loss, each factor penalised.

    $$\text{alive: the largest root of } z-y+Ncz^{2/L-1}=0,\quad \frac{(y-z)(y+(L-1)z)}{2N};\qquad
    \text{dead: } z=0,\quad \frac{n}{2N},\qquad y=\sqrt n .$$
    They cross at $Nc_{crit}=y^{2-2/L}(L-2)^{1-2/L}(L-1)^{2/L-2}$, where $z=y(L-2)/(L-1)$, and the living one ends at
    $c_{fold}=L\,2^{2/L-2}c_{crit}$.

    Parameters: n >= 1, samples of the class, of N >= n in all; L >= 3, number of factors; c > 0, geometric mean of the
    factors' penalties.

    Returns fields alive and alive_loss, both nan for c > c_fold; dead_loss; c_crit; c_fold.

    Raises ValueError outside these domains.

    Source: Dang et al. 2023 (arXiv:2301.00437), threshold recalled; the branches derived here.

    >>> branches = deep_head_branches(4, 12, 3, 0.05)
    >>> round(branches.alive, 6), round(branches.c_crit, 6), branches.alive_loss < branches.dead_loss
    (1.472624, 0.083333, True)
    """
    if n > N:
        raise ValueError(f"N = {N}: must be at least n = {n}")
    y = float(np.sqrt(n))
    critical = y ** (2 - 2 / L) * (L - 2) ** (1 - 2 / L) / (L - 1) ** (2 - 2 / L) / N
    fold = L * 2 ** (2 / L - 2) * critical
    z = float(_largest_root(np.asarray([y]), N * c, L)[0]) if c <= fold else np.nan
    missing = N * c * z ** (2 / L - 1)  # y - z without cancellation
    return Branches(z, missing * (y + (L - 1) * z) / (2 * N), n / (2 * N), critical, fold)
