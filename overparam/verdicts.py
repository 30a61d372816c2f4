"""The rule by which verdicts are given, in words: for `overparam verify --help`, the report and the README."""

from __future__ import annotations

import textwrap

RULES = (
    (
        "rows",
        "A claim has one row a quantity and cell. In each, theory predicts a number and I is an interval for "
        "(simulation - theory)/scale, where scale is |theory|, or a natural scale that the claim names where theory is "
        "0. The allowance a is what the theorem itself concedes at that size (0 for exact claims), the resolution r "
        "how finely the run must see. Both are fixed before anything runs.",
    ),
    ("disagrees", "I lies outside [-a, a]."),
    ("agrees", "I meets [-a, a] and its half-width is at most r."),
    (
        "undecided",
        "Otherwise, and whenever the run did not do what it says: a certificate failed, a draw is not a number, a "
        "sample has no spread or more skewness than declared, the fit of a Limit is bad, the code raised. It says why "
        "and what would do. It is never a pass.",
    ),
    (
        "level",
        "Every row that can raise an alarm by chance has the fixed level 2.5e-7: one false-alarm budget of 1e-3 for "
        "the whole suite, over 4,000 such rows at most. A Limit, extrapolated over at least three sizes, spends half "
        "of it on the value and a quarter each on the misfit of its fit and on its order; either of the two leaves it "
        "undecided.",
    ),
    (
        "every draw",
        "An Identity, and a Bound on every draw, have no level: an Identity disagrees if some draw is off by more than "
        "its tolerance, such a Bound if some draw lies beyond it by more than allowance and tolerance. Deterministic "
        "families (one trial a size) have none either.",
    ),
    (
        "one-sided",
        "A Bound in the mean disagrees if I lies beyond the bound and its allowance. An Order agrees if I lies above "
        "the margin that theory predicts and disagrees if it lies below.",
    ),
    (
        "trials",
        "A pilot's spread and the resolution set the number of trials, never the answer; a row is judged on the first "
        "blocks that its own plan asked for, whatever else is stored. Nothing is retried, reseeded or loosened.",
    ),
    (
        "certificates",
        "An iterative simulation returns a number a trial (a duality gap, a residual) that must be at most the claim's "
        "limit. One trial that fails leaves the rows of its cell undecided and its decoys not judged.",
    ),
    (
        "smallest error seen",
        "With I = [l, h]: max((a + h)/(1 - a), (a - l)/(1 + l)). Neither the prediction times one plus that number "
        "nor the prediction divided by it would have agreed. Where theory is 0 it is max(a + h, a - l), in units of "
        "the scale. For an Identity a is the tolerance and l, h are the extreme draws; for an upper bound the "
        "prediction is divided, for a lower one multiplied.",
    ),
    (
        "loose",
        "A bound of which the run would not see an error of 5 % is loose, by the factor printed, and counted apart "
        "from bounds that are attained.",
    ),
    (
        "decoys",
        "Nearby wrong formulas, judged on the same data. A decoy is rejected when one of its rows disagrees; a claim "
        "with a decoy that is not rejected fails.",
    ),
    (
        "observed",
        "An Observation shows a number with its 95 % interval beside a prediction that no theorem makes at that size: "
        "no verdict, no decoy, never counted as agreement.",
    ),
)


def help_text() -> str:
    """The rules for a terminal."""
    fill = {"width": 118, "subsequent_indent": "  ", "break_on_hyphens": False}
    return "\n".join(textwrap.fill(f"{name}: {text}", **fill) for name, text in RULES)  # type: ignore[arg-type]


def markdown() -> str:
    """The rules as the README shows them."""
    fill = {"width": 120, "subsequent_indent": "  ", "break_on_hyphens": False, "break_long_words": False}
    return "\n".join(textwrap.fill(f"- **{name}**: {text}", **fill) for name, text in RULES)  # type: ignore[arg-type]
