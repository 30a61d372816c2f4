"""A picture masked by pixels and by Haar coefficients: where edges are invented, and at which levels energy."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.explanations as theory
from claims.explanations.shown import masked_pictures
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells
from lab.run.sampling import Sample

KEEP, VISIBLE = 0.5, 1 / 16
LOOK = cells(masked_pictures, 1, {"name": "rectangles", "number": 4, "side": 32, "keep": KEEP})
ENERGY = cells(masked_pictures, 64, {"name": "rectangles", "number": 0, "side": 16, "keep": KEEP})


def edges(image: np.ndarray, masked: np.ndarray | None = None) -> np.ndarray:
    """1 where a right or lower neighbour differs; after a mask, only where it was equal before."""
    found = np.zeros(image.shape)
    for axis in (0, 1):
        own = np.diff(image, axis=axis) != 0
        new = own if masked is None else ~own & (np.abs(np.diff(masked, axis=axis)) >= VISIBLE)
        found[: new.shape[0], : new.shape[1]] = np.maximum(found[: new.shape[0], : new.shape[1]], new)
    return found


def tiles(ax: Axes, results: Results) -> None:
    """The picture, masked both ways; below, its edges and those that the masks invent."""
    drawn = results.samples(LOOK)[0]
    image, pixel, haar = (drawn[name][0] for name in ("picture", "pixel", "haar"))
    figure: Any = ax.figure
    place: Any = ax.get_subplotspec()
    title = ax.get_title(loc="left")
    ax.remove()
    axes = place.subgridspec(2, 3, wspace=0.05, hspace=0.05).subplots()
    upper = ((image, "picture"), (pixel, "pixel mask"), (haar, "Haar mask"))
    for one, (shown, word) in zip(axes[0], upper, strict=True):
        one.imshow(shown, cmap="gray", vmin=0.0, vmax=1.0)
        one.set_xlabel(word, fontsize=7.5, labelpad=2)
    lower = ((edges(image), "its edges"), (edges(image, pixel), "invented"), (edges(image, haar), "invented"))
    for one, (shown, word) in zip(axes[1], lower, strict=True):
        one.imshow(shown, cmap="gray_r", vmin=0.0, vmax=1.0)
        one.set_xlabel(word, fontsize=7.5, labelpad=2, color=style.COLOURS[1] if word == "invented" else "black")
    for one in axes.ravel():
        one.set(xticks=[], yticks=[])
        one.spines[["top", "right"]].set_visible(True)
    axes[0, 0].set_title(title, loc="left")
    figure.set_layout_engine("constrained", wspace=0.03, hspace=0.03)


def _energies_of(sample: Sample, name: str) -> np.ndarray:
    return _energies(sample[name])


def _energies(images: np.ndarray) -> np.ndarray:
    return np.array([[np.sum(level**2) for level in theory.haar2(image).details] for image in images])


def energy(ax: Axes, results: Results) -> None:
    """Detail energy of each level: the picture's own, after pixel masks, after Haar masks."""
    image = results.samples(ENERGY)[0]["picture"][0]
    levels = np.arange(1, 5)
    own = _energies(image[None])[0]
    style.theory(ax, levels, [theory.pixel_mask_energy(image, KEEP, int(j)) for j in levels], 1, "pixel mask")
    style.theory(ax, levels, KEEP * own, 0, "Haar mask")
    ax.plot(levels, own, color="black", linewidth=1.0, marker="_", label="picture")
    style.decoy(ax, levels, KEEP**2 * own, "pixel mask, no excess")
    for name, index in (("pixel", 1), ("haar", 0)):
        seen = results.mean(ENERGY, partial(_energies_of, name=name))
        style.simulation(ax, levels, *seen, index)
    ax.set(xlabel="level (1: finest)", ylabel="detail energy", xticks=levels, ylim=(0, None))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "masks",
        "Half of the pixels kept, or half of the Haar coefficients. (a) A picture of rectangles; below, its edges and "
        "the places where equal neighbours come to differ by a sixteenth of the range or more: everywhere after a "
        "pixel mask, after a Haar mask only on borders of dyadic squares next to edges. (b) Detail energy of another "
        "such picture: a pixel mask puts energy into fine levels, a mask on coefficients into none",
        (
            "multiscale-mask-no-hallucination", "multiscale-mask-no-hallucination-energy",
            "multiscale-mask-no-hallucination-pixel-energy", "multiscale-mask-no-hallucination-new-edges",
            "multiscale-mask-no-hallucination-borders",
        ),
        (LOOK, ENERGY),
        (Panel("half is kept", tiles), Panel("energy by level", energy)),
        height=3.0,
        ratios=(1.5, 1.0),
    ),
)  # fmt: skip
