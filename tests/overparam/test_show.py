"""The text of one claim says what is declared, in words."""

from claims import load_claims
from overparam.show import describe


def test_every_claim_says_its_kind_in_words(tmp_path):
    for claim in load_claims():
        said = describe(claim, str(tmp_path))
        line = next(line for line in said.splitlines() if line.startswith("kind"))
        assert line.startswith(f"kind      {type(claim.kind).__name__}: ")
        assert "(" not in line.split(", because")[0]
        assert " at 0x" not in said
