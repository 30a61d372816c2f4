"""Test-time training: a shrinkage tuned on the one image that is to be denoised."""

from __future__ import annotations

from typing import Any

import sims.image_reconstruction as sims
import theory.image_reconstruction as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

_TTT = Source("darestani2022test", "test-time training, opening; the formula", "derived")
_STEIN = Source("james1961estimation", "risk of shrinkage", "recalled")


def _ways(d: int, tau2: float, sigma2: float) -> tuple[Named, ...]:
    """k = d, k = d - 2, and k = d clipped at 0."""
    shared = {"d": d, "tau2": tau2, "sigma2": sigma2}
    return (
        {**shared, "k": d, "positive_part": False},
        {**shared, "k": d - 2, "positive_part": False},
        {**shared, "k": d, "positive_part": True},
    )


def _excess(d: int, tau2: float, sigma2: float, k: float, positive_part: bool) -> float:
    return float(theory.ttt_risk(d, tau2, sigma2, k, positive_part) - theory.bayes_floor(d, tau2, sigma2))


def _unit(tau2: float, sigma2: float) -> float:
    return sigma2**2 / (tau2 + sigma2)


def _stein(d: int, tau2: float, sigma2: float, k: float, positive_part: bool) -> float:
    return 2 * _unit(tau2, sigma2)


def _first_moment(d: int, tau2: float, sigma2: float, k: float, positive_part: bool) -> float:
    return _unit(tau2, sigma2) * (d - 2 * k + k * k / d)


def _above_floor(excess: Any) -> Any:
    return lambda d, tau2, sigma2, k, positive_part: (
        float(theory.bayes_floor(d, tau2, sigma2)) + excess(d, tau2, sigma2, k, positive_part)
    )


def _unclipped(d: int, tau2: float, sigma2: float, k: float, positive_part: bool) -> float:
    return _excess(d, tau2, sigma2, k, False)


_QUICK = (*_ways(10, 1.0, 0.5), *_ways(30, 0.3, 1.0))
_FULL = (*_QUICK, *_ways(8, 2.0, 1.0), *_ways(100, 0.2, 1.0), *_ways(400, 1.0, 2.0))

RISK = claim(
    slug="test-time-shrinkage",
    title="Test-time training on one image: its exact risk",
    statement=(
        r"Shrinking the projection $U^\top y$ by $\alpha = 1 - k\sigma^2/\|U^\top y\|^2$, tuned on the image itself, "
        r"has mean risk $\frac{d\tau^2\sigma^2}{\tau^2+\sigma^2} + \frac{\sigma^4}{\tau^2+\sigma^2}\bigl(d - 2k + "
        r"\frac{k^2}{d-2}\bigr)$ for $d > 2$, and clipped at $0$ a closed form in $\chi^2$ probabilities; $k = d$ "
        r"minimises the self-supervised loss, and $\tau^2$ is never needed."
    ),
    source=_TTT,
    kind=Mean(resolution=0.008),
    predict=theory.ttt_risk,
    simulate=sims.ttt_risk,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("James-Stein throughout", "excess 2 sigma2^2/(tau2+sigma2) whatever k", _above_floor(_stein)),
        Decoy("1/d", "k^2/d in place of k^2/(d-2): E 1/chi2 taken for 1/E chi2", _above_floor(_first_moment)),
        Decoy("clipping for nothing", "the unclipped risk", _above_floor(_unclipped)),
    ),
    tails={"value": Moments(skewness=1.5)},
)

EXCESS = claim(
    slug="test-time-shrinkage-excess",
    title="What test-time training pays for not knowing the distribution",
    statement=(
        r"Above the best fixed shrinkage, test-time training ($k = d$) has exactly $\frac{2d}{d-2}\,"
        r"\frac{\sigma^4}{\tau^2+\sigma^2}$ and James and Stein's $k = d-2$ exactly $\frac{2\sigma^4}"
        r"{\tau^2+\sigma^2}$: a share $O(1/d)$ of the floor, whatever distribution the training images had."
    ),
    source=_STEIN,
    kind=Mean(resolution=0.025),
    predict=_excess,
    simulate=sims.ttt_excess,
    grid=Grid(quick=(*_ways(12, 1.0, 0.5), *_ways(24, 0.5, 1.0)), full=(*_ways(12, 1.0, 0.5), *_ways(50, 0.2, 1.0))),
    decoys=(
        Decoy("James-Stein throughout", "2 sigma2^2/(tau2+sigma2) whatever k", _stein),
        Decoy("1/d", "k^2/d in place of k^2/(d-2)", _first_moment),
        Decoy("clipping for nothing", "the unclipped excess", _unclipped),
    ),
    # d >= 12: 1/chi2 has five moments.
    tails={"value": Moments(skewness=3.0)},
)

# --- the self-supervised loss ----------------------------------------------------------------------------------------


@instance
def tuned(count: int, n: int, d: int, tau2: float, sigma2: float, number: int) -> Named:
    """Noisy images, each with its own subspace."""
    y, U = sims.projected_images(count, n, d, tau2, sigma2, instance=number)
    return {"y": y, "U": U, "sigma2": sigma2}


def _each(count: int, n: int, d: int, tau2: float, sigma2: float, number: int, k: float | None = None) -> Any:
    given = tuned(count=count, n=n, d=d, tau2=tau2, sigma2=sigma2, number=number)
    # A decoy's k in place of d: the same closed form at another noise.
    scale = 1.0 if k is None else k / d
    return [theory.ttt_shrinkage(y, U, sigma2 * scale) for y, U in zip(given["y"], given["U"], strict=True)]


SURE = claim(
    slug="test-time-shrinkage-sure",
    title="The shrinkage that self-supervised training finds on one image",
    statement=(
        r"Gradient descent on the self-supervised loss $\|y - \alpha UU^\top y\|^2 + 2\alpha d\sigma^2$ of one noisy "
        r"image ends at $\alpha = 1 - d\sigma^2/\|U^\top y\|^2$."
    ),
    source=_TTT,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=_each,
    simulate=tuned.of(sims.tuned_images),
    grid=Grid(
        quick=cells(count=16, n=20, d=[3, 8], tau2=1.0, sigma2=0.3, number=0),
        full=cells(count=64, n=200, d=[3, 20, 150], tau2=1.0, sigma2=[0.1, 1.0], number=1),
    ),
    decoys=(
        Decoy("James-Stein", "1 - (d-2) sigma2/|U'y|^2", lambda d, **cell: _each(d=d, **cell, k=d - 2)),
        Decoy("all pixels", "n in place of d: the divergence of the identity",
              lambda n, **cell: _each(n=n, **cell, k=n)),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RISK, EXCESS, SURE)
