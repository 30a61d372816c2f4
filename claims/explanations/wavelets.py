"""Wavelets with vanishing moments: masks leave polynomials alone, up to a strip at each end."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.explanations as sims
import theory.explanations as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
MOMENTS = Source("daubechies1992ten", "vanishing moments recalled; margin derived here", "derived")
Named = dict[str, Any]


@instance
def strips(p: int, levels: int) -> Named:
    """The margin of the formula."""
    return {"p": p, "levels": levels, "margin": theory.influence_margin(p, levels)}


@instance
def narrow(p: int, levels: int) -> Named:
    """A margin that forgets half of the filter's length."""
    return {"p": p, "levels": levels, "margin": (2**levels - 1) * p}


SIZES = ((1, 3), (2, 2), (2, 3), (3, 3), (4, 3))

MARGIN = claim(
    slug="vanishing-moment-mask",
    title="Masked wavelets leave a polynomial exactly as it is, but for a strip at each end",
    statement=(
        r"Where a signal is a polynomial of degree below $p$, a mask on the details of $J$ levels of the wavelet with "
        r"$p$ vanishing moments changes nothing at $g = (2^J-1)(2p-1)$ samples or more from both ends, and something "
        r"at $g-1$."
    ),
    source=MOMENTS,
    kind=Identity(tolerance=1e-11, trials=25),
    predict=lambda p, levels: {"inside": 0.0, "furthest": theory.influence_margin(p, levels) - 1},
    simulate=strips.of(sims.mask_change),
    grid=Grid(
        quick=tuple({"p": p, "levels": levels} for p, levels in SIZES),
        full=tuple({"p": p, "levels": levels} for p, levels in (*SIZES, (1, 5), (2, 4), (3, 2), (4, 2))),
    ),
    decoys=(
        Decoy("narrow strip", "nothing changes from (2^J - 1)p on", None, narrow.of(sims.mask_change)),
        Decoy("degree p", "the same for polynomials of degree p", None, strips.of(sims.mask_change, extra=1)),
        Decoy("support of one level", "a strip of 2p - 1, as of the finest level",
              lambda p, levels: {"furthest": 2 * p - 2}),
    ),
)  # fmt: skip

FILTER = claim(
    slug="vanishing-moment-mask-filter",
    title="The filter with p vanishing moments, from roots and from a Cholesky factor",
    statement=(
        r"Bauer's factorisation of $\sum_{k<p}\binom{p-1+k}{k}y^k$, $y = (2-z-z^{-1})/4$, times $(1+z)^p$, is the "
        r"filter of least phase that is orthonormal with $p$ vanishing moments."
    ),
    source=Source("daubechies1992ten", "construction, chapter 6", "recalled"),
    kind=Identity(tolerance=1e-9, trials=1),
    predict=theory.daubechies,
    simulate=sims.daubechies,
    grid=Grid(quick=cells(p=[1, 2, 3, 4, 6]), full=cells(p=[1, 2, 3, 4, 5, 6, 7])),
    decoys=(
        Decoy("reversed", "the filter of greatest phase", lambda p: theory.daubechies(p)[::-1]),
        Decoy("spline", "(1 + z)^(2p-1), which is not orthonormal", lambda p: np.poly(-np.ones(2 * p - 1)) / 2 ** (
            2 * p - 1.5)),
    ),
)  # fmt: skip


@instance
def photographed(p: int, levels: int, number: int) -> Named:
    """512 pixels of a row of a photograph, and a mask."""
    return {"x": sims.photo_row(512, instance=number), "p": p, "masks": sims.masks(512, levels, instance=number)}


def _left(p: int, levels: int, number: int, power: int = 2, q: int | None = None) -> list[float]:
    at = photographed(p=p, levels=levels, number=number)
    details = theory.wavelet1(at["x"], q or p, levels).details
    return [float(np.sum(mask**power * level**2)) for mask, level in zip(at["masks"], details, strict=True)]


ENERGY = claim(
    slug="vanishing-moment-mask-energy",
    title="A mask multiplies the energy of each wavelet coefficient by its own square",
    statement=(
        r"A photograph's row whose details are masked by $m$ has the level energies $\sum_i m_{j,i}^2d_{j,i}^2$, for "
        r"$m \in [0,1]$ none larger than before."
    ),
    source=MOMENTS,
    kind=Identity(tolerance=1e-10, trials=1),
    predict=_left,
    simulate=photographed.of(sims.wavelet_energy),
    grid=Grid(
        quick=cells(p=[1, 2, 4], levels=4, number=[0, 1]), full=cells(p=[1, 2, 3, 4], levels=6, number=[0, 1, 2])
    ),
    decoys=(
        Decoy("not squared", "m d^2", lambda p, levels, number: _left(p, levels, number, power=1)),
        Decoy("another filter", "with p + 1 moments", lambda p, levels, number: _left(p, levels, number, q=p + 1)),
    ),
)

RAMP = claim(
    slug="vanishing-moment-mask-ramp",
    title="On a ramp Haar invents a staircase, two vanishing moments none",
    statement=(
        r"Removing the details of $J$ levels changes a ramp of slope $s$ by up to $|s|(2^J-1)/2$ with Haar's wavelet, "
        r"and not at all with two vanishing moments, away from its ends."
    ),
    source=MOMENTS,
    kind=Identity(tolerance=1e-11, trials=1),
    predict=lambda slope, levels: {"haar": theory.haar_ramp_change(slope, levels), "smooth": 0.0},
    simulate=sims.haar_ramp_change,
    grid=Grid(quick=cells(slope=1 / 512, levels=[1, 3, 5]), full=cells(slope=[1 / 512, -0.1], levels=[1, 2, 3, 4, 5])),
    decoys=(
        Decoy("no step", "Haar leaves ramps alone", lambda slope, levels: {"haar": 0.0}),
        Decoy("half a block", "2^J s/2", lambda slope, levels: {"haar": abs(slope) * 2**levels / 2}),
    ),
)

CLAIMS: tuple[Claim, ...] = (MARGIN, FILTER, ENERGY, RAMP)
