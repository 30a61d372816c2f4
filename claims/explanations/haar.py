"""Masks on Haar coefficients invent no edge on constant squares; masks on pixels do, at every scale."""

from __future__ import annotations

from typing import Any

import sims.explanations as sims
import theory.explanations as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Mean, Moments, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
SHEARLETX = Source(
    "kolek2022explaining", "statement on artifacts, from the abstract; discrete version derived", "derived"
)
Named = dict[str, Any]


@instance
def drawn(name: str, number: int) -> Named:
    """A picture of 32 x 32: rectangles, or a photograph in four greys."""
    return {"x": sims.picture(name, 32, instance=number)}


PICTURES = (*cells(name="rectangles", number=[0, 1]), *cells(name="posterised", number=[83, 26]))

FLAT = claim(
    slug="multiscale-mask-no-hallucination",
    title="A mask on Haar coefficients invents nothing on constant squares",
    statement=(
        r"For any mask in $[0,1]$ on the coefficients of the Haar transform with square supports, the masked image is "
        r"exactly constant on every dyadic square on which the image is constant (over random masks)."
    ),
    source=SHEARLETX,
    kind=Identity(tolerance=1e-12, trials=200),
    predict=lambda name, number: 0.0,
    simulate=drawn.of(sims.haar_mask_peak),
    grid=Grid(
        quick=PICTURES,
        full=(*cells(name="rectangles", number=list(range(6))), *cells(name="posterised", number=[83, 26, 64, 47])),
    ),
    decoys=(
        Decoy("rectangles", "the same for products of two one-dimensional wavelets", None,
              drawn.of(sims.haar_mask_peak, basis="tensor")),
        Decoy("any square", "the same on constant squares at any place", None,
              drawn.of(sims.haar_mask_peak, squares="any")),
    ),
)  # fmt: skip


@instance
def shrunk(name: str, number: int, low: float) -> Named:
    """A picture with detail at every level, and the smallest factor."""
    return {"x": sims.picture(name, 32, instance=number), "low": low}


ENERGY = claim(
    slug="multiscale-mask-no-hallucination-energy",
    title="No level gains energy from a mask on its coefficients",
    statement=(
        r"Any mask in $[0,1]$ on the Haar coefficients leaves at each level at most the detail energy that the image "
        r"has there (over random masks)."
    ),
    source=SHEARLETX,
    kind=Bound(trials=64),
    predict=lambda name, number, low: [1.0] * 5,
    simulate=shrunk.of(sims.haar_mask_energy),
    grid=Grid(
        quick=(*cells(name="posterised", number=83, low=[0.0, 0.99]), *cells(name="photograph", number=137, low=0.99)),
        full=(*cells(name="posterised", number=[83, 26], low=[0.0, 0.99]),
              *cells(name="photograph", number=[137, 26], low=[0.0, 0.99])),
    ),
    decoys=(
        Decoy("mean square", "the mean square of a uniform factor, 1/3, as if it bounded each mask",
              lambda name, number, low: [1 / 3] * 5),
        Decoy("pixel mask", "the same for a mask on pixels", None, shrunk.of(sims.haar_mask_energy, masked="pixels")),
    ),
)  # fmt: skip


@instance
def kept(name: str, number: int, p: float, level: int) -> Named:
    """A picture of 16 x 16."""
    return {"x": sims.picture(name, 16, instance=number), "p": p, "level": level}


def _own(name: str, number: int, level: int) -> float:
    return theory.pixel_mask_energy(sims.picture(name, 16, instance=number), 1.0, level)


def _not_squared(name: str, number: int, p: float, level: int) -> float:
    excess = theory.pixel_mask_energy(**kept(name=name, number=number, p=p, level=level))
    return excess + (1 - p**2) * _own(name, number, level)


PIXELS = claim(
    slug="multiscale-mask-no-hallucination-pixel-energy",
    title="A pixel mask puts energy into every level, in proportion to the brightness",
    statement=(
        r"Keeping each pixel with probability $p$ makes the expected detail energy of level $j$ "
        r"$p^2E_j(x) + 3\cdot4^{-j}p(1-p)|x|^2$."
    ),
    source=SHEARLETX,
    kind=Mean(resolution=0.02),
    predict=kept.of(theory.pixel_mask_energy),
    simulate=kept.of(sims.pixel_mask_energy),
    grid=Grid(
        quick=(*cells(name="rectangles", number=0, p=0.4, level=[1, 2, 3]),
               *cells(name="photograph", number=326, p=[0.4, 0.8], level=[1, 3])),
        full=(*cells(name="rectangles", number=[0, 1], p=[0.2, 0.4, 0.8], level=[1, 2, 3, 4]),
              *cells(name="photograph", number=[326, 92], p=[0.4, 0.8], level=[1, 2, 3, 4])),
    ),
    decoys=(
        Decoy("not squared", "the image's own energy without p^2", _not_squared),
        Decoy("no excess", "p^2 E_j alone", lambda name, number, p, level: p**2 * _own(name, number, level)),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip


@instance
def masked(name: str, number: int, p: float) -> Named:
    """A picture of 16 x 16 and the share of its pixels that is kept."""
    return {"x": sims.picture(name, 16, instance=number), "p": p}


EDGES = claim(
    slug="multiscale-mask-no-hallucination-new-edges",
    title="How many edges a pixel mask invents",
    statement=(
        r"Keeping each pixel with probability $p$ invents $2p(1-p)$ edges in expectation for each pair of neighbours "
        r"that are equal and not $0$."
    ),
    source=SHEARLETX,
    kind=Mean(resolution=0.015),
    predict=masked.of(theory.pixel_mask_new_edges),
    simulate=masked.of(sims.pixel_mask_new_edges),
    grid=Grid(
        quick=cells(name=["rectangles", "posterised", "photograph"], number=326, p=[0.3, 0.8]),
        full=cells(name=["rectangles", "posterised", "photograph"], number=[326, 92], p=[0.1, 0.3, 0.5, 0.8]),
    ),
    decoys=(
        Decoy("one order", "p(1 - p)", lambda name, number, p: theory.pixel_mask_new_edges(
            sims.picture(name, 16, instance=number), p) / 2),
        Decoy("either", "1 - p: whenever one is dropped", lambda name, number, p: theory.pixel_mask_new_edges(
            sims.picture(name, 16, instance=number), p) / (2 * p)),
    ),
)  # fmt: skip


@instance
def bordered(name: str, number: int, keep: float) -> Named:
    """A picture of 32 x 32 and the share of its details that is kept."""
    return {"x": sims.picture(name, 32, instance=number), "keep": keep}


BORDERS = claim(
    slug="multiscale-mask-no-hallucination-borders",
    title="Across the borders of dyadic squares a Haar mask does invent edges",
    statement=(
        r"Shares of equal neighbours that a mask keeping Haar details with probability $p$ parts across borders of "
        r"constant dyadic squares, and of those that it parts by a grey level in sixteen, beside the $2p(1-p)$ of a "
        r"pixel mask, which spares no place."
    ),
    source=Source("kolek2022explaining", "no theorem: what lies outside the statement", "derived"),
    kind=Observation(trials=200),
    predict=lambda name, number, keep: dict.fromkeys(("across", "visible"), 2 * keep * (1 - keep)),
    simulate=bordered.of(sims.haar_mask_borders),
    grid=Grid(
        quick=cells(name=["rectangles", "posterised"], number=83, keep=0.5),
        full=cells(name=["rectangles", "posterised"], number=[83, 26], keep=[0.2, 0.5, 0.8]),
    ),
    decoys=(),
)

DIGITS = claim(
    slug="multiscale-mask-no-hallucination-digits",
    title="Digits explained by few pixels or few Haar coefficients",
    statement=(
        r"Probability that a linear classifier of digits retains of its decision, how often the decision stands, and "
        r"the share of equal neighbours that become an edge of a grey level or more, when the $k$ parts that count "
        r"most are kept, pixels or coefficients."
    ),
    source=Source("kolek2022explaining", "no theorem: a trained classifier", "derived"),
    kind=Observation(trials=1000),
    predict=lambda k, parts: {"retained": 1.0, "decided": 1.0, "new_edges": 0.0},
    simulate=sims.kept_digits,
    grid=Grid(
        quick=cells(k=[4, 8, 16], parts=["pixels", "coefficients"]),
        full=cells(k=[2, 4, 8, 16, 32], parts=["pixels", "coefficients"]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (FLAT, ENERGY, PIXELS, EDGES, BORDERS, DIGITS)
