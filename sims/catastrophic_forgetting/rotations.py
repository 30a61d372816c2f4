"""Two tasks that differ by a random rotation, or a permutation, of random dimensions of the same data.

Haar matrices act as products of Householder reflections: exactly uniform, nothing p x p is formed, and no square
Gaussian matrix is inverted.
"""

from __future__ import annotations

from collections.abc import Callable

from sims.arrays import Array, Generator, asarray, kernel, namespace, permutations, spd_inverse

Reflections = list[tuple[Array, Array]]
Map = Callable[[Array], Array]


def _reflections(gaussians: Array) -> Reflections:
    """Turn Gaussians (trials, m, p) into maps on trailing coordinates whose product has m Haar columns first.

    Step j maps e_j to the direction of its Gaussian tail g: -sign(g_j) (I - 2 v v'), v along g + sign(g_j) |g| e_j.
    """
    xp = namespace(gaussians)
    steps = []
    for j in range(gaussians.shape[1]):
        v = xp.asarray(gaussians[:, j, j:], copy=True)
        sign = xp.where(v[:, :1] < 0, xp.ones_like(v[:, :1]) * -1.0, xp.ones_like(v[:, :1]))
        v[:, :1] += sign * xp.sqrt(xp.sum(v * v, axis=-1, keepdims=True))
        v /= xp.sqrt(xp.sum(v * v, axis=-1, keepdims=True))
        steps.append((v, -sign))
    return steps


def _apply(steps: Reflections, x: Array, transpose: bool = False) -> Array:
    """Return Q x (or Q' x) for vectors (trials, p), Q the product of the steps."""
    xp = namespace(x)
    x = xp.asarray(x, copy=True)
    order = range(len(steps)) if transpose else reversed(range(len(steps)))
    for j in order:
        v, sign = steps[j]
        tail = x[:, j:]
        x[:, j:] = sign * (tail - (2 * xp.sum(v * tail, axis=-1, keepdims=True)) * v)
    return x


def random_rotation(p: int, m: int, trials: int, rng: Generator) -> tuple[Map, Map]:
    """Draw O = Q diag(R, I) Q', Q Haar in O(p), R Haar in O(m); return the maps x -> O x and x -> O' x on (trials, p).

    >>> from sims.arrays import asarray, strict_rng, to_host
    >>> forward, back = random_rotation(3, 2, 1, strict_rng(0))
    >>> to_host(back(forward(asarray(strict_rng(0), [[1.0, 2.0, 3.0]])))).round(12)
    array([[1., 2., 3.]])
    """
    Q = _reflections(rng.standard_normal(size=(trials, m, p)))
    R = _reflections(rng.standard_normal(size=(trials, m, m)))

    def turn(x: Array, transpose: bool) -> Array:
        inside = _apply(Q, x, transpose=True)
        inside[:, :m] = _apply(R, inside[:, :m], transpose)
        return _apply(Q, inside)

    return (lambda x: turn(x, False)), (lambda x: turn(x, True))


def random_permutation(p: int, m: int, trials: int, rng: Generator) -> tuple[Map, Map]:
    """Draw a uniform permutation of m of p coordinates, chosen at random; return the maps x -> O x and x -> O' x."""
    places = permutations(rng, trials, p)
    xp = namespace(places)
    moved = xp.take_along_axis(places[:, :m], permutations(rng, trials, m), axis=-1)
    source = xp.concat([moved, places[:, m:]], axis=-1)
    index = xp.take_along_axis(source, xp.argsort(places, axis=-1), axis=-1)
    back = xp.argsort(index, axis=-1)
    return (lambda x: xp.take_along_axis(x, index, axis=-1)), (lambda x: xp.take_along_axis(x, back, axis=-1))


def _forgetting(X: Array, y1: Array, second: Array | None, maps: tuple[Map, Map], trials: int) -> Array:
    """Fit (X, y1), then the mapped data with labels y1 (or X O w for a shared teacher w); return the loss on task 1."""
    xp = namespace(X)
    forward, back = maps
    inverse = spd_inverse(X @ X.mT)
    w1 = xp.broadcast_to(y1 @ inverse @ X, (trials, X.shape[1]))
    target = y1 if second is None else forward(xp.broadcast_to(second, w1.shape)) @ X.mT
    # w_2 = w_1 + (X O)^+ (y_2 - X O w_1) and (X O)^+ = O' X^+
    w2 = w1 + back((target - forward(w1) @ X.mT) @ inverse @ X)
    return xp.sum((w2 @ X.mT - y1) ** 2, axis=-1)


def _floats(X: Array, m: int, **_: object) -> float:
    p = len(X[0])
    return 2.0 * m * (p + m) + 6 * p


@kernel(floats=_floats)
def goldfarb_forgetting(X: Array, y: Array, m: int, trials: int, rng: Generator) -> Array:
    r"""Learn (X, y), then (X O, y) with O a random rotation of m random dimensions; return the loss on task 1.

    X: data (d, p) of rank d; y: labels (d,), the same for both tasks; m: dimensions rotated, 1 <= m <= p.
    Returns $\|X w_2 - y\|^2$ (trials,). The theory needs of X and y only $\|y\|^2, \|X\|_F^2, \|X^+y\|^2$.

    Source: the model of Goldfarb, Evron, Weinberger, Soudry, Hand 2024, arXiv:2401.12617.

    >>> from sims.arrays import strict_rng
    >>> goldfarb_forgetting([[1.0, 0.0, 0.0]], [1.0], m=2, trials=5, rng=strict_rng(0)).shape
    (5,)
    """
    X = asarray(rng, X)
    maps = random_rotation(X.shape[1], m, trials, rng)
    return _forgetting(X, asarray(rng, y), None, maps, trials)


@kernel(floats=_floats)
def shared_teacher_forgetting(X: Array, w_star: Array, m: int, trials: int, rng: Generator) -> Array:
    r"""Learn (X, X w*), then (X O, X O w*) with O a random rotation of m random dimensions; return the loss on task 1.

    X: data (d, p) of rank d; w_star: teacher (p,) of both tasks; m: dimensions rotated, 1 <= m <= p.
    Returns $\|X w_2 - X w^*\|^2$ (trials,).

    >>> from sims.arrays import strict_rng
    >>> shared_teacher_forgetting([[1.0, 0.0, 0.0]], [1.0, 1.0, 1.0], m=2, trials=5, rng=strict_rng(0)).shape
    (5,)
    """
    X, teacher = asarray(rng, X), asarray(rng, w_star)
    maps = random_rotation(X.shape[1], m, trials, rng)
    return _forgetting(X, X @ teacher, teacher, maps, trials)


@kernel(floats=lambda X, **_: 12 * len(X[0]))
def permuted_forgetting(X: Array, y: Array, m: int, trials: int, rng: Generator) -> Array:
    r"""Learn (X, y), then the same labels on data with m random columns permuted; return the loss on task 1.

    The experiment that a random rotation stands for ("permuted pixels"). Parameters and result as for
    `goldfarb_forgetting`.

    >>> from sims.arrays import strict_rng
    >>> permuted_forgetting([[1.0, 0.0, 0.0]], [1.0], m=2, trials=5, rng=strict_rng(0)).shape
    (5,)
    """
    X = asarray(rng, X)
    maps = random_permutation(X.shape[1], m, trials, rng)
    return _forgetting(X, asarray(rng, y), None, maps, trials)
