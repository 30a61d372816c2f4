"""Two tasks that differ by a random rotation: labels kept, teacher kept, and real images."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims.agreement import Mean, Moments
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel
from sims.digits import load

Named = dict[str, Any]
_TAIL = {"loss": Moments(3.0)}


def data(p: int, d: int, spread: float) -> Any:
    """Data (d, p) with singular values from 1 to `spread`; their directions do not matter under random rotations."""
    X = np.zeros((d, p))
    X[np.arange(d), np.arange(d)] = np.linspace(1.0, spread, d)
    return X


def labels(d: int) -> Any:
    """Fixed labels of squared norm d."""
    y = np.cos(1.0 + 2.0 * np.arange(d))
    return y * math.sqrt(d / (y @ y))


def norms(X: Any, y: Any) -> tuple[float, float, float]:
    """||y||^2, ||X||_F^2 and ||X^+ y||^2: all that the theory needs."""
    w1 = np.linalg.lstsq(X, y, rcond=None)[0]
    return float(y @ y), float(np.sum(X * X)), float(w1 @ w1)


def _cells(*sizes: tuple[int, int, int, float]) -> tuple[Named, ...]:
    return tuple({"p": p, "d": d, "m": m, "spread": spread} for p, d, m, spread in sizes)


def _rotation_floats(p: int, m: int, **_: Any) -> float:
    return 2.0 * m * (p + m) + 6 * p


# --- the same labels -------------------------------------------------------------------------------------------------


def predict_same_labels(p: int, d: int, m: int, spread: float) -> Named:
    """A ||y||^2 + B ||X||_F^2 ||X^+ y||^2."""
    return {"loss": theory.goldfarb_forgetting(p, d, m, *norms(data(p, d, spread), labels(d)))}


@kernel(floats=_rotation_floats)
def simulate_same_labels(p: int, d: int, m: int, spread: float, trials: int, rng: Any) -> Named:
    """Two fits with random rotations between them."""
    return {"loss": sims.goldfarb_forgetting(data(p, d, spread), labels(d), m, trials=trials, rng=rng)}


def _similarity(p: int, d: int, m: int) -> tuple[float, float]:
    return m / p, 1 - d / p


def teacher_formula(p: int, d: int, m: int, spread: float) -> Named:
    """The formula for a shared teacher, fed with the labels' solution."""
    _, x2, w2 = norms(data(p, d, spread), labels(d))
    return {"loss": theory.shared_teacher_forgetting(p, d, m, x2, w2)}


def output_alone(p: int, d: int, m: int, spread: float) -> Named:
    """A ||y||^2 alone."""
    y2, _, _ = norms(data(p, d, spread), labels(d))
    return {"loss": theory.goldfarb_forgetting(p, d, m, y2, 0.0, 0.0)}


def always_extreme(p: int, d: int, m: int, spread: float) -> Named:
    """alpha^2 (1 - alpha)^2, the limit of extreme over-parameterization, at every beta."""
    alpha, _ = _similarity(p, d, m)
    return {"loss": alpha**2 * (1 - alpha) ** 2 * norms(data(p, d, spread), labels(d))[0]}


SAME_LABELS = Claim(
    slug="goldfarb-similarity-overparameterization",
    topic="catastrophic_forgetting",
    title="Similarity and over-parameterization decide forgetting together",
    statement=(
        r"If task 2 has the labels of task 1 and its data randomly rotated in $m$ of $p$ dimensions, then $E\|X w_2 - "
        r"y\|^2 = A(p,d,m)\|y\|^2 + B(p,d,m)\|X\|_F^2\|X^+y\|^2$ with explicit rational functions; with $\alpha = "
        r"m/p$ the relative forgetting tends to $\alpha^2(1-\alpha)^2$ at extreme over-parameterization and to "
        r"$2\alpha$ at $d \to p$."
    ),
    source=Source("goldfarb2024joint", "main theorem, with explicit expression", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_same_labels,
    simulate=simulate_same_labels,
    grid=Grid(
        quick=_cells((12, 6, 12, 3.0), (20, 8, 8, 1.0), (20, 15, 6, 3.0), (40, 10, 10, 1.0)),
        full=_cells(
            (12, 6, 12, 3.0), (20, 8, 8, 1.0), (20, 15, 6, 3.0), (40, 10, 10, 1.0), (200, 10, 100, 1.0),
            (200, 100, 50, 3.0), (200, 190, 100, 1.0), (200, 100, 200, 3.0),
        ),
    ),
    decoys=(
        Decoy("shared teacher", "the formula for a shared teacher", teacher_formula),
        Decoy("A alone", "B neglected", output_alone),
        Decoy("extreme everywhere", "alpha^2 (1 - alpha)^2 at every beta", always_extreme),
    ),
    tails=_TAIL,
)  # fmt: skip

# --- the same teacher ------------------------------------------------------------------------------------------------


def teacher(p: int) -> Any:
    """A fixed teacher of squared norm p."""
    w = np.cos(0.5 + np.arange(p))
    return w * math.sqrt(p / (w @ w))


def _unseen(p: int, d: int) -> float:
    return float(np.sum(teacher(p)[d:] ** 2))  # the data span the first d coordinates


def predict_same_teacher(p: int, d: int, m: int, spread: float) -> Named:
    """||X||_F^2/d f ||P_1 w*||^2."""
    return {"loss": theory.shared_teacher_forgetting(p, d, m, np.sum(data(p, d, spread) ** 2), _unseen(p, d))}


@kernel(floats=_rotation_floats)
def simulate_same_teacher(p: int, d: int, m: int, spread: float, trials: int, rng: Any) -> Named:
    """Two fits with random rotations between them, one teacher."""
    return {"loss": sims.shared_teacher_forgetting(data(p, d, spread), teacher(p), m, trials=trials, rng=rng)}


def labels_formula(p: int, d: int, m: int, spread: float) -> Named:
    """The formula for equal labels."""
    X = data(p, d, spread)
    return {"loss": theory.goldfarb_forgetting(p, d, m, *norms(X, X @ teacher(p)))}


def no_bracket(p: int, d: int, m: int, spread: float) -> Named:
    """The large-p limit of f without its beta (1 - beta) bracket."""
    alpha, beta = _similarity(p, d, m)
    f = alpha * (1 - beta) * (2 - 5 * alpha + 4 * alpha**2 - alpha**3)
    return {"loss": f * np.sum(data(p, d, spread) ** 2) / d * _unseen(p, d)}


SAME_TEACHER = Claim(
    slug="similarity-shared-teacher",
    topic="catastrophic_forgetting",
    title="With one teacher for both tasks similarity acts differently",
    statement=(
        r"If task 2 is task 1 rotated in $m$ random dimensions but both have the teacher $w^*$, then "
        r"$E\|X w_2 - y_1\|^2 = (\|X\|_F^2/d) f(p,d,m)\|P_1 w^*\|^2$ with $f$ an explicit rational function, "
        r"$f = d^2(p-d)/(p(p-1)(p+2))$ for $m = p$: forgetting is largest for small changes and vanishes for none."
    ),
    source=Source("goldfarb2024joint", "shared-teacher version", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_same_teacher,
    simulate=simulate_same_teacher,
    grid=Grid(
        quick=_cells((12, 9, 6, 1.0), (20, 5, 10, 3.0), (20, 8, 20, 1.0), (40, 10, 10, 1.0)),
        full=_cells(
            (12, 9, 6, 1.0), (20, 5, 10, 3.0), (20, 8, 20, 1.0), (40, 10, 10, 1.0), (200, 10, 100, 1.0),
            (200, 100, 50, 3.0), (200, 190, 100, 1.0),
        ),
    ),
    decoys=(
        Decoy("same labels", "the formula for equal labels", labels_formula),
        Decoy("no bracket", "f without beta (1 - beta)", no_bracket),
    ),
    tails=_TAIL,
)  # fmt: skip

# --- real images -----------------------------------------------------------------------------------------------------


@functools.cache
def pixels(d: int) -> tuple[Any, Any]:
    """Every (1797 // d)-th digit: 61 standardised pixels that are not constant, and the centred label."""
    images, target = load()
    varying = images[:, images.std(axis=0) > 0]
    X = (varying - varying.mean(axis=0)) / varying.std(axis=0)
    rows = np.arange(d) * (len(X) // d)
    return X[rows], target[rows] - target.mean()


def predict_digits(d: int, m: int) -> Named:
    """The law of random rotations for these images."""
    X, y = pixels(d)
    return {"loss": theory.goldfarb_forgetting(X.shape[1], d, m, *norms(X, y))}


@kernel(floats=lambda d, m, **_: _rotation_floats(61, m))
def rotated_digits(d: int, m: int, trials: int, rng: Any) -> Named:
    """Images, then the same images rotated in m random dimensions of pixel space."""
    X, y = pixels(d)
    return {"loss": sims.goldfarb_forgetting(X, y, m, trials=trials, rng=rng)}


@kernel(floats=lambda d, m, **_: 12 * 61 + 8 * d)
def permuted_digits(d: int, m: int, trials: int, rng: Any) -> Named:
    """Images, then the same images with m random pixels permuted."""
    X, y = pixels(d)
    return {"loss": sims.permuted_forgetting(X, y, m, trials=trials, rng=rng)}


DIGITS = Claim(
    slug="goldfarb-similarity-overparameterization-digits",
    topic="catastrophic_forgetting",
    title="On real images the law of random rotations is exact, and permuted pixels are not random rotations",
    statement=(
        r"For $d$ given images of 61 pixels the expected forgetting after a random rotation of $m$ dimensions of "
        r"pixel space is $A\|y\|^2 + B\|X\|_F^2\|X^+y\|^2$, whatever the images; permuting $m$ pixels instead forgets "
        r"less when $m$ is small, because a permutation leaves their sum unchanged."
    ),
    source=Source("goldfarb2024joint", "permuted-pixels experiment", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_digits,
    simulate=rotated_digits,
    grid=Grid(
        quick=tuple({"d": d, "m": m} for d, m in ((5, 10), (10, 10), (30, 10))),
        full=tuple({"d": d, "m": m} for d in (5, 10, 30, 50) for m in (5, 10, 30, 61)),
    ),
    decoys=(Decoy("permuted pixels", "a permutation acts like a rotation", simulate=permuted_digits),),
    tails=_TAIL,
)

CLAIMS: tuple[Claim, ...] = (SAME_LABELS, SAME_TEACHER, DIGITS)
