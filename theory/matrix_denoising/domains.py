"""Domains that the topic shares: the aspect ratio of a matrix that is not tall."""

from __future__ import annotations

from typing import Annotated

from theory.domain import Floats, In

Aspect = Annotated[float, In(0.0, 1.0, open_low=True)]
Aspects = Annotated[Floats, In(0.0, 1.0, open_low=True)]
