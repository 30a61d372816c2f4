"""Experts choose: how many experts a token gets, and how many tokens get none."""

from __future__ import annotations

import math

import sims.mixture_of_experts as sims
import theory.mixture_of_experts as theory
from claims import Claim, Decoy, Grid, Mean, Source, cells, declared_in

claim = declared_in(__name__)
ZHOU = Source("zhou2022mixture", "procedure recalled; law derived here", "derived")


def _poisson(tokens: int, experts: int, capacity: int) -> list[float]:
    rate = capacity * experts / tokens
    return [math.exp(-rate) * rate**j / math.factorial(j) for j in range(experts + 1)]


CHOICE = claim(
    slug="expert-choice",
    title="The number of experts that choose a token is binomial",
    statement=(
        r"Where each of $E$ experts takes the $C$ highest of $T$ independent scores, the share of tokens taken by "
        r"$j$ experts has mean $\binom Ej (C/T)^j (1-C/T)^{E-j}$."
    ),
    source=ZHOU,
    kind=Mean(resolution=0.025),
    predict=theory.expert_choice_pmf,
    simulate=sims.expert_choice_pmf,
    grid=Grid(
        quick=(*cells(tokens=16, experts=4, capacity=8), *cells(tokens=12, experts=3, capacity=4)),
        full=(*cells(tokens=64, experts=4, capacity=[16, 32]), *cells(tokens=256, experts=4, capacity=128)),
    ),
    decoys=(
        Decoy("Poisson", "rate CF = C E/T", _poisson),
        Decoy(
            "all covered", "every token gets C E/T experts",
            lambda tokens, experts, capacity: [float(j == capacity * experts // tokens) for j in range(experts + 1)],
        ),
    ),
)  # fmt: skip

UNCOVERED = claim(
    slug="expert-choice-uncovered",
    title="Perfectly balanced experts leave a third of the tokens out",
    statement=r"The expected share of tokens that no expert takes is $(1-C/T)^E$, about $e^{-CE/T}$ for many experts.",
    source=ZHOU,
    kind=Mean(resolution=0.01),
    predict=theory.uncovered_fraction,
    simulate=sims.uncovered_fraction,
    grid=Grid(
        quick=(*cells(tokens=64, experts=[2, 8], capacity=8), *cells(tokens=64, experts=8, capacity=16)),
        full=(*cells(tokens=256, experts=8, capacity=[32, 64]), *cells(tokens=1024, experts=64, capacity=[16, 32])),
    ),
    decoys=(
        Decoy(
            "many experts", "exp(-C E/T)",
            lambda tokens, experts, capacity: math.exp(-capacity * experts / tokens),
        ),
        Decoy("none", "0, as there is room for all", lambda tokens, experts, capacity: 0.0),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (CHOICE, UNCOVERED)
