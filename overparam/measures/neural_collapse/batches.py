"""Collapse metrics of features that come in batches: counts, means and the scatter within classes are all it takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Floats, matrix
from overparam.measures.labels import labels as classes_of
from overparam.measures.neural_collapse.metrics import Collapse, enough, results
from sims.neural_collapse.metrics import NCMetrics, of_means
from theory.neural_collapse import nc1_null_mean


class CollapseBatches:
    r"""Accumulates batches of features and labels; `result` holds NC1, NC2, equinorm and NC3, equal to the whole.

    A class that was seen n times with mean $\mu$ and comes again m times with mean $\nu$ adds
    $\frac{nm}{n+m}(\nu-\mu)(\nu-\mu)^\top$ to the scatter within classes beside the batch's own (Chan, Golub, LeVeque
    1983), so that nothing cancels however far the collapse has gone. NC4 needs the samples again: `nc_metrics`.

    >>> rng = np.random.default_rng(0)
    >>> rows, names = rng.standard_normal((60, 8)), np.repeat(["a", "b", "c"], 20)
    >>> seen = CollapseBatches().update(rows[:35], names[:35]).merge(CollapseBatches().update(rows[35:], names[35:]))
    >>> from overparam.measures.neural_collapse import nc_metrics
    >>> bool(np.isclose(seen.result().nc1.value, nc_metrics(rows, names).nc1.value, rtol=1e-12))
    True
    """

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}
        self._counts: Floats = np.zeros(0)
        self._means: Floats = np.zeros((0, 0))
        self._within: Floats = np.zeros((0, 0))

    @property
    def count(self) -> int:
        """Samples seen."""
        return int(self._counts.sum())

    @property
    def classes(self) -> list[Any]:
        """The classes seen, ascending."""
        return sorted(self._places)

    def update(self, features: Any, labels: Any) -> CollapseBatches:
        """Take in features (b, d) and labels (b,), of any library; returns itself.

        Raises ValueError for arrays that do not fit each other or the batches before.
        """
        rows = matrix("features", features)
        found = classes_of("labels", labels, rows)
        self._fits("features", rows.shape[1], found.classes.tolist())
        order = np.argsort(found.codes, kind="stable")
        values, starts = rows.values[order], np.cumsum(found.counts) - found.counts
        means = np.add.reduceat(values, starts) / found.counts[:, None]
        inside = values - means[found.codes[order]]
        self._add(found.classes.tolist(), found.counts.astype(np.float64), means, inside.T @ inside)
        return self

    def merge(self, other: CollapseBatches) -> CollapseBatches:
        """Take in what another has seen; returns itself."""
        if not isinstance(other, CollapseBatches):
            raise ValueError(f"other = {type(other).__name__}: must be CollapseBatches")
        if other._places:
            self._fits("other", other._means.shape[1], list(other._places))
            self._add(list(other._places), other._counts, other._means, other._within.copy())
        return self

    def result(self, classifier: Any = None) -> Collapse:
        """Return the metrics of all batches; the null of NC1 is that of isotropic features with these class sizes.

        classifier: (classes, dimensions), its rows in ascending order of the labels. Raises ValueError where there are
        not two classes, or the classifier does not fit.
        """
        enough(self._counts)
        order = [self._places[label] for label in self.classes]
        counts, means = self._counts[order].astype(np.intp), self._means[order]
        C, d = means.shape
        W = None if classifier is None else matrix("classifier", classifier, "classes, dimensions").values
        if W is not None and W.shape != (C, d):
            raise ValueError(f"classifier = array of shape {W.shape}: must be ({C}, {d}), one row a class")
        found, toward = of_means(means.T, W)
        nc1 = float(np.sum((toward @ self._within) * toward)) / self.count
        values = NCMetrics(*(None if value is None else float(value) for value in found))._replace(nc1=nc1)
        even = bool((counts == counts[0]).all())
        null = float(nc1_null_mean(d=d, n_per_class=counts)) if even or d >= C - 2 else float("nan")
        return results(values, (null, None, None), counts, d, {}, None)

    def _fits(self, name: str, columns: int, labels: list[Any]) -> None:
        if self._places and columns != self._means.shape[1]:
            raise ValueError(f"{name} = rows of {columns} columns: must have {self._means.shape[1]}, as those before")
        known = next(iter(self._places), labels[0])
        if any(isinstance(label, str) != isinstance(known, str) for label in labels):
            raise ValueError(f"labels = {labels[0]!r}, ...: must be of the kind of those before, such as {known!r}")

    def _add(self, labels: list[Any], counts: Floats, means: Floats, within: Floats) -> None:
        new = [label for label in labels if label not in self._places]
        self._places.update({label: len(self._places) + i for i, label in enumerate(new)})
        d = means.shape[1]
        self._counts = np.concatenate([self._counts, np.zeros(len(new))])
        self._means = np.concatenate([self._means.reshape(-1, d), np.zeros((len(new), d))])
        at = [self._places[label] for label in labels]
        before, total = self._counts[at], self._counts[at] + counts
        step = means - self._means[at]
        between = step * np.sqrt(before * counts / total)[:, None]
        within += between.T @ between
        self._within = within if self._within.shape != within.shape else within + self._within
        self._means[at] += step * (counts / total)[:, None]
        self._counts[at] = total
