"""Values x* P_T ... P_1 x of products of projections: random, extremal, and searched."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, Whole, eigvalsh, eye, kernel, namespace, singular_values
from sims.catastrophic_forgetting.cyclic import apply_power, cycle
from sims.subspaces import orthonormal


class Product(NamedTuple):
    """Of each value z: the real part of the principal root (-z)^(1/(T+1)), z itself, and the certificate of the ascent,
    the length of the root's gradient at the unit vectors, each (trials,)."""

    root: Array
    real: Array
    imag: Array
    gradient: Array


def _complex_normals(rng: Generator, shape: tuple[int, ...]) -> Array:
    parts = rng.standard_normal(size=(2, *shape))
    return parts[0, ...] + 1j * parts[1, ...]


def _unit(v: Array) -> Array:
    xp = namespace(v)
    return v / xp.sqrt(xp.sum(xp.real(v) ** 2 + xp.imag(v) ** 2, axis=-1, keepdims=True))


def _links(v: Array) -> Array:
    """Inner products <v_j, v_{j+1}> around the closed chain of unit vectors v (trials, T + 1, d)."""
    xp = namespace(v)
    return xp.sum(xp.conj(v) * xp.roll(v, -1, axis=-2), axis=-1)


def _root(links: Array) -> Array:
    """(-z)^(1/N), principal branch, z the product of the N links."""
    xp = namespace(links)
    z = -xp.prod(links, axis=-1)
    N = links.shape[-1]
    radius = (xp.real(z) ** 2 + xp.imag(z) ** 2) ** (0.5 / N)
    angle = xp.atan2(xp.imag(z), xp.real(z)) / N
    return radius * xp.exp(1j * angle)


def _slope(v: Array, links: Array, root: Array) -> tuple[Array, Array]:
    """N times the gradient of Re (-z)^(1/N) on the product of spheres, shaped like v, and its length (trials,)."""
    xp = namespace(v)
    # d (-z)^(1/N) = (-z)^(1/N)/N sum_j d<v_j, v_{j+1}>/<v_j, v_{j+1}>, as a real gradient in v.
    share = (root[:, None] / links)[..., None]
    gradient = share * xp.roll(v, -1, axis=-2) + xp.roll(xp.conj(share) * v, 1, axis=-2)
    gradient = gradient - v * xp.sum(xp.real(xp.conj(v) * gradient), axis=-1, keepdims=True)
    return gradient, xp.sqrt(xp.sum(xp.real(gradient) ** 2 + xp.imag(gradient) ** 2, axis=(-2, -1)))


@kernel(floats=lambda T, d, **_: 2 * (T + 1) * (7 * d + 3))  # seven complex chains and three of their links
def projection_products(T: int, d: int, iterations: Whole, *, trials: int, rng: Generator) -> Product:
    r"""Draw chains of random lines in C^d and walk uphill; return where they lead.

    For lines v_1..v_T and x = v_0 the value $z = x^* P_T \cdots P_1 x$ is a product of T + 1 inner products. The ascent
    maximises $\mathrm{Re}(-z)^{1/(T+1)}$ with a fixed number of steps; iterations = 0 returns the random values.

    T: number of projections; d: dimension. Returns fields root, real, imag, gradient, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> projection_products(T=2, d=2, iterations=0, trials=5, rng=strict_rng(0)).root.shape
    (5,)
    """
    v = _unit(_complex_normals(rng, (trials, T + 1, d)))
    xp = namespace(v)
    links = _links(v)
    here = _root(links)
    step = xp.zeros_like(xp.real(here)) + 0.3
    for _ in range(iterations):
        gradient, size = _slope(v, links, here)
        size = size[:, None, None] + 1e-300
        trial = _unit(v + step[:, None, None] * gradient / size)
        new_links = _links(trial)
        there = _root(new_links)
        better = xp.real(there) > xp.real(here)
        v, links = xp.where(better[:, None, None], trial, v), xp.where(better[:, None], new_links, links)
        here = xp.where(better, there, here)
        step = xp.where(better, 1.3 * step, 0.5 * step)
    z = xp.prod(links, axis=-1)
    return Product(xp.real(here), xp.real(z), xp.imag(z), _slope(v, links, here)[1] / (T + 1))


@kernel(floats=lambda T, **_: 30 * T)
def spiral_radius(phi: float, T: int, trials: int, rng: Generator) -> Array:
    r"""Project a vector on the lines $v_j = (\sqrt{1-s}, \sqrt s e^{-2\pi ij/(T+1)})$ in turn; return the modulus |z|.

    s is chosen so that the value $z = x^* P_T \cdots P_1 x$ has argument phi; the plane is turned by a random unitary
    of C^3. Returns |z| (trials,) (with the imaginary part of $z e^{-i\phi}$ added, which is zero).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(spiral_radius(3.141592653589793, T=2, trials=2, rng=strict_rng(0))).round(6)
    array([0.125, 0.125])
    """
    psi, turn = phi % (2 * math.pi) / (T + 1), 2 * math.pi / (T + 1)
    s = math.sin(psi) / (math.sin(turn - psi) + math.sin(psi))
    lines = [[math.sqrt(1 - s), math.sqrt(s) * complex(math.cos(j * turn), -math.sin(j * turn))] for j in range(T + 1)]
    # A random frame of two columns in C^3, by Gram-Schmidt.
    a, b = _unit(_complex_normals(rng, (trials, 3))), _complex_normals(rng, (trials, 3))
    xp = namespace(a)
    b = _unit(b - a * xp.sum(xp.conj(a) * b, axis=-1, keepdims=True))
    v = [a * complex(row[0]) + b * row[1] for row in lines]
    e = x = v[0]
    for line in v[1:]:
        e = line * xp.sum(xp.conj(line) * e, axis=-1, keepdims=True)
    z = xp.sum(xp.conj(x) * e, axis=-1) * complex(math.cos(phi), -math.sin(phi))
    return xp.real(z) + xp.abs(xp.imag(z))


class CyclicProducts(NamedTuple):
    """Per collection, each (trials,): displacement |M^(n-1)(1 - M)|, the worst teacher's forgetting after n cycles, and
    its share of (T - 1) displacements."""

    displacement: Array
    forgetting: Array
    share: Array


@kernel(floats=lambda T, d, s, **_: 4 * T * d * (d + s) + 8 * d * d)
def cyclic_products(T: int, d: int, s: int, n: int, *, trials: int, rng: Generator) -> CyclicProducts:
    """Draw T tasks with null spaces of dimension s in R^d, from nearly parallel to unrelated, and learn them n times.

    The null spaces spread about a common one by a tenth to ten times its own entries. Norms are spectral.

    >>> from sims.arrays import strict_rng
    >>> cyclic_products(T=3, d=3, s=1, n=2, trials=5, rng=strict_rng(0)).share.shape
    (5,)
    """
    common, own = (rng.standard_normal(size=(trials, tasks, d, s)) for tasks in (1, T))
    frames = orthonormal(common + 10 ** (2 * rng.random(size=(trials, 1, 1, 1)) - 1) * own)
    P = frames @ frames.mT
    xp, M = namespace(P), cycle(P)
    identity = eye(P, d)
    displacement = singular_values(apply_power(M, n - 1, identity - M))[:, 0]
    e = apply_power(M, n, identity + xp.zeros_like(M))
    forgetting = eigvalsh(e.mT @ (identity - xp.mean(P, axis=1)) @ e)[:, -1]
    return CyclicProducts(displacement, forgetting, forgetting / ((T - 1) * displacement))
