"""Errors against units: the square by depth and by width, the sawtooth by pieces, products."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.compositional_sparsity as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

LEVELS = (1, 2, 3, 4, 5, 6, 8, 10)
PIECES = (2, 3, 5, 9, 17, 33, 65)
DEEP = along("square-by-depth", 1, "m", LEVELS)
SHALLOW = along("square-by-depth-shallow", 1, "pieces", PIECES, uniform=True)
K = 5
FEW = (1, 2, 4, 8, 12, 16, 20, 24)
SEARCHED = along("sawtooth-separation-best", 64, "P", FEW, k=K)
INVERSES = (2.5, 5.0, 10.0, 20.0, 40.0)
PRODUCTS = {n: along("product-neurons", 1, "inverse", INVERSES, n=n) for n in (2, 3, 4)}


def square(ax: Axes, results: Results) -> None:
    """Error against units: deep falls off a cliff, shallow has slope -2."""
    m = np.array(LEVELS)
    style.theory(ax, 2 * m, [theory.square_deep_error(int(one)) for one in m], 0, "deep")
    style.simulation(ax, 2 * m, [s["value"][0] for s in results.samples(DEEP)], None, 0)
    pieces = np.array(PIECES)
    style.theory(ax, pieces - 1, [theory.square_shallow_error(int(one)) for one in pieces], 1, "one layer")
    style.simulation(ax, pieces - 1, [s["value"][0] for s in results.samples(SHALLOW)], None, 1)
    ax.set(xlabel="ReLU units", ylabel="largest error for $x^2$", xscale="log", yscale="log", ylim=(1e-7, 0.1))
    style.legend(ax, loc="lower left")


def sawtooth(ax: Axes, results: Results) -> None:
    """Least squared distance from the sawtooth against the pieces."""
    pieces = np.arange(1, 2**K + 1)
    style.theory(ax, pieces, [theory.sawtooth_best_l2(K, int(P)) for P in pieces], 0, "best")
    found = [float(np.min(s["value"])) for s in results.samples(SEARCHED)]
    style.simulation(ax, FEW, found, None, 0)
    bound = [theory.sawtooth_l2_lower(K, 2 * int(P) - 1) for P in pieces]
    style.asymptote(ax, pieces, bound, 1, "by counting")
    ax.set(xlabel="affine pieces $P$", ylabel=r"$|T_k - g|^2$, $k = 5$", ylim=(0, None), xlim=(0, 2**K))
    style.legend(ax, loc="upper right")


def products(ax: Axes, results: Results) -> None:
    """Error of sums over signs against lam."""
    lam = 1 / np.array(INVERSES)
    for index, n in enumerate(PRODUCTS):
        found = np.array([s["layer"][0] for s in results.samples(PRODUCTS[n])])
        ax.plot(lam, found[-1] * (lam / lam[-1]) ** 2, color=style.COLOURS[index], label=rf"$n = {n}$, slope 2")
        style.simulation(ax, lam, found, None, index)
    ax.set(xlabel=r"$\lambda$", ylabel="error of the product", xscale="log", yscale="log")
    ax.set_xticks([0.025, 0.1, 0.4], ["0.025", "0.1", "0.4"])
    ax.minorticks_off()
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "depth",
        "With depth the error for the square falls off a cliff, with width like the square of the units; functions "
        "of few pieces "
        "stay far from a deep sawtooth; one layer multiplies $n$ numbers with $2^n$ units",
        ("square-by-depth", "square-by-depth-shallow", "sawtooth-separation-best", "product-neurons"),
        (DEEP, SHALLOW, SEARCHED, PRODUCTS),
        (Panel("the square", square), Panel("the sawtooth", sawtooth), Panel("products", products)),
    ),
)
