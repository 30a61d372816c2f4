"""What two defences of a gradient cost the adversary: pruning it at random, and the Gaussian mechanism."""

from __future__ import annotations

import math
from typing import Annotated

import scipy.special

from theory.domain import Count, In, NonNegative, Positive, checked
from theory.gradient_reconstruction.noise import noise_mmse_asymptotic
from theory.quadrature import gaussian_mean

Candidates = Annotated[int, In(2)]


def _kept_rows(m: int, keep: float) -> int:
    rows = round(keep * m)
    if rows < 1 or abs(keep * m - rows) > 1e-9 * m:
        raise ValueError(f"keep = {keep}: keep * m must be an integer >= 1, here m = {m}")
    return rows


@checked
def pruned_gradient_error(
    m: Count,
    B: Count,
    keep: Annotated[float, In(0.0, 1.0, open_low=True)],
    noise_std: Positive,
    prior_std: Annotated[float, In(0.0, open_low=True, infinite=True)] = math.inf,
) -> float:
    r"""Return the Bayes squared error per pixel where each pixel's gradient column keeps a random share of its rows.

    $G = \Delta X + sN$ with $\Delta$ (m x B) iid N(0, 1) and known. Flat prior: exactly $s^2/(\kappa m - B - 1)$. Prior
    $N(0, \tau^2)$: the limit `noise_mmse_asymptotic` at $\kappa m$ rows, whose floor for s -> 0 is
    $\tau^2 (1 - \kappa m/B)_+$.

    m, B: rows of the gradient and samples, >= 1; keep: the share kappa in (0, 1] with kappa m an integer; noise_std:
    s > 0; prior_std: tau > 0, inf for the flat prior, which needs kappa m >= B + 2. Returns a float. Raises ValueError
    outside these domains.

    Source: Liu, Wang, Chen, Lei 2025, arXiv:2402.09478 (the defence; abstract seen); derived here: a random subset of
    Gaussian rows is Gaussian. Pruning by size is another matter.

    >>> pruned_gradient_error(80, 20, 0.5, 1.0) == 1 / 19
    True
    """
    rows = _kept_rows(m, keep)
    if not math.isinf(prior_std):
        return float(noise_mmse_asymptotic(rows, B, noise_std, prior_std))
    if rows < B + 2:
        raise ValueError(
            f"keep = {keep}: keep * m must be at least B + 2 = {B + 2} for a flat prior, here it is {rows}"
        )
    return noise_std**2 / (rows - B - 1)


@checked
def candidate_success(K: Candidates, snr: NonNegative, simplex: bool = False) -> float:
    r"""Return the probability that the best adversary names the one unknown record among K equally likely candidates.

    He knows all other records and sees $g_i + \sigma N$, so the likelihood decides: for orthogonal gradients of norm C,
    $\int \phi(t)\, \Phi(t + a)^{K-1}\, dt$ with $a = C/\sigma$; for a regular simplex (sum 0, norm C) the same with
    $a\sqrt{K/(K-1)}$. T full-batch steps with the same noise: $a\sqrt T$.

    K: candidates, >= 2; snr: a >= 0; simplex: gradients that sum to 0 instead of orthogonal ones. Returns a float.
    Raises ValueError outside these domains.

    Source: Balle, Cherubin, Hayes 2022, arXiv:2201.04845 (the informed adversary, abstract seen); formula derived here.

    >>> round(candidate_success(10, 2.0), 6)
    0.673645
    """
    a = snr * math.sqrt(K / (K - 1)) if simplex else snr
    if a > 60:  # the runner-up of K < 1e300 candidates is below 40
        return 1.0
    # Phi(t + a)^(K-1) rises from 0 to 1 in a step at t + a = the typical maximum of K - 1 normals.
    step = float(-scipy.special.ndtri(min(0.5, 1 / K))) - a
    edges = sorted({-38.0, 38.0, *(min(max(step + shift, -38.0), 38.0) for shift in (-4.0, -1.0, 0.0, 1.0, 4.0))})
    return gaussian_mean(lambda t: math.exp((K - 1) * float(scipy.special.log_ndtr(t + a))), edges)


@checked
def reconstruction_robustness(K: Candidates, snr: NonNegative) -> float:
    r"""Return the bound $\Phi(\Phi^{-1}(1/K) + a)$ on the success of any adversary, whatever the K candidates.

    For equally likely candidates with gradients of norm at most C, $a = C/\sigma$. Attained at K = 2 by antipodal
    gradients. Proof: each decision region is a test against pure noise (Neyman-Pearson), and these probabilities sum
    to at most 1 under noise; concavity gives the rest.

    K: candidates, >= 2; snr: a >= 0. Returns a float. Raises ValueError outside these domains.

    Source: Hayes, Mahloujifar, Balle 2023, arXiv:2302.07225 (bounds of this kind, abstract seen); Kaissis et al. 2023,
    arXiv:2307.03928 (closed form for the Gaussian mechanism, abstract seen); derived here.

    >>> round(reconstruction_robustness(10, 1.0), 6)
    0.389144
    """
    return float(scipy.special.ndtr(scipy.special.ndtri(1 / K) + snr))


@checked
def renyi_robustness(K: Candidates, snr: NonNegative) -> float:
    r"""Return the weaker bound $\min_{\alpha > 1} (e^{\alpha a^2/2}/K)^{(\alpha-1)/\alpha}$ from the Renyi divergences.

    It is $\exp(-(\sqrt{\log K} - a/\sqrt 2)^2)$ for $a < \sqrt{2 \log K}$, at the order $\sqrt{2 \log K}/a$, else 1.

    K: candidates, >= 2; snr: a >= 0. Returns a float. Raises ValueError outside these domains.

    Source: Balle, Cherubin, Hayes 2022, arXiv:2201.04845 (Renyi form, recalled); the minimum derived here.

    >>> round(renyi_robustness(10, 1.0), 6)
    0.518602
    """
    gap = math.sqrt(math.log(K)) - snr / math.sqrt(2)
    return math.exp(-(gap**2)) if gap > 0 else 1.0
