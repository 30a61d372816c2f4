"""The README's table counts what is judged."""

from lab.summary import Summary
from paper.readme import brief

AGREED = Summary("a_topic", "one", "Mean", "agrees", 1.0, 0.02, 0.03, 2, 2, float("nan"), float("nan"), 512, 3.0, "")
MISSED = AGREED._replace(claim="two", verdict="undecided", rejected=0, decoys=1)
OBSERVED = AGREED._replace(claim="three", kind="Observation", verdict="observed", decoys=0, rejected=0)


def test_an_observation_counts_neither_way():
    said = brief([AGREED, MISSED, OBSERVED], 0, "quick")
    assert "| a topic | 1 of 2 | 2 of 3 | 2 % | 9 |" in said
    assert "1 of 2 claims agree with every decoy rejected; 1 observation beside them." in said
