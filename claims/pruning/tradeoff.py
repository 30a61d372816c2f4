"""The update lowers the training loss always, and raises the test risk where large weights are removed."""

from __future__ import annotations

from typing import Any, Literal

import sims.pruning as sims
import theory.pruning as theory
from claims import Claim, Decoy, Grid, Heavy, Mean, Moments, Observation, Order, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Data = Literal["digits", "diabetes"]
HASTIE = Source("hastie2022surprises", "misspecified least squares recalled; trade-off derived here", "derived")
# n - p >= 8 in every cell: the risks have more than three moments.
TAILS = {"update": Moments(skewness=3.0), "mask": Moments(skewness=3.0), "train": Moments(skewness=1.5)}


def _inverse_mean_of_the_fit(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    return {"update": ws_norm2 + (ws_norm2 + sigma2) * (p - k) / (n - p - 1)}


def _noise_alone(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    return {"update": ws_norm2 + sigma2 * (p - k) / (n - p + k - 1)}


def _signal_alone(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    return {"train": theory.removal_loss_mean(n, p, k, ws_norm2)}


def _as_one(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    return {"mask": theory.pruned_test_risk_update(n, p, k, sigma2, ws_norm2)}


MEANS = claim(
    slug="update-train-test-tradeoff",
    title="Training loss and test risk of pruned least squares, with and without the update",
    statement=(
        r"Isotropic Gaussian rows, $S$ chosen without the data, $n > p+1$: the update adds $[k\sigma^2 + "
        r"(n-p+k)\|w_S\|^2]/(2n)$ to the training loss and has the excess risk $\|w_S\|^2 + (\|w_S\|^2+\sigma^2)"
        r"\frac{p-k}{n-p+k-1}$, the mask alone $\|w_S\|^2 + \sigma^2\frac{p-k}{n-p-1}$."
    ),
    source=HASTIE,
    kind=Mean(resolution=0.022),
    predict=theory.pruned_risks,
    simulate=sims.pruned_risks,
    grid=Grid(
        quick=(
            *cells(n=60, p=40, k=10, sigma2=0.5, ws_norm2=[0.1, 1.0]),
            *cells(n=24, p=12, k=[2, 8], sigma2=0.5, ws_norm2=1.0),
        ),
        full=(
            *cells(n=60, p=40, k=[5, 10, 20], sigma2=0.5, ws_norm2=[0.0, 0.1, 1.0, 4.0]),
            *cells(n=400, p=200, k=50, sigma2=0.5, ws_norm2=1.0),
        ),
    ),
    decoys=(
        Decoy("freedom of the fit", "n - p - 1 for n - p + k - 1 under the update", _inverse_mean_of_the_fit),
        Decoy("noise alone", "the features removed are no noise", _noise_alone),
        Decoy("no noise in training", "q (n - p + k)/(2n), the law without noise", _signal_alone),
        Decoy("no difference", "the mask alone risks as much as the update", _as_one),
    ),
    tails=TAILS,
)

DRAWN = claim(
    slug="update-train-test-tradeoff-drawn",
    title="The same with nothing integrated",
    statement=r"The three means for fits of targets whose noise, of variance $\sigma^2$, is drawn and not integrated.",
    source=HASTIE,
    kind=Mean(resolution=0.024),
    predict=lambda n, p, k, sigma2, ws_norm2, noise: theory.pruned_risks(n, p, k, sigma2, ws_norm2),
    simulate=sims.pruned_risks,
    grid=Grid(
        quick=cells(n=24, p=12, k=4, sigma2=0.5, ws_norm2=[0.1, 1.0], noise="drawn"),
        full=cells(n=60, p=40, k=10, sigma2=0.5, ws_norm2=[0.1, 1.0], noise="drawn"),
    ),
    decoys=(
        Decoy("noise alone", "the features removed are no noise", lambda noise, **cell: _noise_alone(**cell)),
        Decoy("no noise in training", "the law without noise", lambda noise, **cell: _signal_alone(**cell)),
    ),
    tails=TAILS,
)

# --- where the update begins to hurt ---------------------------------------------------------------------------------


@instance
def at_threshold(n: int, p: int, k: int) -> Named:
    """Weights removed of the size at which the two risks are equal."""
    return {"n": n, "p": p, "k": k, "sigma2": 0.5, "ws_norm2": theory.update_threshold(n, p, k, 0.5)}


@instance
def at_classical(n: int, p: int, k: int) -> Named:
    """Of the size k sigma2/n, the squared error of k estimates from many samples."""
    return {"n": n, "p": p, "k": k, "sigma2": 0.5, "ws_norm2": 0.5 * k / n}


@instance
def at_refitted(n: int, p: int, k: int) -> Named:
    """With the degrees of freedom of the refit."""
    return {"n": n, "p": p, "k": k, "sigma2": 0.5, "ws_norm2": 0.5 * k / (n - p + k - 1)}


THRESHOLD = claim(
    slug="update-train-test-tradeoff-threshold",
    title="Where the update begins to hurt",
    statement=(
        r"Update and mask alone have equal mean excess risks where $\|w_S\|^2 = \sigma^2k/(n-p-1)$, the squared error "
        r"of least squares on $S$."
    ),
    source=HASTIE,
    kind=Mean(of="update", per="mask", resolution=0.02),
    predict=lambda n, p, k: 1.0,
    simulate=at_threshold.of(sims.pruned_risks),
    grid=Grid(
        quick=(*cells(n=60, p=40, k=10), *cells(n=24, p=12, k=[2, 8])),
        full=(*cells(n=60, p=40, k=[5, 10, 30]), *cells(n=400, p=200, k=50)),
    ),
    decoys=(
        Decoy("classical", "equal at k sigma2/n", simulate=at_classical.of(sims.pruned_risks)),
        Decoy("freedom of the refit", "equal at k sigma2/(n-p+k-1)", simulate=at_refitted.of(sims.pruned_risks)),
    ),
    # Of the ratio: 1.1 at the fewest samples, with tails that make up to 4 of it in samples of a thousand.
    tails={"value": Moments(skewness=2.5)},
)


@instance
def beyond(n: int, p: int, k: int, times: float) -> Named:
    """Weights removed of a multiple of that size."""
    return {"n": n, "p": p, "k": k, "sigma2": 0.5, "ws_norm2": times * theory.update_threshold(n, p, k, 0.5)}


@instance
def below(n: int, p: int, k: int, times: float) -> Named:
    """Weights removed of that size over the multiple."""
    return {"n": n, "p": p, "k": k, "sigma2": 0.5, "ws_norm2": theory.update_threshold(n, p, k, 0.5) / times}


def _same_sign(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    theta = theory.update_threshold(n, p, k, sigma2)
    return {"saved": (p - k) / (2 * n) * (ws_norm2 - theta)}


def _freedom_of_all(n: int, p: int, k: int, sigma2: float, ws_norm2: float) -> Named:
    return {"raised": (p - k) / (n - p - 1) * (ws_norm2 - theory.update_threshold(n, p, k, sigma2))}


DIFFERENCE = claim(
    slug="update-train-test-tradeoff-difference",
    title="What the update saves in training and costs in test",
    statement=(
        r"With $\theta = \sigma^2k/(n-p-1)$ the update saves $\frac{p-k}{2n}(\|w_S\|^2 + \theta)$ of the mean training "
        r"loss of the mask alone and adds $\frac{p-k}{n-p+k-1}(\|w_S\|^2 - \theta)$ to its mean risk."
    ),
    source=HASTIE,
    kind=Mean(resolution=0.024),
    predict=theory.update_harm,
    simulate=sims.update_harm,
    grid=Grid(
        quick=(
            *cells(n=24, p=12, k=4, sigma2=0.5, ws_norm2=[0.0, 1.0]),
            *cells(n=30, p=10, k=8, sigma2=1.0, ws_norm2=2.0),
        ),
        full=cells(n=60, p=40, k=[5, 10, 20], sigma2=0.5, ws_norm2=[0.0, 2.0]),
    ),
    decoys=(
        Decoy("the same sign", "what is saved in training falls to 0 at the threshold too", _same_sign),
        Decoy("freedom of the fit", "n - p - 1 for n - p + k - 1 in the risk", _freedom_of_all),
    ),
    tails={"raised": Moments(skewness=3.0), "saved": Moments(skewness=2.0)},
)

HURTS = claim(
    slug="update-train-test-tradeoff-hurts",
    title="Beyond it the update lowers the training loss and raises the test risk",
    statement=(
        r"Where $\|w_S\|^2 > \sigma^2k/(n-p-1)$ the update has the larger mean excess risk, and the smaller mean "
        r"training loss, than the mask alone."
    ),
    source=HASTIE,
    kind=Order(resolution=0.1),
    predict=lambda n, p, k, times: {"raised": 0.0, "saved": 0.0},
    simulate=beyond.of(sims.update_harm),
    grid=Grid(
        quick=cells(n=24, p=12, k=4, times=[1.5, 3.0]),
        full=(*cells(n=24, p=12, k=[2, 4, 8], times=[1.3, 1.5, 3.0]), *cells(n=200, p=100, k=25, times=[1.3, 3.0])),
    ),
    decoys=(
        Decoy("always", "the update of small weights hurts too", simulate=below.of(sims.update_harm)),
        Decoy(
            "saves the signal", "the update saves |w_S|^2 in training",
            lambda n, p, k, times: {"saved": beyond(n=n, p=p, k=k, times=times)["ws_norm2"]},
        ),
    ),
    scales={"raised": 0.1, "saved": 0.1},
    tails={"raised": Moments(skewness=3.0), "saved": Moments(skewness=2.0)},
)  # fmt: skip

# --- real data -------------------------------------------------------------------------------------------------------

_REAL = (*cells(data="diabetes", n=60, k=3), *cells(data="digits", n=400, k=20))
_MORE = (*_REAL, *cells(data="diabetes", n=120, k=[1, 5]), *cells(data="digits", n=800, k=40))

REAL_SIGN = claim(
    slug="update-train-test-tradeoff-data-hurts",
    title="It hurts on real data too",
    statement=(
        r"Least squares on $n$ rows drawn from diabetes or digits, without the $k$ leading principal directions: the "
        r"update has the larger excess risk over all rows in more than half of the draws."
    ),
    source=Source("hastie2022surprises", "no theorem for these rows; sign derived for Gaussian ones", "derived"),
    kind=Order(trials=1024),
    predict=lambda data, n, k: {"raised": 0.0},
    simulate=sims.real_risks,
    grid=Grid(quick=_REAL, full=_MORE),
    decoys=(
        Decoy("as the signal", "the update costs as much as the whole signal removed",
              lambda data, n, k: {"raised": _removed(data, k)}),
    ),
    tails={"raised": Heavy()},  # pixels that few images use
)  # fmt: skip


def _removed(data: Data, k: int) -> float:
    """Energy of the best fit's k leading directions, over the residual variance."""
    w = sims.whitened(data).w
    return float((w[:k] ** 2).sum())


def _isotropic(data: Data, n: int, k: int) -> Named:
    found = theory.pruned_risks(n, sims.whitened(data).w.size, k, 1.0, _removed(data, k))
    return {"update": found.update, "mask": found.mask}


REAL = claim(
    slug="update-train-test-tradeoff-data",
    title="How much it costs on real data, beside the Gaussian formula",
    statement=(
        r"Excess risks with and without the update on $n$ rows of diabetes and digits, beside those of isotropic "
        r"Gaussian rows of the same signal and noise."
    ),
    source=Source("hastie2022surprises", "no theorem for these rows", "derived"),
    kind=Observation(trials=1024),
    predict=_isotropic,
    simulate=sims.real_risks,
    grid=Grid(quick=_REAL, full=_MORE),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (MEANS, DRAWN, THRESHOLD, DIFFERENCE, HURTS, REAL_SIGN, REAL)
