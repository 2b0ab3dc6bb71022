"""Custom objects: upserts, versions, create-only (section 7)."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from operator import eq
from typing import Any

import pytest

from tests.contract.project import Json, Project, answered, refused


class Container:
    """One container; what is made in it is removed at the end."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.name = project.unique("container")
        self._keys: set[str] = set()

    def draft(self, key: str, value: Any, **fields: Any) -> Json:
        """A CustomObjectDraft in this container."""
        self._keys.add(key)
        return {"container": self.name, "key": key, "value": value, **fields}

    async def put(self, key: str, value: Any, status: int, **fields: Any) -> Json:
        """POST that must answer this status."""
        return answered(await self.project.post("/custom-objects", self.draft(key, value, **fields)), status)

    def path(self, key: str) -> str:
        """The path of one object."""
        return f"/custom-objects/{self.name}/{key}"

    async def clear(self) -> None:
        """Delete what was made."""
        for key in self._keys:
            await self.project.request("DELETE", self.path(key))


@pytest.fixture
async def container(project: Project) -> AsyncIterator[Container]:
    """A container that nobody else uses."""
    container = Container(project)
    yield container
    await container.clear()


VALUES = [{"a": {"b": [1, 2.5, "x"]}}, {}, [], ["x"], "text", 7, 2.5, True, False]


@pytest.mark.parametrize("value", VALUES, ids=str)
async def test_a_value_may_be_any_json(container: Container, value: Any) -> None:
    """Objects, lists, texts, numbers and booleans come back as they went in."""
    made = await container.put("k", value, 201)
    assert made["version"] == 1
    assert (made["container"], made["key"], made["value"]) == (container.name, "k", value)
    assert await container.project.read(container.path("k")) == made


async def test_the_first_post_creates_and_the_next_replaces(container: Container) -> None:
    """201 and 200; the whole value is replaced and the id stays."""
    first = await container.put("k", {"a": 1, "b": 2}, 201)
    second = await container.put("k", {"a": 3}, 200)
    assert (second["id"], second["version"], second["value"]) == (first["id"], 2, {"a": 3})
    assert second["createdAt"] == first["createdAt"]


async def test_fields_that_are_null_are_not_saved(container: Container) -> None:
    """Null fields of objects vanish at every depth."""
    made = await container.put("k", {"a": None, "b": 1, "c": {"d": None, "e": 2}}, 201)
    assert made["value"] == {"b": 1, "c": {"e": 2}}


async def test_version_zero_only_creates(container: Container) -> None:
    """The second create-only post conflicts and changes nothing: an idempotency record."""
    made = await container.put("k", {"by": "first"}, 201, version=0)
    assert made["version"] == 1
    again = container.draft("k", {"by": "second"}, version=0)
    error = refused(await container.project.post("/custom-objects", again), 409, "ConcurrentModification")
    assert error.get("currentVersion", 1) == 1
    assert await container.project.read(container.path("k")) == made


async def test_a_version_must_be_the_current_one(container: Container) -> None:
    """With a version the post is an update under optimistic locking."""
    await container.put("k", 1, 201)
    second = await container.put("k", 2, 200, version=1)
    assert second["version"] == 2
    for version in (1, 3):
        answer = await container.project.post("/custom-objects", container.draft("k", 3, version=version))
        refused(answer, 409, "ConcurrentModification")
    assert await container.project.read(container.path("k")) == second


async def test_a_version_for_nothing_is_refused(container: Container) -> None:
    """A version above zero for an object that is not there: 409 or 400, unknown which; nothing is made."""
    answer = await container.project.post("/custom-objects", container.draft("k", 1, version=3))
    assert answer.status_code in (400, 409)
    refused(await container.project.get(container.path("k")), 404, "ResourceNotFound")


async def test_of_many_creates_one_wins(container: Container) -> None:
    """Create-only posts at the same time: one 201, the others 409."""
    drafts = [container.draft("k", n, version=0) for n in range(8)]
    answers = await asyncio.gather(*(container.project.post("/custom-objects", draft) for draft in drafts))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    (winner,) = (answer.json() for answer in answers if answer.status_code == 201)
    assert (await container.project.read(container.path("k")))["value"] == winner["value"]


@pytest.mark.parametrize("key", ["a-b_c~d.e", "A" * 256, "7"])
async def test_a_key_may_hold_these_characters(container: Container, key: str) -> None:
    """Letters, digits and `-_~.`, up to 256 of them."""
    await container.put(key, 1, 201)
    assert (await container.project.read(container.path(key)))["key"] == key


@pytest.mark.parametrize("name", ["container", "key"])
@pytest.mark.parametrize("text", ["a/b", "a:b", "a@b", "a b", "ä", ""])
async def test_other_characters_are_refused(container: Container, name: str, text: str) -> None:
    """Slashes, colons, at signs, blanks: encode them."""
    draft = {"container": container.name, "key": "k", "value": 1} | {name: text}
    assert (await container.project.post("/custom-objects", draft)).status_code == 400


async def test_a_key_has_at_most_256_characters(container: Container) -> None:
    """One more is refused."""
    draft = {"container": container.name, "key": "A" * 257, "value": 1}
    assert (await container.project.post("/custom-objects", draft)).status_code == 400


async def test_a_value_is_required(container: Container) -> None:
    """A draft without a value is refused."""
    draft = {"container": container.name, "key": "k"}
    answer = await container.project.post("/custom-objects", draft, off_definition=True)
    assert answer.status_code == 400


async def test_an_object_is_deleted_with_or_without_a_version(container: Container) -> None:
    """A stale version conflicts; what was deleted begins at version 1 again."""
    made = await container.put("k", 1, 201)
    await container.put("k", 2, 200)
    refused(await container.project.delete(container.path("k"), 1), 409, "ConcurrentModification")
    deleted = answered(await container.project.delete(container.path("k"), 2), 200)
    assert deleted["value"] == 2
    refused(await container.project.get(container.path("k")), 404, "ResourceNotFound")
    anew = await container.put("k", 3, 201, version=0)
    assert anew["version"] == 1
    assert anew["id"] != made["id"]
    answered(await container.project.request("DELETE", container.path("k")), 200)


async def test_a_container_is_queried(container: Container) -> None:
    """By key and by value, sorted; other containers do not show."""
    for n, key in enumerate(("b", "a", "c")):
        await container.put(key, {"n": n, "tag": "x" if n else "y"}, 201)

    async def keys(where: str) -> list[str]:
        path = f"/custom-objects/{container.name}"
        return [found["key"] for found in await container.project.query(path, where, sort="key asc")]

    for where, expected in {
        "version = 1": ["a", "b", "c"],
        'value(tag = "x")': ["a", "c"],
        'value(n >= 1) and key > "a"': ["c"],
        'key in ("a", "b")': ["a", "b"],
    }.items():
        found = await container.project.eventually(partial(keys, where), partial(eq, expected))
        assert found == expected


async def test_two_containers_may_have_the_same_key(container: Container, project: Project) -> None:
    """Container and key together are unique."""
    other = Container(project)
    await container.put("k", 1, 201, version=0)
    await other.put("k", 2, 201, version=0)
    await other.clear()
