"""Custom objects: JSON documents by container and key, with optimistic locking."""

from collections.abc import Sequence
from typing import Any

from clients.resources import CustomObject
from clients.session import Session, Variables, query, reader, segment

_read = reader(CustomObject)


class CustomObjects:
    """The project's custom objects. Everything raises as `clients.errors` says."""

    _session: Session

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """The object, None if there is none."""
        return await self._session.find(f"custom-objects/{segment(container)}/{segment(key)}", _read)

    async def put_custom_object(
        self, container: str, key: str, value: Any, version: int | None = None
    ) -> CustomObject:
        """Create or replace the object. Fields of `value` that are null are not kept by commercetools.

        `version` 0 only creates, a higher one only replaces that version, None replaces whatever is there.

        Raises:
            ConcurrentModification: there is one already, or it has another version.
        """
        from clients.drafts import custom_object_draft  # noqa: PLC0415 - slow to load, and not for those who only read

        draft = custom_object_draft(container, key, value, version)
        return await self._session.create("custom-objects", _read, draft)

    async def custom_objects(
        self,
        container: str,
        where: str = "",
        variables: Variables | None = None,
        *,
        sort: Sequence[str] = ("key asc",),
        limit: int = 20,
    ) -> list[CustomObject]:
        """One page of a container, at most 500."""
        path = f"custom-objects/{segment(container)}"
        return await self._session.page(path, _read, query(where, variables, sort, limit))
