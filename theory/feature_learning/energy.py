"""How much of the first gradient on n samples lies in the directions that matter: of one neuron, and of many."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.arc_cosine import kappa
from theory.domain import Count, Counts, Floats, In, Matrix, NonNegative, checked
from theory.feature_learning.domains import Symmetric, Unit, fitting
from theory.feature_learning.population import population_gradient_quadratic

__all__ = ["GradientEnergy", "gradient_energy", "mean_gradient_energy", "mean_gradient_gram", "relevant_fraction"]

_NULL = 1e-10  # eigenvalues below this share of the largest are zeros


class GradientEnergy(NamedTuple):
    """Mean squared norm of a sample gradient, and of its part in the directions on which the target depends."""

    total: float
    relevant: float


def _range(A: Floats) -> Floats:
    """Orthonormal columns that span the range of A."""
    values, vectors = np.linalg.eigh(A)
    kept = np.abs(values) > _NULL * np.abs(values).max()
    return np.asarray(vectors[:, kept])


def _of_noise(A: Floats, d: int, sigma2: float) -> float:
    """E[y^2 1{w.x > 0} |Qx|^2] for a projector Q on d directions that hold the range of A."""
    return float((d + 4) * np.sum(A * A) / 4 + sigma2 * d / 2)


@checked
def gradient_energy(A: Symmetric, w: Unit, n: Count, sigma2: NonNegative) -> GradientEnergy:
    r"""Return the energy of a ReLU neuron's gradient on n samples of a quadratic target, exactly.

    $$E\|\hat g\|^2 = \bigl(1-\tfrac1n\bigr)\|g\|^2 + \frac1n\Bigl[\frac{(d+4)\|A\|_F^2}4 + \frac{\sigma^2d}2\Bigr],
    \qquad \hat g = \frac1n\sum_iy_i\,1\{w\cdot x_i>0\}\,x_i$$
    and the same with $Pg$ and r for $g$ and d of $P\hat g$, P the projector on the range of A and r its rank.

    A: (d, d), symmetric, eigenvalues below 1e-10 of the largest count as 0; w: (d,), of norm 1; n >= 1; sigma2 >= 0.
    Returns fields total, relevant. Raises ValueError outside these domains.

    Source: derived here; the constant behind n ~ d^2 of Damian, Lee, Soltanolkotabi 2022, arXiv:2206.15144.

    >>> found = gradient_energy([[1.0, 0.0], [0.0, 0.0]], [0.6, 0.8], 10, 0.5)
    >>> [round(part, 6) for part in found]
    [0.237643, 0.184673]
    """
    fitting(A, w)
    g, P = population_gradient_quadratic(A, w), _range(A)
    parts = ((float(g @ g), len(A)), (float(np.sum((P.T @ g) ** 2)), P.shape[1]))
    return GradientEnergy(*((1 - 1 / n) * signal + _of_noise(A, k, sigma2) / n for signal, k in parts))


@checked
def mean_gradient_energy(A: Symmetric, n: Count, sigma2: NonNegative) -> GradientEnergy:
    r"""Return the energy of a sample gradient averaged over neurons w uniform on the sphere, exactly.

    `gradient_energy` with, for $q = (2\|A\|_F^2+(\mathrm{tr}A)^2)/(d(d+2))$,
    $$E\|g\|^2 = \frac1{2\pi}\Bigl[\frac{\|A\|_F^2}d - \frac34q\Bigr], \qquad
    E\|Pg\|^2 = \frac1{2\pi}\Bigl[\frac{\|A\|_F^2}d - q + \frac{(r+4)q}{4(d+4)}\Bigr]$$

    A: (d, d), symmetric; n >= 1; sigma2 >= 0. Returns fields total, relevant. Raises ValueError outside these domains.

    Source: derived here by fourth and sixth moments of the sphere.

    >>> found = mean_gradient_energy(np.diag([2.0**0.5, 0, 0, 0, 0]), 40, 0.0)
    >>> [round(part, 6) for part in found]
    [0.154619, 0.101663]
    """
    d, r = len(A), _range(A).shape[1]
    F = float(np.sum(A * A))
    q = (2 * F + float(np.trace(A)) ** 2) / (d * (d + 2))
    total = (F / d - 0.75 * q) / (2 * math.pi)
    relevant = (F / d - q + (r + 4) * q / (4 * (d + 4))) / (2 * math.pi)
    return GradientEnergy(
        (1 - 1 / n) * total + _of_noise(A, d, sigma2) / n, (1 - 1 / n) * relevant + _of_noise(A, r, sigma2) / n
    )


@checked(broadcast=True)
def relevant_fraction(d: Counts, n: Counts) -> Floats:
    r"""Return the limit of the share of a neuron's gradient energy that lies in the relevant directions.

    $$\frac1{1+\pi d^2/(2n)}$$
    as d grows with $n/d^2$ fixed, for a target of few directions without noise and w uniform: half at $n = \pi d^2/2$.
    At finite d the ratio of the two fields of `mean_gradient_energy` is exact.

    d, n: integers >= 1, broadcast. Raises ValueError outside these domains.

    Source: derived here.

    >>> float(relevant_fraction(40, 2513).round(4))
    0.5
    """
    return (n / (n + math.pi * d.astype(float) ** 2 / 2))[()]


@checked
def mean_gradient_gram(X: Matrix, y: Annotated[Floats, In(ndim=1)]) -> Floats:
    r"""Return the mean over neurons of the outer product of their first gradients on given samples.

    $$E_w\,\hat g\hat g^\top = \frac1{n^2}X^\top\mathrm{diag}(y)\,K\,\mathrm{diag}(y)\,X, \qquad
    K_{ij} = \frac{\pi-\theta_{ij}}{2\pi} = \frac14 + \frac{\cos\theta_{ij}}{2\pi} + O(\cos^3\theta_{ij})$$
    with $\theta_{ij}$ the angle of $x_i$ and $x_j$: the eigenvectors of the first gradient matrix $G$ of many ReLU
    neurons, $GG^\top$. The constant gives the direction $X^\top y$, the cosine the square of the sample Hessian
    $\frac1n\sum_iy_ix_ix_i^\top$ up to the norms of the samples. Where $E[yx] = 0$ the first leads while
    $n < \pi d^2/4$.

    X: (n, d), samples as rows, none of them 0; y: (n,). Returns (d, d). Raises ValueError outside these domains.

    Source: Cho, Saul 2009 (kernel of the gates, recalled); derived here.

    >>> mean_gradient_gram([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0])
    array([[0.125 , 0.0625],
           [0.0625, 0.125 ]])
    """
    if len(y) != len(X):
        raise ValueError(f"y = array with {len(y)} entries: must have {len(X)}, one for each row of X")
    norms = np.linalg.norm(X, axis=1)
    if (norms == 0).any():
        raise ValueError(f"X = array of shape {X.shape}: must have no row of zeros")
    rows = X / norms[:, None]
    gates = kappa(0, np.clip(rows @ rows.T, -1.0, 1.0)) / 2
    np.fill_diagonal(gates, 0.5)
    weighted = X * y[:, None] / len(X)
    return np.asarray(weighted.T @ gates @ weighted)
