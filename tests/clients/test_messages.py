"""Messages keep their payload, and an order's last transition is found with the state's key."""

import pytest

from clients.errors import Forbidden, Unreadable
from clients.messages import message_from_json
from tests.clients.documents import ORDER_ID, STATE_ID, order, state, transition
from tests.clients.peer import Peer, ok, page, refused


def test_a_message_keeps_what_is_its_own() -> None:
    """The envelope is typed, the fields of the type are the payload as they came."""
    message = message_from_json(transition(notificationType="Message"))
    assert (message.id, message.type, message.sequence_number) == ("m-1", "OrderStateTransition", 2)
    assert (message.resource.type_id, message.resource.id, message.resource_version) == ("order", ORDER_ID, 2)
    assert (message.client_id, message.external_user) == ("svc", "ana")
    assert message.payload == {
        "state": {"typeId": "state", "id": STATE_ID},
        "oldState": {"typeId": "state", "id": "old"},
        "force": False,
        "notificationType": "Message",
    }


def test_a_field_called_payload_is_not_taken_for_ours() -> None:
    """Whatever a message's fields are called, they stay under `payload`."""
    assert message_from_json(transition(payload={"x": 1})).payload["payload"] == {"x": 1}


def test_a_message_without_its_payload_cannot_be_read() -> None:
    """Too large for its queue, it comes without a type, and must be fetched by its id."""
    short = transition(payloadNotIncluded={"reason": "Payload too large.", "payloadType": "OrderCreated"})
    del short["type"]
    with pytest.raises(Unreadable, match="type"):
        message_from_json(short)


async def test_messages_are_queried_and_read_one_by_one() -> None:
    """A page by predicate, one by id, and None for one that is gone."""
    created = transition(id="m-0", type="OrderCreated", order=order())
    peer = Peer(page(created, transition()), ok(created), refused(404, "ResourceNotFound"))
    client = peer.commercetools()
    found = await client.messages('type in ("OrderCreated")', sort=("createdAt asc",), limit=50)
    assert [one.id for one in found] == ["m-0", "m-1"]
    assert found[0].payload["order"]["id"] == ORDER_ID
    assert peer.requests[0].url.params["limit"] == "50"
    one = await client.message("m-0")
    assert one is not None
    assert one.type == "OrderCreated"
    assert await client.message("m-9") is None


async def test_the_last_transition_says_to_which_state_and_by_whom() -> None:
    """The newest message is asked for, and its state's key looked up."""
    peer = Peer(page(transition(force=True)), ok(state(key="Approved")))
    last = await peer.commercetools().last_transition(ORDER_ID)
    assert last is not None
    assert (last.state_id, last.state_key) == (STATE_ID, "Approved")
    assert (last.client_id, last.external_user) == ("svc", "ana")
    assert (last.message_id, last.sequence_number, last.resource_version, last.forced) == ("m-1", 2, 2, True)
    params = peer.requests[0].url.params
    assert params["where"] == 'resource(typeId="order" and id=:order) and type="OrderStateTransition"'
    assert (params["var.order"], params["sort"], params["limit"]) == (ORDER_ID, "sequenceNumber desc", "1")
    assert peer.requests[1].url.path == f"/a-project/states/{STATE_ID}"


async def test_a_transition_to_a_state_that_is_gone_has_no_key() -> None:
    """The id is still told."""
    peer = Peer(page(transition(lastModifiedBy={})), refused(404, "ResourceNotFound"))
    last = await peer.commercetools().last_transition(ORDER_ID)
    assert last is not None
    assert (last.state_id, last.state_key, last.client_id) == (STATE_ID, None, None)


async def test_no_transition_is_none() -> None:
    """No message, or messages off: nothing is known."""
    peer = Peer(page())
    assert await peer.commercetools().last_transition(ORDER_ID) is None
    assert len(peer.requests) == 1


async def test_a_missing_scope_is_not_taken_for_no_transition() -> None:
    """Not being allowed to look is an error, not an answer."""
    with pytest.raises(Forbidden):
        await Peer(refused(403, "insufficient_scope")).commercetools().last_transition(ORDER_ID)
