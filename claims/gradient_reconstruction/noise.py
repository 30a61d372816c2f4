"""What noise on a gradient protects, exactly."""

from __future__ import annotations

import math
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Bound, Decoy, Grid, Limit, Mean, Moments, Source, declared_in
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]

# --- Bayes error given the residuals ----------------------------------------------------------------------------------

_TALL = ((1.2, -0.3, 0.5), (0.4, 0.9, -1.1), (-0.7, 0.2, 0.8), (0.1, -1.3, 0.6), (0.9, 0.5, 0.3), (-0.2, 0.7, 1.4))
_WIDE = tuple(zip(*_TALL, strict=True))


def _noise_cells(levels: tuple[float, ...]) -> tuple[Named, ...]:
    return tuple(
        {"Delta": delta, "noise_std": s, "prior_std": tau}
        for delta in (_TALL, _WIDE)
        for s in levels
        for tau in (1.0, 0.5)
    )


def without_prior(Delta: Any, noise_std: float, prior_std: float) -> float:
    """Least squares: the prior forgotten (the plateau tau^2 of unseen directions kept where it has no inverse)."""
    return theory.noise_mmse(Delta, noise_std, 1e6 * prior_std)


def swapped(Delta: Any, noise_std: float, prior_std: float) -> float:
    """Rows and columns exchanged."""
    return theory.noise_mmse(tuple(zip(*Delta, strict=True)), noise_std, prior_std)


def average_strength(Delta: Any, noise_std: float, prior_std: float) -> float:
    """All singular values replaced by their root mean square."""
    rows, batch = len(Delta), len(Delta[0])
    strength = sum(c * c for row in Delta for c in row) / min(rows, batch)
    return float(1 / (1 / prior_std**2 + strength / noise_std**2))


_GILL = Source("gill1995applications", "van Trees inequality; formula derived here", "derived")

MMSE = claim(
    slug="noise-mmse",
    title="The best reconstruction from a noisy gradient, given the residuals",
    statement=(
        r"From $G = \Delta X + sN$ with $\Delta$ known and a prior $X_{ij} \sim N(0, \tau^2)$ the smallest mean "
        r"squared error per pixel is $\frac{1}{B} \mathrm{tr}(I/\tau^2 + \Delta^\top\Delta/s^2)^{-1}$, the van Trees "
        r"bound."
    ),
    source=_GILL,
    kind=Mean(resolution=0.01),
    predict=theory.noise_mmse,
    simulate=sims.noise_mmse,
    grid=Grid(quick=_noise_cells((0.7,)), full=_noise_cells((0.1, 0.7, 3.0))),
    decoys=(
        Decoy("no prior", "least squares", without_prior),
        Decoy("swapped", "Delta transposed", swapped),
        Decoy("average strength", "one singular value for all", average_strength),
    ),
    tails={"value": Moments(1.0)},
)


def predict_least_squares(m: int, B: int, noise_std: float, prior_std: float) -> float:
    """Gaussian residuals and a flat prior: the inverse Wishart."""
    return noise_std**2 / (m - B - 1)


def one_row(m: int, B: int, noise_std: float, prior_std: float) -> float:
    """s^2/m: no price for the other samples."""
    return noise_std**2 / m


def without_one(m: int, B: int, noise_std: float, prior_std: float) -> float:
    """s^2/(m-B): the limit at finite size."""
    return noise_std**2 / (m - B)


LEAST_SQUARES = claim(
    slug="noise-mmse-flat-prior",
    title="Least squares from a noisy gradient, exactly",
    statement=(
        r"For Gaussian residuals and a flat prior the expected squared error per pixel is $s^2/(m-B-1)$ exactly, "
        r"$m > B+1$."
    ),
    source=_GILL,
    kind=Mean(resolution=0.005),
    predict=predict_least_squares,
    simulate=sims.noise_mmse_asymptotic,
    grid=Grid(
        quick=({"m": 24, "B": 8, "noise_std": 0.5, "prior_std": math.inf},),
        full=tuple(
            {"m": m, "B": B, "noise_std": 0.1, "prior_std": math.inf} for m, B in ((24, 8), (60, 30), (200, 40))
        ),
    ),
    decoys=(Decoy("one row", "s^2/m", one_row), Decoy("no -1", "s^2/(m-B)", without_one)),
    tails={"value": Moments(1.0)},
)

# --- the proportional limit -------------------------------------------------------------------------------------------


def _proportional(c: float, lam: float, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    """Sizes m with B = c m and s^2 = lam m, so that the limit is the same at all of them."""
    return tuple({"m": m, "B": round(c * m), "noise_std": math.sqrt(lam * m), "prior_std": 1.0} for m in sizes)


def swapped_sizes(m: int, B: int, noise_std: float, prior_std: float) -> float:
    """m and B exchanged."""
    return float(theory.noise_mmse_asymptotic(B, m, noise_std, prior_std))


def ordinary(m: int, B: int, noise_std: float, prior_std: float) -> float | Named:
    """The prior forgotten: s^2/|m-B|, infinite at m = B."""
    return noise_std**2 / abs(m - B) if m != B else {}


def no_floor(m: int, B: int, noise_std: float, prior_std: float) -> float:
    """Every sample sees all m rows: 1/(1/tau^2 + m/s^2)."""
    return 1 / (1 / prior_std**2 + m / noise_std**2)


ASYMPTOTIC = claim(
    slug="noise-mmse-asymptotic",
    title="Noise, prior and batch size: the whole trade-off curve",
    statement=(
        r"As $B, m \to \infty$ with $c = B/m$ and $\lambda = s^2/(\tau^2 m)$ the Bayes error per pixel of Gaussian "
        r"residuals tends to $\frac{s^2}{m}\, \frac{2}{b + \sqrt{b^2 + 4c\lambda}}$ with $b = 1 - c + \lambda$; for "
        r"$s \to 0$ the floor $\tau^2 (1 - m/B)_+$ remains."
    ),
    source=_GILL,
    kind=Limit(size="m", order=1.0, resolution=0.01),
    predict=theory.noise_mmse_asymptotic,
    simulate=sims.noise_mmse_asymptotic,
    grid=Grid(
        quick=(
            *_proportional(0.5, 0.05, (20, 40, 80)), *_proportional(0.5, 0.5, (20, 40, 80)),
            *_proportional(2.0, 0.05, (10, 20, 40)), *_proportional(1.0, 0.5, (16, 32, 64)),
        ),
        full=tuple(
            cell for c in (0.5, 1.0, 2.0) for lam in (0.01, 0.1, 1.0) for cell in _proportional(c, lam, (50, 100, 200))
        ),
    ),
    decoys=(
        Decoy("swapped", "m and B exchanged", swapped_sizes),
        Decoy("no prior", "s^2/|m-B|", ordinary),
        Decoy("no other samples", "1/(1/tau^2 + m/s^2)", no_floor),
    ),
    tails={"value": Moments(0.5)},
)  # fmt: skip

# --- spectral reconstruction ------------------------------------------------------------------------------------------


def _spectral(*cells: tuple[int, int, float]) -> tuple[Named, ...]:
    """Shapes (m, d) and strengths theta."""
    return tuple(
        {"m": m, "d": d, "delta_norm": theta * math.sqrt(d), "x_norm": 1.0, "noise_std": 1.0} for m, d, theta in cells
    )


def _theta(d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    return delta_norm * x_norm / (noise_std * math.sqrt(d))


def left_vector(m: int, d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    """The formula of the other side: 1 - c(1 + theta^2)/(theta^2 (theta^2 + c))."""
    c, t2 = m / d, _theta(d, delta_norm, x_norm, noise_std) ** 2
    return max(0.0, 1 - c * (1 + t2) / (t2 * (t2 + c)))


def threshold_of_one(m: int, d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    """Nothing is recovered unless theta > 1."""
    above = _theta(d, delta_norm, x_norm, noise_std) > 1
    return theory.spectral_overlap(m, d, delta_norm, x_norm, noise_std) if above else 0.0


def no_transition(m: int, d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    """cos^2 = theta^2/(1 + theta^2), without a threshold."""
    t2 = _theta(d, delta_norm, x_norm, noise_std) ** 2
    return t2 / (1 + t2)


def finite_size(m: int, d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    """O(1/d) away from the transition; below it the overlap itself is a few times 1/d."""
    return (1.0 if theory.spectral_overlap(m, d, delta_norm, x_norm, noise_std) > 0 else 6.0) / d


SPECTRAL = claim(
    slug="noise-spectral-transition",
    title="Above a critical noise nothing is recovered spectrally",
    statement=(
        r"The top right singular vector $v$ of $G = \delta x^\top + sN$, $m \times d$, has "
        r"$\cos^2(v, x) \to 1 - \frac{c + \theta^2}{\theta^2(\theta^2+1)}$ with $c = m/d$, "
        r"$\theta = \|\delta\|\|x\|/(s\sqrt d)$ if $\theta > c^{1/4}$, and $\to 0$ else: the critical noise is "
        r"$\|\delta\|\|x\|/(md)^{1/4}$."
    ),
    source=Source("benaych2012singular", "Theorem 2.9 and the rectangular Gaussian example", "recalled"),
    kind=Mean(
        resolution=0.012,
        allowance=finite_size,
        because="the next order of the limit is O(1/d); below the transition the overlap itself is of order 1/d",
    ),
    predict=theory.spectral_overlap,
    simulate=sims.spectral_overlap,
    grid=Grid(
        quick=_spectral((25, 400, 0.9), (100, 100, 2.0), (200, 50, 2.5), (50, 200, 0.4)),
        full=_spectral(
            *((500, 2000, t) for t in (0.4, 1.0, 1.5)), *((1000, 1000, t) for t in (0.7, 1.5, 2.0)),
            *((2000, 500, t) for t in (1.0, 2.0, 2.5)),
        ),
    ),
    decoys=(
        Decoy("left vector", "the formula of the left singular vector", left_vector),
        Decoy("threshold one", "theta > 1", threshold_of_one),
        Decoy("no transition", "theta^2/(1 + theta^2)", no_transition),
    ),
    # Below the transition d cos^2 is nearly chi-square with one degree of freedom.
    tails={"value": lambda **cell: Moments(1.0 if theory.spectral_overlap(**cell) > 0 else 2.8)},
)  # fmt: skip

# --- Cramer-Rao -------------------------------------------------------------------------------------------------------

_CRLB = (
    {"w": (1.0, -0.5, 0.3, 0.8, -1.2, 0.4), "x": (0.5, 1.0, -0.7, 0.3, 0.9, 1.1), "y": 1.5, "noise_std": 1e-3},
    {"w": (0.6, -0.5, 0.3), "x": (1.2, -1.0, 0.7), "y": 0.8, "noise_std": 1e-3},
)


def constant_residual(w: Any, x: Any, y: float, noise_std: float) -> float:
    """s^2 d/r^2: the residual taken as known."""
    r = sum(a * b for a, b in zip(w, x, strict=True)) - y
    return float(len(w) * noise_std**2 / r**2)


@kernel(floats=lambda w, **_: 8 * len(w))
def plus_root(w: Any, x: Any, y: float, noise_std: float, *, trials: int, rng: Any) -> Any:
    """Always the larger root, though the gradient has two exact preimages."""
    return sims.reconstruction_crlb(w, x, y, noise_std, root="plus", trials=trials, rng=rng)


_HANNUN = Source("hannun2021measuring", "Fisher information loss; closed form derived here", "derived")

CRLB = claim(
    slug="noise-crlb",
    title="The Cramer-Rao bound of one sample, achieved",
    statement=(
        r"From one noisy gradient $g = rx + sN$ of linear regression, $r = w^\top x - y$, unbiased reconstruction has "
        r"$\mathbb{E}\|\hat x - x\|^2 \ge \frac{s^2}{r^2}[d - \frac{2a}{r+a} + \frac{\|x\|^2\|w\|^2}{(r+a)^2}]$, "
        r"$a = w^\top x$, and the plug-in inverse at the right root achieves it as $s \to 0$."
    ),
    source=_HANNUN,
    kind=Mean(resolution=0.015, allowance=1e-3, because="the next order in the noise, (s/r)^2 to (s |x|/r)^2"),
    predict=theory.reconstruction_crlb,
    simulate=sims.reconstruction_crlb,
    grid=Grid(quick=_CRLB, full=tuple({**cell, "noise_std": s} for cell in _CRLB for s in (1e-4, 1e-3))),
    decoys=(
        Decoy("constant residual", "s^2 d/r^2", constant_residual),
        Decoy("plus root", "always the larger root", simulate=plus_root),
    ),
    tails={"value": Moments(2.0)},
)

TRACE = claim(
    slug="noise-crlb-trace-form",
    title="The trace form of the bound is valid but loose",
    statement=(
        r"The plug-in inverse never beats $\mathbb{E}\|\hat x - x\|^2 \ge d^2 s^2/\mathrm{tr}(J^\top J)$, "
        r"$J = rI + x w^\top$, and stays above it by a constant factor."
    ),
    source=_HANNUN,
    kind=Bound(side="lower", on="mean", resolution=0.02),
    predict=theory.reconstruction_trace_bound,
    simulate=sims.reconstruction_crlb,
    grid=Grid(quick=_CRLB, full=_CRLB),
    decoys=(Decoy("residual alone", "s^2 d/r^2 is a lower bound", constant_residual),),
    tails={"value": Moments(2.0)},
)

CLAIMS = (MMSE, LEAST_SQUARES, ASYMPTOTIC, SPECTRAL, CRLB, TRACE)
