"""The store: transactions, sequence numbers, unique names, listeners, reset."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ApiError
from sandbox.store import Actor, Commit, Resource, Store, timestamp

ANA = Actor("placet", "ana", "corr-1", "POST", "/p/orders")


def test_a_commit_shows_everything_together() -> None:
    """Resource, message and journal entry are not there before the end of the block, and all there after it."""
    store = Store()
    with store.transaction(ANA) as tx:
        order = tx.create("order", {"orderNumber": "1"})
        tx.emit("OrderCreated", "order", order, {"order": order})
        assert store.get("order", order["id"]) is None
        assert not store.all("message")
        assert store.journal == []
    assert store.get("order", order["id"]) == order
    assert [message["type"] for message in store.all("message")] == ["OrderCreated"]
    assert [entry["versionAfter"] for entry in store.journal] == [1]


def test_an_exception_leaves_nothing_behind() -> None:
    """Neither changes nor messages nor journal entries nor used-up sequence numbers."""
    store = Store()
    with store.transaction() as tx:
        order = tx.create("order", {})
    with pytest.raises(RuntimeError), store.transaction() as tx:
        working = tx.edit("order", order["id"])
        working["version"] += 1
        tx.save("order", working)
        tx.emit("OrderStateChanged", "order", working, {})
        tx.create("order", {"orderNumber": "2"})
        raise RuntimeError
    assert list(store.all("order")) == [order]
    assert len(store.journal) == 1
    assert store.by_key("order", "2") is None
    with store.transaction() as tx:
        assert tx.emit("OrderStateChanged", "order", order, {})["sequenceNumber"] == 1


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=30))
def test_sequence_numbers_are_gap_free_per_resource(requests: list[tuple[int, int, bool]]) -> None:
    """Whatever fails in between, each resource's messages count 1, 2, 3 without a gap."""
    store = Store()
    with store.transaction() as tx:
        orders = [tx.create("order", {}) for _ in range(3)]
    for which, messages, fails in requests:
        with suppress(ZeroDivisionError), store.transaction() as tx:
            for _ in range(messages):
                tx.emit("OrderStateChanged", "order", orders[which], {})
            assert 1 / (0 if fails else 1)
    for order in orders:
        numbers = [m["sequenceNumber"] for m in store.all("message") if m["resource"]["id"] == order["id"]]
        assert numbers == list(range(1, len(numbers) + 1))


def test_an_edit_is_a_private_copy() -> None:
    """Mutating what `edit` gave changes nothing that is stored, and nothing that a message has said."""
    store = Store()
    with store.transaction() as tx:
        order = tx.create("order", {"lineItems": [{"quantity": 1}]})
        message = tx.emit("OrderCreated", "order", order, {"order": order})
    with store.transaction() as tx:
        tx.edit("order", order["id"])["lineItems"][0]["quantity"] = 9
    assert order["lineItems"][0]["quantity"] == 1
    assert message["order"]["lineItems"][0]["quantity"] == 1


def test_a_write_that_raises_no_version_is_none() -> None:
    """Saving a resource at its own version leaves it, its time stamps and the journal alone."""
    store = Store()
    with store.transaction() as tx:
        order = tx.create("order", {})
    with store.transaction(ANA) as tx:
        tx.save("order", {**order, "orderState": "Open"})
    assert store.get("order", order["id"]) is order
    assert len(store.journal) == 1


def test_a_unique_name_is_held_within_and_across_transactions() -> None:
    """The second order of a number is a DuplicateField, and a number that was given up is free again."""
    store = Store()
    with store.transaction() as tx:
        first = tx.create("order", {"orderNumber": "1"})
        with pytest.raises(ApiError) as refusal:
            tx.create("order", {"orderNumber": "1"})
    assert refusal.value.code == "DuplicateField"
    with pytest.raises(ApiError), store.transaction() as tx:
        tx.create("order", {"orderNumber": "1"})
    with store.transaction() as tx:
        tx.save("order", {**first, "orderNumber": "2", "version": 2})
        second = tx.create("order", {"orderNumber": "1"})
        assert tx.by_key("order", "1") == second
    assert store.by_key("order", "1") == second
    assert (store.by_key("order", "2") or {})["id"] == first["id"]


def test_two_resources_may_swap_their_names_in_one_commit() -> None:
    """A name that one resource gives up and another takes in the same commit ends with the other."""
    store = Store()
    with store.transaction() as tx:
        a = tx.create("state", {"key": "a"})
        b = tx.create("state", {"key": "b"})
    with store.transaction() as tx:
        tx.save("state", {**b, "key": "c", "version": 2})
        tx.save("state", {**a, "key": "b", "version": 2})
        tx.save("state", {**b, "key": "a", "version": 3})
    assert (store.by_key("state", "a") or {})["id"] == b["id"]
    assert (store.by_key("state", "b") or {})["id"] == a["id"]
    assert store.by_key("state", "c") is None


def test_listeners_are_told_after_the_commit() -> None:
    """Kind, both versions of the resource, its messages, and whether change subscriptions may know."""
    store = Store()
    told: list[Commit] = []
    store.listeners.append(told.append)
    with store.transaction(ANA) as tx:
        order = tx.create("order", {})
    with store.transaction(ANA) as tx:
        tx.save("order", {**order, "version": 2}, notify=False)
        tx.emit("OrderEditApplied", "order", order, {})
    with store.transaction(ANA) as tx:
        tx.delete("order", order["id"])
    with store.transaction(ANA):
        """Nothing happens, and nobody is told."""
    kinds = [[(change.kind, change.notify) for change in commit.changes] for commit in told]
    assert kinds == [[("ResourceCreated", True)], [("ResourceUpdated", False)], [("ResourceDeleted", True)]]
    assert told[1].changes[0].before == order
    assert [message["type"] for message in told[1].messages] == ["OrderEditApplied"]


def test_a_reset_forgets_all_and_seeds_again() -> None:
    """What was there from the start is there again; journal, messages and sequence numbers begin anew."""
    store = Store()
    store.seeds.append(lambda tx: _plant(tx.create("state", {"key": "Initial"})))
    store.seed()
    with store.transaction(ANA) as tx:
        order = tx.create("order", {"id": "o"})
        tx.emit("OrderCreated", "order", order, {})
    store.reset()
    assert [state["key"] for state in store.all("state")] == ["Initial"]
    assert (list(store.all("order")), list(store.all("message")), store.journal) == ([], [], [])
    assert store.last_sequence("order", "o") == 0


def _plant(_: Resource) -> None:
    """Seeds return nothing."""


def test_the_envelope_says_who_and_when() -> None:
    """createdBy stays, lastModifiedBy and lastModifiedAt follow; the platform itself leaves no name."""
    moments = iter([datetime(2026, 3, 1, 10, 0, 0, 5999, UTC), datetime(2026, 3, 1, 10, 0, 1, 0, UTC)])
    store = Store(lambda: next(moments))
    with store.transaction(ANA) as tx:
        order = tx.create("order", {})
    with store.transaction(Actor("shop")) as tx:
        after = tx.save("order", {**order, "version": 2})
    assert order["createdBy"] == {"clientId": "placet", "externalUserId": "ana"} == after["createdBy"]
    assert after["lastModifiedBy"] == {"clientId": "shop"}
    assert order["createdAt"] == "2026-03-01T10:00:00.005Z"
    assert after["lastModifiedAt"] == "2026-03-01T10:00:01.000Z"


def test_time_is_written_in_utc_with_milliseconds() -> None:
    """A moment of another zone is the same moment on the wire."""
    assert timestamp(datetime.fromisoformat("2026-03-01T12:00:00.123999+02:00")) == "2026-03-01T10:00:00.123Z"
