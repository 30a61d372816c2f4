"""Limits in the width: the kernel of the dense network, and what random pruning of the layers above makes of it."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.arc_cosine import J_of_supplement, angles
from theory.domain import Floats, In, Matrix, Shares, checked, default, refusal

Depth = Annotated[int, In(1, 10_000)]


class Layer(NamedTuple):
    """After some layers, in units of |x||x'|: correlation of the units, kernel; the angle and what it lacks to pi."""

    correlation: Floats
    kernel: Floats
    angle: Floats
    supplement: Floats


def next_angle(t: Floats) -> Floats:
    r"""Return the angle after a layer, small ones too: $1 - \cos t' = 2\sin^2(t/2) - (\sin t - t\cos t)/\pi$."""
    versine = 2 * np.sin(t / 2) ** 2 - J_of_supplement(1, t) / math.pi
    return np.asarray(2 * np.arcsin(np.sqrt(np.clip(versine / 2, 0.0, 1.0))))


def recurse(layer: Layer, steps: int) -> Layer:
    """`steps` more dense layers of units and their slopes."""
    for _ in range(steps):
        slope, value = (J_of_supplement(q, layer.supplement) / math.pi for q in (0, 1))
        t = next_angle(layer.angle)
        layer = Layer(value, value + layer.kernel * slope, t, math.pi - t)
    return layer


def lengths(X: Floats, X2: Floats) -> Floats:
    """|x||x'| of all pairs."""
    return np.asarray(np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(X2, axis=1))


def other(X: Floats, X2: Floats | None) -> Floats:
    """X2, or X; refuses zero rows and unequal dimensions."""
    second = X if X2 is None else X2
    for name, rows in (("X", X), ("X2", second)):
        if not rows.any(axis=1).all():
            raise refusal(name, rows.tolist(), "a matrix without zero rows")
    if X.shape[1] != second.shape[1]:
        raise ValueError(f"X2 = array of shape {second.shape}: must have {X.shape[1]} columns, as X")
    return second


def _dense(X: Floats, X2: Floats | None, depth: int) -> tuple[Layer, Floats]:
    second = other(X, X2)
    t = angles(X, second)
    return recurse(Layer(np.cos(t), np.cos(t), t, angles(X, -second)), depth), lengths(X, second)


@checked
def relu_nngp(X: Matrix, X2: Matrix | None = None, depth: Depth = 1) -> Floats:
    r"""Return the limit of the inner products of the last hidden layer, $h^L(x)\cdot h^L(x')$.

    .. math:: |x||x'|\,r_L, \qquad r_l = \kappa_1(r_{l-1}) = \frac{\sqrt{1-r^2} + r(\pi - \arccos r)}{\pi},\quad
        r_0 = \frac{x\cdot x'}{|x||x'|}

    X: (n, d), X2: (n2, d) or None for X, no zero rows; depth: L, 1 to 10,000. Returns (n, n2). Angles are used
    throughout, so that near and opposite inputs keep their digits. Raises ValueError outside these domains.

    Source: Cho, Saul 2009 (recalled).

    >>> relu_nngp([[1.0, 0.0]], [[0.0, 2.0]], 2).round(6)
    array([[0.987462]])
    """
    layer, scale = _dense(X, X2, depth)
    return np.asarray(scale * layer.correlation)


@checked
def relu_ntk(X: Matrix, X2: Matrix | None = None, depth: Depth = 1) -> Floats:
    r"""Return the tangent kernel of the infinitely wide ReLU network with L hidden layers.

    .. math:: \Theta_l = |x||x'|\,\kappa_1(r_{l-1}) + \Theta_{l-1}\,\kappa_0(r_{l-1}), \qquad \Theta_0 = x\cdot x',\quad
        \kappa_0(r) = \frac{\pi-\arccos r}{\pi}

    with r and $\kappa_1$ as in `relu_nngp`; on the diagonal $\Theta_L = (L+1)|x|^2$.

    X, X2, depth: as `relu_nngp`. Returns (n, n2). Raises ValueError outside these domains.

    Source: Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Arora et al. 2019, arXiv:1904.11955 (recalled).

    >>> relu_ntk([[1.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]], 2).round(6)
    array([[3.      , 1.371417]])
    """
    layer, scale = _dense(X, X2, depth)
    return np.asarray(scale * layer.kernel)


@checked
def pruned_ntk_limit(
    X: Matrix, X2: Matrix | None = None, depth: Depth = 1, alpha: Shares = default(1.0), rescaled: bool = False
) -> Floats:
    r"""Return the limit of the tangent kernel when layers 2 to L+1 are pruned at random before training.

    .. math:: \Theta_{pruned} = \Bigl(\prod_{l=2}^{L+1}\alpha_l\Bigr)\,\Theta_{dense}

    without rescaling; with masks divided by the root of alpha it is the dense kernel itself. Each masked layer gives
    one alpha: forward, backward, or through its own gradient.

    X, X2, depth: as `relu_nngp`; alpha: the share kept, in (0, 1], of all layers or a sequence of L, one a layer from
    the second to the last; rescaled: a bool. Returns (n, n2). Raises ValueError outside these domains.

    Source: Yang, Wang 2022, arXiv:2203.14328 (abstract seen: the dense limit with an extra scaling that rescaling
    removes); the exponent derived here.

    >>> pruned_ntk_limit([[1.0, 0.0]], depth=2, alpha=[0.5, 0.2])
    array([[0.3]])
    """
    keep = _kept(alpha, depth)
    return np.asarray(relu_ntk(X, X2, depth) * (1.0 if rescaled else float(np.prod(keep))))


def _kept(alpha: Floats, depth: int) -> Floats:
    if alpha.ndim > 1 or alpha.size not in (1, depth) or (alpha <= 0).any():
        raise refusal("alpha", alpha.tolist(), f"a number in (0, 1], or a sequence of depth = {depth} of them")
    return np.broadcast_to(np.ravel(alpha), (depth,))
