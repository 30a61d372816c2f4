"""What must agree: one module per topic, each a short list of declarations."""

from __future__ import annotations

import importlib
import pkgutil

from claims.agreement import (
    Bound,
    Bounded,
    Exact,
    Heavy,
    Identity,
    Law,
    Limit,
    Mean,
    Moments,
    Observation,
    Order,
    Probability,
    Rate,
)
from claims.claim import Claim, Decoy, Grid, Source
from claims.instance import cells, declared_in, instance

__all__ = [
    "Bound", "Bounded", "Claim", "Decoy", "Exact", "Grid", "Heavy", "Identity", "Law", "Limit", "Mean", "Moments",
    "Observation", "Order", "Probability", "Rate", "Source", "cells", "declared_in", "instance", "load_claims",
    "topics",
]  # fmt: skip

_SHAPE = {"agreement", "claim", "instance"}


def topics() -> tuple[str, ...]:
    """The names of all topics, in alphabetical order."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _SHAPE))


def load_claims(topic: str | None = None) -> tuple[Claim, ...]:
    """Return the claims of one topic, or of all topics.

    Raises ValueError if there is no such topic.

    >>> load_claims("double_descent")[0].slug
    'isotropic-min-norm-risk'
    """
    known = topics()
    if topic is not None and topic not in known:
        raise ValueError(f"topic = {topic!r}: must be one of {', '.join(known)}")
    chosen = known if topic is None else (topic,)
    return tuple(claim for name in chosen for claim in importlib.import_module(f"claims.{name}").CLAIMS)
