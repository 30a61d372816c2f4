"""Bounds on the stable rank of the gradient at any step, where the slowest eigenspace is a product and where not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, NonNegatives, checked, refusal
from theory.low_rank_gradients.model import Moderate, Spectrum, Step, check_columns, check_shape, check_step

__all__ = ["both_singular_bound", "stable_rank_bound"]

_EQUAL = 1e-12  # two products of eigenvalues are one, relative to the largest


class _Split(NamedTuple):
    """U'G_0V, where its entries decay slowest, and the second rate over the first."""

    H0: Floats
    slowest: Floats
    ratio: float


def _split(G0: Floats, beta: Floats, gamma: Floats, U: Floats, V: Floats, eta: float) -> _Split:
    m, n = len(beta), len(gamma)
    check_shape("G0", G0, (m, n), "beta and gamma")
    check_shape("U", U, (m, m), "beta")
    check_shape("V", V, (n, n), "gamma")
    check_columns("U", U, m, "beta")
    check_columns("V", V, n, "gamma")
    check_step(eta, beta, gamma)
    products = np.outer(beta, gamma)
    slowest = products <= products.min() + _EQUAL * products.max()
    first = products.min()
    second = products[~slowest].min() if np.any(~slowest) else np.inf
    ratio = 0.0 if second == np.inf else (1 - eta * second) / (1 - eta * first)
    return _Split(U.T @ G0 @ V, slowest, float(ratio))


def _bound(split: _Split, along: Floats, norm: float, t: Floats) -> Floats:
    """(|along|_F^2 + ratio^{2t} |rest|_F^2)/norm^2; infinite where the norm is 0."""
    if norm == 0:
        return np.full(np.shape(t), np.inf)[()]
    with np.errstate(over="ignore"):
        kept, rest = np.sum((along / norm) ** 2), np.sum(((split.H0 - along) / norm) ** 2)
    return np.asarray(kept + split.ratio ** (2 * t) * rest if rest else kept + 0.0 * t)[()]


@checked
def stable_rank_bound(
    G0: Moderate, beta: Spectrum, gamma: Spectrum, U: Moderate, V: Moderate, eta: Step, t: NonNegatives
) -> Floats:
    r"""Return an upper bound on the stable rank of G_t where the slowest eigenspace is one of B times one of C.

    $$\mathrm{sr}(G_t) \le \mathrm{sr}(G_\parallel) + \Bigl(\frac{1-\eta l_2}{1-\eta l_1}\Bigr)^{2t}
    \frac{\|G_0-G_\parallel\|_F^2}{\|G_\parallel\|_2^2}, \qquad G_\parallel = P_{U_1}G_0P_{V_1}$$
    with l_1 < l_2 the smallest products beta_i gamma_j. It is attained where G_0 has only parts of l_1 and l_2 and the
    latter do not raise the spectral norm; early in a run it is far above min(m, n).

    G0: (m, n); beta: (m,), gamma: (n,), eigenvalues >= 0 in any order; U: (m, m), V: (n, n), eigenvectors as columns in
    the same order; 0 < eta < 1/(beta_max gamma_max); t >= 0, any shape. Returns an array of the shape of t: inf where
    G_par = 0. Raises ValueError outside these domains, and where B and C are both singular: then the eigenspace of
    l_1 = 0 is no product and the bound fails; see `both_singular_bound`.

    Source: Zhao et al. 2024, arXiv:2403.03507, lemma on the stable rank (recalled).

    >>> stable_rank_bound(np.eye(2), [0.5, 1.0], [1.0, 1.0], np.eye(2), np.eye(2), 0.5, [0, 1, 10]).round(4)
    array([2.    , 1.4444, 1.0003])
    """
    split = _split(G0, beta, gamma, U, V, eta)
    rows, columns = split.slowest.any(axis=1), split.slowest.any(axis=0)
    if np.any(split.slowest != np.outer(rows, columns)):
        raise refusal("beta", beta, "positive, or gamma: with both singular the slowest eigenspace is no product")
    along = np.where(split.slowest, split.H0, 0.0)
    return _bound(split, along, float(np.linalg.norm(along, 2)), t)


@checked
def both_singular_bound(
    G0: Moderate, beta: Spectrum, gamma: Spectrum, U: Moderate, V: Moderate, eta: Step, t: NonNegatives
) -> Floats:
    r"""Return an upper bound on the stable rank of G_t where B and C are both singular.

    $$\mathrm{sr}(G_t) \le \frac{\|G_\infty\|_F^2 + (1-\eta l_2)^{2t}\|G_0-G_\infty\|_F^2}
    {\max(\|P_{\ker B}G_0\|_2, \|G_0P_{\ker C}\|_2)^2}, \qquad G_\infty = G_0 - (I-P_{\ker B})G_0(I-P_{\ker C})$$
    because the rows of G in ker B and the columns in ker C never move. With $\mathrm{sr}(G_\infty)$ and
    $\|G_\infty\|_2$, as for a product, it would fail: G_t can have a smaller norm than its limit.

    Arguments and returns as in `stable_rank_bound`; beta and gamma must both hold a 0, and not zeros alone. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> G0, kept = [[-1.0, 1.0], [1.0, 1.0]], np.eye(2)
    >>> both_singular_bound(G0, [1.0, 0.0], [1.0, 0.0], kept, kept, 0.3, [0, 1]).round(3)
    array([2.   , 1.745])
    """
    split = _split(G0, beta, gamma, U, V, eta)
    for name, values in (("beta", beta), ("gamma", gamma)):
        if np.all(values > 0) or np.all(values == 0):
            raise refusal(name, values, "partly 0 and partly positive")
    along = np.where(split.slowest, split.H0, 0.0)
    still = [along[beta == 0], along[:, gamma == 0]]
    return _bound(split, along, max(float(np.linalg.norm(part, 2)) for part in still), t)
