"""Class imbalance: the phase diagram of minority collapse, and angles on the way to the max-margin geometry."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from claims.neural_collapse.shown import minority_map
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

K_A, K_B = 2, 3
RATIOS = [round(float(r), 6) for r in np.geomspace(1, 60, 32)]
ENERGIES = [round(float(e), 6) for e in np.linspace(0.1, 2, 32)]
PHASES = cells(minority_map, 1, {"K_A": K_A, "K_B": K_B, "ratios": RATIOS, "energies": ENERGIES, "steps": 400})
SIZES, LATE, PENALTIES = (1, 3, 6, 10), (3, 6, 10), (7e-3, 1e-4)
ANGLES = along("seli", 2, "n_per_class", [(r, r, 1, 1) for r in SIZES])
NEAR = {lam: along("seli-ridge-distance", 1, "n_per_class", [(r, r, 1, 1) for r in LATE], lam=lam) for lam in PENALTIES}


def _phases(ax: Axes, results: Results) -> None:
    """The minority cosine over imbalance and energy, with the predicted boundary."""
    cosine = results.samples(PHASES)[0]["minority_cosine"][0]
    image = ax.pcolormesh(RATIOS, ENERGIES, cosine.T, cmap="cividis", vmin=-0.3, vmax=1, rasterized=True)
    ax.figure.colorbar(image, ax=ax, label="cosine of minority classifiers")
    curve = np.linspace(0.05, 2, 100)
    boundary = [theory.minority_collapse_ratio_lpm(K_A, K_B, e, e) for e in curve]
    ax.plot(boundary, curve, color="white", linewidth=1.8)
    wrong = ((K_A + K_B) * curve - K_B) / K_A
    ax.plot(wrong, curve, color="white", linestyle=(0, (4, 3)), linewidth=0.8)
    ax.set(xscale="log", xlim=(1, 60), ylim=(0.1, 2), xlabel="imbalance $R$", ylabel=r"energy $\sqrt{E_W E_H}$")


def _angle(gram: np.ndarray, i: int, j: int) -> float:
    return float(np.degrees(np.arccos(gram[i, j] / np.sqrt(gram[i, i] * gram[j, j]))))


def _angles(ax: Axes, results: Results) -> None:
    """Angles within majority and within minority, two classes of each, against R."""
    ratios = np.arange(1, 11)
    grams = [theory.seli_geometry([r, r, 1, 1]).WWt for r in ratios]
    for index, (pair, label) in enumerate((((2, 3), "minority"), ((0, 1), "majority"))):
        style.theory(ax, ratios, [_angle(g, *pair) for g in grams], index, label)
        found = [sample["WWt"][0] for sample in results.samples(ANGLES)]
        style.simulation(ax, SIZES, [_angle(g, *pair) for g in found], None, index)
    style.decoy(ax, ratios, np.full(10, np.degrees(np.arccos(-1 / 3))), "simplex")
    for shade, lam in zip((0.35, 0.65), PENALTIES, strict=True):
        found = [sample["WWt"][0] for sample in results.samples(NEAR[lam])]
        for pair, colour in (((2, 3), style.COLOURS[0]), ((0, 1), style.COLOURS[1])):
            ax.plot(LATE, [_angle(g, *pair) for g in found], "+", color=colour, alpha=shade)
    ax.set(xlabel="imbalance $R$", ylabel="angle between classifiers (degrees)")
    ax.legend(loc="lower left")


FIGURES = (
    Picture(
        "imbalance",
        "Class imbalance: minority collapse with its boundary (dashed: that of penalties), and the max-margin angles "
        "(crosses: cross-entropy at penalties $0.007$ and $10^{-4}$)",
        ("minority-collapse-ufm", "minority-collapse-lpm", "seli", "seli-ridge-distance"),
        (PHASES, ANGLES, NEAR),
        (Panel("minority collapse", _phases), Panel("max-margin angles", _angles)),
        height=2.8,
    ),
)
