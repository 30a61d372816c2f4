"""Activations by name, as functions: what the Hermite coefficients are the coefficients of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.special

from theory.domain import Floats, real, reals

Activation = str | Callable[..., Floats]
LARGEST_NORM = 1e12

NAMES = (
    "relu", "leaky_relu", "abs", "step", "quadratic", "cubic", "erf", "gelu", "sin", "cos", "tanh", "sigmoid",
    "softplus", "silu", "elu",
)  # fmt: skip


def check_activation(activation: object) -> Activation:
    """Return a name of `NAMES` or a callable as it is; ValueError for anything else."""
    if isinstance(activation, str) and activation in NAMES:
        return activation
    if callable(activation):
        try:
            with np.errstate(all="ignore"):
                float(activation(np.asarray(0.5)))
        except Exception as error:
            raise ValueError(f"activation = {activation!r}: must take and give real arrays ({error})") from error
        return activation
    raise ValueError(f"activation = {activation!r}: must be a callable or one of {', '.join(map(repr, NAMES))}")


def activation_function(activation: Activation, slope: float = 0.01, alpha: float = 1.0) -> Callable[[Floats], Floats]:
    """Return the activation as a vectorised function (`slope` is leaky_relu's, `alpha` elu's).

    >>> activation_function("relu")(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    if not isinstance(activation, str):
        return activation
    functions: dict[str, Callable[[Floats], Floats]] = {
        "relu": lambda z: np.maximum(z, 0.0),
        "leaky_relu": lambda z: np.where(z > 0, z, slope * z),
        "abs": np.abs,
        "step": lambda z: np.where(z > 0, 1.0, 0.0),
        "quadratic": np.square,
        "cubic": lambda z: z**3,
        "erf": scipy.special.erf,
        "gelu": lambda z: z * scipy.special.ndtr(z),
        "sin": np.sin,
        "cos": np.cos,
        "tanh": np.tanh,
        "sigmoid": scipy.special.expit,
        "softplus": lambda z: np.logaddexp(0.0, z),
        "silu": lambda z: z * scipy.special.expit(z),
        "elu": lambda z: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0))),
    }
    return functions[activation]


def check_batch(X: object, r: object, name: str = "r", rows: str = "X") -> tuple[Floats, Floats]:
    """Return the batch X (B, d) and its numbers r (B,) as float64 arrays of matching length, or raise ValueError."""
    batch = reals("X", X, ndim=2)
    if (np.linalg.norm(batch, axis=1) > LARGEST_NORM).any():
        raise ValueError(f"{rows} = {X!r}: must have norms of at most {LARGEST_NORM:g}")
    weights = reals(name, r, ndim=1)
    if weights.size != len(batch):
        raise ValueError(f"{name} = {r!r}: must hold one number for each of the {len(batch)} rows of {rows}")
    return batch, weights


def check_shape(slope: object, alpha: object) -> tuple[float, float]:
    """Return the shape parameters of leaky_relu and elu as floats, or raise ValueError."""
    return real("slope", slope), real("alpha", alpha)
