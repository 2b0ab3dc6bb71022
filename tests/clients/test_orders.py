"""Orders are read with their state and group expanded, queried with variables, and updated at a version."""

from typing import Any

import pytest

from clients import drafts
from clients.correlation import correlation_id
from clients.errors import ConcurrentModification, DuplicateField, InvalidOperation
from tests.clients.documents import ORDER_ID, order
from tests.clients.peer import Peer, ok, page, refused


async def test_an_order_comes_with_the_keys_of_state_and_group() -> None:
    """One request is enough to know the state's and the group's key."""
    expanded = {"typeId": "state", "id": "s1", "obj": {"key": "Approved"}}
    peer = Peer(ok(order(state=expanded)))
    read = await peer.commercetools().order(ORDER_ID)
    assert read is not None
    assert read.state == "Approved"
    assert peer.requests[0].method == "GET"
    assert peer.requests[0].url.params.get_list("expand") == ["state", "customerGroup"]


async def test_a_query_carries_its_values_apart() -> None:
    """Values travel as input variables, lists by repetition, and a total is not asked for."""
    peer = Peer(page(order(), order(id="other")))
    found = await peer.commercetools().orders(
        "createdAt > :since and orderState in :states",
        {"since": "2026-01-01T00:00:00.000Z", "states": ["Open", "Confirmed"]},
        sort=("createdAt desc",),
        limit=7,
    )
    assert [one.id for one in found] == [ORDER_ID, "other"]
    params = peer.requests[0].url.params
    assert params["where"] == "createdAt > :since and orderState in :states"
    assert params["var.since"] == "2026-01-01T00:00:00.000Z"
    assert params.get_list("var.states") == ["Open", "Confirmed"]
    assert (params["sort"], params["limit"], params["withTotal"]) == ("createdAt desc", "7", "false")


async def test_every_order_is_found_page_after_page() -> None:
    """Pages go by id, so that no order is skipped or seen twice, and end with the first that is not full."""
    peer = Peer(page(order(id="a"), order(id="b")), page(order(id="c")))
    found = [one.id async for one in peer.commercetools().every_order('orderState="Open"', page_size=2)]
    assert found == ["a", "b", "c"]
    first, second = (request.url.params for request in peer.requests)
    assert first["where"] == 'orderState="Open"'
    assert (second["where"], second["var.after"]) == ('(orderState="Open") and id > :after', "b")
    assert (second["sort"], second["limit"]) == ("id asc", "2")


async def test_every_order_without_a_predicate_ends_with_an_empty_page() -> None:
    """Full pages lead on, an empty one is the end."""
    peer = Peer(page(order(id="a")), page())
    found = [one.id async for one in peer.commercetools().every_order(page_size=1)]
    assert found == ["a"]
    assert "where" not in peer.requests[0].url.params
    assert peer.requests[1].url.params["where"] == "id > :after"


async def test_an_update_is_one_request_with_version_actions_and_person() -> None:
    """All actions go together; who caused it goes into its header; the order comes back as it is then."""
    peer = Peer(ok(order(version=5)))
    actions = [drafts.transition_state("Approved"), drafts.change_order_state("Confirmed")]
    mark = correlation_id.set("order/2b7f/run/3")
    try:
        read = await peer.commercetools().update_order(ORDER_ID, 3, actions, external_user="ana")
    finally:
        correlation_id.reset(mark)
    assert read.version == 5
    assert peer.sent == {
        "version": 3,
        "actions": [
            {"action": "transitionState", "state": {"typeId": "state", "key": "Approved"}},
            {"action": "changeOrderState", "orderState": "Confirmed"},
        ],
    }
    request = peer.requests[0]
    assert request.headers["X-External-User-ID"] == "ana"
    assert request.headers["X-Correlation-ID"] == "order/2b7f/run/3"
    assert request.url.params.get_list("expand") == ["state", "customerGroup"]


async def test_a_conflict_tells_the_version_and_writes_nothing_again() -> None:
    """A 409 is the caller's to think about."""
    peer = Peer(refused(409, "ConcurrentModification", currentVersion=7))
    with pytest.raises(ConcurrentModification) as raised:
        await peer.commercetools().update_order(ORDER_ID, 3, [drafts.transition_state("Approved")])
    assert raised.value.current_version == 7
    assert len(peer.requests) == 1


async def test_a_forbidden_transition_is_its_own_error() -> None:
    """The state machine's no is told from every other 400."""
    peer = Peer(refused(400, "InvalidOperation", "not allowed"))
    with pytest.raises(InvalidOperation):
        await peer.commercetools().update_order(ORDER_ID, 3, [drafts.transition_state("Approved")])


async def test_a_forced_transition_does_not_leave_the_house() -> None:
    """Whoever builds an action with force by hand is stopped before anything is sent."""
    peer = Peer(ok(order()))
    forced: Any = drafts.transition_state("Approved")
    forced.force = True
    with pytest.raises(ValueError, match="forced"):
        await peer.commercetools().update_order(ORDER_ID, 3, [forced])
    assert peer.requests == []


async def test_an_order_is_imported() -> None:
    """A snapshot becomes an order; a number that is taken says so."""
    draft = drafts.import_order_draft(
        {"orderNumber": "ON-1", "totalPrice": {"currencyCode": "EUR", "centAmount": 1}}
    )
    peer = Peer(ok(order(version=1), 201), refused(400, "DuplicateField", field="orderNumber"))
    client = peer.commercetools()
    assert (await client.import_order(draft)).version == 1
    assert peer.requests[0].url.path == "/a-project/orders/import"
    with pytest.raises(DuplicateField) as raised:
        await client.import_order(draft)
    assert raised.value.field == "orderNumber"
