"""Without self-loops: test risk, training risk and accuracy against features over labels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.graph_convolution as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

TAU, LAM, MU = 0.5, 2.0, 1.0
RIDGES = (0.0, 0.05, 1.0)
GAMS = (16.0, 8.0, 4.0, 2.5, 1.6, 1.0, 0.5)
DOTS = {rho: along("no-self-loop-risk", 96, "gam", GAMS, tau=TAU, lam=LAM, mu=MU, rho=rho, N=160) for rho in RIDGES}
RATIOS = 1 / (np.asarray(GAMS) * TAU)


def _panel(field: str, axis: str, limits: tuple[float, float]) -> Panel:
    def draw(ax: Axes, results: Results) -> None:
        ratio = np.concatenate([np.geomspace(0.1, 0.995, 90), np.geomspace(1.005, 6, 60)])
        for index, rho in enumerate(RIDGES):
            line = [getattr(theory.gcn_risk(1 / (float(x) * TAU), TAU, LAM, MU, rho), field) for x in ratio]
            style.theory(ax, ratio, line, index, rf"$\rho = {rho:g}$")
            style.simulation(ax, RATIOS, *results.mean(DOTS[rho], field), index)
        ax.set(xscale="log", xlabel="features / labels", ylabel=axis, ylim=limits)
        plain(ax.xaxis, (0.1, 0.3, 1, 3))
        if field == "train":
            style.legend(ax, loc="upper right")

    return Panel(axis, draw)


FIGURES = (
    Picture(
        "double_descent",
        r"A graph convolution without self-loop at $\lambda = \pm 2$, half of the nodes labelled: the test risk peaks "
        "where labels are as many as features, and accuracy dips (dots: $N = 160$)",
        ("no-self-loop-risk", "no-self-loop-risk-training"),
        DOTS,
        (
            _panel("test", "test risk", (0, 3)),
            _panel("train", "training risk", (0, 1)),
            _panel("accuracy", "accuracy", (0.5, 1)),
        ),
    ),
)
