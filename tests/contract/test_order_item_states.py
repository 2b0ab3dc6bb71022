"""States of line items: quantities move between buckets (section 3.6)."""

from dataclasses import dataclass

import pytest

from tests.contract.drafts import by_key, create_state, custom_item, import_order, line_item, reference
from tests.contract.messages import messages_after
from tests.contract.project import Json, Project, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")


@dataclass(frozen=True)
class Kind:
    """Line items and custom line items have the same actions by other names."""

    items: str
    named: str
    transition: str
    import_states: str
    message: str


KINDS = [
    Kind(
        "customLineItems",
        "customLineItem",
        "transitionCustomLineItemState",
        "importCustomLineItemState",
        "CustomLineItemStateTransition",
    ),
    Kind(
        "lineItems", "lineItem", "transitionLineItemState", "importLineItemState", "LineItemStateTransition"
    ),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.items)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each test runs for either kind of item."""
    assert isinstance(request.param, Kind)
    return request.param


@pytest.fixture(scope="module")
async def packed(project: Project) -> Json:
    """A state for line items from which nothing leads on."""
    return await create_state(project, type="LineItemState", initial=False, transitions=[])


@pytest.fixture(scope="module")
async def picked(project: Project, packed: Json) -> Json:
    """A state for line items that leads to `packed`."""
    return await create_state(project, type="LineItemState", transitions=[reference("state", packed)])


async def order_of(project: Project, kind: Kind, state: Json) -> tuple[Json, Json]:
    """An order with five pieces of one item in a state, and the item."""
    make = line_item if kind.items == "lineItems" else custom_item
    item = make(project, quantity=5, state=[bucket(5, state)])
    fields: Json = {"lineItems": [], "customLineItems": [], kind.items: [item]}
    order = await import_order(project, **fields)
    return order, order[kind.items][0]


def bucket(quantity: int, state: Json) -> Json:
    """So many pieces in a state."""
    return {"quantity": quantity, "state": reference("state", state)}


def move(kind: Kind, item: Json, quantity: int, from_: Json, to: Json) -> Json:
    """The action that moves pieces from one state to another."""
    states = {"fromState": reference("state", from_), "toState": by_key("state", to)}
    return {"action": kind.transition, f"{kind.named}Id": item["id"], "quantity": quantity, **states}


async def test_part_of_a_quantity_moves(project: Project, kind: Kind, picked: Json, packed: Json) -> None:
    """Two of five pieces move, then the rest; the message tells how many, from where and to where."""
    order, item = await order_of(project, kind, picked)
    when = "2026-03-02T08:00:00.000Z"
    changed = await project.update(
        "/orders", order, move(kind, item, 2, picked, packed) | {"actualTransitionDate": when}
    )
    assert sorted(map(str, changed[kind.items][0]["state"])) == sorted(
        map(str, [bucket(3, picked), bucket(2, packed)])
    )
    (message,) = await messages_after(project, order, changed, 1)
    assert (message["type"], message["quantity"], message["transitionDate"]) == (kind.message, 2, when)
    assert message[f"{kind.named}Id"] == item["id"]
    assert message["fromState"] == reference("state", picked)
    assert message["toState"] == reference("state", packed)
    changed = await project.update("/orders", changed, move(kind, item, 3, picked, packed))
    assert changed[kind.items][0]["state"] == [bucket(5, packed)]


async def test_no_more_moves_than_is_there(project: Project, kind: Kind, picked: Json, packed: Json) -> None:
    """Six of five pieces: 400, nothing changes."""
    order, item = await order_of(project, kind, picked)
    assert (await project.attempt("/orders", order, move(kind, item, 6, picked, packed))).status_code == 400
    assert (await project.attempt("/orders", order, move(kind, item, 1, packed, picked))).status_code == 400
    assert await project.read(f"/orders/{order['id']}") == order


async def test_pieces_move_along_the_transitions(
    project: Project, kind: Kind, picked: Json, packed: Json
) -> None:
    """From a state with `transitions: []` nothing moves: InvalidOperation."""
    order, item = await order_of(project, kind, packed)
    refused(
        await project.attempt("/orders", order, move(kind, item, 1, packed, picked)), 400, "InvalidOperation"
    )


async def test_states_are_imported_past_the_transitions(
    project: Project, kind: Kind, picked: Json, packed: Json
) -> None:
    """An import sets the buckets as given, if their sum is the item's quantity, and sends no message."""
    order, item = await order_of(project, kind, packed)
    named = {"action": kind.import_states, f"{kind.named}Id": item["id"]}
    short = named | {"state": [bucket(4, picked)]}
    assert (await project.attempt("/orders", order, short)).status_code == 400
    buckets = [bucket(4, picked), bucket(1, packed)]
    changed = await project.update("/orders", order, named | {"state": buckets})
    assert changed[kind.items][0]["state"] == buckets
    assert await messages_after(project, order, changed, 0) == []


async def test_an_item_that_is_not_there_does_not_move(
    project: Project, kind: Kind, picked: Json, packed: Json
) -> None:
    """An unknown item: 400."""
    order, item = await order_of(project, kind, picked)
    action = move(kind, item | {"id": order["id"]}, 1, picked, packed)
    assert (await project.attempt("/orders", order, action)).status_code == 400
