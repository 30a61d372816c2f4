"""Activations by name, as functions, and the argument `activation` of everything that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import scipy.special

from theory.domain import Floats, Parsed, words_text

Activation = str | Callable[..., Floats]

NAMES = (
    "relu", "leaky_relu", "abs", "step", "quadratic", "cubic", "erf", "gelu", "sin", "cos", "tanh", "sigmoid",
    "softplus", "silu", "elu",
)  # fmt: skip


_ALLOWED = "a callable or " + words_text(NAMES)


def check_activation(name: str, value: Any) -> Activation:
    """Return a name of `NAMES` or a callable as it is; ValueError for anything else."""
    if isinstance(value, str) and value in NAMES:
        return value
    if callable(value):
        try:
            with np.errstate(all="ignore"):
                float(value(np.asarray(0.5)))
        except Exception as error:
            raise ValueError(f"{name} = {value!r}: must take and give real arrays ({error})") from error
        return value  # type: ignore[no-any-return]
    raise ValueError(f"{name} = {value!r}: must be {_ALLOWED}")


ActivationLike = Annotated[Activation, Parsed(check_activation, _ALLOWED)]


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
