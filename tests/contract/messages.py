"""Reading a resource's messages, which a real project shows with a delay (section 4.3)."""

from tests.contract.project import Json, Project


async def messages_of(
    project: Project, resource: Json, *, type_id: str = "order", at_least: int = 1
) -> list[Json]:
    """The messages of a resource by sequence number, as soon as there are at least so many."""
    where = "resource(typeId = :type and id = :id)"
    params = {"var.type": type_id, "var.id": resource["id"], "sort": "sequenceNumber asc", "limit": 500}
    return await project.eventually(
        lambda: project.query("/messages", where, **params), lambda found: len(found) >= at_least
    )


async def messages_after(project: Project, resource: Json, change: Json, count: int) -> list[Json]:
    """The `count` messages that an update of `resource` to `change` produced, beyond the first one of its creation.

    Holds for an order that was imported and updated once: sequence numbers begin at 1 without gaps.
    """
    assert resource["id"] == change["id"]
    found = await messages_of(project, resource, at_least=1 + count)
    assert len(found) == 1 + count, [message["type"] for message in found]
    return found[1:]
