"""How well the leading directions of T noisy task estimates recover the shared representation."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import (
    Count,
    Counts,
    Floats,
    In,
    NonNegatives,
    NonNegativeVector,
    Positive,
    Positives,
    Vector,
    checked,
    refusal,
)
from theory.spiked import overlap

__all__ = ["representation_error", "representation_rate", "subspace_alignment", "threshold_samples"]


def _noise_to_signal(s: Floats, tau2: float, d: int, T: int) -> Floats:
    """sqrt(tau2 T)/s, the inverse strength of a spike beside noise of unit size."""
    if s.size > min(d, T):
        raise ValueError(f"s = array of {s.size} singular values: must be at most min(d, T) = {min(d, T)}")
    with np.errstate(divide="ignore"):
        inverse: Floats = np.sqrt(tau2 * T) / s
    return inverse


@checked
def subspace_alignment(s: NonNegativeVector, tau2: Positive, d: Count, T: Count) -> Floats:
    r"""Return how much of each shared direction the k leading directions of the estimates keep, squared.

    The estimates B W + E (d x T), noise of variance tau2 an entry; b_i the left singular vectors of B W. As d and T
    grow with c = d/T fixed, with $t_i = s_i^2/(\tau^2 T)$,

    .. math:: \|\hat B^\top b_i\|^2 \to 1 - \frac{c\,(1+t_i)}{t_i\,(t_i+c)}\ (t_i^2 > c), \qquad 0 \text{ otherwise.}

    s: the k singular values of B W, >= 0, in any order, which is kept; tau2 > 0: sigma2/n1 for orthogonal designs,
    sigma2/(n1 - d - 1) for least squares on Gaussian ones; d, T: dimensions and tasks, at least k. Returns (k,). Raises
    ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled), for the model of Du et al. 2021.

    >>> subspace_alignment([30.0, 15.0, 0.0], 1.0, 100, 200).round(4)
    array([0.8778, 0.4188, 0.    ])
    """
    inverse = _noise_to_signal(s, tau2, d, T)
    return overlap(inverse, np.asarray(d / T), d / T)


@checked
def representation_error(
    theta_coords: Vector,
    s: Annotated[Floats, In(0.0, ndim=1, like="theta_coords")],
    tau2: Positive,
    d: Count,
    T: Count,
) -> float:
    r"""Return how much of a target the learned representation leaves out: rho2 of `transfer_risk`.

    .. math:: \rho^2 \to \sum_i (\theta^\top b_i)^2 (1 - \|\hat B^\top b_i\|^2)

    With little noise this is $d \tau^2 \sum_i (\theta^\top b_i)^2/s_i^2$.

    theta_coords: the coordinates theta'b_i, one for each of s; the rest as in `subspace_alignment`, with whose sizes
    it grows exact. Raises ValueError outside these domains.

    Source: as `subspace_alignment`; derived here.

    >>> round(representation_error([1.0, 0.5], [30.0, 15.0], 1.0, 100, 200), 4)
    0.2675
    """
    inverse, c = _noise_to_signal(s, tau2, d, T), d / T
    seen = c**0.25 * inverse < 1
    u = np.where(seen, inverse, 0.0) ** 2
    # 1 - cos^2 in u = 1/t, without the difference of numbers near one.
    lost = np.where(seen, c * u * (1 + u) / (1 + c * u), 1.0)
    return float(np.sum(theta_coords**2 * lost))


@checked(broadcast=True)
def representation_rate(k: Counts, d: Counts, n1: Counts, T: Counts, sigma2: NonNegatives) -> Floats:
    r"""Return what a representation of many samples leaves out of a target that is like its sources.

    .. math:: \rho^2 = \frac{\sigma^2\, k\, (d-k)}{n_1 T}

    to leading order in the noise, for targets with E ww' = WW'/T and orthogonal designs: the published rate with its
    constant, which is 1.

    k <= d: dimensions; n1: samples a source task; T >= k: source tasks; sigma2 >= 0; all broadcast. Raises ValueError
    outside these domains.

    Source: rate k d/(n1 T) of Du, Hu, Kakade, Lee, Lei 2021, arXiv:2002.09434 (recalled); constant derived here.

    >>> representation_rate(2, 10, 100, [20, 40], 1.0)
    array([0.008, 0.004])
    """
    if (k > d).any():
        raise refusal("k", k.tolist(), f"at most d = {d.tolist()}")
    if (k > T).any():
        raise refusal("k", k.tolist(), f"at most T = {T.tolist()}")
    return (sigma2 * k / n1 * (d - k) / T)[()]


@checked(broadcast=True)
def threshold_samples(s: Positives, sigma2: NonNegatives, d: Counts, T: Counts) -> Floats:
    r"""Return the samples a source task at and below which nothing of a shared direction is learned.

    .. math:: n_1^* = \frac{\sigma^2 \sqrt{d T}}{s^2} = \frac{\sigma^2}{\lambda} \sqrt{\frac dT}, \qquad \lambda = s^2/T

    s > 0: singular value of B W; sigma2 >= 0; d, T: dimensions and tasks; all broadcast. For least squares on Gaussian
    designs d + 1 samples are to be added. Returns a real number. Raises ValueError outside these domains.

    Source: the threshold of `subspace_alignment`.

    >>> threshold_samples(10.0, 1.0, 100, [25, 100])
    array([0.5, 1. ])
    """
    least: Floats = (sigma2 / s * np.sqrt(d * T.astype(float)) / s)[()]
    return least
