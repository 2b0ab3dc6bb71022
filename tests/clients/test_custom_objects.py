"""Custom objects are read by container and key, and written with the version that the caller knows."""

import pytest

from clients.errors import ConcurrentModification
from tests.clients.documents import custom_object
from tests.clients.peer import Peer, ok, page, refused


async def test_an_object_is_read_or_is_none() -> None:
    """Container and key are the path; nothing there is None."""
    peer = Peer(ok(custom_object(value={"entries": [1, None]})), refused(404, "ResourceNotFound"))
    client = peer.commercetools()
    found = await client.custom_object("placet-audit", "2b7f~1")
    assert found is not None
    assert (found.container, found.key, found.version) == ("placet-audit", "k", 1)
    assert found.value == {"entries": [1, None]}
    assert peer.requests[0].url.path == "/a-project/custom-objects/placet-audit/2b7f~1"
    assert await client.custom_object("placet-audit", "none") is None


@pytest.mark.parametrize("version", [0, 4])
async def test_a_version_is_sent_also_if_it_is_nought(version: int) -> None:
    """Nought means create only, and must not get lost on the way."""
    peer = Peer(ok(custom_object(), 201))
    await peer.commercetools().put_custom_object("c", "k", {"a": 1}, version)
    assert peer.sent == {"container": "c", "key": "k", "value": {"a": 1}, "version": version}
    assert (peer.requests[0].method, peer.requests[0].url.path) == ("POST", "/a-project/custom-objects")


async def test_without_a_version_none_is_sent() -> None:
    """The last writer wins only where that was wanted."""
    peer = Peer(ok(custom_object()))
    await peer.commercetools().put_custom_object("c", "k", None)
    assert peer.sent == {"container": "c", "key": "k", "value": None}


async def test_an_object_that_is_there_is_a_conflict() -> None:
    """The SDK would have called it a success; here it is an error."""
    peer = Peer(refused(409, "ConcurrentModification"))
    with pytest.raises(ConcurrentModification):
        await peer.commercetools().put_custom_object("c", "k", {}, 0)


async def test_a_container_is_queried() -> None:
    """Predicate, variables, order and size are passed on."""
    peer = Peer(page(custom_object(key="a"), custom_object(key="b")))
    found = await peer.commercetools().custom_objects("c", "key > :after", {"after": "0"}, limit=2)
    assert [one.key for one in found] == ["a", "b"]
    params = peer.requests[0].url.params
    assert (params["where"], params["var.after"], params["limit"]) == ("key > :after", "0", "2")
