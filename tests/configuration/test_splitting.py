"""What is wrong or cannot be meant in routing.yaml is told with file, line and field."""

from pathlib import Path

import pytest

from configuration import ConfigurationError, lint_splitting, load_splitting
from domain.splitting import EVERYTHING

CONFIG = Path(__file__).parents[2] / "config"
RULES = """\
supplierField: supplier
rules:
  - rule: berlin
    when: { country: [DE, AT], supplyChannel: berlin }
    provider: fluent
    location: loc-berlin
  - rule: acme
    when:
      supplier: acme
      currency: [EUR, CHF]
    provider: webhook
    perAddress: true
  - rule: rest
    provider: custom-object
"""


def _written(folder: Path, text: str) -> Path:
    (folder / "routing.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_file_and_no_file_say_the_same(tmp_path: Path) -> None:
    """Everything goes to one custom object, and nothing in the shipped file cannot be meant."""
    assert load_splitting(tmp_path) == EVERYTHING
    assert lint_splitting(tmp_path) == (EVERYTHING, ())
    assert lint_splitting(CONFIG, {"custom-object"}) == (EVERYTHING, ())


def test_the_commented_example_in_the_shipped_file_is_right(tmp_path: Path) -> None:
    """With its comment signs taken away it loads, and asks for what it shows."""
    text = (CONFIG / "routing.yaml").read_text(encoding="utf-8").replace("#| ", "")
    rules, problems = lint_splitting(_written(tmp_path, text), {"custom-object", "fluent"})
    assert (problems, rules.supplier_field) == ((), "supplier")
    assert [rule.rule for rule in rules.rules] == ["berlin", "everything"]
    assert rules.rules[0].when.country == ("DE", "AT")
    assert rules.rules[0].per_address


def test_one_value_may_stand_without_a_list(tmp_path: Path) -> None:
    """As text or as a list of one it is the same."""
    rules = load_splitting(_written(tmp_path, RULES))
    assert rules.rules[0].when.supply_channel == ("berlin",)
    listed = RULES.replace("supplyChannel: berlin", "supplyChannel: [berlin]")
    assert rules.digest == load_splitting(_written(tmp_path, listed)).digest
    assert rules.digest != EVERYTHING.digest


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("rule: rest", "rule: acme", "13: rules[2].rule: 'acme' is declared twice, first in line 7"),
        ("[DE, AT]", "[DE, Austria]", "4: rules[0].when.country[1]: String should match pattern"),
        ("[DE, AT]", "[]", "4: rules[0].when.country: Value should have at least 1 item"),
        ("[EUR, CHF]", "euro", "10: rules[1].when.currency[0]: String should match pattern"),
        ("country: [DE, AT]", "contry: DE", "4: rules[0].when.contry: no such key"),
        ("    provider: fluent\n", "", "3: rules[0].provider: is missing"),
        ("provider: custom-object", "provider: ''", "14: rules[2].provider: must not be empty"),
        ("perAddress: true", "perAddress: maybe", "12: rules[1].perAddress: Input should be a valid boolean"),
        ("supplierField: supplier\n", "", "1: a rule asks for the supplier: name the field that says it"),
        (RULES, "rules: []", "1: rules: needs at least 1 entry"),
    ],
)
def test_a_mistake_is_told_where_it_is(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """With the file, the line and the field."""
    assert RULES.count(before) == 1, before
    with pytest.raises(ConfigurationError) as refused:
        load_splitting(_written(tmp_path, RULES.replace(before, after)))
    problems = [
        str(one).removeprefix(f"{tmp_path / 'routing.yaml'}:").strip() for one in refused.value.problems
    ]
    assert any(problem.startswith(wanted) for problem in problems), problems


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", "", []),
        ("provider: webhook", "provider: fluentt",
         ["11: rules[1].provider: no provider 'fluentt' is configured; did you mean 'fluent'?"]),
        ("  - rule: berlin", "  - rule: first\n    provider: fluent\n  - rule: berlin",
         ["5: rules[1]: no line reaches berlin: what it would take goes to first before",
          "9: rules[2]: no line reaches acme: what it would take goes to first before",
          "15: rules[3]: no line reaches rest: what it would take goes to first before"]),
        ("  - rule: rest", "  - { rule: vienna, when: { country: AT, supplyChannel: berlin, store: a }, provider: fluent }\n  - rule: rest",
         ["13: rules[2]: no line reaches vienna: what it would take goes to berlin before"]),
        ("  - rule: rest", "  - { rule: b, when: { store: [a] }, provider: fluent }\n  - { rule: c, when: { store: c }, provider: fluent }\n  - { rule: d, when: { store: [a, c], country: FR }, provider: fluent }\n  - rule: rest",
         ["15: rules[4]: no line reaches d: what it would take goes to b, c before"]),
        ("  - rule: rest", "  - { rule: b, when: { store: [a] }, provider: fluent }\n  - { rule: d, when: { store: [a, c] }, provider: fluent }\n  - rule: rest", []),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_found(tmp_path: Path, before: str, after: str, wanted: list[str]) -> None:
    """Rules that nothing reaches, alone or together with others, and providers that nobody has."""
    folder = _written(tmp_path, RULES.replace(before, after, 1))
    _, problems = lint_splitting(folder, {"fluent", "webhook", "custom-object"})
    assert [str(one).removeprefix(f"{tmp_path / 'routing.yaml'}:") for one in problems] == wanted
