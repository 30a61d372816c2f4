"""The one real data set of the suite: scikit-learn's 1797 handwritten digits, loaded and scaled in one place."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims.arrays import Array, host_normals


class Digits(NamedTuple):
    """Host arrays: images (1797, 64) with values in [0, 1] and labels (1797,) from 0 to 9."""

    images: Array
    labels: Array


class Regression(NamedTuple):
    """A finite population for regression: features (1797, p) and targets (1797,), both centred."""

    features: Array
    targets: Array


@functools.cache
def load() -> Digits:
    """Return the images (8 x 8 pixels, divided by 16) and their labels; treat both as read-only."""
    from sklearn.datasets import load_digits

    raw = load_digits()
    images, labels = raw.data / 16.0, raw.target
    images.setflags(write=False)
    labels.setflags(write=False)
    return Digits(images, labels)


@functools.cache
def scaled_images() -> Array:
    """Return the images centred and divided by the root mean square image norm, so that the mean of |x|^2 is 1."""
    images = load().images
    centred = images - images.mean(axis=0)
    return centred / ((centred * centred).sum(axis=1).mean()) ** 0.5


@functools.cache
def relu_features(width: int = 200, seed: int = 0) -> Regression:
    """Return centred random ReLU features max(Wx, 0), W Gaussian from the seed, and the centred label odd (+1) or even.

    The whole pool of 1797 images is the population, whose moments are therefore known exactly.
    """
    digits = load()
    hidden = scaled_images() @ host_normals(seed, width, 64).T
    features = hidden.clip(0.0)
    targets = 2.0 * (digits.labels % 2) - 1.0
    return Regression(features - features.mean(axis=0), targets - targets.mean())


@functools.cache
def standardised(count: int) -> Regression:
    """Return every (1797 // count)-th image: the 61 pixels that vary, standardised over all, and the centred label."""
    images, labels = load()
    varying = images[:, images.std(axis=0) > 0]
    features = (varying - varying.mean(axis=0)) / varying.std(axis=0)
    rows = slice(0, count * (len(features) // count), len(features) // count)
    return Regression(features[rows], (labels - labels.mean())[rows])
