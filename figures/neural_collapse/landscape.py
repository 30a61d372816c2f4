"""The bias's continuous transition, and the landscape of the squared loss: saddles all of them but one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from claims.neural_collapse.mse_bias import shifted_transition
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells

MODEL: dict[str, Any] = {"n_per_class": (5, 4, 2), "lambda_W": 0.02, "lambda_H": 0.01}
BIASED: dict[str, Any] = {"K": 4, "n": 5, "lambda_W": 0.02, "lambda_H": 0.01}

PENALTIES = [round(float(b), 6) for b in np.geomspace(0.03, 150, 12)]
BIAS = along("ufm-mse-bias", 4, "lambda_b", PENALTIES, **BIASED)
OFF = [off for size in range(4) for off in itertools.combinations(range(3), size)]
SADDLES = {off: cells("strict-saddle", 4, MODEL | {"off": off}) for off in OFF}
DESCENTS = cells("strict-saddle-descent", 128, MODEL)


def _bias(ax: Axes, results: Results) -> None:
    """The cosine of uncentred means against the bias penalty."""
    penalties = np.geomspace(0.02, 200, 300)
    optimum = theory.ufm_mse_bias(**BIASED, lambda_b=penalties)
    style.theory(ax, penalties, optimum.cos_uncentred, 0)
    wrong = [shifted_transition(**BIASED, lambda_b=float(b))["z0"] for b in penalties]
    z = optimum.z
    style.decoy(ax, penalties, (wrong - z) / (wrong + 3 * z), r"$\lambda_b^* = Nc/\sqrt{n}$")
    style.simulation(ax, PENALTIES, results.mean(BIAS, "cos_uncentred").mean)
    style.mark(ax, float(optimum.lambda_b_crit[0]), r"$\lambda_b^*$", y=0.9)
    ax.set(xscale="log", xlabel=r"bias penalty $\lambda_b$", ylabel="cosine of uncentred means")
    ax.legend(loc="lower right")


def _saddles(ax: Axes, results: Results) -> None:
    """Loss and curvature of all critical points, and where 128 descents ended."""
    for off in OFF:
        found = results.samples(SADDLES[off])[0]
        style.simulation(ax, found["loss"].mean(), found["value"].mean(), None, 0 if off else 2)
        curvature = theory.saddle_curvature(**MODEL, off=off)
        ax.plot(found["loss"].mean(), curvature, "_", color="black", markersize=14, zorder=2)
        name = "".join("abc"[k] for k in off)
        ax.annotate(
            f"off: {name}" if off else "minimum", (found["loss"].mean(), curvature), fontsize=6.5,
            color=style.GREY, xytext=(-7, -11) if "a" in name else (4, 5), textcoords="offset points",
        )  # fmt: skip
    ax.axhline(0, color=style.GREY, linewidth=0.7, zorder=0)
    ends, minimum = results.samples(DESCENTS)[0]["loss"], theory.ufm_mse_optimum(**MODEL).loss
    count = int(np.sum(np.abs(ends - minimum) < 1e-8))
    ax.annotate(
        f"{count} of {ends.size} descents", (minimum, -0.005), xytext=(0.105, -0.045), color=style.COLOURS[2],
        fontsize=7.5, arrowprops={"arrowstyle": "->", "color": style.COLOURS[2]},
    )  # fmt: skip
    ax.set(xlabel="loss", ylabel="smallest curvature", xlim=(0.05, 0.57), ylim=(-0.23, 0.03))


FIGURES = (
    Picture(
        "landscape",
        "The continuous transition with a bias, and the critical points of the squared loss",
        ("ufm-mse-bias", "ufm-mse-bias-transition", "strict-saddle", "strict-saddle-descent"),
        (BIAS, SADDLES, DESCENTS),
        (
            Panel("from simplex to orthogonal frame", _bias), Panel("all critical points but one curve down", _saddles),
        ),
    ),
)  # fmt: skip
