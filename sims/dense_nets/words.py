"""Choices among words, refused with the words that are allowed."""

from __future__ import annotations


def chosen(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return the value if it is among the allowed words."""
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: must be one of {', '.join(map(repr, allowed))}")
    return value
