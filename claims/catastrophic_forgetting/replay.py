"""Replay of rows of the first task: it saves the training loss and can harm the task."""

from __future__ import annotations

from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Decoy, Grid, Mean, Moments, Source, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]


@instance
def moved(p: int, n1: int, n2: int, m: int, cross: float, delta_norm2: float) -> Named:
    """A teacher of norm 1 and a second at Delta, <w*_1, Delta> = cross."""
    aside = max(delta_norm2 - cross**2, 0.0) ** 0.5
    teachers = {"w1": [1.0] + [0.0] * (p - 1), "w2": [1.0 + cross, aside] + [0.0] * (p - 2)}
    return {"p": p, "n1": n1, "n2": n2, "m": m, **teachers}


def predict_replay(p: int, n1: int, n2: int, m: int, cross: float, delta_norm2: float) -> Named:
    """Population error (from which the cross term averages out) and training loss on task 1."""
    loss = {} if m == n1 else {"train_loss": theory.replay_train_loss(p, n1, n2, m, 1.0, cross, delta_norm2)}
    return {"population_error": theory.replay_population_error(p, n1, n2, m, 1.0, delta_norm2), **loss}


def no_interference(p: int, n1: int, n2: int, m: int, cross: float, delta_norm2: float) -> Named:
    """Without (m/p) n2/(p - m - n2 - 1): the replayed rows do not see Delta as noise."""
    harm = delta_norm2 * m / p * n2 / (p - m - n2 - 1)
    return {"population_error": theory.replay_population_error(p, n1, n2, m, 1.0, delta_norm2) - harm}


def _full_space(p: int, n1: int, n2: int, m: int, cross: float, delta_norm2: float) -> Named:
    change = (n2 / (p - m) - n2 / p) * (1 - n1 / p)
    return {"population_error": theory.replay_population_error(p, n1, n2, m, 1.0, delta_norm2) + change}


def proportional(p: int, n1: int, n2: int, m: int, cross: float, delta_norm2: float) -> Named:
    """The training loss without replay, times the share of rows not replayed."""
    without = float(theory.replay_train_loss(p, n1, n2, 0, 1.0, cross, delta_norm2))
    return {} if m == n1 else {"train_loss": (n1 - m) / n1 * without}


def _cells(*sizes: tuple[int, int, int, int, float, float]) -> tuple[Named, ...]:
    return tuple(dict(zip(("p", "n1", "n2", "m", "cross", "delta_norm2"), size, strict=True)) for size in sizes)


REPLAY = claim(
    slug="replay",
    title="Replay can increase forgetting",
    statement=(
        r"If $m$ of the $n_1$ rows of task 1 are replayed while $n_2$ rows of task 2 are learned, then "
        r"$E\|w_2 - w^*_1\|^2 = (1 - \frac{n_2}{p-m})(1 - \frac{n_1}{p})\|w^*_1\|^2 + \|\Delta\|^2[\frac{n_2}{p} + "
        r"\frac{m}{p}\frac{n_2}{p-m-n_2-1}]$, which for dissimilar tasks grows with $m$ without limit, while the "
        r"training loss of task 1 falls with $m$ when $\Delta = 0$ and can rise otherwise."
    ),
    source=Source("mahdaviyeh2025replay", "its phenomenon, in a Gaussian model", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_replay,
    simulate=moved.of(sims.replay),
    grid=Grid(
        quick=_cells(
            (40, 12, 10, 0, 0.0, 0.0), (40, 12, 10, 5, 0.0, 0.0), (40, 12, 10, 8, 0.0, 1.0),
            (40, 12, 10, 12, 0.0, 1.0), (40, 30, 15, 14, 0.0, 4.0), (40, 30, 15, 8, 0.5, 1.0),
        ),
        full=_cells(
            *((200, 80, 60, m, cross, delta) for m in (0, 20, 50, 80) for cross, delta in ((0.0, 0.0), (0.3, 1.0))),
            *((40, 30, 15, m, 0.0, 4.0) for m in (0, 5, 10, 14)),
        ),
    ),
    decoys=(
        Decoy("no interference", "without the term that diverges at m = p - n2", no_interference),
        Decoy("full space", "n2/p learned instead of n2/(p - m)", _full_space),
        Decoy("proportional", "replay removes its share of the training loss", proportional),
    ),
    # p - m - n2 >= 11 in every cell: the interference has three moments.
    tails={"population_error": Moments(1.5), "train_loss": Moments(3.0)},
)  # fmt: skip

CLAIMS = (REPLAY,)
