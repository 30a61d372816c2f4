"""The peak cannot be avoided: a lower bound on the noise part of the ridgeless risk for any features."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Floats, NonNegatives, checked


@checked(broadcast=True)
def ridgeless_noise_lower_bound(n: Counts, p: Counts, sigma2: NonNegatives) -> Floats:
    r"""Return a lower bound on the expected noise part of the risk of minimum-norm least squares, for any features.

    .. math:: E V \ge \sigma^2 \min(n,p) / (|n-p| + 1)

    n, p: integers >= 1; sigma2 >= 0; all broadcast. It holds for iid rows with an invertible second moment Sigma (by
    which V is measured) whose design has full rank almost surely. Raises ValueError outside the domain.

    Source: Holzmueller 2021, arXiv:2010.01851 (abstract seen, constants recalled).

    >>> round(float(ridgeless_noise_lower_bound(10, 20, 1.0)), 4)
    0.9091
    """
    bound: Floats = (sigma2 * np.minimum(n, p) / (np.abs(n - p) + 1.0))[()]
    return bound
