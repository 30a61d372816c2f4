"""Optimisers: they move the parameters of a stack of nets in place."""

from __future__ import annotations

import math

from sims.arrays import namespace
from sims.dense_nets.nets import Net


class GradientDescent:
    """p <- p - lr * v with v <- momentum * v + g, in place."""

    def __init__(self, net: Net, momentum: float = 0.0) -> None:
        self.momentum = momentum
        self.velocity = [namespace(p).zeros_like(p) for p in net.parameters] if momentum else []

    def step(self, net: Net, grad: Net, lr: float) -> None:
        """Move the net's parameters; the gradient is used up."""
        for i, (p, g) in enumerate(zip(net.parameters, grad.parameters, strict=True)):
            if self.momentum:
                self.velocity[i] *= self.momentum
                self.velocity[i] += g
                p -= lr * self.velocity[i]
            else:
                g *= lr
                p -= g


class Adam:
    """Adam with bias correction, in place; weight decay comes with the gradient (no decoupling)."""

    def __init__(self, net: Net, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> None:
        self.b1, self.b2, self.eps, self.count = b1, b2, eps, 0
        self.first = [namespace(p).zeros_like(p) for p in net.parameters]
        self.second = [namespace(p).zeros_like(p) for p in net.parameters]

    def step(self, net: Net, grad: Net, lr: float) -> None:
        """Move the net's parameters; the gradient is used up."""
        self.count += 1
        rate, scale = lr / (1 - self.b1**self.count), 1 / math.sqrt(1 - self.b2**self.count)
        for p, g, m, v in zip(net.parameters, grad.parameters, self.first, self.second, strict=True):
            m *= self.b1
            m += (1 - self.b1) * g
            v *= self.b2
            g *= g
            g *= 1 - self.b2
            v += g
            root = namespace(v).sqrt(v)
            root *= scale
            root += self.eps
            p -= rate * m / root
