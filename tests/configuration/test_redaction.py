"""redaction.yaml: what the integration log withholds."""

from pathlib import Path

import pytest

from configuration.document import ConfigurationError
from configuration.redaction import load_redaction
from domain.redaction import RedactionRules
from settings import SHIPPED_CONFIG


def test_the_shipped_file_says_what_holds_without_it(tmp_path: Path) -> None:
    """Taking it away changes nothing, and reading it shows all there is."""
    assert load_redaction(SHIPPED_CONFIG) == load_redaction(tmp_path) == RedactionRules()


def test_a_list_that_is_left_out_is_the_shipped_one(tmp_path: Path) -> None:
    """A file with one list changes that one only."""
    (tmp_path / "redaction.yaml").write_text("paths: [data.custom.costCentre]\n", encoding="utf-8")
    assert load_redaction(tmp_path) == RedactionRules(paths=("data.custom.costCentre",))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("secrets: [a]\n", ":1: secrets: no such key"),
        ("withheld:\n  - city\n  - city\n", ":3: withheld[1]: 'city' is declared twice, first in line 2"),
        ("within:\n  - '--'\n", ":2: within[0]: '--' is the name of no field"),
        ("shown: [cvv]\n", ":1: shown[0]: 'cvv' is a secret, which is never shown"),
        ("withheld: city\n", ":1: withheld: "),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, written: str, said: str) -> None:
    """A file that cannot be followed is refused, so that nobody believes it is."""
    (tmp_path / "redaction.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_redaction(tmp_path)
    assert said in str(refused.value)
