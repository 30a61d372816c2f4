"""A predictor's losses against the least that its size allows."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Floats, vector
from overparam.measures.result import Result
from theory.domain import integer, real
from theory.size_loss_tradeoff import excess_lower_bound, min_params, mp_frontier_at, noise_ceiling

CLAIMS = ("universal-lower-bound", "universal-lower-bound-every-draw", "gaussian-frontier")


def tradeoff_position(train: Any, excess: Any, n: int, p: int, sigma2: float = 1.0, *, z: float = 1.96) -> Result:
    r"""Return how many times the least excess risk a linear predictor has, at its size and training loss.

    $$\text{excess}\Big/\frac np(\sigma-\tau)^2, \qquad \tau^2 = \text{train}$$

    train, excess: training loss (mean square) and test loss less sigma2, a number each or one a run; n, p: samples and
    features (parameters of the linear model), integers >= 1; sigma2 > 0: the noise variance; z: half-width of the
    interval. Returns a Result: the ratio of the means, inf where train >= sigma2; `limit` is 1, the bound for all
    features and algorithms; `null` the same ratio for the least excess risk with independent entries (None where it
    asks for more training loss); `low`, `high` by the jackknife over runs (None for one). detail: bound, frontier,
    min_params (no predictor of these losses has fewer), noise_ceiling (no more noise fits them). Raises ValueError for
    bad arguments: negative losses, runs that do not pair.

    Source: `theory.size_loss_tradeoff`.

    >>> found = tradeoff_position(0.25, 0.1, n=100, p=400)
    >>> round(float(found), 6), round(found.detail["min_params"], 6)
    (1.6, 250.0)
    """
    losses, costs = (
        vector(name, [v] if np.isscalar(v) else v, "runs") for name, v in (("train", train), ("excess", excess))
    )
    samples, features = integer("n", n), integer("p", p)
    noise, width = real("sigma2", sigma2, 1e-30, 1e30), real("z", z, 0.0, open_low=True)
    for given in (losses, costs):
        if given.values.min() < 0:
            raise ValueError(f"{given.name} = array whose least entry is {given.values.min():.4g}: must be >= 0")
    if losses.shape != costs.shape:
        raise ValueError(
            f"excess = array with {costs.shape[0]} entries: must have {losses.shape[0]}, one a run as train"
        )
    loss, cost = float(losses.values.mean()), float(costs.values.mean())
    bound = float(excess_lower_bound(samples, features, loss, noise))
    frontier = _frontier(features / samples, loss, noise)
    low, high = _interval(losses.values, costs.values, samples, features, noise, width)
    ceiling = float(noise_ceiling(samples, features, loss, noise + cost))
    least = float(min_params(samples, loss, cost, noise))
    ratio = cost / bound if bound > 0 else float("inf")
    null = frontier / bound if frontier is not None and bound > 0 else None
    sentence = _sentence(ratio, high, loss / noise, features / samples, least, ceiling)
    detail = {"bound": bound, "frontier": frontier, "min_params": least, "noise_ceiling": ceiling}
    return Result("excess risk over its least", ratio, null, 1.0, low, high, sentence, CLAIMS, detail)


def _frontier(g: float, loss: float, noise: float) -> float | None:
    """The least excess risk for independent entries, where there is one."""
    return float(mp_frontier_at(g, loss, noise)) if loss >= noise * max(0.0, 1 - g) else None


def _interval(
    losses: Floats, costs: Floats, n: int, p: int, noise: float, z: float
) -> tuple[float | None, float | None]:
    """Jackknife interval of the logarithm of mean excess over the bound at the mean training loss."""
    runs = losses.size
    if runs < 2:
        return None, None
    left_out = [(np.delete(losses, i).mean(), np.delete(costs, i).mean()) for i in range(runs)]
    pairs = np.asarray([*left_out, (losses.mean(), costs.mean())])
    bounds = np.asarray(excess_lower_bound(n, p, pairs[:, 0], noise))
    if not (bounds.min() > 0 and pairs[:, 1].min() > 0):
        return None, None
    logs = np.log(pairs[:, 1] / bounds)
    each = logs[:-1]
    error = float(np.sqrt((runs - 1) * np.mean((each - each.mean()) ** 2)))
    return float(np.exp(logs[-1] - z * error)), float(np.exp(logs[-1] + z * error))


def _sentence(ratio: float, high: float | None, share: float, g: float, least: float, ceiling: float) -> str:
    if np.isinf(ratio):
        return f"Trained no further than the noise ({share:.3g} of it): size sets no bound on the excess risk here."
    if (ratio if high is None else high) < 1 - 1e-9:
        return (
            f"The excess risk is {ratio:.3g} times the least possible: no linear predictor has it, so the noise is not "
            f"what was given (these losses allow at most {ceiling:.4g}), or the losses are no means."
        )
    return (
        f"Trained to {share:.3g} of the noise with {g:.3g} features a sample, the excess risk is {ratio:.3g} times the "
        f"least that any linear predictor can have; these losses need {least:.4g} features at least."
    )
