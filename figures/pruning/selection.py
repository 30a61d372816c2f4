"""Which weights: five rules against the best set, the pair that traps them, and digits."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.pruning as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

R = (0.0, 0.3, 0.5, 0.7, 0.9)
RULES = along("selection-ordering-rules", 256, "r", R, n=30, p=10, k=5)
WORDS = {
    "damage": "$H_{qq}w_q^2$", "magnitude": "magnitude", "single": "$w_q^2/[H^{-1}]_{qq}$", "greedy": "greedy",
    "swap": "exchanges",
}  # fmt: skip
CORRELATION = 0.95
A = (0.1, 0.2, 0.25, 0.3, 0.4)
TRAP = along("selection-ordering-pair-trap", 1, "a", A, r=CORRELATION)
COUNTS = (6, 13, 19, 26, 32, 39)
DIGITS = {rule: along("gaussian-removal-law-digits", 1, "k", COUNTS, rule=rule) for rule in ("magnitude", "greedy")}


def rules(ax: Axes, results: Results) -> None:
    """Geometric mean of loss over least loss against the correlation of neighbours."""
    for index, (field, word) in enumerate(WORDS.items()):
        seen = results.mean(RULES, field)
        middle, (low, high) = np.exp(seen.mean), (np.exp(end) for end in seen.interval)
        ax.errorbar(
            np.array(R) + 0.012 * (index - 2), middle, [middle - low, high - middle], color=style.COLOURS[index],
            marker=style.MARKERS[index], markersize=4, elinewidth=0.8, linewidth=0.9, label=word,
        )  # fmt: skip
    ax.axhline(1, color="black", linewidth=0.8, zorder=1)
    ax.set(xlabel="correlation of neighbours $r$", ylabel="loss / least loss", ylim=(0.97, 1.6))
    style.legend(ax, loc="upper left", fontsize=7)


def trap(ax: Axes, results: Results) -> None:
    """Price of the correlated pair and of the two small weights, and where greedy removal and exchanges end."""
    a = np.linspace(0, 0.42, 80)
    pair = 1 - CORRELATION
    low, high = pair, 1 - CORRELATION**2
    ax.axvspan(low, high, color="#e4e4e4", linewidth=0, zorder=0)
    style.theory(ax, a**2, np.full(a.size, pair), 0)
    style.theory(ax, a**2, [theory.pair_example(CORRELATION, float(x)).small_loss for x in a], 1)
    ends = [float(np.ravel(sample["loss"])[0]) for sample in results.samples(TRAP)]
    style.simulation(ax, np.square(A), ends, None, 4)
    style.name(ax, 0.125, pair, "pair that\ncancels", 0, xytext=(-22, -22))
    style.name(ax, 0.14, 0.14, "two small weights", 1, ha="right", xytext=(-4, 4))
    style.name(ax, 0.105, 0.07, "where\nexchanges\nend", 4, xytext=(2, -4))
    style.name(ax, low, 0.003, "trap", color=style.GREY, xytext=(6, 0))
    ax.set(xlabel="square of the small weights $a^2$", ylabel="loss", ylim=(0, 0.18))


def digits(ax: Axes, results: Results) -> None:
    """Loss added on digits against the number of weights removed."""
    for rule, field, word, index in (
        ("magnitude", "mask", "magnitude, mask alone", 1),
        ("magnitude", "update", "magnitude", 0),
        ("greedy", "update", "greedy", 2),
    ):
        ax.plot(
            COUNTS, results.mean(DIGITS[rule], field).mean, color=style.COLOURS[index],
            marker=style.MARKERS[index], markersize=4, label=word,
        )  # fmt: skip
    ax.set(xlabel="pixels removed, of 52", ylabel="loss added", yscale="log", ylim=(2e-5, 2))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "selection",
        "Which weights to remove: of ten, five, by five rules against the best set; two large weights that cancel "
        f"($r = {CORRELATION}$), which greedy removal and exchanges do not find in the grey range; least squares on "
        "digits",
        ("selection-ordering", "selection-ordering-rules", "selection-ordering-pair", "selection-ordering-pair-trap",
         "gaussian-removal-law-digits"),
        (RULES, TRAP, DIGITS),
        (Panel("five rules", rules), Panel("a trap", trap), Panel("digits", digits)),
    ),
)  # fmt: skip
