"""The power method's phase: how far descent is from it, and how well it is aligned at its end."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.spectral_initialization as theory
from claims.spectral_initialization import shown
from claims.spectral_initialization.power_phase import small
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells, decoy

CELL = {"d": 20, "r": 10, "t": 30}
INVERSE = (1, 2, 4, 8, 16, 32, 64, 160, 320, 640)
DEVIATION = along("power-method-phase", 1, "inverse_alpha", INVERSE, **CELL)
D, SIGMA, ETA = 30, 1.0, 0.5
STEPS = (6, 8, 10, 12, 14, 16)
WIDTHS = (5, 10, 40)
PATHS = {
    r: cells(
        shown.alignment_path, 2000, {"d": D, "r": r, "sigma": SIGMA, "eta": ETA, "t": STEPS, "alpha": 1e-7}
    )
    for r in WIDTHS
}  # fmt: skip


def deviation(ax: Axes, results: Results) -> None:
    """Distance of descent from the power method against the scale of the start."""
    given = small(**CELL, inverse_alpha=1)
    E = theory.power_phase_coefficient(given["M"][0], given["G"][0], given["eta"], given["t"])
    alpha = np.geomspace(1 / INVERSE[-1], 1, 50)
    style.theory(ax, alpha, alpha**3 * np.linalg.norm(E), 0)
    seen = results.mean(DEVIATION, lambda sample: sample["deviation"][:, 0])
    style.simulation(ax, 1 / np.array(INVERSE), seen.mean, None, 0)
    wrong = decoy("power-method-phase", "not carried on")(**CELL, inverse_alpha=1)["coefficient"][0]
    style.decoy(ax, alpha, alpha**3 * wrong)
    style.name(ax, 0.008, 1.5e-3, r"$\alpha^3\|E_t\|$", 0, ha="right")
    style.name(ax, 0.03, 1.5e-3, "$E_t$ not carried on", color=style.GREY, xytext=(4, -3))
    ax.set(xlabel=r"scale of the start $\alpha$", ylabel=r"$\|U_t - \alpha Z^tG\|_F$", xscale="log", yscale="log")
    ax.set_ylim(1e-7, 1e3)


def alignment(ax: Axes, results: Results) -> None:
    """Mean tan^2 of the angle to the signal against steps, for three widths."""
    t = np.arange(STEPS[0], STEPS[-1] + 1)
    for index, r in enumerate(WIDTHS):
        style.theory(ax, t, [theory.alignment_tan2(D, r, SIGMA, ETA, int(k)) for k in t], index, f"$r = {r}$")
        style.simulation(ax, STEPS, *results.mean(PATHS[r], "tan2"), index)
    style.decoy(ax, t, [theory.alignment_tan2(D, 5, SIGMA, ETA, int(k)) * 3 / 5 for k in t], "$(d-1)/r$, $r = 5$")
    ax.set(xlabel="steps $t$", ylabel=r"mean of $\tan^2\theta$", yscale="log")
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "phase",
        "Early on descent is the power method but for a term cubic in the scale of the start, whose coefficient is "
        "known, until it saturates; by then its leading direction has an angle to a signal of rank one that is smaller "
        f"the wider $U$ is ($d = {D}$)",
        ("power-method-phase", "power-method-phase-cubic", "alignment-law", "alignment-law-distribution"),
        (DEVIATION, PATHS),
        (Panel("distance from the power method", deviation), Panel("angle to the signal", alignment)),
    ),
)
