"""Marks small enough to stand in a cell of a table: an interval beside what is allowed, a range on a log axis."""

from __future__ import annotations

import math

from markupsafe import Markup

WIDTH, HEIGHT = 120.0, 16.0
DECADES = (-4, 0)
"""The axis of smallest errors, from 0.01 % to 100 %."""


def interval(low: float, high: float, allowance: float, resolution: float, verdict: str, side: str = "") -> Markup:
    """An interval of relative errors: shaded is what may be conceded, the frame is all that would be let pass.

    `side` is "upper" or "lower" for a bound, where one whole side is allowed.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return Markup("")
    reach = 1.2 * max(allowance + 2 * resolution, 1e-300)

    def x(error: float) -> float:
        return round(WIDTH / 2 * (1 + max(-1.0, min(1.0, error / reach))), 1)

    frame = x(-(allowance + 2 * resolution)), x(allowance + 2 * resolution)
    shade = 0.0 if side == "upper" else x(-allowance), WIDTH if side == "lower" else x(allowance)
    a, b = x(low), x(high)
    dot = f'<circle class="{verdict}" cx="{x(0.5 * (low + high))}" cy="8" r="2.6"/>'
    return _svg(
        _box("frame", *frame, 2), _box("allow", *shade, 2),
        f'<path class="zero" d="M{WIDTH / 2} 1V{HEIGHT - 1}"/>',
        f'<path class="span {verdict}" d="M{a} 8H{max(b, a + 0.1)}{_cap(a, low >= -reach)}{_cap(b, high <= reach)}"/>',
        dot if abs(low + high) < 2 * reach else "",
        _arrow(0, verdict) if low < -reach else "", _arrow(WIDTH, verdict) if high > reach else "",
    )  # fmt: skip


def spread(least: float, most: float) -> Markup:
    """A range of smallest errors on a logarithmic axis, its least end marked."""
    if not (least > 0 and math.isfinite(most)):
        return Markup("")

    def x(error: float) -> float:
        share = (math.log10(error) - DECADES[0]) / (DECADES[1] - DECADES[0])
        return round(4 + (WIDTH - 8) * max(0.0, min(1.0, share)), 1)

    ticks = "".join(f"M{x(10.0**d)} 3V13" for d in range(DECADES[0], DECADES[1] + 1))
    low, high = x(least), x(most)
    return _svg(
        f'<path class="tick" d="{ticks}"/>',
        f'<path class="span plain" d="M{low} 8H{max(high, low + 0.1)}"/>',
        _arrow(0, "plain") if least < 10.0 ** DECADES[0] else f'<circle class="plain" cx="{low}" cy="8" r="3"/>',
    )


def _svg(*parts: str) -> Markup:
    size = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}"'
    return Markup(f'<svg class="mark" {size} aria-hidden="true">{"".join(parts)}</svg>')


def _box(name: str, left: float, right: float, inset: float) -> str:
    width = round(max(right - left, 1.0), 1)
    return f'<rect class="{name}" x="{left}" y="{inset:g}" width="{width}" height="{HEIGHT - 2 * inset:g}" rx="1"/>'


def _cap(x: float, inside: bool) -> str:
    return f"M{x} 5V11" if inside else ""


def _arrow(x: float, verdict: str) -> str:
    inner = 6 if x == 0 else WIDTH - 6
    return f'<path class="head {verdict}" d="M{inner} 4L{x:g} 8L{inner:g} 12Z"/>'
