"""docs/fulfilment.md: its tables are what is computed, its examples are loaded and run, its names are those of the code."""

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from activities.inbound_handlers import GROUP as HANDLERS
from activities.inbound_handlers import Context, Handler, Handlers
from clients.provider_webhook import WebhookProvider
from clients.providers import GROUP as PROVIDERS
from configuration import lint_splitting, load_splitting
from configuration.mappings import SETTINGS
from configuration.providers import load_provider_options
from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus, ShippedItem
from domain.inbound import Handled, ParkReason, Received
from domain.provider_answers import Refused
from domain.provider_stages import STAGE_OF
from domain.splitting import SplitWhen, split
from domain.status_mapping import StatusMaps
from sandbox.app import create_app
from settings import SHIPPED_CONFIG
from starter.signatures import LEGACY, STRONG
from tests.docs.fulfilment import effect, order, parts
from tests.docs.markdown import ROOT, block, blocks
from tests.domain.cast import MONDAY

PAGE = "fulfilment.md"
TEXT = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXAMPLES = range(1, 4)
CANCEL = frozenset({"cancel"})


def tables(section: str) -> list[list[list[str]]]:
    """The tables of a section, each with its rows below the head; cells as they are written."""
    found: list[list[list[str]]] = []
    lines = TEXT.split(f"\n## {section}\n")[1].split("\n## ")[0].splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in line.removesuffix("|").split("|")[1:]])
    return [table[2:] for table in found]


def routing(n: int) -> list[list[str]]:
    """The table of a routing example."""
    return tables("Who fulfils what")[n - 1]


EFFECTS = [row for table in tables("What an event does") for row in table]


@pytest.mark.parametrize("row", EFFECTS, ids=[row[0] for row in EFFECTS])
def test_an_event_does_what_the_table_says(row: list[str]) -> None:
    """From the logistic order to the alarm."""
    assert effect(row[0]) == row[1:]


def test_every_status_is_there_in_part_and_whole() -> None:
    """`created` is of the whole alone: there is nothing before it that a part could have been in."""
    shown = [row[0].strip("`").rpartition(" then ")[2] for row in tables("What an event does")[0]]
    whole = {written.split(" ")[0] for written in shown if "pumps" not in written}
    partial = {written.split(" ")[0] for written in shown if "pumps" in written}
    assert whole == {status.value for status in FulfillmentStatus}
    assert partial == whole - {"created"}


def test_every_field_of_an_event_is_told() -> None:
    """By its name on the wire."""
    names = {str(field.alias) for field in FulfillmentEvent.model_fields.values()}
    section = TEXT.split("\n## What an event does\n")[1].split("\n|")[0]
    assert names <= set(re.findall(r"\w+", section))


@pytest.mark.parametrize(
    ("n", "row"),
    [(n, row) for n in EXAMPLES for row in routing(n)],
    ids=[f"{n}-{k}" for n in EXAMPLES for k, _ in enumerate(routing(n))],
)
def test_an_order_is_split_as_the_table_says(n: int, row: list[str], tmp_path: Path) -> None:
    """Who gets what, from where, and what is held."""
    (tmp_path / "routing.yaml").write_text(block(PAGE, "yaml", f"routing-{n}"), encoding="utf-8")
    content, facts = order(row[0])
    assert parts(split(content, load_splitting(tmp_path), facts)) == row[1]
    assert lint_splitting(tmp_path, PROJECT["entry-points"][PROVIDERS])[1] == ()


def test_everything_that_a_rule_can_ask_is_told() -> None:
    """And every provider that there is."""
    section = TEXT.split("\n## Who fulfils what\n")[1].split("```")[0]
    asked = {str(field.alias) for field in SplitWhen.model_fields.values()}
    assert asked <= set(re.findall(r"`(\w+)`", section))
    (table,) = tables("Providers")
    assert {row[0].strip("`") for row in table} == set(PROJECT["entry-points"][PROVIDERS])


def test_the_rules_of_the_demo_are_the_second_example(tmp_path: Path) -> None:
    """But for the service level."""
    (tmp_path / "routing.yaml").write_text(block(PAGE, "yaml", "routing-2"), encoding="utf-8")
    shown, demo = load_splitting(tmp_path), load_splitting(SHIPPED_CONFIG / "demo")
    assert [rule.model_copy(update={"service_level": None}) for rule in demo.rules] == [*shown.rules]


def test_the_maps_are_named_and_say_how_far_goods_have_come() -> None:
    """Every setting, and every target with its stage."""
    files, targets = tables("Status maps and reasons")
    assert [row[0].strip("`") for row in files] == [f"{name}.json" for name in SETTINGS.values()]
    told = {name: row[1] for row in targets for name in re.findall(r"`(\w+)`", row[0])}
    assert set(told) == set(STAGE_OF)
    for target, stage in STAGE_OF.items():
        assert told[target].startswith(f"`{stage}`" if stage else "nothing"), target


def test_every_header_and_every_message_name_is_told() -> None:
    """As the code has them."""
    headers, _, names = tables("Webhooks")
    written = " ".join(row[1] for row in headers)
    assert {STRONG[0], LEGACY[0], "webhook-id", "webhook-timestamp"} <= set(
        re.findall(r"`([\w.-]+)`", written)
    )
    assert {row[0].strip("`") for row in names} == set(PROJECT["entry-points"][HANDLERS])


def test_every_reason_to_wait_is_told() -> None:
    """In the order of the list."""
    (table,) = tables("What waits for a person")
    assert [row[0].strip("`") for row in table] == [reason.value for reason in ParkReason]


def test_the_providers_file_can_be_read(tmp_path: Path) -> None:
    """By the worker's own reader, and each of them can be built."""
    file = tmp_path / "providers.yaml"
    file.write_text(block(PAGE, "yaml", "providers"), encoding="utf-8")
    options = load_provider_options(file)
    for name, told in options.items():
        adapter = PROJECT["entry-points"][PROVIDERS][told.get("adapter", name)]
        built = EntryPoint(name, adapter, PROVIDERS).load().build(told, _nowhere())
        assert type(built).__name__ == adapter.rpartition(":")[2]


def _nowhere() -> object:
    from clients.providers import Surroundings  # noqa: PLC0415 - no client is needed to build one

    return Surroundings(http=None)  # type: ignore[arg-type]


def handler() -> Handler:
    """The handler of the page, made as it stands there."""
    namespace: dict[str, type[Handler]] = {}
    exec(compile(block(PAGE, "python", "handler"), PAGE, "exec"), namespace)
    (declared,) = tomllib.loads(block(PAGE, "toml", "handler"))["project"]["entry-points"][HANDLERS].values()
    return namespace[declared.rpartition(":")[2]]()


class Owners:
    """Whose a logistic order is: one is known."""

    async def order_of(self, ref: str) -> str | None:
        """The order."""
        return "order-1" if ref == "SO-1-1" else None


async def handled(**said: object) -> Handled:
    """What the page's handler says to a message of the warehouse."""
    attributes = {"logisticOrder": "SO-1-1", "status": "LOADED", "items": {"pumps": 2}, **said}
    message = Received(
        provider="webhook",
        event_id="e1",
        name="acme.shipment.status",
        entity_id="e1",
        entity_ref="order-1",
        entity_type="event",
        attributes=attributes,
        received_at=MONDAY,
    )
    maps = StatusMaps(provider="webhook", shipment={"LOADED": "Shipped", "COUNTED": None})
    return await handler().handle(message, Context(provider="webhook", orders=Owners(), maps=maps))


async def test_the_handler_tells_the_order() -> None:
    """Once, with its quantities and its parcel."""
    (delivery,) = (await handled(parcel="P7")).deliveries
    (event,) = delivery.events
    assert delivery.order_id == "order-1"
    assert (event.status, event.parcel_ref) == (FulfillmentStatus.SHIPPED, "P7")
    assert event.items == (ShippedItem(line_item_id="pumps", quantity=2),)


async def test_the_handler_parks_what_it_does_not_understand() -> None:
    """An unmapped status, an unknown order; and what means nothing is done with."""
    unmapped, unknown = await handled(status="TELEPORTED"), await handled(logisticOrder="SO-9-9")
    assert unmapped.parked is not None
    assert unmapped.parked.reason is ParkReason.UNMAPPED
    assert unknown.parked is not None
    assert unknown.parked.reason is ParkReason.UNKNOWN_ORDER
    assert (await handled(status="COUNTED")).note


def test_the_handler_is_found_by_its_name() -> None:
    """As an entry point."""
    declared = tomllib.loads(block(PAGE, "toml", "handler"))["project"]["entry-points"]
    installed = [EntryPoint(name, value, HANDLERS) for name, value in declared[HANDLERS].items()]
    assert Handlers(installed).names == ("acme.shipment.status",)


def test_every_path_of_the_sandbox_is_there() -> None:
    """With that method."""
    (table,) = tables("Trying it out")
    served = {
        (method, route.path)
        for route in create_app().routes
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    assert len(table) > 5
    assert {tuple(row[0].strip("`").split(" ")) for row in table} <= served


def test_every_example_is_run() -> None:
    """A block that is added to the page must be added to these tests."""
    marks = {(b.language, b.mark) for b in blocks(ROOT / "docs" / PAGE)} - {("text", "")}
    examples = {("yaml", f"routing-{n}") for n in EXAMPLES}
    run = {(language, mark) for mark in ("provider", "handler") for language in ("python", "toml")}
    assert marks == examples | run | {("yaml", "providers"), ("json", "webhook-refusal")}


@pytest.mark.parametrize("status", [409, 422])
async def test_a_receiver_says_that_it_does_not_have_an_order_as_the_page_has_it(status: int) -> None:
    """It is taken for the word by which a cancellation of what was never there is confirmed."""
    refusal = block(PAGE, "json", "webhook-refusal")
    answering = httpx.MockTransport(lambda _: httpx.Response(status, text=refusal))
    async with httpx.AsyncClient(transport=answering) as http:
        receiver = WebhookProvider("https://wms.example/placet", http, secrets=[], operations=CANCEL)
        answer = await receiver.cancel("SO-1-1", [], "changedMind")
    assert answer == Refused(ref="SO-1-1", why="unknownOrder")
