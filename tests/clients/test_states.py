"""What our client asks about states, request by request, and how it reads the answers."""

import pytest

from clients import drafts
from clients.errors import BadRequest, Unreadable
from tests.clients.documents import STATE_ID, state
from tests.clients.peer import Peer, ok, page, refused


async def test_transitions_are_absent_empty_or_listed() -> None:
    """The three mean three different things, and stay apart."""
    listed = [{"typeId": "state", "id": "a"}, {"typeId": "state", "id": "b"}]
    peer = Peer(ok(state()), ok(state(transitions=[])), ok(state(transitions=listed)))
    client = peer.commercetools()
    read = [await client.state("PendingApproval") for _ in range(3)]
    assert [one and one.transitions for one in read] == [None, (), ("a", "b")]
    assert peer.requests[0].url.path == "/a-project/states/key=PendingApproval"


async def test_a_state_that_is_not_there_is_none() -> None:
    """Reading by key answers None."""
    assert await Peer(refused(404, "ResourceNotFound")).commercetools().state("nope") is None


async def test_states_are_listed_to_the_last() -> None:
    """Five hundred is one page, not all of them."""
    first = [state(id=f"s{n:03}", key=f"k{n}") for n in range(500)]
    peer = Peer(page(*first), page(state(id="s500", key="k500")))
    found = await peer.commercetools().states("OrderState")
    assert len(found) == 501
    params = [request.url.params for request in peer.requests]
    assert [one["where"] for one in params] == ["type = :type", "type = :type and id > :after"]
    assert params[1]["var.after"] == "s499"
    assert {one["sort"] for one in params} == {"id asc"}


async def test_all_types_of_states_are_listed_without_a_predicate() -> None:
    """No type, no predicate."""
    peer = Peer(page(state()))
    assert [one.id for one in await peer.commercetools().states()] == [STATE_ID]
    assert "where" not in peer.requests[0].url.params


async def test_states_are_created_and_changed() -> None:
    """Drafts and actions go out as built."""
    peer = Peer(ok(state(), 201), ok(state(version=3)))
    client = peer.commercetools()
    created = await client.create_state(
        drafts.state_draft("PendingApproval", type_="OrderState", initial=True)
    )
    assert created.key == "PendingApproval"
    assert peer.sent == {"key": "PendingApproval", "type": "OrderState", "initial": True}
    changed = await client.update_state(STATE_ID, 2, [drafts.set_transitions([])])
    assert changed.version == 3
    assert peer.sent == {"version": 2, "actions": [{"action": "setTransitions", "transitions": []}]}
    assert peer.requests[1].url.path == f"/a-project/states/{STATE_ID}"


async def test_a_state_is_addressed_by_id_or_by_key() -> None:
    """Each call goes to the one address, in which a key is one segment whatever it holds."""
    peer = Peer(*(ok(state()) for _ in range(6)))
    client = peer.commercetools()
    await client.state_by_id(STATE_ID)
    await client.state("a/b c")
    await client.update_state(STATE_ID, 2, [])
    await client.update_state_by_key("a/b c", 2, [])
    await client.delete_state(STATE_ID, 2)
    await client.delete_state_by_key("a/b c", 2)
    told = [(request.method, request.url.raw_path.decode()) for request in peer.requests]
    by_id, by_key = f"/a-project/states/{STATE_ID}", "/a-project/states/key=a%2Fb%20c"
    assert told == [
        ("GET", by_id),
        ("GET", by_key),
        ("POST", by_id),
        ("POST", by_key),
        ("DELETE", f"{by_id}?version=2"),
        ("DELETE", f"{by_key}?version=2"),
    ]


@pytest.mark.parametrize("nothing", ["", ".", ".."])
async def test_an_address_that_is_none_is_not_sent(nothing: str) -> None:
    """An empty key would delete, or read, something else."""
    peer = Peer()
    with pytest.raises(ValueError, match="cannot be a segment"):
        await peer.commercetools().delete_state_by_key(nothing, 1)
    with pytest.raises(ValueError, match="cannot be a segment"):
        await peer.commercetools().delete_state(nothing, 1)
    assert peer.requests == []


async def test_a_query_says_all_that_it_is_told() -> None:
    """Predicate, variables, sort, limit, offset and total."""
    peer = Peer(ok({"limit": 2, "offset": 4, "count": 1, "total": 5, "results": [state()]}))
    found = await peer.commercetools().query_states(
        "key in :keys", {"keys": ["a", "b"]}, ("key desc", "id asc"), 2, 4, with_total=True
    )
    assert ([one.id for one in found.results], found.total) == ([STATE_ID], 5)
    assert peer.requests[0].url.params.multi_items() == [
        ("where", "key in :keys"),
        ("var.keys", "a"),
        ("var.keys", "b"),
        ("sort", "key desc"),
        ("sort", "id asc"),
        ("limit", "2"),
        ("offset", "4"),
        ("withTotal", "true"),
    ]


async def test_the_total_is_none_unless_asked_for() -> None:
    """It costs a count of everything that matches."""
    peer = Peer(page(state()))
    assert (await peer.commercetools().query_states()).total is None
    params = peer.requests[0].url.params
    assert (params["withTotal"], params["limit"], "offset" in params) == ("false", "20", False)


async def test_roles_are_read() -> None:
    """Absent means none."""
    without = {name: value for name, value in state().items() if name != "roles"}
    peer = Peer(ok(state(type="LineItemState", roles=["Return"])), ok(without))
    client = peer.commercetools()
    read = [await client.state("k") for _ in range(2)]
    assert [one and one.roles for one in read] == [("Return",), ()]


async def test_a_state_that_is_held_says_so() -> None:
    """The code is there to decide by."""
    peer = Peer(refused(400, "ReferenceExists", referencedBy="order"))
    with pytest.raises(BadRequest) as raised:
        await peer.commercetools().delete_state(STATE_ID, 2)
    assert raised.value.code == "ReferenceExists"
    assert raised.value.errors[0]["referencedBy"] == "order"


async def test_a_page_that_is_none_is_unreadable() -> None:
    """Not an empty one."""
    with pytest.raises(Unreadable):
        await Peer(ok({"limit": 20})).commercetools().states()
