"""Test-time training: the shrinkage of a known subspace's projection, tuned on the one image that is to be denoised."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import scipy

from theory.domain import Floats, In, Integers, Matrix, NonNegative, NonNegatives, Vector, broadcast, checked, refusal
from theory.image_reconstruction.model import bayes_floor, check_variances, shrinkage


@checked
def ttt_risk(
    d: Annotated[Integers, In(3)],
    tau2: NonNegatives,
    sigma2: NonNegatives,
    k: NonNegatives | None = None,
    positive_part: bool = False,
) -> Floats:
    r"""Return the mean risk of shrinking by $\alpha = 1 - k\sigma^2/|U^\top y|^2$, tuned on the test image itself.

    .. math:: \frac{d\tau^2\sigma^2}{\tau^2+\sigma^2}
        + \frac{\sigma^4}{\tau^2+\sigma^2}\Bigl(d - 2k + \frac{k^2}{d-2}\Bigr)

    k = d is the minimiser of the self-supervised (SURE) loss $|y-\alpha UU^\top y|^2 + 2\alpha d\sigma^2$; k = d - 2 is
    James and Stein's. With `positive_part` alpha is clipped at 0: with $s = \tau^2+\sigma^2$, $b = \sigma^2/s$,
    $a = \tau^2/s$, $u = kb$ and $F_m, Q_m$ the distribution function and tail of $\chi^2_m$, the excess is
    $s\{a^2 d F_{d+2}(u) + b^2[dQ_{d+2}(u) - 2kQ_d(u) + \frac{k^2}{d-2}Q_{d-2}(u)]\}$.

    d: dimension of the subspace, integers >= 3; tau2, sigma2 >= 0, not both 0; k >= 0, d where it is None;
    positive_part: True or False. Arrays broadcast. Returns an array. Raises ValueError outside these domains.

    Source: Darestani, Liu, Heckel 2022, arXiv:2204.07204 (opening seen), for test-time training; James, Stein 1961 for
    k = d - 2 (recalled); formula derived here from E 1/chi2_d = 1/(d-2).

    >>> ttt_risk(10, 1.0, 0.5, [10, 8]).round(4), round(float(ttt_risk(10, 1.0, 0.5, positive_part=True)), 4)
    (array([3.75  , 3.6667]), 3.6944)
    """
    check_variances(*broadcast(tau2=tau2, sigma2=sigma2))
    taken = d.astype(float) if k is None else k
    d, tau2, sigma2, taken = broadcast(d=d, tau2=tau2, sigma2=sigma2, k=taken)
    total = tau2 + sigma2
    noise = sigma2 / total
    below, beyond = np.zeros(d.shape), (np.ones(d.shape),) * 3
    if positive_part:
        cut = taken * noise / 2
        below = scipy.special.gammainc(d / 2 + 1, cut)
        beyond = tuple(scipy.special.gammaincc(d / 2 + shift, cut) for shift in (1, 0, -1))
    kept = noise**2 * (d * beyond[0] - 2 * taken * beyond[1] + taken**2 / (d - 2) * beyond[2])
    excess = total * (shrinkage(tau2, sigma2) ** 2 * d * below + kept)
    return np.asarray(bayes_floor(d.astype(int), tau2, sigma2) + excess)[()]


@checked
def ttt_shrinkage(y: Vector, U: Matrix, sigma2: NonNegative) -> float:
    r"""Return the shrinkage that test-time training finds for one noisy image, $1 - d\sigma^2/|U^\top y|^2$.

    It minimises the self-supervised loss $|y-\alpha UU^\top y|^2 + 2\alpha d\sigma^2$ over alpha, unclipped.

    y: (n,), the image; U: (n, d), orthonormal columns; sigma2 >= 0, the noise variance a pixel. Returns alpha <= 1.
    Raises ValueError outside these domains, for columns that are not orthonormal and for U'y = 0.

    Source: Darestani, Liu, Heckel 2022, arXiv:2204.07204 (opening seen); closed form derived here.

    >>> ttt_shrinkage([3.0, 4.0, 1.0], np.eye(3)[:, :2], 0.5)
    0.96
    """
    n, d = U.shape
    if y.shape != (n,):
        raise ValueError(f"y = array of shape {y.shape}: must have {n} entries, as U has rows")
    if d > n or np.abs(U.T @ U - np.eye(d)).max() > 1e-8:
        raise refusal("U", U.tolist(), "a matrix with orthonormal columns")
    inside = float(np.linalg.norm(U.T @ y))
    if inside == 0:
        raise refusal("y", y.tolist(), "an image with a part in the span of U")
    with np.errstate(over="ignore"):
        return float(1 - (np.sqrt(d * sigma2) / np.float64(inside)) ** 2)
