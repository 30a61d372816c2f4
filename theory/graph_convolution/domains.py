"""Domains that the topic shares, wide enough for any graph and narrow enough for the fixed point."""

from __future__ import annotations

from typing import Annotated

from theory.domain import In

Ratio = Annotated[float, In(1e-3, 1e3)]
Labelled = Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)]
Signed = Annotated[float, In(-1e3, 1e3)]
Strength = Annotated[float, In(0.0, 1e3)]
