"""A diagnosis as text for a reader and as a record for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overparam.measures.result import Result
from overparam.measures.weights import Layer, Report

if TYPE_CHECKING:
    from overparam.diagnosis.diagnosis import Diagnosis

_HEADINGS = ("layer", "shape", "stable rank", "beyond edge", "best rank", "its error", "balance", "moved in")


def text(found: Diagnosis) -> str:
    """All findings as paragraphs; beside each number stand its null and the claims that speak of it."""
    parts = [_finding(one.measure.title, one.results, one.refusal) for one in found.findings]
    if found.epochs:
        lines = [f"{name}: {_short(list(values))}" for name, values in found.epochs.items()]
        parts.append("\n".join(["Over the epochs", *("  " + line for line in lines)]))
    if found.report is not None:
        parts.append(_table(found.report))
    if found.notes:
        parts.append("\n".join(["Notes", *("  " + note for note in found.notes)]))
    return "\n\n".join(parts)


def _finding(title: str, results: tuple[Result, ...], refusal: str | None) -> str:
    lines = [f"  {r.sentence}" for r in results] if refusal is None else [f"  not measured: {refusal}"]
    slugs = sorted({slug for r in results for slug in r.claims})
    if slugs:
        lines.append(f"  claims (overparam show CLAIM): {', '.join(slugs)}")
    return "\n".join([title, *lines])


def _short(values: list[float]) -> str:
    shown = [f"{value:.3g}" for value in values]
    return " ".join(shown if len(shown) <= 8 else [*shown[:4], "...", *shown[-3:]])


def _table(report: Report) -> str:
    from lab.columns import aligned

    rows = [_HEADINGS, *(_cells(layer) for layer in report.layers)]
    used = [i for i in range(len(_HEADINGS)) if i < 6 or any(row[i] for row in rows[1:])]
    lines = ["Layers (in brackets: a random matrix of that shape)"]
    lines += ["  " + line for line in aligned([tuple(row[i] for i in used) for row in rows], left=2)]
    if report.left_out:
        lines.append(f"  no layers: {_list(report.left_out)}")
    if report.unmatched:
        lines.append(f"  in one checkpoint only, or of another shape: {_list(report.unmatched)}")
    return "\n".join(lines)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names if len(names) <= 12 else (*names[:12], f"and {len(names) - 12} more"))


def _cells(layer: Layer) -> tuple[str, ...]:
    detail = layer.signal_rank.detail
    error = detail["expected_error"]
    return (
        layer.name, " x ".join(map(str, layer.shape)), _against(layer.stable_rank), _against(layer.signal_rank),
        str(detail["optimal_rank"]), "" if error is None else f"{100 * error:.3g} %",
        "" if layer.balance is None else _against(layer.balance), "" if layer.moving is None else _moved(layer.moving),
    )  # fmt: skip


def _against(result: Result) -> str:
    return f"{result.value:.3g} ({result.null:.3g})"


def _moved(result: Result) -> str:
    return f"{_against(result)}, {100 * result.detail['share']:.3g} % of {100 * result.detail['relative']:.3g} %"


def record(found: Diagnosis) -> dict[str, Any]:
    """The whole as what strict JSON can hold."""
    findings = [
        {"topic": one.measure.topic, "title": one.measure.title, "refusal": one.refusal,
         "results": [result.record() for result in one.results]}
        for one in found.findings
    ]  # fmt: skip
    series = Result("", 0.0, detail=dict(found.epochs)).record()["detail"]
    whole: dict[str, Any] = {"findings": findings, "epochs": series, "notes": list(found.notes)}
    if found.report is not None:
        report = found.report
        whole["layers"] = [
            {"name": layer.name, "shape": list(layer.shape), "results": [r.record() for r in layer.results()]}
            for layer in report.layers
        ]
        whole |= {"left_out": list(report.left_out), "unmatched": list(report.unmatched)}
    return whole
