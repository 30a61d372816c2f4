"""How a cell becomes the arguments of both witnesses, at sizes that grow together; what the decoys leave out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import theory.sparse_interpolation as theory
from claims import Moments, instance
from theory.sparse_interpolation.fixed_point import crossing
from theory.sparse_interpolation.soft import log_active, squared_error

Named = dict[str, Any]

# Controls are centred and over their own mean. Three of it as their scale: they are no statements of the topic, and
# their rows need no trials of their own.
CONTROL_SCALES = {"ridgeless": 3.0, "shortest": 3.0}
CERTIFICATES = {"gap": 1e-8}
# At n = 8 rows inverse chi-squares of few degrees of freedom stand behind each risk.
TAILS = {"value": Moments(skewness=3.0), "ridgeless": Moments(skewness=3.0), "shortest": Moments(skewness=3.0)}


@instance
def noise(n: int, ratio: float) -> Named:
    """Labels of noise, d/n features a row."""
    return {"n": n, "d": round(ratio * n), "sigma2": 1.0}


@instance
def pure(n: int, ratio: float, p: float) -> Named:
    """Labels of noise for an l_p norm."""
    d = round(ratio * n)
    return {"n": n, "d": d, "p": p, "values": (0.0,), "counts": (d,), "sigma2": 1.0}


@instance
def spikes(n: int, ratio: float, share: float, height: float) -> Named:
    """A share n of equal spikes of `height` sigma/sqrt(n): what they are against the noise does not change with n."""
    s, d = round(share * n), round(ratio * n)
    return {"n": n, "d": d, "values": (height / math.sqrt(n), 0.0), "counts": (s, d - s), "sigma2": 1.0}


@instance
def bridged(n: int, ratio: float, share: float, height: float, p: float) -> Named:
    """Spikes, for an l_p norm."""
    return {**spikes(n=n, ratio=ratio, share=share, height=height), "p": p}


@instance
def penalised(n: int, ratio: float, share: float, height: float, pull: float) -> Named:
    """Spikes, for the lasso with lam = `pull` sigma sqrt(n)."""
    return {**spikes(n=n, ratio=ratio, share=share, height=height), "lam": pull * math.sqrt(n)}


def with_controls(predicted: Callable[..., float], *controls: str) -> Callable[..., Named]:
    """The value that is predicted, and controls of mean 0."""

    def predict(**cell: Any) -> Named:
        return {"value": float(predicted(**cell)), **dict.fromkeys(controls, 0.0)}

    return predict


def _at(n: int, values: Any, counts: Any, v: float) -> tuple[float, np.ndarray, float]:
    """tau, sizes in units of it and the threshold, at tau^2 = v/n."""
    tau = math.sqrt(v / n)
    m = np.asarray(values) / tau
    c = crossing(lambda t: log_active(m, np.log(counts), t) - math.log(n), 1.0)
    return tau, m, c


def zeros_alone(n: int, d: int, values: Any, counts: Any, sigma2: float) -> float:
    """The risk of the coordinates that are 0 in the truth."""
    v = sigma2 + theory.min_l1_risk(n, d, values, counts, sigma2)
    tau, m, c = _at(n, values, counts, v)
    kept = np.where(m == 0, np.asarray(counts, dtype=float), 0.0)
    return tau * tau * squared_error(m, kept, c)


def label_noise_alone(n: int, d: int, values: Any, counts: Any, sigma2: float) -> float:
    """sigma2 in place of sigma2 + R in the effective noise."""
    tau, m, c = _at(n, values, counts, sigma2)
    return tau * tau * squared_error(m, np.asarray(counts, dtype=float), c)


def no_onsager(n: int, d: int, values: Any, counts: Any, sigma2: float, lam: float) -> Named:
    """The chi with lam = chi tau n: what is active does not lower the penalty."""

    def short(chi: float) -> float:
        """What chi tau n lacks of lam; too much, where no penalty belongs to chi."""
        try:
            risk = theory.lasso_risk(n, d, values, counts, sigma2, chi).risk
        except ValueError:
            return 1.0
        return lam - chi * n * math.sqrt((sigma2 + risk) / n)

    chi = crossing(short, theory.lasso_fit(n, d, values, counts, sigma2, lam).chi, 0.05) + 1e-9
    risk, weakened = theory.lasso_risk(n, d, values, counts, sigma2, chi)
    return {"risk": risk, "residual": (sigma2 + risk) * (weakened / lam) ** 2}
