"""Three ways to split a labelling budget over source tasks, and what each saves."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.multitask_representation as mt
from claims.multitask_representation.shown import split_risks
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells
from figures.strip import Strip

K, D = 3, 10
NU = (1.0, 0.2, 0.2, 0.2)
BUDGETS = np.geomspace(2e3, 2e5, 7)
SPLITS = along(split_risks, 1024, "N", BUDGETS, nu=NU, d=D, k=K, sigma2=1.0)
SMALLEST = np.asarray([0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0])


def uneven(smallest: float) -> tuple[float, ...]:
    """One source that matters, and three that matter less."""
    return (1.0, smallest, smallest, smallest)


RICH, POOR = (
    cells(
        split_risks, 768,
        *({"nu": uneven(e), "N": N, "d": D, "k": K, "sigma2": 1.0} for e in SMALLEST.tolist()),
    )
    for N in (1e12, 3e4)
)  # fmt: skip
WORDS = {"uniform": "even", "squared": r"by $\nu_m^2$", "absolute": r"by $|\nu_m|$"}


def errors(ax: Axes, results: Results) -> None:
    """What is left out of the target against the budget."""
    gain = mt.allocation_gain(NU)._asdict() | {"uniform": 1.0}
    even = np.asarray([mt.allocation_risk(NU, [N / 4] * 4, D, K, 1.0) for N in BUDGETS])
    strip_dots = []
    for index, (name, word) in enumerate(WORDS.items()):
        line, shift = even / gain[name], 1.05 ** (1 - index) if index < 2 else 1.0
        style.theory(ax, BUDGETS, line, index, linestyle="--" if name == "squared" else "-")
        seen = results.mean(SPLITS, name)
        style.simulation(ax, BUDGETS * shift, *seen, index, word)
        strip_dots.append((BUDGETS * shift, seen, line, index))
    ax.set(xscale="log", yscale="log", xlabel="samples in all $N$", ylabel=r"left out of the target $\rho^2$")
    style.legend(ax, loc="upper right")
    strip = Strip(ax, results, 0.15)
    for x, seen, line, index in strip_dots:
        strip.dots(x, seen, line, index)


def gains(ax: Axes, results: Results) -> None:
    """How much smaller the error is than with an even split, against the relevance of the lesser sources."""
    e = np.geomspace(0.008, 1, 200)
    found = [mt.allocation_gain(uneven(float(v))) for v in e]
    style.theory(ax, e, [gain.absolute for gain in found], 2)
    style.theory(ax, e, [gain.squared for gain in found], 1)
    for name, index in (("absolute", 2), ("squared", 1)):
        style.simulation(ax, SMALLEST, ratio(results, RICH, name), None, index)
        style.simulation(
            ax, SMALLEST, ratio(results, POOR, name), None, index, markerfacecolor="white",
            markeredgecolor=style.COLOURS[index],
        )  # fmt: skip
    style.name(ax, 0.075, 3.0, WORDS["absolute"], 2, xytext=(0, 0))
    style.name(ax, 0.02, 1.1, WORDS["squared"], 1, xytext=(0, 0))
    ax.set(xscale="log", ylim=(0, 4.2), ylabel="even split / this split")
    ax.set_xlabel(r"relevance of the lesser sources $\nu_m/\nu_1$")
    plain(ax.xaxis, (0.01, 0.1, 1))


def ratio(results: Results, declared: object, name: str) -> np.ndarray:
    """Ratios of means to those of the even split, same noise."""
    even, own = (results.mean(declared, word).mean for word in ("uniform", name))  # type: ignore[arg-type]
    return np.asarray(even / own)


FIGURES = (
    Picture(
        "budget",
        r"What a split of the budget leaves out of the target, $\nu = (1, 0.2, 0.2, 0.2)$; and what it saves (open: "
        "few samples, where the noise of starved sources takes over the leading directions)",
        (
            "active-allocation",
            "active-allocation-optimal",
            "active-allocation-gain",
            "active-allocation-squared",
            "active-allocation-starved-crowd",
        ),
        (SPLITS, RICH, POOR),
        (Panel("error against budget", errors), Panel("what a split saves", gains)),
        height=3.1,
    ),
)
