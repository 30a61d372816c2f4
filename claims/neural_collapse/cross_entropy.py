"""Cross-entropy with balanced classes: simplex frames with a closed logit gap, also with nonnegative features."""

from __future__ import annotations

import math
from typing import Any

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
_ZHU = Source("zhu2021geometric", "Theorem 3.1, implicit scalar made explicit", "derived")


def _models(*rows: tuple[int, int, float, float]) -> tuple[Named, ...]:
    return tuple({"K": K, "n": n, "lambda_W": w, "lambda_H": h} for K, n, w, h in rows)


def _a(n: int, lambda_W: float, lambda_H: float) -> float:
    return math.sqrt(n * lambda_W * lambda_H)


def _loss(K: int, tau: float, cost: float) -> float:
    return math.log1p((K - 1) * math.exp(-tau)) + cost * (K - 1) * tau


_LIVING = _models((4, 5, 5e-3, 2e-3), (5, 3, 0.01, 0.01), (8, 2, 5e-3, 0.02), (3, 4, 0.05, 0.1))
_DEAD = _models(
    (4, 5, 0.1, 0.2),
)
_LARGE = _models((10, 10, 1e-3, 1e-3), (20, 5, 1e-3, 5e-4), (30, 4, 5e-4, 1e-3), (6, 20, 1e-4, 1e-4))

# --- the value -------------------------------------------------------------------------------------------------------


def predict_ce_loss(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """The minimum, also when everything has collapsed."""
    return {"loss": theory.ufm_ce_optimum(K, n, lambda_W, lambda_H).loss}


def wrong_gap_loss(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """The loss at the logit gap log(1/a)."""
    a = _a(n, lambda_W, lambda_H)
    return {"loss": _loss(K, max(0.0, math.log(1 / a)), a)}


def wrong_size_loss(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """a without sqrt(n)."""
    return {"loss": theory.ufm_ce_optimum(K, 1, lambda_W, lambda_H).loss}


LOSS = claim(
    slug="ufm-ce-optimum",
    title="The least cross-entropy of free features",
    statement=(
        r"With $a = \sqrt{n\lambda_W\lambda_H}$ and $\tau = \log(1/a - K + 1)$ the least penalised cross-entropy of "
        r"free features is $\log(1 + (K-1)e^{-\tau}) + a(K-1)\tau$ for $Ka < 1$ and $\log K$, all collapsed to 0, "
        r"for $Ka \ge 1$."
    ),
    source=_ZHU,
    # Certified by the duality gap, which bounds how far any start ended above the minimum.
    kind=Identity(tolerance=1e-9, trials=32),
    predict=predict_ce_loss,
    simulate=sims.ufm_ce_optimum,
    certificates={"gap": 1e-11},
    grid=Grid(quick=_LIVING + _DEAD, full=_LIVING + _DEAD + _LARGE),
    decoys=(
        Decoy("no -K+1", "tau = log(1/a)", wrong_gap_loss),
        Decoy("a without n", "a = sqrt(lambda_W lambda_H)", wrong_size_loss),
    ),
)

# --- the geometry ----------------------------------------------------------------------------------------------------


def predict_ce_geometry(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """Gap, norms and probability; a simplex and nothing else."""
    optimum = theory.ufm_ce_optimum(K, n, lambda_W, lambda_H)._asdict()
    del optimum["loss"]
    return optimum | {"stray": 0.0, "cosine": -1 / (K - 1)}


def wrong_gap(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """tau = log(1/a)."""
    return {"tau": math.log(1 / _a(n, lambda_W, lambda_H))}


def wrong_size(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """a without sqrt(n)."""
    optimum = theory.ufm_ce_optimum(K, 1, lambda_W, lambda_H)
    return {"tau": optimum.tau, "p_true": optimum.p_true}


def orthogonal_features(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """Class means orthogonal, as for squared loss without bias."""
    return {"cosine": 0.0}


GEOMETRY = claim(
    slug="ufm-ce-optimum-geometry",
    title="Cross-entropy: a simplex with a closed logit gap",
    statement=(
        r"For $Ka < 1$ the optimal logits are $\tau(I - 11^\top/K)\otimes 1_n^\top$ with $\tau = \log(1/a - K + 1)$, "
        r"a simplex: every sample's true class has probability exactly $1 - (K-1)a$, $\|w_k\|^2 = \sqrt{\lambda_H "
        r"n/\lambda_W}\,\tau(K-1)/K$ and $\|h\|^2 = \sqrt{\lambda_W/(n\lambda_H)}\,\tau(K-1)/K$."
    ),
    source=_ZHU,
    # Certified by `distance`: to leading order the gap, below 1e-12, bounds |Z - Z*| through the smallest probability,
    # above 1e-3.
    kind=Identity(tolerance=1e-4, trials=32),
    predict=predict_ce_geometry,
    simulate=sims.ufm_ce_optimum,
    certificates={"distance": 1e-4},
    grid=Grid(quick=_LIVING, full=_LIVING + _LARGE),
    decoys=(
        Decoy("no -K+1", "tau = log(1/a)", wrong_gap),
        Decoy("a without n", "a = sqrt(lambda_W lambda_H)", wrong_size),
        Decoy("orthogonal means", "cosine 0", orthogonal_features),
    ),
)

# --- nonnegative features --------------------------------------------------------------------------------------------


def predict_relu(
    K: int, n: int, lambda_W: float, lambda_H: float, nonnegative_features: bool, starts: int, steps: int
) -> Named:
    """All of it, at the best of the starts, with orthogonal class means."""
    optimum = theory.ufm_ce_optimum(K, n, lambda_W, lambda_H, nonnegative_features)
    return optimum._asdict() | {"stray": 0.0, "cosine": 0.0}


def signed_relu(
    K: int, n: int, lambda_W: float, lambda_H: float, nonnegative_features: bool, starts: int, steps: int
) -> Named:
    """The values of features of any sign."""
    optimum = theory.ufm_ce_optimum(K, n, lambda_W, lambda_H)
    return {"tau": optimum.tau, "loss": optimum.loss, "p_true": optimum.p_true}


def simplex_relu(
    K: int, n: int, lambda_W: float, lambda_H: float, nonnegative_features: bool, starts: int, steps: int
) -> Named:
    """Class means still a simplex."""
    return {"cosine": -1 / (K - 1)}


def _relu(*rows: tuple[int, int, float, float]) -> tuple[Named, ...]:
    return tuple(cell | {"nonnegative_features": True, "starts": 8, "steps": 1000} for cell in _models(*rows))


# The last two have local minima: near the collapse, and with two classes.
_RELU = _relu((3, 4, 5e-3, 4e-3), (5, 2, 0.01, 0.01), (4, 3, 0.1, 0.147), (2, 3, 0.05, 0.0166))

RELU = claim(
    slug="ufm-ce-optimum-relu",
    title="Nonnegative features: orthogonal means under a simplex classifier",
    statement=(
        r"With features $H \ge 0$ the class means become orthogonal while the classifier stays a simplex, and loss, "
        r"logit gap and norms are those of $a\sqrt{K/(K-1)}$: collapse comes at $\sqrt{K^3/(K-1)}\,a = 1$."
    ),
    source=_ZHU,
    # The dual over h >= 0 certifies the best of eight starts, which alone counts: local minima exist. Descent in V,
    # H = V*V, slows down as entries vanish: gaps of 1e-9 at probabilities of 1e-2 are distances below 1e-3.
    kind=Identity(tolerance=1e-3, trials=4),
    predict=predict_relu,
    simulate=sims.ufm_ce_optimum,
    certificates={"distance": 1e-3},
    grid=Grid(quick=_RELU, full=(*_RELU, *_relu((10, 3, 2e-3, 1e-3), (6, 6, 1e-3, 1e-3)))),
    decoys=(
        Decoy("features of any sign", "a without sqrt(K/(K-1))", signed_relu),
        Decoy("simplex means", "cosine -1/(K-1)", simplex_relu),
    ),
)

CLAIMS: tuple[Claim, ...] = (LOSS, GEOMETRY, RELU)
