"""Pictures of a user's own claims for the report: each quantity against the parameter that varies most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from claims import Claim
from lab.run.files import replace
from overparam.typeset import plain

FOLDER = "own"
"""Beside the folders of the topics' figures."""


def draw(claims: Sequence[Claim], table: pd.DataFrame, figures: Path) -> None:
    """Draw each claim of which every row has a number, with the manifest by which the report finds them."""
    from figures.files import save
    from figures.own import plot

    listed = []
    for number, claim in enumerate(claims, 1):
        own = table[(table.claim == claim.slug) & table.decoy.isna()]
        if own.empty or not np.isfinite(own[["theory", "mean", "low", "high"]].to_numpy(dtype=float)).all():
            continue
        try:
            figure = plot(table, claim.slug)
        except ValueError:  # nothing numeric to draw it against
            continue
        name = f"claim-{number}"  # a slug of one's own need not be a file's name
        save(figure, figures / FOLDER, name)
        listed.append({"name": name, "title": plain(claim.title), "claims": [claim.slug]})
    if listed:
        replace(figures / FOLDER / "manifest.json", json.dumps(listed, indent=1) + "\n")
