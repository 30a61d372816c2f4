"""What chance does: fuzziness without classes, the growth in random layers, and the floor of linear layers."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.equi_separation as theory
from claims.equi_separation.floor import floor_of
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

SIZES = (4,) * 13
DIMENSIONS = (3, 5, 7, 8, 18, 20, 24, 30, 40)
NULL = along("null-fuzziness", 2048, "d", DIMENSIONS, sizes=SIZES, scale=1.0)
WIDTHS = (16, 24, 48)
MOST = 5
GROWTH = {
    w: cells(
        "random-linear-growth",
        2048,
        *({"d": 20, "K": 4, "widths": (w,) * l, "spread": 1.0} for l in range(1, MOST + 1)),
    )
    for w in WIDTHS
}
D, CLASSES = 6, (15,) * 3
TRAINED = cells("linear-floor-crossed", 24, {"d": D, "sizes": CLASSES, "width": 24, "steps": 600, "lr": 0.02})


def null(ax: Axes, results: Results) -> None:
    """Mean fuzziness without classes against the dimension, with its pole at d = K."""
    N, K = sum(SIZES), len(SIZES)
    for line in (np.arange(2, K - 2), np.arange(K + 1, 42)):
        style.theory(ax, line, [theory.null_fuzziness(N, K, int(d)) for d in line], 0)
    style.simulation(ax, DIMENSIONS, *results.mean(NULL, "value"), 0)
    style.asymptote(ax, [K, K], [0, 150], 1)
    style.name(ax, K + 0.7, 3, "$d = K$", 1)
    ax.set(xlabel="dimension $d$", ylabel=r"mean fuzziness without classes", ylim=(0, 150), xlim=(1, 42))


def growth(ax: Axes, results: Results) -> None:
    """E D_l / D_0 in random linear layers."""
    depth = np.arange(0, MOST + 1)
    for index, w in enumerate(WIDTHS):
        exact = [1.0] + [theory.random_linear_fuzziness_ratio(20, 4, [w] * int(l)) for l in depth[1:]]
        style.theory(ax, depth, exact, index, f"width {w}")
        style.simulation(ax, depth[1:], *results.mean(GROWTH[w], "value"), index)
    ax.set(xlabel="random linear layers", ylabel="$D_l/D_0$", yscale="log", xticks=depth)
    style.legend(ax, loc="upper left")


def floor(ax: Axes, results: Results) -> None:
    """Fuzziness of trained linear and ReLU networks, run by run, and the floor between them."""
    sample = results.samples(TRAINED)[0]
    line = floor_of(D, CLASSES)
    runs = np.arange(1, len(sample["relu"]) + 1)
    for index, name in enumerate(("linear", "relu")):
        ax.plot(
            runs, np.sort(np.exp(-sample[name])), style.MARKERS[index], color=style.COLOURS[index], markersize=4,
            label={"linear": "linear", "relu": "ReLU"}[name],
        )  # fmt: skip
    style.asymptote(ax, [0, len(runs) + 1], [line, line], 2)
    style.name(ax, 1, line * 1.04, "floor of linear layers", 2)
    ax.set(xlabel="runs, sorted", ylabel="fuzziness $D$", xlim=(0, len(runs) + 1), ylim=(0, None))
    style.legend(ax, loc="lower right")


FIGURES = (
    Picture(
        "chance",
        "Without classes the fuzziness diverges where the dimension is the number of classes; random linear layers "
        "raise it, the narrower the more; trained linear networks stay above a floor that ReLU networks cross",
        ("null-fuzziness", "random-linear-growth", "linear-floor-crossed"),
        (NULL, GROWTH, TRAINED),
        (Panel("no classes, $K = 13$", null), Panel("random layers", growth), Panel("trained", floor)),
    ),
)
