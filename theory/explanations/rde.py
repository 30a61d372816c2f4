"""Rate-distortion explanation of a linear function of Gaussian inputs: what is lost when the rest is redrawn."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory.domain import Floats, In, NonNegative, Vector, checked, refusal
from theory.explanations.domains import Covariance, Keep, LikeW

__all__ = ["Subset", "rde_average", "rde_best_subset", "rde_distortion", "rde_soft_mask"]

Mode = Literal["conditional", "marginal"]
Variances = Annotated[Floats, In(0.0, ndim=1, like="w")]


class Subset(NamedTuple):
    """Indices that are kept, ascending, (k,), and the averaged distortion."""

    indices: NDArray[np.int64]
    distortion: float


class _Redraw(NamedTuple):
    """The complement's indices, the matrix from x_S - mu_S to its mean, and its covariance."""

    rest: NDArray[np.int64]
    gain: Floats
    covariance: Floats


def _redraw(d: int, Sigma: Floats, keep: NDArray[np.int64], mode: str) -> _Redraw:
    if len(Sigma) != d:
        raise refusal("Sigma", Sigma, f"a {d} x {d} matrix, with a row for each entry of w")
    if keep.size and keep.max() >= len(Sigma):
        raise refusal("keep", keep, f"distinct integers from 0 to {len(Sigma) - 1}")
    rest = np.setdiff1d(np.arange(len(Sigma)), keep)
    cross, own = Sigma[np.ix_(rest, keep)], Sigma[np.ix_(rest, rest)]
    if mode == "marginal" or not keep.size or not rest.size:
        return _Redraw(rest, np.zeros_like(cross), own)
    # A direction without variance says nothing of the others: the pseudo-inverse leaves it out.
    gain = cross @ np.linalg.pinv(Sigma[np.ix_(keep, keep)], rcond=1e-13 * len(keep), hermitian=True)
    return _Redraw(rest, gain, own - gain @ cross.T)


@checked
def rde_distortion(w: Vector, mu: LikeW, Sigma: Covariance, x: LikeW, keep: Keep, mode: Mode = "conditional") -> float:
    r"""Return the expected squared change of w.x when all coordinates but `keep` (indices) are redrawn.

    .. math:: D = \bigl(w_c\cdot(x_c - m_c)\bigr)^2 + w_c^\top V_c w_c

    with c the complement of S = keep; redrawn in distribution ("conditional"), $m_c = \mu_c +
    \Sigma_{cS}\Sigma_{SS}^{-1}(x_S-\mu_S)$ and $V_c = \Sigma_{cc} - \Sigma_{cS}\Sigma_{SS}^{-1}\Sigma_{Sc}$;
    redrawn on its own ("marginal"), $m_c = \mu_c$ and $V_c = \Sigma_{cc}$.

    w, mu, x: (d,); Sigma: (d, d), symmetric positive semidefinite (a singular $\Sigma_{SS}$ has its pseudo-inverse);
    keep: distinct indices from 0 to d - 1 in any order, possibly none; mode: "conditional" or "marginal". Raises
    ValueError outside these domains.

    Source: Macdonald et al. 2019, arXiv:1905.11092, and Kolek et al. 2022 (recalled); closed form derived here.

    >>> rde_distortion([1.0, 2.0], [0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]], [1.0, 1.0], [0])
    4.0
    """
    rest, gain, covariance = _redraw(w.size, Sigma, keep, mode)
    bias = float(w[rest] @ (x[rest] - mu[rest] - gain @ (x[keep] - mu[keep])))
    return bias**2 + float(w[rest] @ covariance @ w[rest])


@checked
def rde_average(w: Vector, Sigma: Covariance, keep: Keep, mode: Mode = "conditional") -> float:
    r"""Return the distortion averaged over inputs x ~ N(mu, Sigma), coordinates `keep` (indices) kept.

    .. math:: 2\,w_c^\top V_c w_c

    with V_c as in `rde_distortion`, for either redraw: the input varies about the redraw's mean as the redraw does.

    w: (d,); Sigma: (d, d), symmetric positive semidefinite; keep: distinct indices from 0 to d - 1, possibly none;
    mode: "conditional" or "marginal". Raises ValueError outside these domains.

    Source: derived here.

    >>> rde_average([1.0, 2.0], [[1.0, 0.5], [0.5, 1.0]], [0])
    6.0
    """
    rest, _, covariance = _redraw(w.size, Sigma, keep, mode)
    return 2 * float(w[rest] @ covariance @ w[rest])


@checked
def rde_best_subset(w: Vector, sigma2: Variances, k: Annotated[int, In(0)]) -> Subset:
    r"""Return the k coordinates to keep that make the averaged distortion least, for independent coordinates.

    .. math:: \text{the } k \text{ largest } w_i^2\sigma_i^2, \qquad D = 2\sum_{i\notin S} w_i^2\sigma_i^2

    w, sigma2: (d,), variances >= 0; k: an integer from 0 to d. Returns fields indices (ascending; of equal ones the
    lower index first), distortion. Raises ValueError outside these domains.

    Source: derived here.

    >>> rde_best_subset([1.0, 3.0, -0.6, 2.0, 0.8], [1.0, 0.2, 3.0, 0.5, 0.9], 1).indices.tolist()
    [3]
    """
    if k > w.size:
        raise refusal("k", k, f"an integer from 0 to {w.size}, the length of w")
    worth = w**2 * sigma2
    order = np.argsort(-worth, kind="stable")
    return Subset(np.sort(order[:k]), 2 * float(np.sum(worth[order[k:]])))


@checked
def rde_soft_mask(w: Vector, sigma2: Variances, lam: NonNegative) -> Floats:
    r"""Return the mask s in [0, 1]^d that minimises distortion plus lam times its sum, for independent coordinates.

    .. math:: s_i = \max\Bigl(0, 1 - \frac{\lambda}{4 w_i^2\sigma_i^2}\Bigr)

    minimises $E D + \lambda\sum_i s_i$ with $E D = 2\sum_i(1-s_i)^2w_i^2\sigma_i^2$: the input is y = s x + (1-s) n, n
    an independent copy of x.

    w, sigma2: (d,), variances >= 0; lam >= 0. Returns s, (d,): 0 where w_i sigma_i = 0. Raises ValueError outside
    these domains.

    Source: derived here.

    >>> rde_soft_mask([1.0, 2.0, 0.0], [1.0, 0.5, 1.0], 2.0)
    array([0.5 , 0.75, 0.  ])
    """
    worth = 4 * w**2 * sigma2
    kept = worth > lam
    s = np.zeros_like(worth)
    s[kept] = 1 - lam / worth[kept]
    return s
