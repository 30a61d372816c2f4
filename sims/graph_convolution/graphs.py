"""A trained graph convolution, literally: the matrix of the graph is drawn or given, nothing is integrated."""

from __future__ import annotations

import functools
import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Share, kernel, namespace
from sims.graph_convolution.law import GcnRisk, draw, features, ridge, risks, sizes
from sims.images import sorted_digits

Graph = Literal["gaussian", "symmetric gaussian", "directed blocks", "symmetric blocks"]
NEIGHBOURS, PER_DIGIT = 10, 40


class Mirror(NamedTuple):
    """Test risk of the literal graph less that of the mirrored one by the law of its rows, (trials,)."""

    test: Array
    accuracy: Array


class GraphGain(NamedTuple):
    """On one graph: test risk without a self-loop less that at c, and at -c less that without, each (trials,)."""

    gain: Array
    loss: Array


class NeighbourGraph(NamedTuple):
    """Host arrays: the scaled graph with its rows and columns times their labels, and its homophily lam."""

    signed: Array
    lam: float


def _symmetric(a: Array, lower: Array) -> Array:
    """The lower triangle and its mirror image; the diagonal is kept."""
    xp = namespace(a)
    return xp.where(lower, a, a.mT)


def noise_graph(rng: Generator, trials: int, N: int, lam: float, graph: Graph, degree: float) -> Array:
    """The graph times the labels of both ends, (T, N, N): lam/N plus noise of variance 1/N."""
    xp = namespace(rng)
    index = arrays.arange(rng, N)
    lower = index[:, None] >= index[None, :]
    if graph.endswith("gaussian"):
        g = rng.standard_normal(size=(trials, N, N)) / math.sqrt(N)
        g = _symmetric(g, lower) if graph.startswith("symmetric") else g
        return g + lam / N
    # Labels alternate: the first block of a balanced graph is the even nodes.
    y = xp.astype(1 - 2 * (index % 2), xp.float64)
    same = y[:, None] * y[None, :]
    scale = math.sqrt(degree * (1 - degree / N))
    uniform = rng.random(size=(trials, N, N))
    uniform = _symmetric(uniform, lower) if graph.startswith("symmetric") else uniform
    edges = xp.astype(uniform < (degree + scale * lam * same) / N, xp.float64)
    return same * (edges - degree / N) / scale


def fitted(a: Array, x: Array, M: int, rho: float, c: float) -> GcnRisk:
    """Fit on the first M nodes of graph a (..., N, N) and features x (T, N, F), all labels 1; test on the others."""
    xp = namespace(x)
    rows = a @ x + c * x
    f = (rows @ ridge(rows[:, :M, :], rho))[..., 0]
    error = (1 - f) ** 2
    right = xp.astype(f[:, M:] > 0, x.dtype)
    return GcnRisk(xp.mean(error[:, M:], axis=-1), xp.mean(error[:, :M], axis=-1), xp.mean(right, axis=-1))


def literal_floats(gam: float, tau: float, N: int, **_: object) -> float:
    """Numbers alive a trial."""
    F, M = sizes(gam, tau, N)
    return 3 * N * N + 2 * N * F + 3 * min(F, M) ** 2


@kernel(floats=literal_floats)
def graph_risk(
    gam: Positive, tau: Share, lam: float, mu: NonNegative, rho: NonNegative, c: float = 0.0,
    *, N: int, graph: Graph = "gaussian", degree: Positive = 30.0, trials: int, rng: Generator,
) -> GcnRisk:  # fmt: skip
    """Train a graph convolution on drawn graphs, Gaussian or of two blocks of nodes, directed or symmetric.

    Arguments as in `gcn_risk`; degree: mean degree of block graphs, edges with probability
    (degree +- sqrt(degree (1 - degree/N)) lam)/N. Returns fields test, train, accuracy, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> graph_risk(2.0, 0.5, 2.0, 1.0, 0.1, N=40, graph="directed blocks", trials=3, rng=strict_rng(0)).test.shape
    (3,)
    """
    F, M = sizes(gam, tau, N)
    a = noise_graph(rng, trials, N, lam, graph, degree)
    return fitted(a, features(rng, trials, N, F, mu), M, rho, c)


@kernel(floats=literal_floats)
def graph_gain(
    gam: Positive, tau: Share, lam: float, mu: NonNegative, rho: NonNegative, c: float = 0.5,
    *, N: int, graph: Graph = "gaussian", degree: Positive = 30.0, trials: int, rng: Generator,
) -> GraphGain:  # fmt: skip
    """Compare self-loops c, 0 and -c on the same drawn graphs.

    Arguments as in `graph_risk`. Returns fields gain = risk(0) - risk(c) and loss = risk(-c) - risk(0), (trials,).

    >>> from sims.arrays import strict_rng
    >>> graph_gain(2.0, 0.5, 2.0, 1.0, 0.1, N=40, graph="symmetric gaussian", trials=3, rng=strict_rng(0)).gain.shape
    (3,)
    """
    F, M = sizes(gam, tau, N)
    a = noise_graph(rng, trials, N, lam, graph, degree)
    x = features(rng, trials, N, F, mu)
    here, none, mirrored = (fitted(a, x, M, rho, loop).test for loop in (c, 0.0, -c))
    return GraphGain(none - here, mirrored - none)


@kernel(floats=literal_floats)
def mirror(
    gam: Positive, tau: Share, lam: float, mu: NonNegative, rho: NonNegative, c: float,
    *, N: int, loop: float | None = None, trials: int, rng: Generator,
) -> Mirror:  # fmt: skip
    """The literal graph at (lam, c) against the law of the rows at (-lam, loop), loop = -c unless given.

    Arguments as in `gcn_risk`. Returns fields test and accuracy, differences of independent draws, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> mirror(2.0, 0.5, 2.0, 1.0, 0.1, 0.5, N=20, trials=3, rng=strict_rng(0)).test.shape
    (3,)
    """
    F, M = sizes(gam, tau, N)
    one = fitted(noise_graph(rng, trials, N, lam, "gaussian", 1.0), features(rng, trials, N, F, mu), M, rho, c)
    two = risks(draw(rng, trials, N, F, M, -lam, mu), M, rho, -c if loop is None else loop)
    return Mirror(one.test - two.test, one.accuracy - two.accuracy)


@functools.cache
def neighbour_graph() -> NeighbourGraph:
    """The ten nearest neighbours of each of 400 digits, odd against even, scaled as a graph of mean degree ten."""
    digits = sorted_digits(PER_DIGIT)
    x, y = digits.images, 1.0 - 2.0 * (digits.labels % 2)
    N = len(y)
    squares = (x * x).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * x @ x.T
    distances[range(N), range(N)] = math.inf
    nearest = distances.argsort(axis=1, kind="stable")[:, :NEIGHBOURS]
    edges = 0.0 * distances.clip(0.0, 1.0)
    for row, columns in enumerate(nearest.tolist()):
        edges[row, columns] = 1.0
    a = (edges - NEIGHBOURS / N) / math.sqrt(NEIGHBOURS * (1 - NEIGHBOURS / N))
    signed = y[:, None] * a * y[None, :]
    signed.setflags(write=False)
    return NeighbourGraph(signed, float(signed.sum()) / N)


@kernel(floats=lambda **_: 400 * 400 + 3 * 400 * 200)
def digit_graph_risk(c: float, side: float = 1.0, *, trials: int, rng: Generator) -> GcnRisk:
    """Train on `side` times the neighbour graph of digits (-1: neighbours differ), features drawn from the model.

    160 features of strength mu = 1, ridge .05, 200 of 400 nodes labelled, chosen at random for each trial. Returns
    fields test, train, accuracy, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> digit_graph_risk(0.5, trials=2, rng=strict_rng(0)).test.shape
    (2,)
    """
    a = side * arrays.asarray(rng, neighbour_graph().signed)
    x = features(rng, trials, 400, 160, 1.0)
    xp = namespace(x)
    order = arrays.permutations(rng, trials, 400)
    chosen = xp.astype(order[:, :200, None] == arrays.arange(x, 400), x.dtype)  # (T, 200, 400)
    rows = a @ x + c * x
    picked = chosen @ rows
    f = (rows @ ridge(picked, 0.05))[..., 0]
    inside = xp.sum(chosen, axis=-2)
    error, right = (1 - f) ** 2, xp.astype(f > 0, x.dtype)
    train = xp.sum(inside * error, axis=-1) / 200
    test = xp.sum((1 - inside) * error, axis=-1) / 200
    return GcnRisk(test, train, xp.sum((1 - inside) * right, axis=-1) / 200)
