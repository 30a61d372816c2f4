"""Test risk, training risk and accuracy of a trained graph convolution, and the best self-loop."""

from __future__ import annotations

import math

import scipy

from theory.domain import checked, refusal
from theory.graph_convolution.domains import Labelled, Ratio, Signed, Strength
from theory.graph_convolution.no_loop import GcnRisk, no_loop_risk
from theory.graph_convolution.self_loop import self_loop_risk


def _risk(gam: float, tau: float, lam: float, mu: float, rho: float, c: float) -> GcnRisk:
    if rho == 0 and abs(gam * tau - 1) < 1e-12:
        return GcnRisk(math.inf, 0.0, 0.5)
    if c == 0:
        return no_loop_risk(gam, tau, lam, mu, rho)
    return self_loop_risk(gam, tau, lam, mu, rho, c)


@checked
def gcn_risk(gam: Ratio, tau: Labelled, lam: Signed, mu: Strength, rho: Strength, c: Signed = 0.0) -> GcnRisk:
    r"""Return limits of test risk, training risk and accuracy of a ridge-trained graph convolution $f = (A + cI)Xw$.

    N nodes with labels $y = \pm 1$; features $X_i = \sqrt{\mu/N}\, y_i u + z_i$ with F entries, $z \sim N(0, I/F)$;
    graph $A = (\lambda/N) yy^\top + G$ with independent $N(0, 1/N)$ entries, not symmetric; $w$ minimises
    $|y_T - f_T|^2 + \rho|w|^2$ over the $\tau N$ labelled nodes. At c = 0, with $s$ the root of
    $(1-\gamma s)(1-s)(\tau-s) = \rho s$, $k = (1-\gamma s)(1-s)/s$ and $t$ the companion transform at $k$:

    .. math:: \frac{1+e}{(1+d)^2(1-\delta)}, \quad d = \lambda^2\frac{(\mu+1)t}{1+(\mu+1)t}, \quad e = d + k d',
        \quad \delta = \frac{\gamma s - k(t+kt')}{\gamma\tau}

    is the test risk, $(1-s/\tau)^2$ times it the training risk, $\Phi(d\sqrt{(1-\delta)/(e+\delta)})$ the accuracy.
    With a self-loop the same follows from a fixed point of three numbers and two linear systems.

    gam: nodes over features, in [1e-3, 1e3]; tau: share of labelled nodes, in (0, 1); lam: homophily (negative:
    neighbours differ); mu >= 0: strength of the features; rho >= 0: ridge on the sum of squares, 0 the minimum norm;
    c: weight of the self-loop; all at most 1e3 in size. Returns fields test (chance 1), train, accuracy. At rho = 0
    and gam tau = 1 they are (inf, 0, 1/2).

    Raises ValueError outside the domain, and naming rho or tau where the fixed point or the risk is lost to rounding.

    Source: Shi, Pan, Hu, Dokmanic 2024, arXiv:2212.13069 (abstract seen, ridgeless form recalled); general form and
    self-loops derived here.

    >>> [round(value, 4) for value in gcn_risk(3.0, 0.5, 2.0, 1.0, 0.0)]
    [1.0, 0.1111, 0.7602]
    >>> [round(value, 4) for value in gcn_risk(2.5, 0.5, 2.0, 1.0, 0.05, 0.5)]
    [0.6201, 0.0589, 0.8391]
    """
    return _risk(gam, tau, lam, mu, rho, c)


@checked
def optimal_self_loop(gam: Ratio, tau: Labelled, lam: Signed, mu: Strength, rho: Strength) -> float:
    r"""Return the self-loop c between 0 and $3\,\mathrm{sign}(\lambda)$ with the smallest test risk of `gcn_risk`.

    The risk has several minima in c: a grid of step 0.05, then a bounded search around its best point.

    gam, tau, lam, mu, rho as in `gcn_risk`, lam not 0 (two mirror minima). Returns c*.

    Raises ValueError outside the domain, at lam = 0, and at rho = 0 with gam tau = 1 (all risks infinite).

    Source: derived here; that heterophily wants negative self-loops: Shi, Pan, Hu, Dokmanic 2024, arXiv:2212.13069
    (abstract seen).

    >>> round(optimal_self_loop(3.0, 0.5, 2.0, 1.0, 0.05), 3)
    0.499
    """
    if lam == 0:
        raise refusal("lam", lam, "different from 0 (else c and -c are equally good)")
    if rho == 0 and abs(gam * tau - 1) < 1e-12:
        raise refusal("rho", rho, "> 0 at gam tau = 1, where every risk is infinite")

    def risk(size: float) -> float:
        return _risk(gam, tau, abs(lam), mu, rho, size).test

    step = 0.05
    best = min(range(61), key=lambda j: risk(step * j)) * step
    found = scipy.optimize.minimize_scalar(
        risk, bounds=(max(0.0, best - step), min(3.0, best + step)), method="bounded", options={"xatol": 1e-7}
    )
    return math.copysign(min((float(found.x), best), key=risk), lam)
