"""What the gradient of one layer determines: ranks, the identifiable batch size, exact inversion, row spaces."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import scipy.linalg

from theory.domain import Count, Floats, Matrix, Vector, checked, refusal

Loss = Literal["softmax", "squared"]
LOSSES = get_args(Loss)
_RANK_TOLERANCE = 1e-10  # relative to the largest singular value: above the rounding of a summed gradient


def _free_rows(n_outputs: int, loss: Loss) -> int:
    """The free rows of the residual matrix."""
    if loss == "squared":
        return n_outputs
    if n_outputs < 2:
        raise refusal("n_outputs", n_outputs, "an integer >= 2")
    return n_outputs - 1


def _free_rows_below(d: int, n_outputs: int, loss: Loss) -> int:
    free = _free_rows(n_outputs, loss)
    if d <= free:
        raise ValueError(
            f"d = {d}: must be larger than {free}, the free rows at n_outputs = {n_outputs}, loss {loss!r}"
        )
    return free


@checked
def gradient_jacobian_rank(B: Count, d: Count, n_outputs: Count, loss: Loss) -> int:
    r"""Return the rank of the Jacobian of X -> (G_W, G_b) of a last layer with known labels, generic W, b, X.

    $\min(Bd, f(d+1))$ with f = K - 1 free residual rows for softmax cross-entropy (the residuals of a sample sum to 0)
    and f = m for the squared loss.

    B: batch size >= 1; d: input dimension > f; n_outputs: K >= 2 or m >= 1; loss: 'softmax' or 'squared'. Returns an
    int. Raises ValueError outside these domains (for d <= f see `wide_layer_jacobian_rank`).

    Source: derived here; the attack is Zhu, Liu, Han 2019, arXiv:1906.08935 (recalled).

    >>> gradient_jacobian_rank(4, 8, 5, "softmax"), gradient_jacobian_rank(5, 8, 5, "softmax")
    (32, 36)
    """
    return min(B * d, _free_rows_below(d, n_outputs, loss) * (d + 1))


@checked
def wide_layer_jacobian_rank(B: Count, d: Count, n_outputs: Count, loss: Loss) -> int:
    r"""Return the rank of the Jacobian of X -> (G_W, G_b) for any d, also d <= f where the threshold itself moves.

    Squared loss: $\min(Bd, md + \min(m, d))$, because $G_b = W\sum_i x_i$ + const moves only in the column space of W;
    softmax: $\min(Bd, (K-1)(d+1))$. All arguments as in `gradient_jacobian_rank`, without the condition on d.

    Source: derived here.

    >>> wide_layer_jacobian_rank(9, 5, 8, "squared")
    45
    """
    free = _free_rows(n_outputs, loss)
    return min(B * d, free * d + (min(free, d) if loss == "squared" else free))


@checked
def max_identifiable_batch(d: Count, n_outputs: Count, loss: Loss) -> int:
    """Return the largest batch that one last-layer gradient determines locally: K - 1 (softmax) or m (squared loss).

    d: input dimension, larger than the result; n_outputs: K >= 2 or m >= 1; loss: 'softmax' or 'squared'. Returns an
    int. Raises ValueError outside these domains.

    Source: derived here.

    >>> max_identifiable_batch(64, 10, "softmax")
    9
    """
    return _free_rows_below(d, n_outputs, loss)


@checked
def gradient_rank(B: Count, m: Count, d: Count) -> int:
    """Return the rank min(B, m, d) of a weight gradient with generic residuals: B samples, m neurons, d inputs.

    Raises ValueError unless all are integers >= 1. A softmax output layer has K - 1 in place of m.

    Source: Geiping et al. 2020, arXiv:2003.14053 (recalled).

    >>> gradient_rank(4, 100, 64)
    4
    """
    return min(B, m, d)


@checked
def invert_single_sample(grad_W: Matrix, grad_b: Vector) -> Floats:
    r"""Return the input $x = G_W[j]/G_b[j]$ behind the gradient of one sample, j the row of largest $|G_b|$.

    grad_W: weight gradient (m, d); grad_b: bias gradient (m,), not all 0. Returns x (d,). Raises ValueError outside
    these domains. For a batch of one sample only: the ratio of a larger batch is a mixture.

    Source: Phong et al. 2017; Geiping et al. 2020, arXiv:2003.14053 (recalled).

    >>> invert_single_sample([[2.0, 4.0], [0.0, 0.0]], [2.0, 0.0])
    array([1., 2.])
    """
    if grad_b.size != len(grad_W):
        raise ValueError(
            f"grad_b = {grad_b.tolist()}: must hold one number for each of the {len(grad_W)} rows of grad_W"
        )
    if not grad_b.any():
        raise ValueError("grad_b = 0: must have a nonzero entry (no neuron fired)")
    row = int(np.argmax(np.abs(grad_b)))
    return np.asarray(grad_W[row] / grad_b[row])


def _row_basis(matrix: Floats) -> Floats:
    _, singular, right = np.linalg.svd(matrix, full_matrices=False)
    return np.asarray(right[singular > _RANK_TOLERANCE * singular[0]].T)


@checked
def row_space_angles(grad_W: Matrix, X: Matrix) -> Floats:
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
    if not grad_W.any():
        raise ValueError("grad_W = 0: must have a nonzero entry (a zero gradient says nothing)")
    if X.shape[1] != grad_W.shape[1]:
        raise ValueError(f"X = array of shape {X.shape}: must have the {grad_W.shape[1]} columns of grad_W")
    if not X.any():
        raise ValueError("X = 0: must have a nonzero entry")
    return np.asarray(scipy.linalg.subspace_angles(_row_basis(grad_W), _row_basis(X)))
