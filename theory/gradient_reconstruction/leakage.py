"""What the gradient of one layer determines: ranks, the identifiable batch size, exact inversion, row spaces."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from theory.domain import Floats, integer, one_of, reals

LOSSES = ("softmax", "squared")
_RANK_TOLERANCE = 1e-10  # relative to the largest singular value: above the rounding of a summed gradient


def _free_rows(d: object, n_outputs: object, loss: object, *, wide: bool = False) -> tuple[int, int, str]:
    """Check d, n_outputs and loss; return d, the free rows of the residual matrix and the loss."""
    name = one_of("loss", loss, LOSSES)
    outputs = integer("n_outputs", n_outputs, 2 if name == "softmax" else 1)
    free = outputs - 1 if name == "softmax" else outputs
    d = integer("d", d)
    if not wide and d <= free:
        raise ValueError(f"d = {d}: must be larger than {free}, the free rows at n_outputs = {outputs}, loss {name!r}")
    return d, free, name


def gradient_jacobian_rank(B: int, d: int, n_outputs: int, loss: str) -> int:
    r"""Return the rank of the Jacobian of X -> (G_W, G_b) of a last layer with known labels, generic W, b, X.

    $\min(Bd, f(d+1))$ with f = K - 1 free residual rows for softmax cross-entropy (the residuals of a sample sum to 0)
    and f = m for the squared loss.

    B: batch size >= 1; d: input dimension > f; n_outputs: K >= 2 or m >= 1; loss: 'softmax' or 'squared'. Returns an
    int. Raises ValueError outside these domains (for d <= f see `wide_layer_jacobian_rank`).

    Source: derived here; the attack is Zhu, Liu, Han 2019, arXiv:1906.08935 (recalled).

    >>> gradient_jacobian_rank(4, 8, 5, "softmax"), gradient_jacobian_rank(5, 8, 5, "softmax")
    (32, 36)
    """
    B = integer("B", B)
    d, free, _ = _free_rows(d, n_outputs, loss)
    return min(B * d, free * (d + 1))


def wide_layer_jacobian_rank(B: int, d: int, n_outputs: int, loss: str) -> int:
    r"""Return the rank of the Jacobian of X -> (G_W, G_b) for any d, also d <= f where the threshold itself moves.

    Squared loss: $\min(Bd, md + \min(m, d))$, because $G_b = W\sum_i x_i$ + const moves only in the column space of W;
    softmax: $\min(Bd, (K-1)(d+1))$. All arguments as in `gradient_jacobian_rank`, without the condition on d.

    Source: derived here.

    >>> wide_layer_jacobian_rank(9, 5, 8, "squared")
    45
    """
    B = integer("B", B)
    d, free, name = _free_rows(d, n_outputs, loss, wide=True)
    return min(B * d, free * d + (min(free, d) if name == "squared" else free))


def max_identifiable_batch(d: int, n_outputs: int, loss: str) -> int:
    """Return the largest batch that one last-layer gradient determines locally: K - 1 (softmax) or m (squared loss).

    d: input dimension, larger than the result; n_outputs: K >= 2 or m >= 1; loss: 'softmax' or 'squared'. Returns an
    int. Raises ValueError outside these domains.

    Source: derived here.

    >>> max_identifiable_batch(64, 10, "softmax")
    9
    """
    return _free_rows(d, n_outputs, loss)[1]


def gradient_rank(B: int, m: int, d: int) -> int:
    """Return the rank min(B, m, d) of a weight gradient with generic residuals: B samples, m neurons, d inputs.

    Raises ValueError unless all are integers >= 1. A softmax output layer has K - 1 in place of m.

    Source: Geiping et al. 2020, arXiv:2003.14053 (recalled).

    >>> gradient_rank(4, 100, 64)
    4
    """
    return min(integer("B", B), integer("m", m), integer("d", d))


def _check_gradient(grad_W: object) -> Floats:
    gradient = reals("grad_W", grad_W, ndim=2)
    if not gradient.any():
        raise ValueError("grad_W = 0: must have a nonzero entry (a zero gradient says nothing)")
    return gradient


def invert_single_sample(grad_W: object, grad_b: object) -> Floats:
    r"""Return the input $x = G_W[j]/G_b[j]$ behind the gradient of one sample, j the row of largest $|G_b|$.

    grad_W: weight gradient (m, d); grad_b: bias gradient (m,), not all 0. Returns x (d,). Raises ValueError outside
    these domains. For a batch of one sample only: the ratio of a larger batch is a mixture.

    Source: Phong et al. 2017; Geiping et al. 2020, arXiv:2003.14053 (recalled).

    >>> invert_single_sample([[2.0, 4.0], [0.0, 0.0]], [2.0, 0.0])
    array([1., 2.])
    """
    gradient = reals("grad_W", grad_W, ndim=2)
    bias = reals("grad_b", grad_b, ndim=1)
    if bias.size != len(gradient):
        raise ValueError(f"grad_b = {grad_b!r}: must hold one number for each of the {len(gradient)} rows of grad_W")
    if not bias.any():
        raise ValueError("grad_b = 0: must have a nonzero entry (no neuron fired)")
    row = int(np.argmax(np.abs(bias)))
    return np.asarray(gradient[row] / bias[row])


def _row_basis(matrix: Floats) -> Floats:
    _, singular, right = np.linalg.svd(matrix, full_matrices=False)
    return np.asarray(right[singular > _RANK_TOLERANCE * singular[0]].T)


def row_space_angles(grad_W: object, X: object) -> Floats:
    r"""Return the principal angles between the row space of a weight gradient and the span of the samples.

    They all vanish, and the dimensions agree, when $G_W = \sum_i \delta_i x_i^\top$ has generic residuals and
    B <= min(m, d).

    grad_W: (m, d), not zero; X: (B, d), not zero. Returns the angles in radians, descending; as many as the smaller of
    the two numerical dimensions (singular values below 1e-10 of the largest count as zero). Raises ValueError outside
    these domains.

    Source: Geiping et al. 2020, arXiv:2003.14053 (recalled).

    >>> row_space_angles([[1.0, 0.0]], [[0.0, 2.0]])
    array([1.57079633])
    """
    gradient, batch = _check_gradient(grad_W), reals("X", X, ndim=2)
    if batch.shape[1] != gradient.shape[1]:
        raise ValueError(f"X = array of shape {batch.shape}: must have the {gradient.shape[1]} columns of grad_W")
    if not batch.any():
        raise ValueError("X = 0: must have a nonzero entry")
    return np.asarray(scipy.linalg.subspace_angles(_row_basis(gradient), _row_basis(batch)))
