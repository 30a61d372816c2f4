"""One informative feature among many junk features: the exact finite-sample risk of interpolation."""

from __future__ import annotations

from theory.benign_overfitting.equivalent import BiasVariance
from theory.domain import Count, NonNegative, Positive, Real, checked
from theory.quadrature import chi_square_rule


@checked
def junk_risk(n: Count, d_junk: Count, lam_junk: Positive, sigma2: NonNegative = 1.0, w: Real = 1.0) -> BiasVariance:
    r"""Return the exact expected bias and variance of interpolating with one signal feature and d junk features.

    Features $(z, \sqrt c\,g)$, $g\sim N(0,I_d)$, $c=\lambda_J/d$, target $wz$. With independent
    $s\sim\chi^2_n$, $t\sim\chi^2_{d-n+1}$, $q=s/(ct)$, $h=\frac{s(d-1)}{c^2t^2(d-n)}$:
    $$\mathbb E B = w^2\,\mathbb E\frac{1+cq}{(1+q)^2},\qquad
    \mathbb E V=\sigma^2\Bigl\{(1-c)\mathbb E\frac{h}{(1+q)^2}+\frac{n}{d-n-1}-c\,\mathbb E\frac{h}{1+q}\Bigr\}.$$
    As d grows this tends to ridge regression on z alone with penalty lam_junk: the junk absorbs the noise.

    n: sample size; d_junk >= n + 2; lam_junk > 0: total junk variance; sigma2 >= 0; w: the coefficient (squared here).
    Raises ValueError for d_junk < n + 2, where the variance is infinite.

    Source: model of Zhou, Sutherland, Srebro 2020 (arXiv:2006.05942) and Muthukumar et al. 2019 (arXiv:1903.09139);
    exact formula derived here.

    >>> bias, variance = junk_risk(20, 60, lam_junk=5.0, sigma2=1.0, w=2.0)
    >>> print(f"{bias:.5f} {variance:.5f}")
    0.15138 0.53249
    """
    if d_junk < n + 2:
        raise ValueError(f"d_junk = {d_junk}: must be an integer >= n + 2 = {n + 2}")
    c = lam_junk / d_junk
    s, s_weight = chi_square_rule(n)
    t, t_weight = chi_square_rule(d_junk - n + 1)
    # 1/(1+q) = c t/(s + c t), written so that small t is harmless.
    kept = c * t / (s[:, None] + c * t)
    bias = s_weight @ (kept**2 + c * kept * (1 - kept)) @ t_weight
    ratio = (d_junk - 1) / (d_junk - n) * s[:, None] / (s[:, None] + c * t)
    shrunk = s_weight @ (ratio / (s[:, None] + c * t)) @ t_weight
    free = s_weight @ (ratio / (c * t)) @ t_weight
    variance = (1 - c) * shrunk + n / (d_junk - n - 1) - c * free
    return BiasVariance(float(w**2 * bias), float(sigma2 * variance))
