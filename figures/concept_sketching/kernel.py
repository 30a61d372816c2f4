"""One random layer as a kernel with its band, and many layers, in which all inputs come to look alike."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.concept_sketching as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along
from figures.strip import Strip

M = 16
ANGLES = (0.0, 0.3, 0.75, 1.2, 1.8, 2.5)
LENGTHS = (2.0, 0.5)
MEANS = along("random-layer-kernel", 4096, "angle", ANGLES, lengths=LENGTHS, order=1)
SPREADS = along("random-layer-kernel-variance", 512, "angle", ANGLES, lengths=LENGTHS, m=M)
DEPTHS = (1, 2, 3, 5, 10, 30, 100, 400)
STARTS = (-0.5, 0.6)
DEEP = {rho0: along("random-layer-kernel-collapse", 1, "depth", DEPTHS, rho0=rho0) for rho0 in STARTS}
WIDE = along("random-layer-kernel-depth", 1024, "width", (128,), rho0=0.6, depth=3)


def _inputs(angle: float) -> tuple[list[float], list[float]]:
    return [1.0, 0.0], [math.cos(angle), math.sin(angle)]


def kernel(ax: Axes, results: Results) -> None:
    """Inner product after a layer against the angle, with one standard deviation of 16 neurons."""
    t = np.linspace(0, math.pi, 100)
    line = np.array([theory.arccos_kernel(*_inputs(float(a)), 1) for a in t])
    spread = np.sqrt([theory.kernel_variance(*_inputs(float(a)), M) for a in t])
    ax.fill_between(t, line - spread, line + spread, color=style.COLOURS[0], alpha=0.15, linewidth=0)
    style.theory(ax, t, line, 0)
    style.decoy(ax, t, np.cos(t))
    mean, wide = results.mean(MEANS, "value"), np.sqrt(results.mean(SPREADS, "value").mean)
    style.simulation(ax, ANGLES, *mean, 0)
    for end in (-1, 1):
        style.simulation(ax, ANGLES, mean.mean + end * wide, None, 1, markersize=3.5)
    style.name(ax, 1.3, 0.5, "mean", 0, xytext=(4, 4))
    style.name(ax, 0.9, 1.05, f"$\\pm$ 1 sd,\n{M} neurons", 1, xytext=(4, 0))
    style.name(ax, 1.75, math.cos(1.75), "linear layer", color=style.GREY, xytext=(-55, -12))
    ax.set(xlabel="angle of the inputs", ylabel="inner product after a layer", xlim=(-0.08, 3.2), ylim=(-0.6, 1.7))
    ax.set_xticks([0, math.pi / 2, math.pi], ["0", "$\\pi/2$", "$\\pi$"])
    exact = [theory.arccos_kernel(*_inputs(a), 1) for a in ANGLES]
    rows = results.rows("random-layer-kernel", "value", order=1)
    Strip(ax, results, 0.05).judged(rows, "angle").dots(ANGLES, mean, exact)


def collapse(ax: Axes, results: Results) -> None:
    """1 - rho against depth, log-log."""
    depth = np.arange(1, 1001)
    for index, rho0 in enumerate(STARTS):
        line = 1 - theory.depth_correlation(rho0, 1000)[1:]
        style.theory(ax, depth, line, index)
        first = 3 * index  # where layers of finite width stand instead
        seen = results.mean(DEEP[rho0], "value").mean
        style.simulation(ax, DEPTHS[first:], seen[first:], None, index)
    layers = results.mean(WIDE, "value")
    style.simulation(ax, (1, 2, 3), 1 - layers.mean[1:], layers.se[1:], 2, "width 128")
    style.asymptote(ax, depth[3:], [theory.depth_asymptote(int(l)) for l in depth[3:]], 3)
    style.decoy(ax, depth[100:], theory.depth_asymptote(100) * 100 / depth[100:])
    style.name(ax, 1, 0.9, "$\\rho_0 = -0.5$", 0, xytext=(0, 6))
    style.name(ax, 1, 0.3, "$\\rho_0 = 0.6$", 1, xytext=(26, -24))
    style.name(ax, 1, 0.3, "width 128", 2, xytext=(0, -13))
    style.name(ax, 6, 0.7, "$9\\pi^2/2(l + \\frac{3}{2}\\log l)^2$", 3, xytext=(2, 0))
    style.name(ax, 130, 3e-3, "$1/l$ (decoy)", color=style.GREY, xytext=(3, 2))
    ax.set(xscale="log", yscale="log", xlabel="layers $l$", ylabel="$1 - \\rho_l$", ylim=(2e-5, 4))


FIGURES = (
    Picture(
        "kernel",
        "The inner product of two unit inputs after one random ReLU layer, with the standard deviation of a layer of "
        "16 neurons; after many, all inputs look alike, like one over the square of depth, whatever they were",
        ("random-layer-kernel", "random-layer-kernel-variance", "random-layer-kernel-collapse",
         "random-layer-kernel-depth"),
        (MEANS, SPREADS, DEEP, WIDE),
        (Panel("one layer", kernel), Panel("many layers", collapse)),
    ),
)  # fmt: skip
