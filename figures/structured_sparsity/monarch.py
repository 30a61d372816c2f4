"""What a Monarch matrix can hold: nothing of the structureless, all of the Fourier transform; and what it costs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.structured_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

SIZES = (2, 3, 4, 6, 8, 12)
RIVAL_SIZES = (3, 4, 6, 8)
GAUSSIAN = along("monarch-gaussian-error", 256, "m", SIZES)
DIGITS = along("monarch-gaussian-error-digits", 8, "weights", ("network", "denoiser"))
NATURAL = along("dft-monarch", 1, "m", SIZES, order="natural")
TRANSPOSED = along("dft-monarch", 1, "m", SIZES, order="transposed")
RIVALS = along("monarch-gaussian-error-rank", 64, "m", RIVAL_SIZES)
TICKS = (2, 4, 8, 16, 32)


def _axis(ax: Axes) -> None:
    ax.set(
        xlabel="block size $m$ ($n = m^2$)", ylabel="relative error", xscale="log", xlim=(1.85, 36), ylim=(-0.05, 1.04)
    )
    plain(ax.xaxis, TICKS)


def held(ax: Axes, results: Results) -> None:
    """Relative error of the best Monarch fit: Gaussian matrices, the Fourier transform, trained weights."""
    m = np.arange(2, 33)
    style.theory(ax, m, 1 - 1 / m, 1)
    style.simulation(ax, SIZES, results.mean(NATURAL, "value").mean, None, 1)
    style.theory(ax, m, [theory.monarch_gaussian_error(int(k)) for k in m], 0)
    style.simulation(ax, SIZES, *results.mean(GAUSSIAN, "value"), 0)
    style.theory(ax, m, 0 * m, 2)
    style.simulation(ax, SIZES, results.mean(TRANSPOSED, "value").mean, None, 2)
    style.name(ax, 2.1, 0.8, "Fourier", 1)
    style.name(ax, 12, 0.6, "random", 0, xytext=(0, 0))
    style.name(ax, 2.1, 0.0, "transposed", 2)
    taught = results.mean(DIGITS, "error").mean
    ax.plot([8, 8], taught, linestyle="", marker="*", markersize=8, color=style.COLOURS[3], zorder=4)
    if not results.brief:
        style.asymptote(ax, m[3:], 1 - 4 / m[3:], 0)
        style.name(ax, 5.5, 0.2, "$1 - 4/m$", 0, xytext=(6, 0))
        for value, word in zip(taught, ("trained net", "denoiser"), strict=True):
            style.name(ax, 8, value, word, 3, xytext=(6, -2))
    else:
        style.name(ax, 8, taught[0], "trained on digits", 3, xytext=(5, -7))
    _axis(ax)


def rivals(ax: Axes, results: Results) -> None:
    """Error of a Gaussian matrix held with 2 n^(3/2) numbers in three ways."""
    m = np.arange(2, 33)
    style.theory(ax, m, 1 - 2 / m, 1, "random mask")
    style.simulation(ax, RIVAL_SIZES, *results.mean(RIVALS, "mask"), 1)
    style.theory(ax, m, [theory.monarch_gaussian_error(int(k)) for k in m], 0, "Monarch")
    style.simulation(ax, RIVAL_SIZES, *results.mean(RIVALS, "monarch"), 0)
    style.simulation(ax, np.multiply(RIVAL_SIZES, 1.06), *results.mean(RIVALS, "truncated"), 4, "rank $m$")
    style.decoy(ax, m, 1 - 1 / m, "$1/m$ kept (decoy)")
    _axis(ax)
    style.legend(ax, loc="lower right")


def costs(ax: Axes, results: Results) -> None:
    """Multiply-adds a vector against n, one for each weight read."""
    n = 4.0 ** np.arange(1, 8)
    style.theory(ax, n, n**2, 1, "dense")
    style.theory(ax, n, [theory.monarch_flops(int(k)) for k in n], 0, "Monarch")
    style.theory(ax, n, [theory.butterfly_nonzeros(int(k)) for k in n], 2, "butterfly")
    ax.set(xscale="log", yscale="log", xlabel="side $n$", ylabel="multiply-adds a vector, weights")
    plain(ax.xaxis, (4, 64, 1024, 16384))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "monarch",
        "The best Monarch fit of a random matrix leaves a share that the largest Wishart eigenvalue fixes; the Fourier "
        "transform is far from Monarch until its columns are transposed; weights that digits have taught (stars) lie "
        "below the random line. As many numbers in a random mask keep half as much; in operations, and in numbers to "
        "read, a Monarch product costs less than a dense one from $n = 9$ on",
        ("monarch-gaussian-error", "dft-monarch", "monarch-gaussian-error-digits", "monarch-gaussian-error-rank"),
        (GAUSSIAN, DIGITS, NATURAL, TRANSPOSED, RIVALS),
        (
            Panel("best Monarch fit", held),
            Panel("$2n^{3/2}$ numbers", rivals),
            Panel("cost", costs),
        ),
    ),
)
