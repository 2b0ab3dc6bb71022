"""API Extensions as resources: created, read, queried, deleted, and refused (section 9)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.extensions import TRIGGER, URL, Make, extension_draft, making
from tests.contract.project import Json, Project, answered, refused
from tests.contract.targets import Target


@pytest.fixture
async def make(project: Project) -> AsyncIterator[Make]:
    """Creates extensions for one test."""
    async with making(project) as make:
        yield make


async def test_an_extension_is_created_and_read(project: Project, make: Make) -> None:
    """What was posted comes back, by id and by key, at version 1."""
    condition = 'key is defined and key = "a"'
    given = extension_draft(
        project,
        triggers=[{**TRIGGER, "condition": condition}],
        timeoutInMs=1500,
        expansionPaths=["customer"],
        additionalContext={"includeOldResource": True},
    )
    made = await make(**given)
    assert made["version"] == 1
    assert {name: made[name] for name in given} == given
    assert await project.read(f"/extensions/{made['id']}") == made
    assert await project.read(f"/extensions/key={given['key']}") == made


async def test_a_context_without_a_word_leaves_the_old_resource_out(project: Project, make: Make) -> None:
    """`includeOldResource` is false by default."""
    made = await make(additionalContext={})
    assert made["additionalContext"] == {"includeOldResource": False}


AUTHENTICATIONS = {
    "headerValue": {"type": "AuthorizationHeader", "headerValue": "Bearer very-secret-token"},
    "key": {"type": "AzureFunctions", "key": "very-secret-function-key"},
}


@pytest.mark.parametrize("secret", AUTHENTICATIONS)
async def test_a_secret_is_never_read_back(project: Project, make: Make, secret: str) -> None:
    """Secrets of a destination are hidden in every answer."""
    authentication = AUTHENTICATIONS[secret]
    made = await make(destination={"type": "HTTP", "url": URL, "authentication": authentication})
    assert made["destination"]["authentication"]["type"] == authentication["type"]
    page = await project.get("/extensions", {"where": f'id = "{made["id"]}"'})
    for answer in (made, page.json(), await project.read(f"/extensions/{made['id']}")):
        assert authentication[secret] not in str(answer)


async def test_extensions_are_queried(project: Project, make: Make) -> None:
    """where, sort, limit, offset and withTotal, as for every resource."""
    made = [await make() for _ in range(3)]
    keys = ", ".join(f'"{each["key"]}"' for each in made)
    params: dict[str, Any] = {"where": f"key in ({keys})", "sort": "key desc", "limit": 1, "offset": 1}
    page = await project.read("/extensions", params)
    assert (page["count"], page["total"], page["limit"], page["offset"]) == (1, 3, 1, 1)
    assert page["results"] == [made[1]]
    assert "total" not in await project.read("/extensions", params | {"withTotal": "false"})


async def test_a_query_for_a_field_that_there_is_not_is_refused(project: Project) -> None:
    """A mistake, not a query that finds nothing."""
    refused(await project.get("/extensions", {"where": 'trigger = "x"'}), 400, "InvalidInput")


async def test_head_tells_whether_there_is_one(project: Project, make: Make) -> None:
    """200 or 404, without a body."""
    made = await make()
    assert (await project.request("HEAD", f"/extensions/{made['id']}")).status_code == 200
    assert (await project.request("HEAD", f"/extensions/key={made['key']}")).status_code == 200
    assert (await project.request("HEAD", "/extensions/key=nobody")).status_code == 404


@pytest.mark.parametrize("path", ["/extensions/nobody", "/extensions/key=nobody"])
async def test_an_unknown_extension_is_not_found(project: Project, path: str) -> None:
    """404 for get, update and delete alike."""
    refused(await project.get(path), 404, "ResourceNotFound")
    refused(await project.post(path, {"version": 1, "actions": []}), 404, "ResourceNotFound")
    refused(await project.delete(path, 1), 404, "ResourceNotFound")


@pytest.mark.parametrize("by", ["id", "key"])
async def test_an_extension_is_deleted(project: Project, make: Make, by: str) -> None:
    """With its version; a stale one is a conflict."""
    made = await make()
    path = f"/extensions/{made['id']}" if by == "id" else f"/extensions/key={made['key']}"
    error = refused(await project.delete(path, 7), 409, "ConcurrentModification")
    assert error["currentVersion"] == 1
    assert answered(await project.delete(path, 1), 200) == made
    refused(await project.get(path), 404, "ResourceNotFound")


async def test_a_key_is_unique(project: Project, make: Make) -> None:
    """A second extension with the same key is refused."""
    made = await make()
    error = refused(
        await project.post("/extensions", extension_draft(project, key=made["key"])), 400, "DuplicateField"
    )
    assert error["field"] == "key"


OFF_DEFINITION: list[tuple[Json, str]] = [
    ({"destination": None}, "RequiredField"),
    ({"triggers": None}, "RequiredField"),
    ({"triggers": [{**TRIGGER, "resourceTypeId": "state"}]}, "InvalidField"),
    ({"triggers": [{**TRIGGER, "actions": ["Delete"]}]}, "InvalidField"),
    ({"destination": {"type": "SQS", "queueUrl": "q"}}, "InvalidField"),
    ({"destination": {"type": "HTTP"}}, "RequiredField"),
    ({"timeoutInMs": "soon"}, "InvalidJsonInput"),
]
REFUSED: list[tuple[Json, str]] = [
    ({"key": "x"}, "InvalidField"),
    ({"key": "no spaces"}, "InvalidField"),
    ({"timeoutInMs": 10_001}, "InvalidField"),
    ({"timeoutInMs": 0}, "InvalidField"),
    ({"triggers": [{**TRIGGER, "actions": []}]}, "InvalidField"),
    ({"triggers": [{**TRIGGER, "condition": "key ="}]}, "InvalidInput"),
    (
        {"triggers": [{"resourceTypeId": "order", "actions": ["Update"], "condition": 'stat = "x"'}]},
        "InvalidInput",
    ),
    ({"expansionPaths": ["a", "b", "c", "d"]}, "InvalidInput"),
    ({"destination": {"type": "HTTP", "url": "nowhere"}}, "InvalidInput"),
    ({"dependencies": [{"typeId": "extension", "key": "nobody"}]}, "ReferencedResourceNotFound"),
]


@pytest.mark.parametrize(("fields", "code"), OFF_DEFINITION)
async def test_a_draft_off_the_definition_is_refused(project: Project, fields: Json, code: str) -> None:
    """Missing fields, wrong types and values of no enumeration."""
    whole = {name: value for name, value in extension_draft(project, **fields).items() if value is not None}
    refused(await project.post("/extensions", whole, off_definition=True), 400, code)


@pytest.mark.parametrize(("fields", "code"), REFUSED)
async def test_a_draft_that_cannot_work_is_refused(project: Project, fields: Json, code: str) -> None:
    """Values out of their range, conditions that are no query predicate, dependencies on nobody."""
    refused(await project.post("/extensions", extension_draft(project, **fields)), 400, code)


async def test_extensions_need_a_scope_of_their_own(target: Target) -> None:
    """Reading as well as writing needs `manage_extensions`."""
    async with target.project(f"manage_orders:{target.project_key}") as stranger:
        answer = await stranger.get("/extensions")
        assert answer.status_code == 403
        answer = await stranger.post("/extensions", extension_draft(stranger))
        assert answer.status_code == 403
    async with target.project(f"manage_extensions:{target.project_key}") as owner:
        assert (await owner.get("/extensions")).status_code == 200
