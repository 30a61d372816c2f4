"""The neural tangent kernel of real nets: a sum of layer terms, never a Jacobian."""

from __future__ import annotations

from collections.abc import Sequence

from sims.arrays import Array, namespace, zeros
from sims.dense_nets import Net, forward, layer_slopes


def tangent_gram(net: Net, x: Array, x2: Array | None = None, masks: Sequence[Array] | None = None) -> Array:
    r"""Return $\sum_k \nabla f_k(x_i) \cdot \nabla f_k(x'_j)$, over all parameters and outputs k, shape (T, n, n2).

    A layer's weights give $\sum_k (b_k(x) \cdot b_k(x')) (h(x) \cdot h(x'))$, h its inputs and b_k the slopes of
    output k by its pre-activations; its biases $\sum_k b_k(x) \cdot b_k(x')$.

    net: a stack of `sims.dense_nets`; x (n, d) or (T, n, d); x2 the same with n2 rows, x if None. masks: one a layer,
    (d_in, d_out) or (T, d_in, d_out), which multiply the weights, the parameters being what they multiply: 0/1 entries
    prune, other values count squared. For one input twice the value is the squared norm of the gradient.

    >>> import numpy as np
    >>> net = Net((np.ones((1, 2, 3)), np.ones((1, 3, 1))), activation="linear")
    >>> tangent_gram(net, np.asarray([[1.0, 0.0], [0.0, 2.0]]))
    array([[[ 6., 6.],
            [ 6., 24.]]])
    """
    if masks is not None:
        if len(masks) != len(net.weights):
            raise ValueError(f"masks = {len(masks)} arrays: must be {len(net.weights)}, one a layer")
        net = Net(tuple(w * m for w, m in zip(net.weights, masks, strict=True)), net.biases, net.activation)
    first = _layers(net, x)
    second = first if x2 is None else _layers(net, x2)
    trials, n, n2 = net.weights[0].shape[0], first[0][0].shape[-2], second[0][0].shape[-2]
    total = zeros(x, (trials, n, n2))
    for l in range(len(net.weights)):
        (h, slopes), (h2, slopes2) = first[l], second[l]
        inputs = h @ h2.mT
        for b, b2 in zip(slopes, slopes2, strict=True):
            outputs = b @ b2.mT
            total = total + (outputs * inputs if masks is None else _masked(h, h2, b, b2, masks[l]))
            if net.biases:
                total = total + outputs
    return total


def _layers(net: Net, x: Array) -> list[tuple[Array, list[Array]]]:
    """For each layer its inputs (.., n, d_in) and, for each output, the slopes at its pre-activations (T, n, d_out)."""
    xp, layers = namespace(x), forward(net, x)
    outputs = layers[-1]
    k = xp.arange(outputs.shape[-1], device=outputs.device)
    ones = [0.0 * outputs + xp.astype(k == each, outputs.dtype) for each in range(outputs.shape[-1])]
    slopes = [layer_slopes(net, layers, one) for one in ones]
    return [(layers[l], [each[l] for each in slopes]) for l in range(len(net.weights))]


def _masked(h: Array, h2: Array, b: Array, b2: Array, mask: Array) -> Array:
    """sum_ij M_ij^2 h_i h'_i b_j b'_j, one outgoing unit j after the other."""
    xp = namespace(h)
    squares = mask * mask
    total = 0.0 * (b @ b2.mT)
    for j in range(mask.shape[-1]):
        kept = h * xp.expand_dims(squares[..., j], axis=-2)
        total = total + (kept @ h2.mT) * (b[..., j : j + 1] @ b2[..., j : j + 1].mT)
    return total
