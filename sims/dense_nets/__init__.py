"""Dense networks trained for real: whole stacks of nets (leading axis: trials), gradients written out by hand.

A net maps rows: a layer sends (trials, N, d_in) to a(x W + b) with W (trials, d_in, d_out), b (trials, 1, d_out); the
last layer is linear. Data may be shared, (N, d), or per trial, (trials, N, d). Losses are means over the N samples:
`mse` is sum_i |f_i - y_i|^2 / (2N), `cross_entropy` is sum_i CE(softmax f_i, y_i) / N, with one-hot rows y_i (any
targets for mse). Weight decay adds lambda * parameter to every gradient, biases included: the penalty is
(lambda/2) |all parameters|^2.
"""

from sims.dense_nets.losses import LOSSES, accuracy, loss_and_slope, one_hot
from sims.dense_nets.nets import ACTIVATIONS, Net, backward, copy, forward, initialise, layer_norms, layer_slopes
from sims.dense_nets.optimisers import Adam, GradientDescent
from sims.dense_nets.training import batches, gather, gradient, train

__all__ = [
    "ACTIVATIONS", "LOSSES", "Adam", "GradientDescent", "Net", "accuracy", "backward", "batches", "copy", "forward",
    "gather", "gradient", "initialise", "layer_norms", "layer_slopes", "loss_and_slope", "one_hot", "train",
]  # fmt: skip
