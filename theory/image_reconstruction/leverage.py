"""Images that are not Gaussian: the first order of what a learned denoiser loses by learning from N of them."""

from __future__ import annotations

import numpy as np

from theory.domain import Matrix, Positive, checked, refusal


@checked
def leverage_coefficient(images: Matrix, sigma2: Positive) -> float:
    r"""Return c, the excess of a denoiser learned from very many real images over that from Gaussian ones.

    The least squares denoiser learned from N images of this population has, as N grows,

    .. math:: N\,(R - \mathrm{floor}) \to c\,n\,\mathrm{floor},\qquad
        c = \frac{E\,|x - W_* y|^2\; y^\top\Sigma_y^{-1}y}{n\,E\,|x - W_* y|^2}

    where $W_* = \Sigma(\Sigma+\sigma^2 I)^{-1}$, $\Sigma = E\,xx^\top$, $\Sigma_y = \Sigma + \sigma^2 I$. The noise is
    integrated in closed form. c = 1 for Gaussian images, whose residual is independent of y; c > 1 where images of
    high contrast are also hard to denoise.

    images: (m, n), one a row, the whole population, not all 0 (second moments are taken as they are: centre them
    first); sigma2 > 0, the noise variance. Returns c. Raises ValueError outside these domains.

    Source: variance of least squares with residuals that depend on the regressors (White 1980, recalled); this form
    derived here.

    >>> round(leverage_coefficient([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], 0.5), 4)
    0.75
    """
    size = float(np.abs(images).max())
    if size == 0:
        raise refusal("images", images.tolist(), "an array with an entry that is not 0")
    noise = (sigma2**0.5 / size) ** 2  # in units of the largest pixel
    x = images / size
    _, singular, right = np.linalg.svd(x, full_matrices=False)
    n, values = x.shape[1], singular**2 / len(x)
    pixels = x @ right.T
    kept = values / (values + noise)
    left, inverse = 1 - kept, 1 / (values + noise)
    # Directions without images: no estimate there, and noise of variance one in y' Sigma_y^-1 y.
    error = (pixels * left) ** 2 @ np.ones(len(values)) + noise * np.sum(kept**2)
    energy = pixels**2 @ inverse + noise * np.sum(inverse) + (n - len(values))
    both = np.mean(error * energy) - 4 * noise * np.mean(pixels**2 @ (left * kept * inverse))
    both += 2 * noise**2 * np.sum(kept**2 * inverse)
    return float(both / (n * noise * np.sum(kept)))
