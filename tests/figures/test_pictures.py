"""What every picture of the suite must keep, whatever its topic."""

import inspect
import re

import pytest

from claims import load_claims
from figures import stamps
from figures.draw import pictures
from figures.results import Results, flat

ALL = [(topic, picture) for topic in stamps.topics() for picture in pictures(topic)]


def named(case):
    return f"{case[0]}/{case[1].name}"


@pytest.mark.parametrize("case", ALL, ids=named)
def test_a_picture_shows_claims_of_its_topic_and_declares_cells_that_their_simulations_take(case):
    topic, picture = case
    assert re.fullmatch(r"[a-z0-9_]+", picture.name)
    assert picture.claims
    assert set(picture.claims) <= {claim.slug for claim in load_claims(topic)}
    for need in picture.needs():
        inspect.signature(need.function).bind(**need.cell, trials=need.trials, rng=None)
    assert len(picture.names()) == len(picture.needs())
    assert all(declared.trials > 0 for declared in flat(picture.cells))


@pytest.mark.parametrize("topic", stamps.topics())
def test_names_of_pictures_are_unique(topic):
    names = [picture.name for picture in pictures(topic)]
    assert len(names) == len(set(names))


def test_what_is_not_declared_cannot_be_drawn():
    _, picture = ALL[0]
    declared = next(flat(picture.cells))
    with pytest.raises(ValueError, match=r"picture 'mine' asks for .* which it has not declared"):
        Results("mine", None).samples(declared)
