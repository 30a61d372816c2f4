"""Interpolation with one signal feature among junk features."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Generator, NonNegative, kernel
from sims.benign_overfitting.regression import BiasVariance, features, noise_variance


@kernel(floats=lambda n, d_junk, **_: 3 * n * (d_junk + 1) + 4 * n * n)
def junk_risk(
    n: int,
    d_junk: int,
    lam_junk: NonNegative,
    sigma2: NonNegative = 1.0,
    w: float = 1.0,
    *,
    trials: int,
    rng: Generator,
) -> BiasVariance:
    """Bias and variance of the minimum-norm interpolator for features (z, sqrt(lam_junk/d_junk) g), target w z.

    n: samples; d_junk >= n: junk features, lam_junk > 0 the sum of their variances; sigma2 >= 0; w: the coefficient.
    Returns fields bias and variance, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> junk_risk(10, 40, 5.0, trials=3, rng=strict_rng(0)).bias.shape
    (3,)
    """
    values = [1.0] + [lam_junk / d_junk] * d_junk
    x = features(rng, trials, n, values)
    xp = arrays.namespace(x)
    inverse = arrays.spd_inverse(x @ x.mT)
    weighted = (x * arrays.asarray(rng, values)) @ x.mT
    back = inverse @ x[:, :, :1]
    # The fit of z itself: coefficient on z, and what leaks into the junk.
    kept = xp.sum(x[:, :, :1] * back, axis=(-2, -1))
    bias = 1 - 2 * kept + xp.sum(back * (weighted @ back), axis=(-2, -1))
    return BiasVariance(w**2 * bias, sigma2 * noise_variance(inverse, weighted))
