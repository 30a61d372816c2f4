"""Interpolated labels: Gaussian mixtures with flipped labels, and classification that works where regression fails."""

from __future__ import annotations

import math
from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Decoy, Grid, Limit, Mean, Source, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

# --- Gaussian mixtures -----------------------------------------------------------------------------------------------


def _tail(margin: float) -> float:
    return 0.5 * math.erfc(margin / math.sqrt(2))


def _argument(n: int, p: int, R: float, eta: float, features: float, total: float, kept: float) -> float:
    signal = R * R * kept * math.sqrt(n * features)
    return signal / math.sqrt(total * (total - R * R * n * (1 - 2 * eta) ** 2))


@instance
def mixture(n: int, aspect: float, R: float, eta: float) -> Named:
    """p = aspect n features of a two-class mixture."""
    return {"n": n, "p": round(n * aspect), "R": R, "eta": eta}


def bayes_error(n: int, aspect: float, R: float, eta: float) -> float:
    """Q(R): nothing is lost."""
    return _tail(R)


def flips_ignored(n: int, aspect: float, R: float, eta: float) -> float:
    """(1 - 2 eta) left out of the numerator."""
    p = round(n * aspect)
    return _tail(_argument(n, p, R, eta, p - n, p + n * R * R, 1.0)) if eta else 0.0


def all_features(n: int, aspect: float, R: float, eta: float) -> float:
    """p in place of p - n."""
    p = round(n * aspect)
    return _tail(_argument(n, p, R, eta, p, p + n * R * R, 1 - 2 * eta))


def no_signal_energy(n: int, aspect: float, R: float, eta: float) -> float:
    """D = p in place of p + n R^2."""
    p = round(n * aspect)
    return _tail(_argument(n, p, R, eta, p - n, p, 1 - 2 * eta))


def mixture_cells(sizes: tuple[int, ...], *designs: tuple[float, float, float]) -> tuple[Named, ...]:
    """Aspect p/n, radius and share of flips, each at the growing sizes."""
    return tuple({"n": n, "aspect": a, "R": R, "eta": eta} for a, R, eta in designs for n in sizes)


MIXTURE = claim(
    slug="gmm-interpolating-classifier",
    title="Interpolating flipped labels of a Gaussian mixture: the error on clean labels",
    statement=(
        r"For two Gaussian classes at $\pm\mu$, $R = \|\mu\|$, with a share $\eta$ of labels flipped, the minimum-norm "
        r"classifier that fits all of them has error $Q\Bigl(\frac{R^2(1-2\eta)\sqrt{n(p-n)}}{\sqrt{D(D - R^2 n "
        r"(1-2\eta)^2)}}\Bigr)$, $D = p + nR^2$, up to $O(1/n)$."
    ),
    source=Source("chatterji2021finite", "setting; also Wang, Thrampoulidis; form derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=mixture.of(theory.gmm_error),
    simulate=mixture.of(sims.gmm_error),
    grid=Grid(
        quick=mixture_cells((20, 40, 80), (3.0, 2.0, 0.1), (1.5, 1.0, 0.0)),
        full=mixture_cells((50, 100, 200, 400), (3.0, 2.0, 0.1), (1.5, 1.0, 0.0), (5.0, 2.5, 0.2), (10.0, 3.0, 0.1)),
    ),
    decoys=(
        Decoy("Bayes error", "Q(R)", bayes_error),
        Decoy("flips ignored", "(1 - 2 eta) left out of the numerator", flips_ignored),
        Decoy("all features", "p in place of p - n", all_features),
        Decoy("no signal energy", "D = p", no_signal_energy),
    ),
)


def noisy_error(n: int, p: int, R: float, eta: float) -> float:
    """The error on flipped test labels."""
    return eta + (1 - 2 * eta) * theory.gmm_error_exact(n, p, R, eta) if eta else _tail(R)


MIXTURE_EXACT = claim(
    slug="gmm-interpolating-classifier-exact",
    title="The same error, exactly at finite size",
    statement=(
        r"With $m \sim \mathrm{Bin}(n, \eta)$, $F \sim \chi^2_{p-n+1}/\chi'^2_{n-1}(R^2(n-(n-2m)^2/n))$, $b = "
        r"F/(1+F)$, $C \sim \chi^2_{p-n}$ and $N \sim N(R(n-2m)\sqrt{b/n}, 1)$, the expected error is "
        r"$\mathbb{E}\,Q(R\sqrt{b}\,N/\sqrt{N^2+C})$."
    ),
    source=Source("wang2022binary", "setting; exact law derived here", "derived"),
    kind=Mean(resolution=0.012),
    predict=theory.gmm_error_exact,
    simulate=sims.gmm_error,
    grid=Grid(
        quick=(
            {"n": 5, "p": 15, "R": 2.0, "eta": 0.1},
            {"n": 20, "p": 30, "R": 1.0, "eta": 0.0},
            {"n": 12, "p": 80, "R": 2.5, "eta": 0.2},
        ),
        full=(
            {"n": 10, "p": 30, "R": 2.0, "eta": 0.1},
            {"n": 60, "p": 90, "R": 1.0, "eta": 0.0},
            {"n": 50, "p": 600, "R": 2.5, "eta": 0.2},
            {"n": 100, "p": 2000, "R": 3.0, "eta": 0.1},
        ),
    ),
    decoys=(
        Decoy("limit", "the limiting formula taken as exact", theory.gmm_error),
        Decoy("noisy test labels", "error on flipped labels, or Q(R)", noisy_error),
    ),
)

# --- survival and contamination --------------------------------------------------------------------------------------


@instance
def bilevel(n: int, aspect: float, c: float) -> Named:
    """One feature of variance 1 over m = aspect n of variance c."""
    return {"n": n, "m": round(n * aspect), "lam1": 1.0, "c": c}


predict_bilevel = bilevel.of(theory.bilevel_classification)


def no_sign_factor(n: int, aspect: float, c: float) -> Named:
    """Survival without sqrt(2/pi)."""
    return {"survival": math.sqrt(math.pi / 2) * predict_bilevel(n=n, aspect=aspect, c=c).survival}


def gaussian_error(n: int, aspect: float, c: float) -> Named:
    """Error Q(a/b)."""
    limit = predict_bilevel(n=n, aspect=aspect, c=c)
    return {"error": _tail(limit.survival / limit.contamination)}


def bilevel_cells(sizes: tuple[int, ...], *designs: tuple[float, float]) -> tuple[Named, ...]:
    """Aspect m/n and tail variance c, each at the growing sizes."""
    return tuple({"n": n, "aspect": aspect, "c": c} for aspect, c in designs for n in sizes)


BILEVEL = claim(
    slug="survival-contamination",
    title="Survival and contamination: sign labels are classified well where their regression fails",
    statement=(
        r"With one feature of variance $\lambda_1$ carrying the sign labels over $m$ features of variance $c$ and "
        r"$\rho = n\lambda_1/(c(m-n))$, survival tends to $a = \sqrt{2/\pi}\frac{\rho}{1+\rho}$, contamination to $b = "
        r"\sqrt{\frac{n}{m-n}[1 - \frac2\pi\frac{\rho}{1+\rho} - \frac2\pi\frac{\rho}{(1+\rho)^2}]}$ and the error to "
        r"$\arctan(b/a)/\pi$, up to $O(1/n)$."
    ),
    source=Source(
        "muthukumar2021classification", "survival, contamination and error; constants derived here", "derived"
    ),
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=predict_bilevel,
    simulate=bilevel.of(sims.bilevel_classification),
    grid=Grid(
        quick=bilevel_cells((20, 40, 80), (10.0, 0.05), (5.0, 0.5)),
        full=bilevel_cells((50, 100, 200), (10.0, 0.05), (30.0, 0.2), (30.0, 0.01), (10.0, 0.02)),
    ),
    decoys=(
        Decoy("no sign factor", "sqrt(2/pi) left out", no_sign_factor),
        Decoy("bare contamination", "contamination sqrt(n/m)", lambda n, aspect, c: {"contamination": aspect**-0.5}),
        Decoy("Gaussian error", "error Q(a/b)", gaussian_error),
    ),
)

CLAIMS = (MIXTURE, MIXTURE_EXACT, BILEVEL)
