"""Gradient flow and descent on losses of margins, to times that only their logarithm can reach."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

from sims import arrays, digits, instances
from sims.arrays import Array, Generator, NonNegative, kernel, namespace
from sims.max_margin import max_margin
from sims.stiff import implicit_flow

Loss = Literal["exponential", "logistic"]


class MarginPath(NamedTuple):
    """The flow of m data sets at time e^s: weights (trials, m, d), all else (trials, m).

    The constants are s times the gaps of margin and direction at that time; settling is |dw/ds - w_svm|.
    """

    loss_times_t: Array
    along: Array
    least: Array
    margin: Array
    direction_gap: Array
    weights: Array
    margin_gap_constant: Array
    direction_gap_constant: Array
    settling: Array
    error: Array
    gap: Array


class LossPath(NamedTuple):
    """Losses (trials, m, K) of m data sets at K times, and the error of their logarithms by halved steps."""

    loss: Array
    error: Array


def planted_rows(
    count: int, n: int, d: int, support: int, gamma: float = 0.6, theta: float = 1.5, *, instance: int = 0
) -> Array:
    """Return `count` data sets y_i x_i (count, n, d) of maximum margin gamma: `support` <= d independent support
    vectors, multipliers within a factor 3 of each other, all other rows at theta to 4 times the margin.

    Across the direction of the margin the eigenvalues of A' diag(multipliers) A over the support vectors, with which
    the flow settles, lie between 0.5 and 1.5.

    >>> planted_rows(2, 6, 4, 3).shape
    (2, 6, 4)
    """
    if not 1 <= support <= min(n, d):
        raise ValueError(f"support = {support!r}: must be an integer from 1 to min(n, d) = {min(n, d)}")
    return instances.stack(_planted, count, n, d, support, gamma, theta, instance=instance)


def _planted(n: int, d: int, support: int, gamma: float, theta: float, *, instance: int) -> Array:
    rng = instances.generator("planted_rows", instance)
    share = rng.uniform(0.5, 1.5, support)
    share /= share.sum()
    rows = rng.standard_normal((n, d))
    rows[:, 0] = gamma * rng.uniform(theta, 4.0, n)
    rows[:support] = 0.0
    rows[:support, 0] = gamma
    if support > 1:
        # A reflection that takes the first axis to sqrt(multipliers): the others balance across the margin.
        mirror = share**0.5
        mirror[0] -= 1.0
        across = -2 / float(mirror @ mirror) * mirror[:, None] * mirror[1:]
        across[1:] += arrays.asarray(across, [[float(i == j) for j in range(support - 1)] for i in range(support - 1)])
        across = across @ instances.frame(support - 1, support - 1, instance=instance)
        rows[:support, 1:support] = gamma * across * rng.uniform(0.5, 1.5, support - 1) ** 0.5 / share[:, None] ** 0.5
    return rows @ instances.frame(d, d, instance=instance).T


def separable_rows(count: int, n: int, d: int, margin: float = 0.1, *, instance: int = 0) -> Array:
    """Return `count` Gaussian data sets y_i x_i (count, n, d) that a random direction separates by `margin`.

    >>> separable_rows(2, 6, 4).shape
    (2, 6, 4)
    """
    return instances.stack(_separable, count, n, d, margin, instance=instance)


def _separable(n: int, d: int, margin: float, *, instance: int) -> Array:
    x, y = instances.separable(n, d, margin, instance=instance)
    return x * y[:, None]


def digit_rows(components: int) -> Array:
    """Return digits 0 (label -1) against 1 as one data set y_i x_i (1, 360, components + 1): the images' leading
    principal components, scaled to a mean square norm of 1, and a constant feature 1.

    >>> digit_rows(3).shape
    (1, 360, 4)
    """
    data = digits.load()
    chosen = data.labels < 2
    images, signs = data.images[chosen], 2.0 * data.labels[chosen] - 1.0
    centred = images - images.mean(axis=0)
    scores = centred @ arrays.eigh(centred.T @ centred)[1][:, -components:]
    scores = scores / ((scores * scores).sum(axis=1).mean()) ** 0.5
    rows = scores[:, :1].repeat(components + 1, axis=1)
    rows[:, :-1], rows[:, -1] = scores, 1.0
    return (signs[:, None] * rows)[None, :, :]


def _ell(m: Array, loss: Loss) -> Array:
    xp = namespace(m)
    return xp.exp(-m) if loss == "exponential" else xp.log1p(xp.exp(-m))


class _Flow:
    """dw/ds for s = log(1 + t), from rows (m, n, d) and their loss."""

    def __init__(self, rows: Array, loss: Loss) -> None:
        self.rows, self.loss = rows, loss

    def pull(self, s: float, w: Array) -> tuple[Array, Array]:
        """The slopes -e^s ell'(margins) (m, n), and their slopes by the margins."""
        m = (self.rows @ w[..., None])[..., 0]
        xp = namespace(m)
        if self.loss == "exponential":
            force = xp.exp(s - m)
            return force, -force
        force = xp.exp(s - m - xp.log1p(xp.exp(-m)))
        return force, -force / (1 + xp.exp(-m))

    def field(self, s: float, w: Array) -> Array:
        """The velocity (m, d)."""
        return (self.rows.mT @ self.pull(s, w)[0][..., None])[..., 0]

    def jacobian(self, s: float, w: Array) -> Array:
        """Its slope by w (m, d, d)."""
        return self.rows.mT @ (self.pull(s, w)[1][..., None] * self.rows)


def _grid(end: float, fine: float) -> list[float]:
    """Times s from 0 to end: steps of `fine` to s = 4, where the flow turns, then growing up to 1."""
    grid, step = [0.0], fine
    while grid[-1] < end:
        step = fine if grid[-1] < 4 else min(1.0, 1.05 * step)
        grid.append(grid[-1] + step)
    if len(grid) > 2 and end - grid[-2] < 1e-3 * step:
        grid.pop()
    grid[-1] = end
    return grid


def _cost(rows: Any, **_: Any) -> float:
    return 300 * float(rows.size)


@kernel(floats=_cost, block=1)
def margin_path(rows: Array, s: NonNegative, loss: Loss = "logistic", *, trials: int, rng: Generator) -> MarginPath:
    """Follow gradient flow from w = 0 to log(1 + t) = s on each data set of a stack, its margin against the largest.

    rows: y_i x_i (m, n, d), separable; 0 < s <= 700; loss: a sum over the samples. Returns fields loss_times_t (e^s L),
    along (the length of w along the direction of largest margin), least (the least margin, not divided by |w|), margin,
    direction_gap, weights, margin_gap_constant and direction_gap_constant (s times the gaps), settling (|dw/ds -
    w_svm|); the certificates error (of w at time s by halved steps) and gap (of the maximum margin).
    All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> margin_path(planted_rows(2, 3, 3, 3), 3.0, trials=1, rng=strict_rng(0)).weights.shape
    (1, 2, 3)
    """
    if not 0 < s <= 700:
        raise ValueError(f"s = {s!r}: must be a number in (0, 700]")
    given = arrays.asarray(rng, rows)
    xp = namespace(given)
    flow = _Flow(given, loss)
    points, error = implicit_flow(flow.field, flow.jacobian, xp.zeros_like(given[:, 0, :]), _grid(s, 0.1))
    w = points[:, -1, :]
    margins = (given @ w[..., None])[..., 0]
    least, length = xp.min(margins, axis=-1), xp.sqrt(xp.sum(w * w, axis=-1))
    best = max_margin(given)
    along = xp.sum(w * best.direction, axis=-1)
    turned = w / length[..., None] - best.direction
    gap = xp.sqrt(xp.sum(turned * turned, axis=-1))
    total = math.exp(s) * xp.sum(_ell(margins, loss), axis=-1)
    rest = flow.field(s, w) - best.direction / best.margin[:, None]
    settling = xp.sqrt(xp.sum(rest * rest, axis=-1))
    behind = s * (best.margin - least / length)
    fields = (total, along, least, least / length, gap, w, behind, s * gap, settling, error[:, -1], best.gap)
    return MarginPath(*(x[None, ...] + arrays.zeros(rng, (trials,) + (1,) * x.ndim) for x in fields))


@kernel(floats=_cost, block=1)
def exp_loss_path(rows: Array, t: Array, *, trials: int, rng: Generator) -> LossPath:
    """The exponential loss under gradient flow from w = 0 at times t, on each data set of a stack.

    rows: y_i x_i (m, n, d); t: increasing times > 0. Returns fields loss and error (of log loss), (trials, m, K). All
    trials are equal.

    >>> from sims.arrays import strict_rng
    >>> exp_loss_path(planted_rows(2, 3, 3, 3), [1.0, 10.0], trials=1, rng=strict_rng(0)).loss.shape
    (1, 2, 2)
    """
    given = arrays.asarray(rng, rows)
    xp = namespace(given)
    ends = [math.log1p(float(x)) for x in t]
    flow = _Flow(given, "exponential")
    grid = sorted({*_grid(ends[-1], 0.02), *ends})
    points, error = implicit_flow(flow.field, flow.jacobian, xp.zeros_like(given[:, 0, :]), grid)
    losses, errors = [], []
    longest = xp.sqrt(xp.max(xp.sum(given * given, axis=-1), axis=-1))
    for end in ends:
        at = grid.index(end)
        losses.append(xp.sum(xp.exp(-(given @ points[:, at, :, None])[..., 0]), axis=-1))
        errors.append(error[:, at] * longest * given.shape[-1] ** 0.5)
    fields = xp.stack(losses, axis=-1), xp.stack(errors, axis=-1)
    return LossPath(*(x[None, ...] + arrays.zeros(rng, (trials, 1, 1)) for x in fields))


@kernel(floats=lambda rows, **_: 6 * rows.size, block=1)
def margin_descent(
    rows: Array, steps: int, step: float = 1.0, loss: Loss = "logistic", *, trials: int, rng: Generator
) -> Array:
    """Weights after gradient descent from w = 0, steps of length `step`, on each data set of a stack.

    rows: y_i x_i (m, n, d); step: below 2 over the curvature of the loss. Returns (trials, m, d), all trials equal.

    >>> from sims.arrays import strict_rng
    >>> margin_descent(planted_rows(2, 3, 3, 3), 5, trials=1, rng=strict_rng(0)).shape
    (1, 2, 3)
    """
    given = arrays.asarray(rng, rows)
    xp = namespace(given)
    turned = step * given.mT
    w = xp.zeros_like(given[:, 0, :, None])
    for _ in range(steps):
        fall = xp.exp(-(given @ w))
        w = w + turned @ (fall if loss == "exponential" else fall / (1 + fall))
    return w[None, :, :, 0] + arrays.zeros(rng, (trials, 1, 1))
