"""Fluent's settings load as they are, and every mistake is told with file, line and field."""

import json
from pathlib import Path
from typing import Any

import pytest

from configuration import ConfigurationError, load, load_machine
from configuration.mappings import SETTINGS, lint_mappings, load_mappings
from domain.mapping_lint import USUAL_FLOWS
from domain.status_mapping import Kind, Mapped

CONFIG = Path(__file__).parents[2] / "config"
ORDER, PAYMENT, SHIPMENT = SETTINGS.values()
FALL = "orderState falls from Confirmed (BOOKED) to Open, which is never done: a confirmed order is not opened again"
BODY = {"fluent": {"RECEIVED": "Open", "BOOKED": "Confirmed", "CANCELLED": "cancelled"}}


def put(folder: Path, name: str, content: Any) -> Path:
    """A file of the folder's mappings: text as it is, anything else as JSON."""
    (folder / "mappings").mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, indent=2)
    (folder / "mappings" / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    """What is wrong, each with file, line and field; the folder is left out."""
    with pytest.raises(ConfigurationError) as raised:
        load_mappings(folder, load_machine(CONFIG / "states.yaml"))
    return [str(problem).removeprefix(f"{folder / 'mappings'}/") for problem in raised.value.problems]


def test_the_shipped_documents_are_complete() -> None:
    """Nothing wrong and no finding; every status of Fluent's usual flows is known to all three maps."""
    mappings, problems = lint_mappings(CONFIG, load_machine(CONFIG / "states.yaml"))
    assert problems == ()
    fluent = mappings.of("fluent")
    aside = {"ESCALATED", "REJECTED", "SYSTEM_REJECTED", "EXPIRED", "LODGED", "CANCELLED"}
    statuses = {status for flow in USUAL_FLOWS["fluent"] for status in flow} | aside
    assert not [
        (kind, status) for kind in Kind for status in statuses if status.casefold() not in fluent.of(kind)
    ]
    assert fluent.mapped_alike("PENDING_PAYMENT") == Mapped(
        order="Open", payment="Pending", shipment="Pending"
    )
    assert fluent.mapped_alike("CANCELLED") == Mapped(order="Cancelled", shipment="Canceled")
    assert fluent.mapped_alike("COMPLETE") == Mapped(order="Complete", shipment="Delivered")


def test_no_folder_is_no_maps(tmp_path: Path) -> None:
    """They are optional: every status is unmapped then."""
    assert load_mappings(tmp_path).of("fluent").is_empty


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("prefix", ["commercetools", "commerce-tools"])
def test_both_spellings_of_the_prefix_load(tmp_path: Path, prefix: str, kind: Kind) -> None:
    """For each of the three."""
    name = SETTINGS[kind].replace("commerce-tools", "commercetools").replace("commercetools", prefix)
    put(tmp_path, name, {"fluent": {"CREATED": "PENDING" if kind is not Kind.ORDER else "OPEN"}})
    found = load_mappings(tmp_path).of("fluent")
    assert found.find(kind, "created") == ("Open" if kind is Kind.ORDER else "Pending")


@pytest.mark.parametrize(
    "content",
    [
        {"name": ORDER, "value": BODY},
        {"name": ORDER, "value": json.dumps(BODY)},
        {"name": ORDER, "value": json.dumps(BODY, indent="\t")},
        {"name": ORDER, "valueType": "JSON", "value": None, "lobValue": BODY, "context": "RETAILER", "contextId": 1},
        {"id": "7", "name": ORDER.replace("tools", "-tools"), "lobValue": json.dumps(BODY)},
        BODY,
        json.dumps(BODY, indent="\t"),
        json.dumps(BODY, separators=(",", ":")),
        "\ufeff" + json.dumps(BODY),
    ],
)  # fmt: skip
def test_a_setting_loads_as_it_was_exported(tmp_path: Path, content: Any) -> None:
    """The bare body or the whole setting, its value as text or as object, indented with whatever."""
    found = load_mappings(put(tmp_path, ORDER, content)).of("fluent")
    assert [found.find(Kind.ORDER, status) for status in ("RECEIVED", "booked", "CANCELLED")] == [
        "Open",
        "Confirmed",
        "Cancelled",
    ]


def test_an_exported_setting_may_have_any_file_name(tmp_path: Path) -> None:
    """Its own name says what it is."""
    put(tmp_path, "from-fluent", {"name": PAYMENT, "value": {"fluent": {"DONE": "paid"}}})
    assert load_mappings(tmp_path).of("fluent").find(Kind.PAYMENT, "DONE") == "Paid"


def test_what_fluent_publishes_loads_without_a_finding(tmp_path: Path) -> None:
    """The part of its order map that is public (docs.fluentcommerce.com, order status updates), ESCALATED where it is."""
    published = {
        **dict.fromkeys(("RECEIVED", "PENDING_PAYMENT", "ESCALATED"), "Open"),
        **dict.fromkeys(("BOOKED", "PICK_PACK", "PICK_PACK_CC", "AWAITING_COURIER_COLLECTION"), "Confirmed"),
    }
    put(tmp_path, ORDER, {"fluent": published})
    mappings, problems = lint_mappings(tmp_path, load_machine(CONFIG / "states.yaml"))
    assert problems == ()
    assert {status: mappings.of("fluent").find(Kind.ORDER, status) for status in published} == published


def test_each_provider_has_its_own_map(tmp_path: Path) -> None:
    """Other providers stand beside Fluent in the same documents."""
    found = load_mappings(put(tmp_path, SHIPMENT, {"fluent": {"A": "Ready"}, "acme": {"A": "Shipped"}}))
    assert [found.of(provider).find(Kind.SHIPMENT, "A") for provider in ("fluent", "acme")] == [
        "Ready",
        "Shipped",
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{\n  "fluent": {\n    "A": "Open",\n    "B": "Canceled"\n  }\n}',
         ["4: fluent.B: orderState has no 'Canceled'; write 'Cancelled', with two l"]),
        ('{\n  "fluent": {\n    "A": "Shipped",\n    "B": 3\n  }\n}',
         ["3: fluent.A: orderState has no 'Shipped'; it has Open, Confirmed, Complete, Cancelled",
          "4: fluent.B: a target is a text, or null where the status means nothing for orderState"]),
        ('{\n\t"fluent": {\n\t\t"A": "Open",\n\t\t"A": "Complete"\n\t}\n}',
         ["4: A: given twice, first in line 3"]),
        ('{\n  "fluent": {\n    "a": "Open",\n    "A": "Complete"\n  }\n}',
         ["4: fluent.A: 'a' is the same status, and means Open and not Complete"]),
        ('{\n  "fluent": {\n    "A": "Open",\n  }\n}',
         ["4: no JSON: Expecting property name enclosed in double quotes"]),
        ("fluent: {A: Open}", ["1: no JSON: Expecting value"]),
        ('["A"]', ['1: maps are by provider, such as {"fluent": {"RECEIVED": "Open"}}']),
        ("{}", ['1: maps are by provider, such as {"fluent": {"RECEIVED": "Open"}}']),
        ('{"fluent": "RECEIVED"}', ["1: fluent: a map has statuses, each with its target"]),
        ('{"fluent": {" ": "Open"}}', ["1: fluent. : a status has a name"]),
        ('{\n"name": "SETTING"}', [f"1: the setting '{ORDER}' has no value and no lobValue"]),
        ('{\n"name": "SETTING",\n"value": "{\\n\\"fluent\\": {\\n\\"A\\": \\"Opn\\", \\"B\\": null, \\"B\\": null}}"}',
         ["3: B: given twice, first in line 3",
          "3: value.fluent.A: orderState has no 'Opn'; did you mean 'Open'?"]),
        ('{\n"name": "SETTING",\n"value": "{fluent}"}',
         ["3: value: no JSON: Expecting property name enclosed in double quotes"]),
        ('{\n"name": "SETTING",\n"value": {\n"fluent": {\n"A": "Opn"}}}',
         ["5: value.fluent.A: orderState has no 'Opn'; did you mean 'Open'?"]),
    ],
)  # fmt: skip
def test_each_mistake_is_told(tmp_path: Path, text: str, problems: list[str]) -> None:
    """With the line, also within a value that is text, and the field."""
    assert told(put(tmp_path, ORDER, text.replace("SETTING", ORDER))) == [
        f"{ORDER}.json:{problem}" for problem in problems
    ]


def test_a_file_that_is_no_map_is_told(tmp_path: Path) -> None:
    """A mistyped name would otherwise be a map that is not there."""
    put(tmp_path, "fc.connect.commercetools.order.status-mapping", BODY)
    [problem] = told(tmp_path)
    assert "no setting 'fc.connect.commercetools.order.status-mapping' is known here" in problem
    assert ORDER in problem


def test_a_kind_has_one_map(tmp_path: Path) -> None:
    """Both spellings at once would leave it open which counts."""
    put(put(tmp_path, ORDER, BODY), ORDER.replace("tools", "-tools"), BODY)
    assert told(tmp_path) == [
        f"{ORDER}.json: {ORDER.replace('tools', '-tools')}.json is the order map already"
    ]


def test_a_map_must_fit_the_declared_machine(tmp_path: Path) -> None:
    """Where the machine never cancels an order in fulfilment, no status may mean Cancelled."""
    states = (CONFIG / "states.yaml").read_text(encoding="utf-8")
    claimed = "    transitions:\n      - Completed\n      - { to: Cancelled, by: operator }\n"
    assert claimed in states
    (tmp_path / "states.yaml").write_text(
        states.replace(claimed, "    transitions: [Completed]\n"), encoding="utf-8"
    )
    put(tmp_path, ORDER, BODY)
    with pytest.raises(ConfigurationError) as raised:
        load_mappings(tmp_path, load_machine(tmp_path / "states.yaml"))
    assert str(raised.value).endswith(
        f"{ORDER}.json:5: fluent.CANCELLED: orderState Cancelled is set with the move from InFulfillment to Cancelled, "
        "which the declared machine does not have"
    )


def test_what_is_allowed_and_cannot_be_meant_is_found(tmp_path: Path) -> None:
    """A fall along the usual flow, and a status of which another map says nothing; both load all the same."""
    put(tmp_path, ORDER, {"fluent": {"BOOKED": "Confirmed", "PICK_PACK": "Open"}})
    put(tmp_path, SHIPMENT, {"fluent": {"PICK_PACK": "Ready"}})
    mappings, problems = lint_mappings(tmp_path)
    assert mappings == load_mappings(tmp_path)
    assert [str(problem).removeprefix(f"{tmp_path / 'mappings' / ORDER}.json:") for problem in problems] == [
        f"4: fluent.PICK_PACK: {FALL}",
        "3: fluent.BOOKED: the shipment map does not name BOOKED: give it a target there, or null if it means nothing",
    ]
    put(tmp_path, ORDER, {"fluent": {"PICK_PACK": "Complete"}})
    [at_odds] = lint_mappings(tmp_path)[1]
    assert "fluent.PICK_PACK: it is Complete by this map" in str(at_odds)


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    """As every other file is."""
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / f"{ORDER}.json").write_bytes(b'{"fluent": {"\xff": "Open"}}')
    assert told(tmp_path) == [f"{ORDER}.json:1: not a text file in UTF-8"]


def test_the_whole_configuration_has_the_maps(tmp_path: Path) -> None:
    """What is wrong in a map is wrong in the folder; the shipped folder has maps and reasons."""
    shipped = load(CONFIG)
    assert shipped.mappings == load_mappings(CONFIG)
    assert shipped.reasons.cancellations
    for name in ("states", "policy", "directory"):
        (tmp_path / f"{name}.yaml").write_bytes((CONFIG / f"{name}.yaml").read_bytes())
    assert load(tmp_path).mappings.of("fluent").is_empty
    put(tmp_path, ORDER, '{"fluent": {"A": "Opn"}}')
    with pytest.raises(ConfigurationError, match=r"fluent\.A: orderState has no 'Opn'"):
        load(tmp_path)
