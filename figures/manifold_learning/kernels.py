"""Kernel ridge regression with distances in R^D on a torus: risks in parallel, spectra that fall with d."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

COMMON = {"kernel": "laplace", "scale": 1.0}
LINE = tuple(2**k for k in (8, 10, 12, 14, 16))
PLANE = tuple(N**2 for N in (16, 32, 64, 128, 256))
RISKS = {
    (1, D): along("kernel-ridge-on-a-torus-rate", 1, "n", LINE, d=1, D=D, s=1.0, sigma2=0.25, **COMMON)
    for D in (2, 20, 100)
} | {
    (2, D): along("kernel-ridge-on-a-torus-rate", 1, "n", PLANE, d=2, D=D, s=1.0, sigma2=0.25, **COMMON)
    for D in (4, 40)
}  # fmt: skip
FREQUENCIES = (1, 2, 4, 8, 16, 32, 64, 128)
SPECTRA = {
    (1, D): along("kernel-ridge-on-a-torus-spectrum", 1, "k", FREQUENCIES, N=4096, d=1, D=D, **COMMON)
    for D in (2, 20, 100)
} | {
    (2, D): along("kernel-ridge-on-a-torus-spectrum", 1, "k", FREQUENCIES[:6], N=512, d=2, D=D, **COMMON)
    for D in (4, 40)
}  # fmt: skip
NAMES = {(d, D): f"$d = {d}$, $D = {D}$" for d, D in RISKS}


def risks(ax: Axes, results: Results) -> None:
    """Least risk over the ridge against n, with the exponents of d."""
    for index, ((d, D), declared) in enumerate(RISKS.items()):
        n = np.array(LINE if d == 1 else PLANE, dtype=float)
        found = results.mean(declared, "risk").mean
        style.asymptote(ax, n, found[-1] * (n / n[-1]) ** (-2 / (2 + d)), index)
        style.simulation(ax, n, found, None, index, NAMES[d, D])
    ax.set(xscale="log", yscale="log", xlabel="points $n$", ylabel="risk at the best ridge")
    plain(ax.xaxis, (300, 3000, 30000))
    plain(ax.yaxis, (0.001, 0.01, 0.1))
    style.legend(ax, loc="lower left")


def spectra(ax: Axes, results: Results) -> None:
    """Eigenvalues along an axis against frequency, with the exponents -(d+1)."""
    for index, ((d, _), declared) in enumerate(SPECTRA.items()):
        k = np.array(FREQUENCIES[: 8 if d == 1 else 6], dtype=float)
        found = results.mean(declared, "value").mean
        style.asymptote(ax, k, found[-1] * (k / k[-1]) ** (-(d + 1)), index)
        style.simulation(ax, k, found, None, index)
    ax.set(xscale="log", yscale="log", xlabel="frequency $k$", ylabel="eigenvalue of $K/n$")
    style.name(ax, 20, 1.5e-3, "$|k|^{-2}$", 2, xytext=(6, 4))
    style.name(ax, 5, 1.5e-4, "$|k|^{-3}$", 3, xytext=(-18, -4))
    plain(ax.xaxis, (1, 10, 100))


FIGURES = (
    Picture(
        "kernels",
        "Kernel ridge regression with the Laplace kernel of the distance in $\\mathbf{R}^D$, on tori of $d$ "
        "dimensions, $s = 1$. Left: the risk falls as $n^{-2/3}$ for $d = 1$ and $n^{-1/2}$ for $d = 2$ (dotted), "
        "in parallel lines for all $D$. Right: so do the kernel's eigenvalues, as $|k|^{-(d+1)}$",
        ("kernel-ridge-on-a-torus-rate", "kernel-ridge-on-a-torus-spectrum"),
        (RISKS, SPECTRA),
        (Panel("risk", risks), Panel("spectra", spectra)),
    ),
)
