"""Numbers as a reader wants them: as many digits as they are known to, powers of ten written out."""

from __future__ import annotations

import json
import math
from typing import Any

NONE = "–"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(x: float, digits: int = 4) -> str:
    """A number with so many significant digits.

    >>> number(0.172414), number(-3e-7), number(float("inf")), number(float("nan"))
    ('0.1724', '−3 × 10⁻⁷', '∞', '–')
    """
    if math.isnan(x):
        return NONE
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    return _pretty(f"{x:.{digits}g}")


def _pretty(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    power = f" × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if e else ""
    return mantissa.replace("-", "−") + power


def uncertain(mean: float, se: float) -> str:
    """A mean with its standard error, to two digits of the error.

    >>> uncertain(0.172228, 0.000309), uncertain(0.001498, 5e-6), uncertain(1.0, 0.0)
    ('0.17223 ± 0.00031', '(1.4980 ± 0.0050) × 10⁻³', '1')
    """
    if not (math.isfinite(mean) and math.isfinite(se)) or se <= 1e-13 * abs(mean):
        return number(mean)
    power = math.floor(math.log10(max(abs(mean), se)))
    power = 0 if -3 < power < 6 else power
    mean, se = mean / 10.0**power, se / 10.0**power
    places = max(0, 1 - math.floor(math.log10(se)))
    both = f"{mean:.{places}f} ± {se:.{places}f}".replace("-", "−")
    return both if power == 0 else f"({both}) × 10{str(power).translate(_SUPERSCRIPTS)}"


def share(x: float) -> str:
    """A relative error.

    >>> share(0.0123), share(1.3), share(2e-10), share(49.3), share(float("nan"))
    ('1.2 %', '130 %', '2 × 10⁻¹⁰', '49-fold', '–')
    """
    if math.isnan(x) or math.isinf(x):
        return number(x)
    if abs(x) >= 10:
        return f"{count(round(x))}-fold"
    if abs(x) >= 1:
        return f"{100 * x:.0f} %".replace("-", "−")
    return f"{_pretty(f'{100 * x:.2g}')} %" if abs(x) >= 1e-5 or x == 0 else _pretty(f"{x:.0e}")


def span(low: float, high: float) -> str:
    """An interval of relative errors, to two or three digits of its width.

    >>> span(-0.00854, 0.0066), span(-1e-12, 1e-12), span(49.3, 49.5)
    ('−0.85 … +0.66 %', '−1 × 10⁻¹² … +1 × 10⁻¹²', '+4930.0 … +4950.0 %')
    """
    if math.isnan(low) or math.isnan(high):
        return NONE
    if max(abs(low), abs(high)) < 1e-5:
        return f"{_plus(low)}{_pretty(f'{low:.0e}')} … {_plus(high)}{_pretty(f'{high:.0e}')}"
    width = 100 * (high - low)
    places = min(6, max(0, 1 - math.floor(math.log10(width / 3)))) if width > 0 else 2
    return f"{100 * low:+.{places}f} … {100 * high:+.{places}f} %".replace("-", "−")


def _plus(x: float) -> str:
    return "+" if x > 0 else ""


def count(n: float) -> str:
    """A whole number in groups of three.

    >>> count(141312).replace("\\u202f", "_")
    '141_312'
    """
    return f"{n:,.0f}".replace(",", "\u202f")


def seconds(x: float) -> str:
    """A duration, to a tenth of a second.

    >>> seconds(4.12), seconds(0.004)
    ('4.1', '< 0.1')
    """
    return f"{x:,.1f}".replace(",", "\u202f") if x >= 0.05 else "< 0.1"


def value(x: Any) -> str:
    """A parameter of a cell, in few characters.

    >>> value(0.5), value([1, 2, 3, 4, 5, 6, 7, 8]), value("theory.spectra.flat")
    ('0.5', '[1, 2, 3, … 8]', 'flat')
    """
    if isinstance(x, bool) or x is None:
        return str(x)
    if isinstance(x, int | float):
        return str(x) if isinstance(x, int) else number(x, 6)
    if isinstance(x, list):
        shown = [value(v) for v in (x if len(x) <= 5 else [*x[:3], x[-1]])]
        return "[" + (", ".join(shown) if len(x) <= 5 else ", ".join(shown[:-1]) + ", … " + shown[-1]) + "]"
    text = x if isinstance(x, str) else json.dumps(x)
    short = text.rsplit(".", 1)[-1] if text.count(".") > 1 else text
    return short if len(short) <= 40 else short[:37] + "…"
