"""Panels for what measures return: each draws on one axes, by the arrays that a result's `detail` holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from overparam.measures.result import Result


def spectrum(ax: Any, detail: Mapping[str, Any]) -> None:
    """Eigenvalues against their index, both logarithmic; detail: eigenvalues."""
    values = np.asarray(detail["eigenvalues"])
    ax.loglog(np.arange(1, values.size + 1), values, ".", markersize=3)
    ax.set(xlabel="index", ylabel="eigenvalue")


def curve(ax: Any, detail: Mapping[str, Any]) -> None:
    """Test error against the ridge with its interval, GCV dotted; detail: lam, test_error, low, high, gcv."""
    from figures import style

    ax.fill_between(detail["lam"], detail["low"], detail["high"], color=style.COLOURS[0], alpha=0.2, linewidth=0)
    ax.plot(detail["lam"], detail["test_error"], color=style.COLOURS[0], label="leave-one-out, 95 %")
    ax.plot(detail["lam"], detail["gcv"], color=style.COLOURS[1], linestyle=":", label="GCV")
    ax.set(xscale="log", yscale="log", xlabel="ridge", ylabel="test error")
    ax.legend()


def leakage(ax: Any, detail: Mapping[str, Any]) -> None:
    """Singular values of a gradient or a layer, with the edge of noise if known; detail: singular, edge."""
    values = np.asarray(detail["singular"])
    if not values.any():
        return
    ax.semilogy(np.arange(1, values.size + 1), np.maximum(values, 1e-17 * values[0]), "o", markersize=3)
    if detail.get("edge"):
        ax.axhline(detail["edge"], color="black", linestyle="--", linewidth=1)
        ax.annotate("edge of noise", (values.size, detail["edge"]), ha="right", va="bottom", fontsize=7)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set(xlabel="index", ylabel="singular value")


def angles(ax: Any, detail: Mapping[str, Any]) -> None:
    """Principal angles in degrees, over the forgetting each would bring alone; detail: angles, k."""
    from figures import style
    from theory.catastrophic_forgetting import two_task_forgetting

    steps = int(detail.get("k", 2))
    theta = np.linspace(0, math.pi / 2, 200)
    line = [two_task_forgetting(float(t), k=steps) for t in theta]
    seen = np.asarray(detail["angles"])
    ax.plot(np.degrees(theta), line, color=style.COLOURS[0])
    ax.plot(np.degrees(seen), [two_task_forgetting(float(t), k=steps) for t in seen], "o", markersize=4)
    ax.set(xlabel="principal angle (degrees)", ylabel=f"forgetting after {steps} steps")


def epochs(ax: Any, series: Mapping[str, Any]) -> None:
    """Each named quantity against the epoch, logarithmic."""
    drawn = {name: np.asarray(values, dtype=float) for name, values in series.items()}
    for name, values in drawn.items():
        ax.plot(np.arange(1, values.size + 1), np.where(values > 0, values, np.nan), ".-", label=name)
    ax.set(xlabel="epoch", yscale="log")
    ax.legend()


def numbers(ax: Any, results: Sequence[Result]) -> None:
    """Values as dots, their nulls as crosses, their limits as bars: one line a quantity."""
    shown = [r for r in results if np.ndim(r.value) == 0 and math.isfinite(r.value)]
    for place, result in enumerate(shown):
        ax.plot(result.value, place, "o", color="C0", markersize=4)
        if result.low is not None and result.high is not None:
            ax.plot([result.low, result.high], [place, place], color="C0")
        for value, mark in ((result.null, "x"), (result.limit, "|")):
            if value is not None and math.isfinite(value):
                ax.plot(value, place, mark, color="black", markersize=6)
    ax.set(yticks=range(len(shown)), yticklabels=[r.name for r in shown], xlabel="measured; x null, | limit")
    ax.set_xscale("symlog", linthresh=1e-2)
    if all(x >= 0 for r in shown for x in (r.value, r.null or 0, r.limit or 0)):
        ax.set_xlim(left=-1e-3)
    ax.invert_yaxis()


KINDS = (
    (("eigenvalues",), spectrum),
    (("lam", "test_error"), curve),
    (("singular",), leakage),
    (("angles",), angles),
)
"""Which names in a detail which panel draws."""


def draw(results: Sequence[Result], ax: Any = None) -> Any:
    """Draw what one measure has returned on `ax`, or on a figure of its own, and return the figure.

    >>> from overparam.measures.gradient_reconstruction import gradient_leakage_report
    >>> figure = draw([gradient_leakage_report(np.outer([1.0, 2.0], [1.0, 3.0, 0.5])).rank])
    >>> figure.axes[0].get_ylabel()
    'singular value'
    """
    from figures import style

    if ax is None:
        _, ax = style.new(width=style.COLUMN)
    for result in results:
        for names, panel in KINDS:
            if all(name in result.detail and np.size(result.detail[name]) for name in names):
                panel(ax, result.detail)
                return ax.figure
    numbers(ax, results)
    return ax.figure
