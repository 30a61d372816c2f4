"""The smallest error that is printed, planted in every row of a real topic, is caught there."""

import dataclasses
import functools

import numpy as np
import pytest

from claims import Bound, Decoy, Order, load_claims
from lab import verify
from lab.plan import families
from lab.run.naming import cell_key, predictions

SHARE = 1.001


def wrong(claim, errors, labels, sign, **cell):
    """Each prediction times (1 + e)^sign with the e of its own row; a zero is shifted."""
    found = {}
    for name, value in predictions(claim.predict(**cell), getattr(claim.kind, "pooled", False)).items():
        if hasattr(value, "cdf"):
            continue
        error, exact = SHARE * errors[claim.slug, labels[cell_key(cell)], name], np.asarray(value)
        shift = 0.0 if exact.any() else sign * error * claim.scale(name)
        found[name] = exact * (1 + error) ** sign + shift
    return found


@pytest.mark.slow
@pytest.mark.parametrize("topic", ["catastrophic_forgetting", "gradient_reconstruction"])
def test_the_smallest_error_is_caught_in_every_row(topic, tmp_path):
    claims = load_claims(topic)
    table = verify(claims, store=tmp_path)
    own = table[table.decoy.isna() & (table.verdict == "agrees") & (table.kind != "Law")]
    assert ((own.smallest_error > 0) & np.isfinite(own.smallest_error)).all()
    errors = {(row.claim, row.cell, row.quantity): row.smallest_error for row in own.itertuples()}
    false = []
    for claim in claims:
        if claim.slug not in set(own.claim):
            continue
        labels = {cell_key(cell): family.label for family in families(claim, "quick") for cell in family.cells}
        decoys = (
            Decoy(name, "the smallest error", functools.partial(wrong, claim, errors, labels, sign))
            for name, sign in (("times", 1), ("divided", -1))
        )
        false.append(dataclasses.replace(claim, decoys=tuple(decoys)))
    judged = verify(false, store=tmp_path, jobs=1)
    judged = judged[judged.decoy.notna()]
    caught = {(row.claim, row.cell, row.quantity, row.decoy): row.verdict == "disagrees" for row in judged.itertuples()}
    one_sided = {claim.slug for claim in claims if isinstance(claim.kind, Bound | Order)}
    for row, error in errors.items():
        found = [caught[(*row, decoy)] for decoy in ("times", "divided")]
        # A bound, and a margin, see what tightens them; beyond 1e9 nothing is claimed to be seen.
        assert error >= 1e9 or (any(found) if row[0] in one_sided else all(found)), (row, error, found)
