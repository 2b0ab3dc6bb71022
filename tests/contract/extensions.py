"""API Extensions that trigger nothing, and are removed after each test: a project has 25 of them at most."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.contract.project import Json, Project

# Nobody here writes shopping lists: on a real project, nothing is ever called.
TRIGGER: Json = {"resourceTypeId": "shopping-list", "actions": ["Create", "Update"]}
URL = "https://extension.example/shopping-lists"

Make = Callable[..., Awaitable[Json]]


def extension_draft(project: Project, **fields: Any) -> Json:
    """An ExtensionDraft with a key of its own."""
    return {
        "key": project.unique("extension"),
        "destination": {"type": "HTTP", "url": URL},
        "triggers": [TRIGGER],
        **fields,
    }


@asynccontextmanager
async def making(project: Project) -> AsyncIterator[Make]:
    """A way to create extensions that are removed when the block ends, the newest first."""
    made: list[Json] = []

    async def make(**fields: Any) -> Json:
        made.append(await project.create("/extensions", extension_draft(project, **fields)))
        return made[-1]

    yield make
    for extension in reversed(made):
        answer = await project.get(f"/extensions/{extension['id']}")
        if answer.status_code == 200:
            await project.delete(f"/extensions/{extension['id']}", answer.json()["version"])
