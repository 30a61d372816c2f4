"""Two tasks that differ by a random rotation: labels kept, teacher kept, and real images."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance
from sims.digits import standardised

claim = declared_in(__name__)
Named = dict[str, Any]
_TAIL = {"loss": Moments(3.0)}


def data(p: int, d: int, spread: float) -> list[list[float]]:
    """Data (d, p) with singular values from 1 to `spread`; their directions do not matter under random rotations."""
    return [[(1.0 + (spread - 1.0) * i / max(d - 1, 1)) * (i == j) for j in range(p)] for i in range(d)]


def _scaled(values: list[float]) -> list[float]:
    """A fixed vector scaled to squared norm its length."""
    norm = math.sqrt(sum(v * v for v in values) / len(values))
    return [v / norm for v in values]


def teacher(p: int) -> list[float]:
    """A fixed teacher of squared norm p."""
    return _scaled([math.cos(0.5 + j) for j in range(p)])


@instance
def labelled(p: int, d: int, m: int, spread: float) -> Named:
    """Fixed labels of squared norm d, the same for both tasks."""
    return {"X": data(p, d, spread), "y": _scaled([math.cos(1.0 + 2.0 * i) for i in range(d)]), "m": m}


@instance
def taught(p: int, d: int, m: int, spread: float) -> Named:
    """One teacher for both tasks."""
    return {"X": data(p, d, spread), "w_star": teacher(p), "m": m}


def _cells(*sizes: tuple[int, int, int, float]) -> tuple[Named, ...]:
    return tuple(dict(zip(("p", "d", "m", "spread"), size, strict=True)) for size in sizes)


_WIDE = _cells((200, 10, 100, 1.0), (200, 100, 50, 3.0), (200, 190, 100, 1.0))

# --- the same labels -------------------------------------------------------------------------------------------------


def _law(X: Any, y: Any, m: int) -> Named:
    """A ||y||^2 + B ||X||_F^2 ||X^+ y||^2."""
    return {"loss": theory.goldfarb_forgetting(len(X[0]), len(X), m, *theory.task_norms(X, y))}


def _teacher_formula(p: int, d: int, m: int, spread: float) -> Named:
    X, y, _ = labelled(p=p, d=d, m=m, spread=spread).values()
    _, x2, w2 = theory.task_norms(X, y)
    return {"loss": theory.shared_teacher_forgetting(p, d, m, x2, w2)}


def _extreme(p: int, d: int, m: int, spread: float) -> Named:
    return {"loss": d * (m / p) ** 2 * (1 - m / p) ** 2}


_QUICK = _cells((12, 6, 12, 3.0), (20, 8, 8, 1.0), (20, 15, 6, 3.0), (40, 10, 10, 1.0))

SAME_LABELS = claim(
    slug="goldfarb-similarity-overparameterization",
    title="Similarity and over-parameterization decide forgetting together",
    statement=(
        r"If task 2 has the labels of task 1 and its data randomly rotated in $m$ of $p$ dimensions, then $E\|X w_2 - "
        r"y\|^2 = A(p,d,m)\|y\|^2 + B(p,d,m)\|X\|_F^2\|X^+y\|^2$ with explicit rational functions; with $\alpha = "
        r"m/p$ the relative forgetting tends to $\alpha^2(1-\alpha)^2$ at extreme over-parameterization and to "
        r"$2\alpha$ at $d \to p$."
    ),
    source=Source("goldfarb2024joint", "main theorem, with explicit expression", "derived"),
    kind=Mean(resolution=0.02),
    predict=labelled.of(_law),
    simulate=labelled.of(sims.goldfarb_forgetting, "loss"),
    grid=Grid(quick=_QUICK, full=(*_QUICK, *_WIDE, *_cells((200, 100, 200, 3.0)))),
    decoys=(
        Decoy("shared teacher", "the formula for a shared teacher", _teacher_formula),
        Decoy(
            "A alone", "B neglected",
            lambda p, d, m, spread: {"loss": theory.goldfarb_forgetting(p, d, m, float(d), 0.0, 0.0)},
        ),
        Decoy("extreme everywhere", "alpha^2 (1 - alpha)^2 at every beta", _extreme),
    ),
    tails=_TAIL,
)  # fmt: skip

# --- the same teacher ------------------------------------------------------------------------------------------------


def _unseen(p: int, d: int, spread: float) -> tuple[float, float]:
    """||X||_F^2 and ||P_1 w*||^2: the data span the first d coordinates."""
    return sum(v * v for row in data(p, d, spread) for v in row), sum(v * v for v in teacher(p)[d:])


def predict_same_teacher(p: int, d: int, m: int, spread: float) -> Named:
    """||X||_F^2/d f ||P_1 w*||^2."""
    return {"loss": theory.shared_teacher_forgetting(p, d, m, *_unseen(p, d, spread))}


def _labels_formula(p: int, d: int, m: int, spread: float) -> Named:
    X, w, _ = taught(p=p, d=d, m=m, spread=spread).values()
    return _law(X, [X[i][i] * w[i] for i in range(d)], m)


def _no_bracket(p: int, d: int, m: int, spread: float) -> Named:
    alpha, (energy, unseen) = m / p, _unseen(p, d, spread)
    f = alpha * (d / p) * (2 - 5 * alpha + 4 * alpha**2 - alpha**3)
    return {"loss": f * energy / d * unseen}


_TAUGHT = _cells((12, 9, 6, 1.0), (20, 5, 10, 3.0), (20, 8, 20, 1.0), (40, 10, 10, 1.0))

SAME_TEACHER = claim(
    slug="similarity-shared-teacher",
    title="With one teacher for both tasks similarity acts differently",
    statement=(
        r"If task 2 is task 1 rotated in $m$ random dimensions but both have the teacher $w^*$, then "
        r"$E\|X w_2 - y_1\|^2 = (\|X\|_F^2/d) f(p,d,m)\|P_1 w^*\|^2$ with $f$ an explicit rational function, "
        r"$f = d^2(p-d)/(p(p-1)(p+2))$ for $m = p$: forgetting is largest for small changes and vanishes for none."
    ),
    source=Source("goldfarb2024joint", "shared-teacher version", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_same_teacher,
    simulate=taught.of(sims.shared_teacher_forgetting, "loss"),
    grid=Grid(quick=_TAUGHT, full=(*_TAUGHT, *_WIDE)),
    decoys=(
        Decoy("same labels", "the formula for equal labels", _labels_formula),
        Decoy("no bracket", "f without beta (1 - beta)", _no_bracket),
    ),
    tails=_TAIL,
)

# --- real images -----------------------------------------------------------------------------------------------------


@instance
def images(d: int, m: int) -> Named:
    """Every (1797 // d)-th digit: 61 standardised pixels that are not constant, and the centred label."""
    X, y = standardised(d)
    return {"X": X, "y": y, "m": m}


predict_digits, permuted_digits = images.of(_law), images.of(sims.permuted_forgetting, "loss")

DIGITS = claim(
    slug="goldfarb-similarity-overparameterization-digits",
    title="On real images the law of random rotations is exact, and permuted pixels are not random rotations",
    statement=(
        r"For $d$ given images of 61 pixels the expected forgetting after a random rotation of $m$ dimensions of "
        r"pixel space is $A\|y\|^2 + B\|X\|_F^2\|X^+y\|^2$, whatever the images; permuting $m$ pixels instead forgets "
        r"less when $m$ is small, because a permutation leaves their sum unchanged."
    ),
    source=Source("goldfarb2024joint", "permuted-pixels experiment", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_digits,
    simulate=images.of(sims.goldfarb_forgetting, "loss"),
    grid=Grid(quick=cells(d=[5, 10, 30], m=10), full=cells(d=[5, 10, 30, 50], m=[5, 10, 30, 61])),
    decoys=(Decoy("permuted pixels", "a permutation acts like a rotation", simulate=permuted_digits),),
    tails=_TAIL,
)

CLAIMS = (SAME_LABELS, SAME_TEACHER, DIGITS)
