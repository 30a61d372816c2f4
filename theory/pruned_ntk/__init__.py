r"""The tangent kernel of wide ReLU networks whose weights are pruned at random before training.

Conventions: $h^0 = x$, $g^l = (W^l \circ M^l) h^{l-1}$, $h^l = \sqrt{2/m}\,\mathrm{relu}(g^l)$ for $l = 1, \dots, L$ (L
is `depth`, m the width), $f = (W^{L+1} \circ M^{L+1}) h^L$, all weights N(0, 1). Masks keep each weight with
probability alpha; rescaled masks are divided by $\sqrt\alpha$. The input layer is not masked unless it is
said. The kernel is the inner product of the gradients by the weights that are kept. Inputs are rows: X (n, d), X2
(n2, d), X if None.
"""

from theory.pruned_ntk.fluctuation import ntk_variance_three_layer, ntk_variance_two_layer
from theory.pruned_ntk.inputs import input_pruned_ntk
from theory.pruned_ntk.kernels import pruned_ntk_limit, relu_nngp, relu_ntk

__all__ = [
    "input_pruned_ntk",
    "ntk_variance_three_layer",
    "ntk_variance_two_layer",
    "pruned_ntk_limit",
    "relu_nngp",
    "relu_ntk",
]
