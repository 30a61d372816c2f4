"""Minority collapse: from which imbalance on the classifiers of small classes coincide."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
import scipy

from theory.domain import Count, Counts, In, Integers, Positive, Positives, checked, real

_Two = Annotated[int, In(2)]
_Twos = Annotated[Integers, In(2)]


@checked(broadcast=True)
def minority_collapse_ratio_ufm(K_A: Counts, K_B: _Twos, n_B: Counts, lambda_W: Positives, lambda_H: Positives) -> Any:
    r"""Imbalance R = n_A/n_B from which all minority classifiers coincide, for cross-entropy with penalties.

    $$R_c=\frac{1/\sqrt{n_B\lambda_W\lambda_H}-K_B}{K_A},\qquad\text{that is}\quad n_B\le N^2\lambda_W\lambda_H .$$

    Parameters (they broadcast): K_A >= 1 majority classes; K_B >= 2 minority classes of n_B >= 1 samples each;
    lambda_W, lambda_H > 0. At least K features; the bias, if any, does not move the threshold.

    Returns R_c, raw: at most 1 (possibly negative) means collapse for every R >= 1.

    Raises ValueError outside these domains.

    Source: existence of a sharp threshold: Hong and Ling 2023 (arXiv:2309.09725), abstract seen; the form derived here.

    >>> round(float(minority_collapse_ratio_ufm(2, 3, 4, 0.01, 0.01)), 6)
    23.5
    """
    return ((1 / (np.sqrt(n_B) * np.sqrt(lambda_W) * np.sqrt(lambda_H)) - K_B) / K_A)[()]


@checked
def minority_collapse_ratio_lpm(K_A: Count, K_B: _Two, E_W: Positive, E_H: Positive) -> float:
    r"""Imbalance R = n_A/n_B from which all minority classifiers coincide in the layer-peeled model.

    The model minimises the mean cross-entropy subject to $\tfrac1K\sum_k\|w_k\|^2\le E_W$ and
    $\tfrac1K\sum_k\tfrac1{n_k}\sum_i\|h_{k,i}\|^2\le E_H$. With $\rho=K\sqrt{E_WE_H}$, $g=\sqrt{1/K_A+1/K_B}$,
    $$\gamma=\frac{b(K_Be^{bg}+K_A)}{K_Ag},\quad a=\sqrt{\frac{\gamma^2-K_Bb^2}{K_A}},\quad
    \alpha=\frac{\rho-\gamma}{K_A-1},\quad
    \log\frac{K_A}{K_B}+ag-\frac{\alpha}{K_A}=\log\Bigl(\frac{\gamma g}{a}-1\Bigr)$$
    determines b (for K_A = 1: alpha = 0 and gamma = rho do), and $R_0=a/(\gamma K_Bg\,p_2)$ with
    $p_2\propto e^{-\alpha(1-1/K_A)-ag}$ the probability that a majority sample gives to each minority class.

    Parameters: K_A >= 1 majority and K_B >= 2 minority classes; energies E_W, E_H > 0. At least K features.

    Returns R_0 > 1 (inf where it exceeds the largest float).

    Raises ValueError outside these domains.

    Source: the model: Fang, He, Long and Su 2021 (arXiv:2101.12699), abstract seen; this threshold derived here.

    >>> round(minority_collapse_ratio_lpm(3, 7, 1.0, 5.0), 3)
    245.497
    """
    A, B = K_A, K_B
    rho, g = (A + B) * math.sqrt(E_W) * math.sqrt(E_H), math.sqrt(1 / A + 1 / B)

    def log_gamma(b: float) -> float:
        return math.log(b) + float(np.logaddexp(math.log(B) + b * g, math.log(A))) - math.log(A * g)

    def parts(b: float) -> tuple[float, float, float]:
        gamma = math.exp(log_gamma(b))
        a = gamma * math.sqrt((1 - B * (b / gamma) ** 2) / A)
        return gamma, a, max(0.0, rho - gamma) / (A - 1) if A > 1 else 0.0

    def excess(b: float) -> float:
        gamma, a, alpha = parts(b)
        return math.log(A / B) + a * g - alpha / A - math.log(gamma * g / a - 1)

    top = 1.001 * rho * A * g / (A + B)  # gamma(top) > rho, since e^(bg) >= 1
    low = 1e-17 * min(top, 1.0)
    b = float(
        scipy.optimize.brentq(lambda x: log_gamma(x) - math.log(rho), low, top, xtol=1e-300, rtol=1e-15, maxiter=1000)
    )
    if A > 1:  # excess increases from a negative value at 0 to a positive one at b_max
        b = float(scipy.optimize.brentq(excess, b * 1e-17, b, xtol=1e-300, rtol=1e-15, maxiter=1000))
    gamma, a, alpha = parts(b)
    exponent = alpha * (1 - 1 / A) + a * g
    log_terms = float(np.logaddexp.reduce([0.0, math.log(max(A - 1, 1e-300)) - alpha, math.log(B) - exponent]))
    log_ratio = math.log(a / (gamma * B * g)) + exponent + log_terms
    return math.exp(log_ratio) if log_ratio < 709 else math.inf


@checked
def layer_peeled_energy(
    K_A: Count, K_B: _Two, R: Annotated[float, In(1.0, open_low=True)], multiplier: Positive | None = None
) -> float:
    r"""Energy $\sqrt{E_WE_H}$ up to which minority classifiers coincide in the layer-peeled model at imbalance R.

    The inverse of `minority_collapse_ratio_lpm` in the energy. With $q=\mu(K_AR+K_B)$, and b, g, a as there but
    $\gamma=qb(K_Be^{bg}+K_A)/(K_Ag)$,
    $$p_2=\frac{qa}{\gamma RK_Bg},\quad p_1=\frac{q}{K_AR}-\frac{K_B}{K_A}p_2,\quad p_0=1-(K_A-1)p_1-K_Bp_2,\quad
    ag=\log\frac{p_1}{p_2}+\frac1{K_A}\log\frac{p_0}{p_1}$$
    determine b, and the energy is $((K_A-1)\log(p_0/p_1)+\gamma)/K$.

    Parameters: K_A >= 1 majority and K_B >= 2 minority classes; R = n_A/n_B > 1; multiplier, the mu of the constraint
    on the nuclear norm, in [1e-12/K, 1/K] (if None 1/(K_A R + K_B), which is where minority classes begin to separate).

    Returns the energy.

    Raises ValueError outside these domains.

    Source: derived here.

    >>> round(layer_peeled_energy(3, 7, 245.49693) ** 2, 6)
    5.0
    """
    A, B = K_A, K_B
    total, g = A * R + B, math.sqrt(1 / A + 1 / B)
    mu = 1 / total if multiplier is None else real("multiplier", multiplier, 1e-12 / (A + B), 1 / (A + B))
    q = mu * total

    def parts(b: float) -> tuple[float, float, float, float, float]:
        gamma = q * b * (B * math.exp(b * g) + A) / (A * g)
        a = gamma * math.sqrt((1 - B * (b / gamma) ** 2) / A)
        p2 = q * a / (gamma * R * B * g)
        p1 = q / (A * R) - p2 * B / A
        return gamma, a, 1 - (A - 1) * p1 - B * p2, p1, p2

    def excess(b: float) -> float:
        _, a, p0, p1, p2 = parts(b)
        return a * g - math.log(p1 / p2) - math.log(p0 / p1) / A

    high, low = 1.0, 1e-17
    if excess(low) >= 0:
        raise ValueError(f"multiplier = {multiplier!r}: must leave majority and minority apart at R = {R!r}")
    while excess(high) < 0:
        high *= 2
    b = float(scipy.optimize.brentq(excess, low, high, xtol=1e-300, rtol=1e-15, maxiter=1000))
    gamma, _, p0, p1, _ = parts(b)
    return ((A - 1) * math.log(p0 / p1) + gamma) / (A + B)


@checked(broadcast=True)
def lpm_balanced_loss(K: _Twos, E_W: Positives, E_H: Positives) -> Any:
    r"""Smallest mean cross-entropy of the balanced layer-peeled model.

    $$\log\bigl(1+(K-1)\,e^{-\frac{K}{K-1}\sqrt{E_WE_H}}\bigr).$$

    Parameters (they broadcast): K >= 2 classes; energies E_W, E_H > 0. At least K-1 features.

    Returns the loss.

    Raises ValueError outside these domains.

    Source: Fang, He, Long and Su 2021 (arXiv:2101.12699), recalled.

    >>> round(float(lpm_balanced_loss(4, 1.3, 0.7)), 7)
    0.6102436
    """
    gap = K / (K - 1) * np.sqrt(E_W) * np.sqrt(E_H)
    return np.log1p((K - 1) * np.exp(-gap))[()]
