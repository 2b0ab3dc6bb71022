"""Our client's whole States API against the sandbox, each request held to the official definition."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients import drafts
from clients.errors import (
    BadRequest,
    ConcurrentModification,
    DuplicateField,
    InvalidInput,
    InvalidOperation,
    NotFound,
    ReferencedResourceNotFound,
)
from clients.resources import StateResource
from tests.clients.sandboxed import Sandboxed, sandboxed

TYPES = (
    "OrderState RecurringOrderState LineItemState ProductState ReviewState PaymentState "
    "QuoteRequestState StagedQuoteState QuoteState"
).split()
UNKNOWN = "2b7f0c0e-0000-4000-8000-000000000001"


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A project with nothing in it but what every project has."""
    async with sandboxed() as sandbox:
        yield sandbox


async def made(sandbox: Sandboxed, key: str, **fields: Any) -> StateResource:
    """A state of orders, initial unless said otherwise."""
    given: dict[str, Any] = {"type_": "OrderState", "initial": True, **fields}
    draft = drafts.state_draft(key, **given)
    return await sandbox.ours.create_state(draft)


@pytest.mark.parametrize("type_", TYPES)
async def test_every_type_is_made_and_changed_to(empty: Sandboxed, type_: str) -> None:
    """Those too that the SDK does not know."""
    assert (await made(empty, "here", type_=type_)).type == type_
    other = await made(empty, "there", type_="QuoteState" if type_ == "OrderState" else "OrderState")
    changed = await empty.ours.update_state(other.id, other.version, [drafts.change_state_type(type_)])
    assert changed.type == type_


async def test_a_draft_says_all_that_a_state_has(empty: Sandboxed) -> None:
    """What is given is what is read, by id and by key; transitions are ids."""
    target = await made(empty, "target", initial=False, transitions=())
    state = await made(
        empty,
        "returned",
        type_="LineItemState",
        initial=False,
        name={"en": "Returned"},
        description={"en": "Came back", "de-DE": "Retoure"},
        roles=("Return",),
        transitions=("target",),
    )
    assert (state.key, state.type, state.initial, state.built_in) == (
        "returned",
        "LineItemState",
        False,
        False,
    )
    assert (state.name, state.roles) == ({"en": "Returned"}, ("Return",))
    assert state.description == {"en": "Came back", "de-DE": "Retoure"}
    assert (state.transitions, target.transitions) == ((target.id,), ())
    assert await empty.ours.state_by_id(state.id) == state
    assert await empty.ours.state("returned") == state
    assert (await made(empty, "open")).transitions is None


async def test_what_is_not_there_is_none(empty: Sandboxed) -> None:
    """By id and by key."""
    assert await empty.ours.state_by_id(UNKNOWN) is None
    assert await empty.ours.state("nobody") is None


ACTIONS: dict[str, tuple[drafts.StateUpdateAction, str, object]] = {
    "changeKey": (drafts.change_state_key("other"), "key", "other"),
    "changeType": (drafts.change_state_type("PaymentState"), "type", "PaymentState"),
    "changeInitial": (drafts.change_initial(initial=False), "initial", False),
    "setName": (drafts.set_state_name({"en": "x"}), "name", {"en": "x"}),
    "setDescription": (drafts.set_state_description({"en": "x"}), "description", {"en": "x"}),
    "setTransitions": (drafts.set_transitions(()), "transitions", ()),
    "setRoles": (drafts.set_state_roles(["Return"]), "roles", ("Return",)),
    "addRoles": (drafts.add_state_roles(["Return"]), "roles", ("Return",)),
}


@pytest.mark.parametrize(("action", "field", "value"), ACTIONS.values(), ids=ACTIONS.keys())
async def test_every_action_changes_its_field(
    empty: Sandboxed, action: drafts.StateUpdateAction, field: str, value: object
) -> None:
    """By key as by id; the same again is an InvalidOperation."""
    state = await made(empty, "here", type_="LineItemState")
    changed = await empty.ours.update_state_by_key("here", state.version, [action])
    assert getattr(changed, field) == value
    aside = {"version", "transitions_by_reference", field}
    assert changed.model_dump(exclude=aside) == state.model_dump(exclude=aside)
    assert changed.version > state.version
    with pytest.raises(InvalidOperation):
        await empty.ours.update_state(state.id, changed.version, [action])


async def test_what_can_be_removed_is_removed(empty: Sandboxed) -> None:
    """Name, description, roles and transitions."""
    state = await made(
        empty,
        "here",
        type_="LineItemState",
        name={"en": "x"},
        description={"en": "x"},
        roles=["Return"],
        transitions=["Initial"],
    )
    actions = [
        drafts.set_state_name({}),
        drafts.set_state_description({}),
        drafts.remove_state_roles(["Return"]),
        drafts.set_transitions(None),
    ]
    bare = await empty.ours.update_state(state.id, state.version, actions)
    assert (bare.name, bare.description, bare.roles, bare.transitions) == ({}, {}, (), None)
    again = [drafts.set_state_roles(["Return"]), drafts.set_state_roles([])]
    assert (await empty.ours.update_state(state.id, bare.version, again)).roles == ()


async def test_a_query_is_cut_and_counted(empty: Sandboxed) -> None:
    """Predicate, variables, sort, limit, offset, total."""
    for number in range(5):
        await made(empty, f"k{number}", type_="PaymentState", initial=number % 2 == 0)
    page = await empty.ours.query_states(
        "type = :type and initial = :initial",
        {"type": "PaymentState", "initial": "true"},
        ("key desc",),
        2,
        1,
        with_total=True,
    )
    assert ([state.key for state in page.results], page.total) == (["k2", "k0"], 3)
    assert (await empty.ours.query_states("key in :keys", {"keys": ["k1", "k3"]})).total is None
    assert len((await empty.ours.query_states(limit=0, with_total=True)).results) == 0
    with pytest.raises(InvalidInput):
        await empty.ours.query_states("key =")
    with pytest.raises(InvalidInput):
        await empty.ours.query_states(offset=10_001)


async def test_a_state_is_deleted_at_its_version(empty: Sandboxed) -> None:
    """By id and by key; the answer is what it was."""
    one, two = await made(empty, "one"), await made(empty, "two")
    with pytest.raises(ConcurrentModification) as conflict:
        await empty.ours.delete_state(one.id, one.version + 1)
    assert conflict.value.current_version == one.version
    assert await empty.ours.delete_state(one.id, one.version) == one
    assert await empty.ours.delete_state_by_key("two", two.version) == two
    assert {state.key for state in await empty.ours.states()} == {"Initial"}
    for gone in (empty.ours.delete_state(one.id, 1), empty.ours.delete_state_by_key("two", 1)):
        with pytest.raises(NotFound):
            await gone


async def test_a_state_in_use_is_not_deleted(here: Sandboxed) -> None:
    """An order, and another state's transitions, hold it: the code is ReferenceExists."""
    pending, approved = await here.ours.state("PendingApproval"), await here.ours.state("Approved")
    assert pending is not None
    assert approved is not None
    await here.order(state={"typeId": "state", "id": pending.id})
    for state, holder in ((pending, "order"), (approved, "state")):
        with pytest.raises(BadRequest) as raised:
            await here.ours.delete_state(state.id, state.version)
        assert raised.value.code == "ReferenceExists"
        assert raised.value.errors[0]["referencedBy"] == holder


async def test_what_is_refused_is_typed(empty: Sandboxed) -> None:
    """A taken and an empty key, a role of another type, an unknown target, a stale version, an unknown state."""
    state = await made(empty, "here")
    with pytest.raises(DuplicateField) as taken:
        await made(empty, "here", type_="QuoteState")
    assert taken.value.field == "key"
    with pytest.raises(InvalidOperation):
        await made(empty, "")
    with pytest.raises(InvalidOperation):
        await made(empty, "there", roles=["Return"])
    with pytest.raises(ReferencedResourceNotFound):
        await made(empty, "there", transitions=["nobody"])
    with pytest.raises(ConcurrentModification):
        await empty.ours.update_state(state.id, state.version + 1, [])
    with pytest.raises(NotFound):
        await empty.ours.update_state(UNKNOWN, 1, [])


async def test_the_built_in_state_is_known_and_stays(empty: Sandboxed) -> None:
    """Its name may change, its key and type may not, and it is not deleted."""
    initial = await empty.ours.state("Initial")
    assert initial is not None
    assert (initial.built_in, initial.type) == (True, "LineItemState")
    for action in (drafts.change_state_key("First"), drafts.change_state_type("OrderState")):
        with pytest.raises(InvalidOperation):
            await empty.ours.update_state(initial.id, initial.version, [action])
    with pytest.raises(InvalidOperation):
        await empty.ours.delete_state(initial.id, initial.version)
    renamed = [drafts.set_state_name({"en": "Fulfillment Initial"})]
    assert (await empty.ours.update_state(initial.id, initial.version, renamed)).name == {
        "en": "Fulfillment Initial"
    }
