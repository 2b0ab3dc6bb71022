"""Custom objects: the upsert and its versions, what is stored, reading, deleting and querying."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.official.transport import OFF_DEFINITION
from tests.sandbox.surroundings import Surroundings, surroundings


@pytest.fixture
async def here() -> AsyncIterator[Surroundings]:
    async with surroundings() as running:
        yield running


async def test_first_write_creates_and_second_replaces(here: Surroundings) -> None:
    """A POST creates with 201 and version 1, the next one replaces the whole value with 200 and version 2."""
    first = await here.put("a", {"x": 1, "y": 2})
    second = await here.put("a", {"z": 3})
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert second.json()["value"] == {"z": 3}
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["createdBy"] == {"clientId": "placet"}


async def test_version_given_must_match(here: Surroundings) -> None:
    """With a version the write is refused with 409 and the current version, unless it is the current one."""
    await here.put("a")
    await here.put("a")
    stale = await here.put("a", version=1)
    assert stale.status_code == 409
    error = stale.json()["errors"][0]
    assert (error["code"], error["currentVersion"]) == ("ConcurrentModification", 2)
    assert (await here.put("a", version=2)).json()["version"] == 3


async def test_version_zero_creates_only(here: Surroundings) -> None:
    """Version 0 creates once; repeating it is a 409 and leaves the first value."""
    assert (await here.put("lock", "mine", version=0)).status_code == 201
    assert (await here.put("lock", "yours", version=0)).status_code == 409
    assert (await here.http.get("/custom-objects/things/lock")).json()["value"] == "mine"


async def test_version_above_zero_cannot_create(here: Surroundings) -> None:
    """A version above 0 for an object that does not exist is an InvalidOperation."""
    refused = await here.put("new", version=3)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "InvalidOperation"
    assert refused.json()["message"] == "version on create must be 0"


async def test_null_fields_are_not_saved(here: Surroundings) -> None:
    """Null fields of objects are dropped at every depth; nulls that stand in an array stay."""
    stored = await here.put("a", {"x": None, "y": {"z": None, "k": 1}, "list": [None, {"q": None, "r": 2}]})
    assert stored.json()["value"] == {"y": {"k": 1}, "list": [None, {"r": 2}]}


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"key": "a", "value": 1}, "RequiredField"),
        ({"container": "c", "value": 1}, "RequiredField"),
        ({"container": "c", "key": "a"}, "RequiredField"),
        ({"container": 7, "key": "a", "value": 1}, "InvalidJsonInput"),
        ({"container": "c", "key": "a", "value": 1, "version": "1"}, "InvalidJsonInput"),
        ({"container": "c", "key": "a", "value": 1, "version": True}, "InvalidJsonInput"),
        ([], "InvalidJsonInput"),
    ],
)
async def test_malformed_drafts_are_refused(here: Surroundings, draft: Any, code: str) -> None:
    """A draft that lacks a field or has one of the wrong type is a 400 that names the reason."""
    refused = await here.http.post("/custom-objects", json=draft, extensions=OFF_DEFINITION)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == code


@pytest.mark.parametrize("name", ["a/b", "a:b", "a b", "a@b", "ä", "", "x" * 257])
async def test_container_and_key_have_a_pattern(here: Surroundings, name: str) -> None:
    """Container and key take 1 to 256 of letters, digits and `-_~.`, nothing else."""
    for draft in ({"container": name, "key": "k"}, {"container": "c", "key": name}):
        refused = await here.http.post("/custom-objects", json={**draft, "value": 1})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "InvalidField"


async def test_get_head_and_delete(here: Surroundings) -> None:
    """An object is read by container and key and deleted with or without its version."""
    await here.put("a", {"n": 1})
    path = "/custom-objects/things/a"
    assert (await here.http.get(path)).json()["value"] == {"n": 1}
    assert (await here.http.delete(path, params={"version": 9})).status_code == 409
    assert (await here.http.delete(path, params={"version": 1})).json()["key"] == "a"
    assert (await here.http.get(path)).status_code == 404
    await here.put("b")
    assert (await here.http.delete("/custom-objects/things/b")).status_code == 200
    gone = await here.http.delete("/custom-objects/things/b")
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (404, "ResourceNotFound")


async def test_a_recreated_object_starts_again(here: Surroundings) -> None:
    """After a delete the same container and key give a new object, version 1, which version 0 may create."""
    old = (await here.put("a")).json()
    await here.http.delete("/custom-objects/things/a")
    new = (await here.put("a", version=0)).json()
    assert new["version"] == 1
    assert new["id"] != old["id"]


async def test_query_one_container(here: Surroundings) -> None:
    """A container is queried by predicate on the value, sorted and cut; other containers stay out."""
    for key, amount in (("a", 3), ("b", 1), ("c", 2)):
        await here.put(key, {"order": {"amount": amount}})
    await here.put("d", {"order": {"amount": 9}}, container="others")
    page = await here.http.get(
        "/custom-objects/things",
        params={"where": "value(order(amount >= 2))", "sort": "key desc", "limit": 1, "offset": 0},
    )
    assert page.json()["total"] == 2
    assert [found["key"] for found in page.json()["results"]] == ["c"]


async def test_query_all_containers(here: Surroundings) -> None:
    """The deprecated query without a container finds objects of all of them; HEAD says whether there is one."""
    await here.put("a")
    await here.put("b", container="others")
    page = (await here.http.get("/custom-objects", params={"sort": "container asc"})).json()
    assert [found["container"] for found in page["results"]] == ["others", "things"]
    there = await here.http.head("/custom-objects", params={"where": 'container="others"'})
    nowhere = await here.http.head("/custom-objects", params={"where": 'container="none"'})
    assert (there.status_code, nowhere.status_code) == (200, 404)
