"""`mappings/reasons.yaml`: read whole, and every mistake told with file, line and field."""

from pathlib import Path

import pytest

from configuration import ConfigurationError
from configuration.reasons import lint_reasons, load_reasons
from domain.reasons import Reasons, Subject

CONFIG = Path(__file__).parents[2] / "config"
NOT_AMONG = "is not among inwards, so the answer would not be understood when it comes back"
REASONS = """\
cancellations:
  - code: outOfStock
    name: { en: Out of stock }
    providers:
      acme: { inwards: [NO_STOCK, SHORT], outwards: NO_STOCK }
  - code: other
    name: { en: Other }
    providers:
      acme: { inwards: [MISC], outwards: MISC }
"""


def put(folder: Path, text: str) -> Path:
    """The folder with that file in it."""
    (folder / "mappings").mkdir()
    (folder / "mappings" / "reasons.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_file_is_whole() -> None:
    """Nothing wrong, no finding; each code is told to Fluent and comes back as the same; Fluent's own example is known."""
    reasons, problems = lint_reasons(CONFIG)
    assert problems == ()
    for subject in Subject:
        assert len(reasons.of(subject)) >= 7
        for one in reasons.of(subject):
            answer = reasons.theirs(subject, "fluent", one.code)
            assert isinstance(answer, str)
            assert reasons.ours(subject, "fluent", answer) == one.code
            assert reasons.ours(subject, "custom-object", one.code) == one.code
    example = ("WRONGSIZE", "BROKEN", "WRONG_DESCRIPTION", "CHANGE_MIND")
    assert [reasons.ours(Subject.RETURN, "fluent", code) for code in example] == [
        "wrongSize",
        "damaged",
        "notAsDescribed",
        "changedMind",
    ]


def test_no_file_is_no_reasons(tmp_path: Path) -> None:
    """It is optional."""
    assert load_reasons(tmp_path) == Reasons()
    assert lint_reasons(tmp_path) == (Reasons(), ())


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("[MISC]", "[MISC, short]", "9: cancellations[1].providers.acme.inwards[1]: 'short' of acme means outOfStock already"),
        ("outwards: MISC", "outwards: MIS",
         f"9: cancellations[1].providers.acme.outwards: 'MIS' {NOT_AMONG}"),
        ("code: other", "code: outofstock",
         "6: cancellations[1].code: 'outofstock' is declared twice; case does not count"),
        ("code: other", "code: an-other", "6: cancellations[1].code: String should match pattern '^[A-Za-z][A-Za-z0-9]{1,63}$'"),
        ("    name: { en: Other }\n", "", "6: cancellations[1].name: is missing"),
        ("outwards: MISC", "outward: MISC", "9: cancellations[1].providers.acme.outward: no such key"),
        ("cancellations:", "cancelations:", "1: cancelations: no such key"),
    ],
)  # fmt: skip
def test_each_mistake_is_told(tmp_path: Path, before: str, after: str, problem: str) -> None:
    """With line and field."""
    assert before in REASONS
    put(tmp_path, REASONS.replace(before, after))
    with pytest.raises(ConfigurationError) as raised:
        load_reasons(tmp_path)
    assert str(raised.value) == f"{tmp_path / 'mappings' / 'reasons.yaml'}:{problem}"


def test_a_reason_without_an_answer_is_found(tmp_path: Path) -> None:
    """It loads, and is told to whoever lints."""
    put(tmp_path, REASONS.replace(", outwards: MISC", ""))
    _, (problem,) = lint_reasons(tmp_path)
    assert (problem.line, problem.field) == (9, "cancellations[1].providers.acme.outwards")
    assert problem.message == "'acme' has no word for other: telling it would be parked"
