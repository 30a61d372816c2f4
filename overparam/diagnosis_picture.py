"""The picture of a diagnosis: one panel a finding."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.diagnosis import Diagnosis


def draw(found: Diagnosis) -> Any:
    """One panel a finding: spectrum, test error against ridge, collapse metrics, singular values of the gradient."""
    from figures import style

    panels = [
        (draw_panel, title)
        for draw_panel, title, there in (
            (_spectrum, "Spectrum", found.eigenvalues),
            (_curve, "Test error against ridge", found.curve),
            (_metrics, "Neural collapse", found.metrics),
            (_singular, "Singular values of the gradient", found.singular_values),
        )
        if there is not None
    ]
    width = max(style.COLUMN, style.PAGE * len(panels) / 3)
    figure, axes = style.new(1, len(panels), width=width, squeeze=False)
    for ax, (draw_panel, title), letter in zip(axes[0], panels, "abcd", strict=False):
        draw_panel(ax, found)
        style.panel(ax, letter, title)
    return figure


def _spectrum(ax: Any, found: Diagnosis) -> None:
    assert found.eigenvalues is not None
    ax.loglog(np.arange(1, found.eigenvalues.size + 1), found.eigenvalues, ".", markersize=3)
    ax.set(xlabel="index", ylabel="eigenvalue")


def _curve(ax: Any, found: Diagnosis) -> None:
    from figures import style

    assert found.curve is not None
    c = found.curve
    ax.fill_between(c["lam"], c["low"], c["high"], color=style.COLOURS[0], alpha=0.2, linewidth=0)
    ax.plot(c["lam"], c["test_error"], color=style.COLOURS[0], label="leave-one-out, 95 %")
    ax.plot(c["lam"], c["gcv"], color=style.COLOURS[1], linestyle=":", label="GCV")
    ax.set(xscale="log", yscale="log", xlabel="ridge", ylabel="test error")
    ax.legend()


def _metrics(ax: Any, found: Diagnosis) -> None:
    assert found.metrics is not None
    shown = {name: value for name, value in found.metrics.items() if name in ("nc1", "nc2", "nc3", "nc4")}
    ax.bar([name.upper() for name in shown], list(shown.values()), width=0.6)
    for i, value in enumerate(shown.values()):
        ax.annotate(f"{value:.3g}", (i, value), ha="center", va="bottom", fontsize=7)
    if np.isfinite(found.unstructured):
        ax.hlines(found.unstructured, -0.4, 0.4, color="black", linestyle="--", linewidth=1)
        ax.annotate("no classes", (0.45, found.unstructured), va="center", fontsize=7)
    ax.set(ylabel="measured (0: collapsed)")


def _singular(ax: Any, found: Diagnosis) -> None:
    assert found.singular_values is not None
    s = np.maximum(found.singular_values, 1e-17 * found.singular_values[0])
    ax.semilogy(np.arange(1, s.size + 1), s, "o", markersize=3)
    ax.set(xlabel="index", ylabel="singular value")
