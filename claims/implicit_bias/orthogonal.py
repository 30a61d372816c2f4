"""Orthogonal inputs: how near an adversary stands to the network of least norm."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
VARDI = Source("vardi2022gradient", "orthogonal inputs, constants derived here", "derived")


@instance
def exact(m_pos: int, m_neg: int, norm: float, solution: str, label: int) -> Named:
    """A network as it is."""
    return {"m_pos": m_pos, "m_neg": m_neg, "norm": norm, "solution": solution, "label": label}


def _own(m_pos: int, m_neg: int, norm: float, solution: str, label: int) -> float:
    """The other class forgotten."""
    return norm / math.sqrt(m_pos if label == 1 else m_neg)


RADIUS = claim(
    slug="max-margin-adversarial-radius",
    title="How far the nearest adversarial example is: three networks on the same orthogonal inputs",
    statement=(
        r"Of $m = m_+ + m_-$ orthogonal inputs of norm $R$ the radius is $R/\sqrt m$ for the network of least norm, "
        r"$R/\sqrt{1 + m_\mp}$ for one neuron for each input, and $R/2$ for the same with biases (attacks from 32 "
        r"random starts)."
    ),
    source=VARDI,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=exact.of(theory.orthogonal_radius),
    simulate=exact.of(sims.orthogonal_radius),
    grid=Grid(
        quick=(
            *cells(m_pos=4, m_neg=6, norm=1.5, solution=["merged", "split", "threshold"], label=[1, -1]),
            *cells(m_pos=2, m_neg=1, norm=1.0, solution=["merged", "split", "threshold"], label=1),
        ),
        full=cells(m_pos=[3, 10], m_neg=[7, 20], norm=2.0, solution=["merged", "split", "threshold"], label=[1, -1]),
    ),
    decoys=(
        Decoy("own class", "R/sqrt(m_+): the other class forgotten", _own),
        Decoy("R/sqrt 2", "half the distance to the nearest input of the other class",
              lambda m_pos, m_neg, norm, solution, label: theory.best_orthogonal_radius(norm)),
        Decoy("R/2", "as with biases",
              lambda m_pos, m_neg, norm, solution, label: theory.orthogonal_radius(m_pos, m_neg, norm, "threshold")),
    ),
)  # fmt: skip


@instance
def universal(m_pos: int, m_neg: int, norm: float, label: int) -> Named:
    """The network of least norm."""
    return {"m_pos": m_pos, "m_neg": m_neg, "norm": norm, "label": label}


def _universal(m_pos: int, m_neg: int, norm: float, label: int) -> Named:
    return {**theory.universal_perturbation(m_pos, m_neg, norm, label)._asdict(), "spread": 0.0, "worst": 0.0}


UNIVERSAL = claim(
    slug="max-margin-adversarial-radius-universal",
    title="One smallest perturbation works for a whole class at once",
    statement=(
        r"For the network of least norm the shortest adversarial perturbation of one input has coordinates $-R/m$ "
        r"along every input of its own class and $R/m$ along every other, and takes the output at all inputs of its "
        r"class to 0."
    ),
    source=VARDI,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=_universal,
    simulate=universal.of(sims.universal_perturbation),
    grid=Grid(
        quick=(*cells(m_pos=4, m_neg=6, norm=1.5, label=[1, -1]), *cells(m_pos=3, m_neg=3, norm=1.0, label=1)),
        full=cells(m_pos=[3, 10], m_neg=[7, 20], norm=2.0, label=[1, -1]),
    ),
    decoys=(
        Decoy("own class only", "-R/m_+ along the own class",
              lambda m_pos, m_neg, norm, label: {"own": -norm / (m_pos if label == 1 else m_neg), "other": 0.0}),
        Decoy("itself only", "the rest of the class is not moved",
              lambda m_pos, m_neg, norm, label: {"worst": 1.0}),
    ),
)  # fmt: skip


@instance
def trained(m_pos: int, m_neg: int, norm: float, scale: float, width: int) -> Named:
    """A network trained from a small start."""
    return {"m_pos": m_pos, "m_neg": m_neg, "norm": norm, "scale": scale, "width": width}


def _trained(cost: Callable[..., float], radius: Callable[..., float]) -> Callable[..., Named]:
    def predict(m_pos: int, m_neg: int, norm: float, scale: float, width: int) -> Named:
        at = m_pos, m_neg, norm
        return {"cost": cost(*at), "radius": np.full(m_pos + m_neg, radius(*at)), "flipped": 1.0}

    return predict


def _merged(m_pos: int, m_neg: int, norm: float) -> float:
    return theory.orthogonal_radius(m_pos, m_neg, norm, "merged")


TRAINED = claim(
    slug="max-margin-adversarial-radius-training",
    title="Gradient descent from a small start finds the network that is easiest to attack",
    statement=(
        r"Trained on the squared error from weights of size $10^{-14}$, a two-layer ReLU network ends at the least "
        r"norm $(\sqrt{m_+} + \sqrt{m_-})/R$, every input has radius $R/\sqrt m$, and 1.02 times one perturbation for "
        r"each class flips all inputs, up to $(10^{-14})^{1/3}$ times a constant of the start, below $10^{-2}$."
    ),
    source=Source("boursier2022gradient", "convergence from small starts on orthogonal inputs", "recalled"),
    kind=Identity(tolerance=1e-2, trials=8, pooled=True),
    predict=_trained(theory.min_norm_cost, _merged),
    simulate=trained.of(sims.min_norm_training),
    grid=Grid(
        quick=(
            *cells(m_pos=3, m_neg=3, norm=1.0, scale=1e-14, width=400),
            *cells(m_pos=2, m_neg=4, norm=1.5, scale=1e-14, width=400),
        ),
        full=(
            *cells(m_pos=[3, 4], m_neg=[3, 4], norm=1.0, scale=1e-14, width=800),
            *cells(m_pos=1, m_neg=4, norm=2.0, scale=1e-14, width=800),
        ),
    ),
    decoys=(
        Decoy("one class", "cost 2 sqrt(m)/R, radius R/sqrt(m_+)", _trained(
            lambda m_pos, m_neg, norm: 2 * math.sqrt(m_pos + m_neg) / norm,
            lambda m_pos, m_neg, norm: norm / math.sqrt(m_pos))),
        Decoy("robust", "radius R/2, as networks with biases reach", _trained(
            theory.min_norm_cost, lambda m_pos, m_neg, norm: norm / 2)),
        Decoy("best", "radius R/sqrt 2: half the distance of two inputs", _trained(
            theory.min_norm_cost, lambda m_pos, m_neg, norm: theory.best_orthogonal_radius(norm))),
    ),
    certificates={"residual": 1e-9},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RADIUS, UNIVERSAL, TRAINED)
