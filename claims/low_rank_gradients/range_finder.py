"""Randomised range finding: the bounds on its mean errors, and the case in which the first is an equality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import sims.low_rank_gradients as sims
import theory.low_rank_gradients as theory
from claims import Bound, Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Shape = Literal["polynomial", "exponential", "spiked"]

_HMT = "halko2011finding"


@instance
def sketched(shape: Shape, N: int, k: int, p: int) -> Named:
    """1/j; .7^j; or k values of 1e4 above ones."""
    s = {
        "polynomial": [1 / j for j in range(1, N + 1)],
        "exponential": [0.7**j for j in range(N)],
        "spiked": [1e4] * k + [1.0] * (N - k),
    }[shape]
    return {"s": tuple(s), "k": k, "p": p}


def _frobenius(shape: Shape, N: int, k: int, p: int) -> Named:
    s = sketched(shape=shape, N=N, k=k, p=p)["s"]
    return {"F": theory.range_finder_bound(s, k, p, "F"), "F2": theory.range_finder_bound(s, k, p, "F2")}


def _instead(over: Callable[[int], int]) -> Callable[..., Named]:
    """1 + k/over(p) in place of 1 + k/(p - 1)."""

    def predict(shape: Shape, N: int, k: int, p: int) -> Named:
        factor = (1 + k / over(p)) / (1 + k / (p - 1))
        right = _frobenius(shape, N, k, p)
        return {"F": factor**0.5 * right["F"], "F2": factor * right["F2"]}

    return predict


# p >= 10: the squared error has moments below (p + 1)/2 only.
_SHARP = cells(shape="spiked", N=510, k=10, p=10)

FROBENIUS = claim(
    slug="randomized-range-finder",
    title="A Gaussian sketch misses little more than the best basis of its rank",
    statement=(
        r"With $Q = \mathrm{orth}(A\Omega)$, $\Omega$ of $k+p$ Gaussian columns, $\mathrm{E}|(I-QQ^\top)A|_F^2 \le "
        r"(1+\frac k{p-1})\sum_{j>k}s_j^2$, and $\mathrm{E}|(I-QQ^\top)A|_F$ at most its root."
    ),
    source=Source(_HMT, "Theorem 10.5", "recalled"),
    kind=Bound(side="upper", on="mean", resolution=0.015),
    predict=_frobenius,
    simulate=sketched.of(sims.range_finder_error),
    grid=Grid(
        quick=(*cells(shape=["polynomial", "exponential"], N=60, k=5, p=10), *_SHARP),
        full=(*cells(shape=["polynomial", "exponential"], N=200, k=[5, 10], p=[10, 14]), *_SHARP),
    ),
    decoys=(
        Decoy("k/p", "1 + k/p", _instead(lambda p: p)),
        Decoy("k/(p + 1)", "1 + k/(p + 1)", _instead(lambda p: p + 1)),
    ),
    tails={"F": Moments(skewness=1.5), "F2": Moments(skewness=3.0)},
)

SPECTRAL = claim(
    slug="randomized-range-finder-spectral",
    title="The spectral error of a Gaussian sketch is below its bound",
    statement=(
        r"$\mathrm{E}|(I-QQ^\top)A|_2 \le (1+\sqrt{k/(p-1)})s_{k+1} + \frac{e\sqrt{k+p}}p(\sum_{j>k}s_j^2)^{1/2}$."
    ),
    source=Source(_HMT, "Theorem 10.6", "recalled"),
    kind=Bound(side="upper", on="mean", resolution=0.02),
    predict=lambda shape, N, k, p: {
        "value": theory.range_finder_bound(sketched(shape=shape, N=N, k=k, p=p)["s"], k, p, "2")
    },
    simulate=sketched.of(sims.range_finder_spectral),
    grid=Grid(
        quick=cells(shape=["polynomial", "spiked"], N=40, k=5, p=10),
        full=cells(shape=["polynomial", "exponential", "spiked"], N=[40, 100], k=5, p=[10, 14]),
    ),
    decoys=(
        Decoy(
            "optimal", "s_{k+1}, the error of the best basis of rank k",
            lambda shape, N, k, p: {"value": sketched(shape=shape, N=N, k=k, p=p)["s"][k]},
        ),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

_FLAT = (*cells(N=20, k=2, p=10), *cells(N=40, k=4, p=12), *cells(N=12, k=6, p=10))

FLAT = claim(
    slug="randomized-range-finder-flat",
    title="On a flat tail below spikes the error of a sketch is known exactly",
    statement=(
        r"For $k$ singular values that tend to infinity above $N$ equal ones $s$, $\mathrm{E}|(I-QQ^\top)A|_F^2 = "
        r"s^2(N-p)(1+\frac k{p-1})$: the share $(N-p)/N$ of the bound."
    ),
    source=Source(_HMT, "sharp case of Theorem 10.5", "derived"),
    kind=Mean(resolution=0.01),
    predict=lambda N, k, p: {"value": theory.range_finder_flat(N, k, p)},
    simulate=sims.range_finder_flat,
    grid=Grid(quick=_FLAT, full=(*_FLAT, *cells(N=100, k=[5, 10], p=[10, 14]))),
    decoys=(
        Decoy("bound as equality", "N(1 + k/(p-1)): the p directions found by chance forgotten",
              lambda N, k, p: {"value": N * (1 + k / (p - 1))}),
        Decoy("k/p", "(N - p)(1 + k/p)", lambda N, k, p: {"value": (N - p) * (1 + k / p)}),
    ),
    tails={"value": Moments(skewness=2.5)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (FROBENIUS, SPECTRAL, FLAT)
