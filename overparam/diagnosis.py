"""A practitioner's entry: which theory applies to features, labels and gradients of one's own, in words and numbers."""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import sims.benign_overfitting as spectra
import sims.double_descent as ridge
import sims.gradient_reconstruction as leakage
import sims.neural_collapse as collapse
import theory.benign_overfitting as ranks
import theory.neural_collapse as null
from lab.errors import Foreseeable

RIDGES = tuple(10.0 ** (k / 2) for k in range(-10, 5))
SHAPES = {
    "features": "(samples, dimensions)",
    "labels": "(samples,)",
    "targets": "(samples,)",
    "classifier": "(classes, dimensions)",
    "bias": "(classes,)",
    "grad_W": "(neurons, inputs)",
    "grad_b": "(neurons,)",
    "batch": "(samples, inputs)",
}


class DiagnosisError(Foreseeable):
    """The data cannot be diagnosed; the message says what is wrong with them."""


@dataclass
class Diagnosis:
    """What was found: lines of text, and the numbers that a picture draws."""

    lines: list[str] = field(default_factory=list)
    eigenvalues: np.ndarray | None = None
    curve: dict[str, np.ndarray] | None = None
    metrics: dict[str, float] | None = None
    unstructured: float = math.nan
    """NC1 of isotropic features without class structure, at these sizes."""
    singular_values: np.ndarray | None = None

    def say(self, title: str, *lines: str) -> None:
        """Add a paragraph."""
        self.lines += [title, *("  " + line for line in lines), ""]


def load(path: Path) -> dict[str, np.ndarray]:
    """Read an .npz file and check names, shapes and finiteness; DiagnosisError says what is wrong."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {name: np.asarray(archive[name]) for name in archive.files}
    except FileNotFoundError:
        raise DiagnosisError(f"there is no file {path}") from None
    except (OSError, ValueError, TypeError, AttributeError, zipfile.BadZipFile):
        raise DiagnosisError(f"{path} is not an .npz file of plain arrays: write it with numpy.savez") from None
    known = {name: data[name] for name in SHAPES if name in data}
    if "features" not in known and "grad_W" not in known:
        names = ", ".join(f"{name} {shape}" for name, shape in SHAPES.items())
        held = ", ".join(data) or "nothing"
        raise DiagnosisError(f"{path} holds {held}: must hold features or grad_W; the arrays known are {names}")
    for name, array in known.items():
        _check(name, array)
    _fit_together(known)
    return known


def _check(name: str, array: np.ndarray) -> None:
    dimensions = 2 if ", " in SHAPES[name] else 1
    if array.ndim != dimensions or array.size == 0:
        raise DiagnosisError(f"{name} has shape {array.shape}: must be {SHAPES[name]}")
    if array.dtype.kind not in "iufb" or not np.isfinite(array.astype(float)).all():
        raise DiagnosisError(f"{name} holds values that are not finite real numbers")


def _fit_together(data: dict[str, np.ndarray]) -> None:
    if "features" in data:
        n, d = data["features"].shape
        if n < 4:
            raise DiagnosisError(f"features has {n} samples: must have at least 4")
        for name, size in (("labels", n), ("targets", n)):
            if name in data and data[name].shape != (size,):
                raise DiagnosisError(f"{name} has shape {data[name].shape}: must be ({size},), one a row of features")
        if "classifier" in data and data["classifier"].shape[1] != d:
            raise DiagnosisError(f"classifier has shape {data['classifier'].shape}: must be (classes, {d})")
    if "labels" in data and (data["labels"] != np.round(data["labels"])).any():
        raise DiagnosisError("labels holds fractions: must be integers, one a class")
    if ("grad_W" in data) != ("grad_b" in data):
        raise DiagnosisError("grad_W and grad_b: must be given together")
    if "grad_W" in data and data["grad_b"].shape != data["grad_W"].shape[:1]:
        raise DiagnosisError(f"grad_b has shape {data['grad_b'].shape}: must be ({data['grad_W'].shape[0]},)")
    if "batch" in data and "grad_W" in data and data["batch"].shape[1] != data["grad_W"].shape[1]:
        raise DiagnosisError(f"batch has shape {data['batch'].shape}: must be (samples, {data['grad_W'].shape[1]})")


def diagnose(data: dict[str, np.ndarray]) -> Diagnosis:
    """Say which theory applies to checked data, and with what numbers."""
    found = Diagnosis()
    if "features" in data:
        x = data["features"].astype(float)
        x = x - x.mean(axis=0)
        if not np.any(x):
            raise DiagnosisError("features are all equal: there is no spectrum to diagnose")
        _spectrum(found, x)
        _curve(found, x, data)
        if "labels" in data:
            _collapse(found, data)
    if "grad_W" in data:
        _leakage(found, data)
    return found


def _spectrum(found: Diagnosis, x: np.ndarray) -> None:
    n, p = x.shape
    values = np.linalg.svd(x, compute_uv=False) ** 2 / n
    values = values[values > 1e-12 * values[0]]
    found.eigenvalues = values
    r, big_r = ranks.effective_ranks(values, 0)
    lines = [
        f"{n} samples, {p} dimensions, {values.size} positive eigenvalues of the sample covariance",
        f"effective ranks at k = 0: r = trace/largest = {r:.1f}, R = trace^2/sum of squares = {big_r:.1f}",
    ]
    if p > n:
        try:
            regime = spectra.regime(x, intercept=True)
            lines += [
                f"interpolation of noisy labels is {regime.name}: it costs {regime.cost:.3g} times the noise variance",
                f"with more data that cost changes like n^{regime.growth:.2f}; effective ridge {regime.kappa:.3g}",
            ]
        except ValueError as error:
            lines.append(f"no interpolation: {error}")
    else:
        lines.append("fewer dimensions than samples: a linear fit on these features does not interpolate noisy labels")
    found.say("Spectrum (benign overfitting)", *lines)


def _curve(found: Diagnosis, x: np.ndarray, data: dict[str, np.ndarray]) -> None:
    if "targets" in data:
        columns, what = [data["targets"].astype(float)], "the targets"
    elif "labels" in data:
        columns = [(data["labels"] == label).astype(float) for label in np.unique(data["labels"])]
        what = "one-hot labels, summed over classes"
    else:
        return
    scale = float(np.sum(x * x)) / x.size
    lams = tuple(lam * scale for lam in RIDGES)
    curves = [ridge.predict_test_error(x, y, lams, intercept=True) for y in columns]
    total = {name: np.sum([getattr(c, name) for c in curves], axis=0) for name in ("test_error", "low", "high", "gcv")}
    found.curve = {"lam": np.asarray(lams), **total}
    best = int(np.argmin(total["test_error"]))
    null_error = sum(float(np.var(y)) for y in columns)
    found.say(
        f"Ridge regression on these features (double descent): test error for {what}",
        f"predicting the mean gives {null_error:.4g}",
        f"best ridge {lams[best]:.3g}: {total['test_error'][best]:.4g}, between {total['low'][best]:.4g} and "
        f"{total['high'][best]:.4g} (leave-one-out); GCV says {total['gcv'][best]:.4g}",
        f"smallest ridge {lams[0]:.3g}: {total['test_error'][0]:.4g} (leave-one-out); GCV says {total['gcv'][0]:.4g}",
        *_distrust(total, best),
    )


def _distrust(total: dict[str, np.ndarray], best: int) -> list[str]:
    inside = total["low"][best] <= total["gcv"][best] <= total["high"][best]
    return [] if inside else ["GCV lies outside the interval: leverages are uneven here, trust leave-one-out"]


def _collapse(found: Diagnosis, data: dict[str, np.ndarray]) -> None:
    classes, labels, counts = np.unique(data["labels"], return_inverse=True, return_counts=True)
    k, d = classes.size, data["features"].shape[1]
    if k < 2 or counts.min() < 2:
        lacking = f"{k} classes, the smallest with {counts.min()} samples"
        found.say("Neural collapse", f"not measured: needs two classes of two samples each, there are {lacking}")
        return
    w = data.get("classifier")
    if w is not None and w.shape[0] != k:
        raise DiagnosisError(f"classifier has {w.shape[0]} rows: must have {k}, one a class, labels in ascending order")
    bias = data.get("bias")
    if bias is not None and bias.shape != (k,):
        raise DiagnosisError(f"bias has shape {bias.shape}: must be ({k},)")
    measured = collapse.nc_metrics(
        data["features"].astype(float).T,
        labels,
        None if w is None else w.astype(float),
        None if w is None or bias is None else bias.astype(float),
    )
    values = {name: float(v) for name, v in measured._asdict().items() if v is not None}
    found.metrics = values
    found.unstructured = float(null.nc1_null_mean(k, round(float(counts.mean())), d))
    lines = [f"NC1 {values['nc1']:.4g} (0: collapsed; {found.unstructured:.4g}: isotropic features without classes)"]
    lines.append(f"NC2 {values['nc2']:.4g} (0: simplex ETF); equinorm {values['equinorm']:.3g}")
    if "nc3" in values:
        lines.append(f"NC3 {values['nc3']:.4g} (0: classifier aligned with class means); NC4 {values['nc4']:.3g}")
    found.say(f"Neural collapse: {k} classes, {counts.min()} to {counts.max()} samples a class", *lines)


def _leakage(found: Diagnosis, data: dict[str, np.ndarray]) -> None:
    w, b = data["grad_W"].astype(float), data["grad_b"].astype(float)
    if not np.any(w):
        raise DiagnosisError("grad_W is zero: there is nothing to diagnose")
    report = leakage.gradient_leakage_report(w, b, data.get("batch"), loss="softmax")
    squared = leakage.gradient_leakage_report(w, b, loss="squared").identifiable_batch
    found.singular_values = np.linalg.svd(w, compute_uv=False)
    found.say(
        f"Gradient of a layer with {w.shape[0]} neurons and {w.shape[1]} inputs (gradient reconstruction)",
        f"rank {report.rank}: at least so many samples; a batch of fewer than {min(w.shape)} lies in its row space",
        f"stable rank {report.stable_rank:.3g}, effective rank {report.effective_rank:.3g}",
        *_given_away(report, data.get("batch")),
        f"if this is the last layer, gradient matching determines batches of up to {report.identifiable_batch} samples "
        f"(softmax) or {squared} (squared loss)",
        f"noise above {report.critical_noise:.3g} per entry hides its leading direction from spectral reconstruction",
    )


def _given_away(report: leakage.LeakageReport, batch: np.ndarray | None) -> list[str]:
    if batch is not None:
        return [f"{report.exactly_recoverable} of the {len(batch)} samples are given exactly by ratios of its rows"]
    if report.rank == 1:
        return ["rank one: if it comes from one sample, grad_W[j] / grad_b[j] is that sample, exactly"]
    return ["ratios of its rows may be samples: give the batch as well to count them"]
