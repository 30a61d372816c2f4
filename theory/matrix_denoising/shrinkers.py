"""Rules for singular values: the best one, its rivals, and what each costs in the limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from theory.domain import Floats, NonNegatives, Parsed, checked, one_of, refusal
from theory.matrix_denoising.domains import Aspects
from theory.matrix_denoising.thresholds import hard_threshold
from theory.spiked import cosines, observed

__all__ = ["RULES", "amse", "debiased_shrinker", "optimal_shrinker"]

RULES = ("optimal", "hard", "soft", "keep")


def _product(y: Floats, beta: Floats) -> Floats:
    """(y^2 - edge^2)(y^2 - lower edge^2) above the edge, else 0."""
    root = np.sqrt(beta)
    above = np.maximum(y - (1 + root), 0.0)
    return np.asarray(above * (y + 1 + root) * (y + 1 - root) * (y - 1 + root))


@checked(broadcast=True)
def optimal_shrinker(y: NonNegatives, beta: Aspects) -> Floats:
    r"""Return the shrunk singular value that is best in Frobenius norm.

    $$\eta(y) = \frac{\sqrt{(y^2-\beta-1)^2-4\beta}}{y} \quad (y > 1+\sqrt\beta), \qquad 0 \text{ else}$$

    The radicand is written as a product of its roots: no cancellation at the edge.

    y >= 0: singular values of $X + Z/\sqrt n$; beta = m/n in (0, 1]; they broadcast. Returns an array of their shape.
    Raises ValueError outside these domains.

    Source: Gavish, Donoho 2017, arXiv:1405.7511 (recalled).

    >>> optimal_shrinker([1.5, 2.5], 1.0)
    array([0. , 1.5])
    """
    # Factors first divided by y: y^4 need not be a float.
    root = np.sqrt(beta)
    safe = np.maximum(y, 1 + root)
    lower = 1 - ((1 - root) / safe) ** 2
    upper = (safe - (1 + root)) * (safe + 1 + root)
    return np.asarray(np.sqrt(upper * lower))[()]


@checked(broadcast=True)
def debiased_shrinker(y: NonNegatives, beta: Aspects) -> Floats:
    r"""Return the strength x whose observed singular value is y: unbiased, and worse than `optimal_shrinker`.

    $$x^2 = \tfrac12\bigl(y^2-\beta-1+\sqrt{(y^2-\beta-1)^2-4\beta}\bigr) \quad (y > 1+\sqrt\beta; \text{ else } 0)$$

    y >= 0; beta in (0, 1]; they broadcast. Returns an array of their shape. Raises ValueError outside these domains.

    Source: inverse of `theory.spiked.observed`; Gavish, Donoho 2017 (recalled) use it on the way.

    >>> debiased_shrinker([2.0, 2.5], 1.0)
    array([0., 2.])
    """
    safe = np.where(y > 1 + np.sqrt(beta), y, 2.0)
    strength = np.sqrt(0.5 * (safe * safe - beta - 1 + np.sqrt(_product(safe, beta))))
    return np.where(y > 1 + np.sqrt(beta), strength, 0.0)[()]


def _rule(name: str, value: Any) -> Any:
    if callable(value):
        return value
    try:
        return one_of(name, value, RULES)
    except ValueError:
        raise refusal(name, value, _ALLOWED) from None


_ALLOWED = f"one of {', '.join(map(repr, RULES))}, or a function of the singular values"
Rule = Annotated[str | Callable[[Floats], Any], Parsed(_rule, _ALLOWED)]


def shrunk(y: Floats, beta: Floats, rule: Any) -> Floats:
    """What a rule makes of observed singular values."""
    if callable(rule):
        values = np.asarray(rule(y), dtype=np.float64)
        if values.shape != np.shape(y) or not np.isfinite(values).all():
            raise ValueError(f"rule = {rule!r}: must give finite values of the shape of the singular values")
        return values
    if rule == "optimal":
        return np.asarray(optimal_shrinker(y, beta))
    if rule == "hard":
        return np.where(y > hard_threshold(beta), y, 0.0)
    return np.asarray(y - (1 + np.sqrt(beta)) if rule == "soft" else y)


@checked(broadcast=True)
def amse(x: NonNegatives, beta: Aspects, rule: Rule) -> Floats:
    r"""Return the limit of the squared Frobenius error a spike of strength x costs under a rule eta.

    $$x^2 + \eta(y)^2 - 2x\,\eta(y)\sqrt{c^2_{left}c^2_{right}}, \qquad \text{at best } x^2(1-c^2_{left}c^2_{right})$$

    y and the cosines as in `spike_singular_value`, `spike_cosines`.

    x >= 0; beta = m/n in (0, 1]; they broadcast. rule: "optimal"; "hard" (y kept above `hard_threshold`); "soft"
    ($y - 1 - \sqrt\beta$); "keep" (y, the rank being known; below the threshold it costs $x^2 + (1+\sqrt\beta)^2$); or
    a function eta of arrays of singular values. Returns an array of the shape of x and beta. Raises ValueError outside
    these domains.

    Source: Gavish, Donoho 2017, arXiv:1405.7511 (recalled).

    >>> [round(float(amse(3**0.5, 1.0, rule)), 6) for rule in ("hard", "keep", "optimal")]
    [3.0, 3.0, 1.666667]
    """
    y, sides = np.asarray(observed(x, beta)), cosines(x, beta)
    eta = shrunk(y, beta, rule)
    both = np.sqrt(sides.rows * sides.columns)
    # x^2 (1 - both^2) + (eta - x both)^2: a sum of two terms >= 0.
    unseen = x * x * _unseen(x, beta)
    return np.asarray(unseen + (eta - x * both) ** 2)[()]


def _unseen(x: Floats, beta: Floats) -> Floats:
    """1 - c^2_left c^2_right, without cancellation for strong spikes."""
    safe = np.maximum(x, beta**0.25)
    inverse = 1 / (safe * safe)
    top = inverse * (1 + beta + 3 * beta * inverse - beta * beta * inverse**3)
    return np.asarray(top / ((1 + beta * inverse) * (1 + inverse)))
