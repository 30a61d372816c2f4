"""The whole way: source tasks give a representation, and the target is fitted on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.multitask_representation.head import fitted_risk
from sims.multitask_representation.subspace import left_out, noisy_estimates
from sims.subspaces import top_directions


class EndToEnd(NamedTuple):
    """What the learned representation leaves out of the target, and the target's excess risk on it, (trials,)."""

    rho2: Array
    risk: Array


@kernel(floats=lambda d, T, n2, **_: d * (3 * T + n2) + 3 * min(d, T) ** 2)
def end_to_end(
    theta_coords: Sequence[float],
    s: Sequence[float],
    tau2: Positive,
    d: int,
    T: int,
    n2: int,
    sigma2: NonNegative,
    *,
    trials: int,
    rng: Generator,
) -> EndToEnd:
    """Learn the representation from T noisy source estimates, then fit the target on it with n2 samples.

    theta_coords, s, tau2, d, T: as in `representation_error`; n2 >= k = len(s): target samples; sigma2 >= 0: their
    label noise, integrated. Returns fields rho2, risk, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> end_to_end([1.0, 0.5], [30.0, 15.0], 1.0, 20, 10, 9, 0.5, trials=3, rng=strict_rng(0)).risk.shape
    (3,)
    """
    if len(theta_coords) != len(s):
        raise ValueError(f"theta_coords = {theta_coords!r}: must be {len(s)} numbers, one for each of s")
    if n2 < len(s):
        raise ValueError(f"n2 = {n2!r}: must be an integer >= k = {len(s)}")
    directions = top_directions(noisy_estimates(rng, trials, s, tau2, d, T), len(s)).directions
    target = arrays.asarray(rng, [[float(a)] for a in theta_coords] + [[0.0]] * (d - len(s)))
    x = rng.standard_normal(size=(trials, n2, d))
    return EndToEnd(left_out(directions, target), fitted_risk(directions, target, x, sigma2))
