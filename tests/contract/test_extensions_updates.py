"""The update actions of API Extensions (section 9)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.extensions import TRIGGER, URL, Make, making
from tests.contract.project import Json, Project, refused

HTTP: Json = {"type": "HTTP", "url": "https://other.example/"}
OTHER: list[Json] = [
    {"resourceTypeId": "shopping-list", "actions": ["Update"], "condition": "key is defined"}
]


@pytest.fixture
async def make(project: Project) -> AsyncIterator[Make]:
    """Creates extensions for one test."""
    async with making(project) as make:
        yield make


SET: list[tuple[str, str, Any]] = [
    ("setKey", "key", "another-key"),
    ("changeTriggers", "triggers", OTHER),
    ("changeDestination", "destination", HTTP),
    ("setTimeoutInMs", "timeoutInMs", 10_000),
    ("setAdditionalContext", "additionalContext", {"includeOldResource": True}),
    ("setExpansionPaths", "expansionPaths", ["customer", "store"]),
]


@pytest.mark.parametrize(("action", "field", "value"), SET, ids=[case[0] for case in SET])
async def test_an_action_sets_its_field(
    project: Project, make: Make, action: str, field: str, value: Any
) -> None:
    """The field has the new value, and the version has risen by one."""
    if action == "setKey":
        value = project.unique("key")
    made = await make()
    changed = await project.update("/extensions", made, {"action": action, field: value})
    assert (changed[field], changed["version"]) == (value, 2)
    assert await project.read(f"/extensions/{made['id']}") == changed


@pytest.mark.parametrize(("action", "field"), [("setKey", "key"), ("setTimeoutInMs", "timeoutInMs")])
async def test_an_action_without_a_value_removes_its_field(
    project: Project, make: Make, action: str, field: str
) -> None:
    """The key, and the timeout, which is the default again."""
    made = await make(timeoutInMs=100)
    assert field not in await project.update("/extensions", made, {"action": action})


async def test_what_is_so_already_changes_nothing(project: Project, make: Make) -> None:
    """The version stays."""
    made = await make()
    changed = await project.update("/extensions", made, {"action": "changeTriggers", "triggers": [TRIGGER]})
    assert changed["version"] == 1


async def test_an_update_by_key_and_a_stale_one(project: Project, make: Make) -> None:
    """By key as by id; the version is checked before anything else."""
    made = await make()
    path = f"/extensions/key={made['key']}"
    action = {"action": "setTimeoutInMs", "timeoutInMs": 500}
    assert (await project.post(path, {"version": 1, "actions": [action]})).json()["timeoutInMs"] == 500
    error = refused(
        await project.post(path, {"version": 1, "actions": [action]}), 409, "ConcurrentModification"
    )
    assert error["currentVersion"] == 2


async def test_a_changed_destination_hides_its_secret(project: Project, make: Make) -> None:
    """As it does in a draft; another secret is a change also where it looks the same."""
    made = await make()
    for version, secret in ((2, "first-secret"), (3, "first-sacred")):
        authentication = {"type": "AuthorizationHeader", "headerValue": secret}
        destination = {"type": "HTTP", "url": URL, "authentication": authentication}
        made = await project.update(
            "/extensions", made, {"action": "changeDestination", "destination": destination}
        )
        assert secret not in str(made)
        assert made["version"] == version


REFUSED: list[tuple[Json, str]] = [
    ({"action": "setKey", "key": "x"}, "InvalidField"),
    ({"action": "setTimeoutInMs", "timeoutInMs": 10_001}, "InvalidField"),
    ({"action": "changeTriggers", "triggers": [{**TRIGGER, "actions": []}]}, "InvalidField"),
    ({"action": "changeTriggers", "triggers": [{**TRIGGER, "condition": "((("}]}, "InvalidInput"),
    ({"action": "changeDestination", "destination": {"type": "HTTP", "url": "ftp://x/"}}, "InvalidInput"),
    ({"action": "setExpansionPaths", "expansionPaths": ["a", "b", "c", "d"]}, "InvalidInput"),
]


@pytest.mark.parametrize(("action", "code"), REFUSED)
async def test_an_action_that_cannot_work_is_refused(
    project: Project, make: Make, action: Json, code: str
) -> None:
    """All or nothing: the action before it is undone."""
    made = await make()
    before = {"action": "setTimeoutInMs", "timeoutInMs": 300}
    refused(await project.attempt("/extensions", made, before, action), 400, code)
    assert await project.read(f"/extensions/{made['id']}") == made


async def test_an_unknown_action_is_refused(project: Project, make: Make) -> None:
    """An extension has no name to set."""
    made = await make()
    body = {"version": 1, "actions": [{"action": "setName", "name": "x"}]}
    answer = await project.post(f"/extensions/{made['id']}", body, off_definition=True)
    refused(answer, 400, "InvalidJsonInput")


def by_id(*extensions: Json) -> list[Json]:
    """References to extensions."""
    return [{"typeId": "extension", "id": each["id"]} for each in extensions]


async def test_dependencies_are_resolved(project: Project, make: Make) -> None:
    """By key or by id, in a draft and by an action; they are read back by id."""
    first = await make()
    second = await make(dependencies=[{"typeId": "extension", "key": first["key"]}])
    assert second["dependencies"] == by_id(first)
    third = await make()
    changed = await project.update(
        "/extensions", second, {"action": "setDependencies", "dependencies": by_id(third)}
    )
    assert changed["dependencies"] == by_id(third)


async def test_what_is_depended_on_stays(project: Project, make: Make) -> None:
    """ExtensionDependencyExists until nobody depends on it."""
    first = await make()
    second = await make(dependencies=by_id(first))
    path = f"/extensions/{first['id']}"
    refused(await project.delete(path, 1), 400, "ExtensionDependencyExists")
    await project.delete(f"/extensions/{second['id']}", 1)
    assert (await project.delete(path, 1)).status_code == 200


async def test_dependencies_have_their_limits(project: Project, make: Make) -> None:
    """At most five of them, in chains of three, and never in a circle."""
    chain = [await make()]
    for _ in range(2):
        chain.append(await make(dependencies=by_id(chain[-1])))
    fourth = await make()
    action = {"action": "setDependencies", "dependencies": by_id(chain[-1])}
    refused(await project.attempt("/extensions", fourth, action), 400, "ExtensionChainTooDeep")
    action = {"action": "setDependencies", "dependencies": by_id(chain[-1])}
    refused(await project.attempt("/extensions", chain[0], action), 400, "CircularDependency")
    action = {"action": "setDependencies", "dependencies": by_id(*[chain[0]] * 6)}
    refused(await project.attempt("/extensions", fourth, action), 400, "ExtensionChainTooWide")
