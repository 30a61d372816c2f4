"""Failures that are the user's or the machine's to mend: the message says what to do."""

from __future__ import annotations


class Foreseeable(RuntimeError):
    """A failure whose message, one paragraph, is all that the user should see."""
