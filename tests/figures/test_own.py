"""A figure of a claim of one's own, from the table of verify."""

import pytest

from figures import own
from lab import verify
from tests.lab import synthetic


@pytest.fixture(scope="module")
def table():
    return verify(synthetic.ALL, jobs=1)


@pytest.mark.parametrize("slug", [claim.slug for claim in synthetic.ALL])
def test_every_kind_of_claim_has_a_figure(table, slug, tmp_path):
    figure = own.plot(table, slug)
    figure.savefig(tmp_path / "own.png")
    quantities = list(table[(table.claim == slug) & table.decoy.isna()].quantity.unique())
    assert [ax.get_title(loc="left") for ax in figure.axes][: len(quantities)] == quantities


def test_names_that_the_table_does_not_hold(table):
    with pytest.raises(ValueError, match="claim = 'nonsense': must be one of the table's"):
        own.plot(table, "nonsense")
    with pytest.raises(ValueError, match="x = 'nonsense': must be one of"):
        own.plot(table, table.claim.iloc[0], x="nonsense")
