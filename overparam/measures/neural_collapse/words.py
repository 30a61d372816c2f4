"""What each collapse metric means, in a sentence."""

from __future__ import annotations

import math
from typing import Any


def _parts(null: Any) -> tuple[float | None, str]:
    """The null as a number, and as words that end a sentence."""
    if null is None:
        return None, ""
    if isinstance(null, tuple):
        return null[0], f"{null[0]:.3g} ({null[1]:.3g} to {null[2]:.3g})"
    return float(null), f"{null:.3g}"


def _degree(value: float, null: float | None, limit: float | None) -> str:
    """How far from the null to the limit: 99 % of the way is collapsed, less than half of it is not."""
    if limit is None or null is None or not math.isfinite(null) or null <= limit:
        return ""
    left = (value - limit) / (null - limit)
    return "Collapsed: " if left <= 0.01 else "Partly collapsed: " if left < 0.5 else "Not collapsed: "


def _inside(value: float, null: Any) -> bool:
    return isinstance(null, tuple) and null[1] <= value <= null[2]


def nc1(value: float, null: Any, limit: float | None) -> str:
    """Variation within classes against that between them: both the null and the size itself count."""
    _, shown = _parts(null)
    if _inside(value, null):
        return f"Not collapsed: no class structure is seen (NC1 {value:.3g}; with permuted labels {shown})."
    degree = "Collapsed" if value <= 0.01 else "Partly collapsed" if value <= 0.1 else "Classes are seen, not collapsed"
    source = "with permuted labels" if isinstance(null, tuple) else "isotropic features without classes"
    return (
        f"{degree}: the variance within classes is NC1 {value:.3g} times that between them ({source}: {shown}; in the "
        "limit 0)."
    )


def nc2(value: float, null: Any, limit: float | None, geometry: str, classes: int) -> str:
    """Distance of the class means from a simplex."""
    if classes == 2:
        return "NC2 is identically 0 for two classes: two centred means are always opposite and of equal length."
    middle, shown = _parts(null)
    sentence = f"{_degree(value, middle, limit)}the class means are at NC2 {value:.3g} from a simplex"
    if limit is None:
        end = "; no theorem says where these class sizes tend in so few dimensions" if geometry == "unknown" else ""
    else:
        end = f"; in the limit {limit:.3g}, the {geometry}" if limit else "; in the limit 0"
    return f"{_capital(sentence)}{f'; with permuted labels {shown}' if shown else ''}{end}."


def equinorm(value: float, null: Any, limit: float | None) -> str:
    """Spread of the lengths of the class means."""
    if value == 0 and limit == 0:
        return "The centred class means are of equal length."
    end = "" if limit is None else f"; in the limit {limit:.3g}"
    _, shown = _parts(null)
    return (
        f"The lengths of the centred class means spread by {100 * value:.3g} % of their mean"
        f"{f' (with permuted labels {shown})' if shown else ''}{end}."
    )


def nc3(value: float, null: Any, limit: float | None) -> str:
    """Distance of the classifier from the class means."""
    middle, _ = _parts(null)
    degree = _degree(value, middle, limit if limit is not None else 0.0)
    says = {"Collapsed: ": "is aligned", "Partly collapsed: ": "is partly aligned"}.get(degree, "is not aligned")
    end = "" if limit is None else f"; in the limit {limit:.3g}"
    return f"{degree}the classifier {says} with the class means (NC3 {value:.3g}; unrelated: 1.41{end})."


def nc4(value: float, null: Any, limit: float | None) -> str:
    """Share of decisions that differ from the nearest class mean."""
    middle, shown = _parts(null)
    degree, share = _degree(value, middle, limit), 100 * value
    return (
        f"{degree}the classifier decides {share:.3g} % of the samples differently from the nearest class mean "
        f"(NC4 {value:.3g}; unrelated: {shown}; in the limit 0)."
    )


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
