"""Risk of learned denoisers against the number of training images: a peak, a cliff, one floor."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.image_reconstruction as ir
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, cells, decoy, prediction
from figures.strip import Strip

PIXELS, MODEL = 160, {"n": 160, "d": 2, "tau2": 1.0, "sigma2": 0.5}
THRESHOLD = 40
RIDGE, ABOVE, ANY = "learned-denoiser-ridge", "pca-denoiser-threshold", "learned-denoiser-exact-any-images"
EXCESS = "learned-denoiser-exact-excess"
SIZES = np.asarray([6, 12, 24, 48, 80, 110, 220, 340, 600, 1000])
FEW = np.asarray([6, 12, 24, 40, 60, 90, 130, 160, 220, 340, 600, 1000])


def best_ridge(N: int) -> float:
    """The best ridge at N images."""
    return float(ir.optimal_denoiser_ridge(N=int(N), **MODEL))


NONE = along(RIDGE, 64, "N", SIZES, ridge=0.0, **MODEL)
BEST = cells(RIDGE, 32, *({**MODEL, "N": int(N), "ridge": best_ridge(N)} for N in FEW))
PCA = along(ABOVE, 48, "N", FEW, **MODEL)

BEYOND = np.asarray([8, 20, 50, 130, 320, 800])
OWN = along(EXCESS, 256, "N", BEYOND + 41, n=40, d=5, tau2=1.0, sigma2=0.2)
REAL = {
    "digits": (along(ANY, 48, "N", BEYOND + 65, source="digits", sigma2=0.25), 65),
    "small patches": (along(ANY, 256, "N", BEYOND + 17, source="small patches", sigma2=0.01), 17),
}


def risk(ax: Axes, results: Results) -> None:
    """Risk against images: without ridge, with the best one, and by principal components of noisy images alone."""
    below, above = np.arange(4, PIXELS), spaced(PIXELS + 1, 2000, 120)
    grid, floor = spaced(4, 2000, 90), float(ir.bayes_floor(2, 1.0, 0.5))
    for part in (below, above):
        style.theory(ax, part, ir.ridge_denoiser_risk(N=part, ridge=0.0, **MODEL), 0)
    best = [float(ir.ridge_denoiser_risk(N=int(N), ridge=best_ridge(N), **MODEL)) for N in grid]
    style.theory(ax, grid, best, 1)
    style.theory(ax, np.arange(4, 2001), ir.pca_denoiser_risk(N=np.arange(4, 2001), **MODEL).risk, 2)
    style.asymptote(ax, [4, 2000], [floor, floor], 6)
    none, ridged, components = (
        results.mean(NONE, "value"), results.mean(BEST, "value"), results.mean(PCA, "risk")
    )  # fmt: skip
    style.simulation(ax, SIZES, *none, 0)
    style.simulation(ax, FEW, *ridged, 1)
    style.simulation(ax, FEW, *components, 2)
    ax.set(xscale="log", yscale="log", xlabel="training images $N$", ylabel="risk", ylim=(0.35, 12), xlim=(4, 2000))
    style.name(ax, 180, 8.5, "no ridge", 0, xytext=(4, 0))
    style.name(ax, 4.6, 0.95, "best ridge", 1, xytext=(0, 0))
    style.name(ax, 4.6, 2.8, "principal\ncomponents", 2, xytext=(0, 0))
    style.name(ax, 4.6, floor, "floor", 6, xytext=(0, -9))
    plain(ax.yaxis, (0.5, 1, 2, 5, 10))
    plain(ax.xaxis, (10, 100, 1000))
    strip = Strip(ax, results, 0.3)
    strip.dots(SIZES, none, ir.ridge_denoiser_risk(N=SIZES, ridge=0.0, **MODEL), 0)
    exact = [float(ir.ridge_denoiser_risk(N=int(N), ridge=best_ridge(N), **MODEL)) for N in FEW]
    strip.dots(FEW, ridged, exact, 1)
    strip.dots(FEW, components, ir.pca_denoiser_risk(N=FEW, **MODEL).risk, 2)


def excess(ax: Axes, results: Results) -> None:
    """Excess over the floor, a pixel, against the images beyond the pixels: one line, and real images beside it."""
    x = np.geomspace(6, 1100, 60)
    style.theory(ax, x, 1 / x, 0)
    coefficient = prediction(ANY)(source="small patches", N=200, sigma2=0.01)["value"]
    style.asymptote(ax, x[x > 60], coefficient / x[x > 60], 2)
    wrong = decoy(EXCESS, "slope -1/2")
    slow = np.asarray(
        [wrong(N=int(41 + each), n=40, d=5, tau2=1.0, sigma2=0.2)["value"] for each in spaced(6, 1100, 9)]
    )
    unit = 40 * float(ir.bayes_floor(5, 1.0, 0.2))
    style.decoy(ax, spaced(6, 1100, 9), slow / unit)
    style.simulation(ax, BEYOND, *results.mean(OWN, "value").over(unit), 0, "subspace model")
    for index, (word, source) in enumerate((("digits", "digits"), ("4 x 4 patches", "small patches")), start=1):
        declared, _ = REAL[source]
        seen = results.mean(declared, "value").over(BEYOND)
        style.simulation(ax, BEYOND * 1.06**index, seen.mean / 1.06**index, seen.se, index, word)
    ax.set(xscale="log", yscale="log", xlabel="images beyond the pixels, $N - n - 1$", ylabel="excess / ($n$ floor)")
    plain(ax.xaxis, (10, 100, 1000))
    style.name(ax, 190, 0.0135, "slope −1/2", color=style.GREY, xytext=(4, 3))
    ax.legend(loc="lower left")


def overlap(ax: Axes, results: Results) -> None:
    """Squared cosine of the learned subspace: zero up to the threshold in the limit."""
    fine = np.geomspace(4, 2000, 400)
    exact = ir.pca_denoiser_risk(N=np.arange(4, 2001), **MODEL).cos2
    smooth = [decoy(ABOVE, "no threshold")(N=float(N), **MODEL)["cos2"] for N in fine]
    style.theory(ax, np.arange(4, 2001), exact, 2)
    style.decoy(ax, fine, smooth)
    style.simulation(ax, FEW, *results.mean(PCA, "cos2"), 2)
    style.mark(ax, THRESHOLD, r"$N = n\sigma^4/\tau^4$", y=1.0)
    style.name(ax, 4.4, 0.6, "no\nthreshold", color=style.GREY, xytext=(0, 0))
    style.name(ax, 250, 0.52, f"$n = {PIXELS}$ pixels", 2, xytext=(0, 0))
    ax.set(xscale="log", xlabel="noisy images $N$", ylabel=r"$\cos^2$ with the images", ylim=(-0.03, 1), xlim=(4, 2000))
    plain(ax.xaxis, (10, 100, 1000))


FIGURES = (
    Picture(
        "training_images",
        f"Learned denoisers of images in two of {PIXELS} dimensions. (a) Without ridge the risk has a peak at N = n, "
        "the best ridge has none, principal components of noisy images alone are flat and then fall: all to one floor. "
        "(b) Above the floor one line of slope −1, on which digits lie; patches of photographs lie above it by a "
        "factor that is known (dotted), because their hard images have high leverage. (c) Below a threshold nothing "
        f"is learned; {PIXELS} pixels smooth it",
        (
            "learned-denoiser-exact", EXCESS, "learned-denoiser-exact-any-gaussian", "learned-denoiser-exact-images",
            ANY, RIDGE, ABOVE, "pca-denoiser-threshold-below",
        ),
        (NONE, BEST, PCA, OWN, [declared for declared, _ in REAL.values()]),
        (Panel("risk", risk), Panel("what more images gain", excess), Panel("subspace from noisy images", overlap)),
        height=3.0,
    ),
)  # fmt: skip
