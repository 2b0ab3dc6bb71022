"""What the Temporal server must have: the search attributes."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from starter.exits import OutsideError
from starter.setup_plan import Change, ChangedMeanwhileError, Part, Step
from workflows.names import SEARCH_ATTRIBUTES


class SearchAttributesPart(Part):
    """All of them, in one request: a workflow that sets an unregistered one is stuck."""

    thing = "search attributes"

    def __init__(self, client: Client) -> None:
        self._client = client

    async def plan(self) -> list[Step]:
        """Compare names and types. One of another type is somebody else's, and is never removed."""
        wanted = {key.name: int(key.indexed_value_type) for key in SEARCH_ATTRIBUTES}
        request = ListSearchAttributesRequest(namespace=self._client.namespace)
        present = dict(
            (await self._client.operator_service.list_search_attributes(request)).custom_attributes
        )
        others = [name for name, type_ in wanted.items() if present.get(name, type_) != type_]
        if others:
            told = tuple(
                f"{name} is there as {_type(present[name])} and must be {_type(wanted[name])}; "
                "remove it by Temporal's own tools, or use another namespace"
                for name in others
            )
            return [Step(self.thing, Change.REFUSED, told)]
        missing = {name: type_ for name, type_ in wanted.items() if name not in present}
        if not missing:
            return [Step(self.thing, Change.UNCHANGED, (f"all {len(wanted)} are registered",))]
        details = tuple(f"{name}: {_type(type_)}" for name, type_ in missing.items())
        return [Step(self.thing, Change.CREATED, details, lambda: self._register(missing))]

    async def _register(self, missing: dict[str, int]) -> None:
        request = AddSearchAttributesRequest(
            namespace=self._client.namespace,
            search_attributes=missing,  # type: ignore[arg-type] # protobuf takes the number of an enumeration
        )
        try:
            await self._client.operator_service.add_search_attributes(request)
        except RPCError as error:
            if error.status is RPCStatusCode.ALREADY_EXISTS:
                raise ChangedMeanwhileError from error
            raise OutsideError(
                f"Temporal did not register {', '.join(sorted(missing))}: {error.message}; on Temporal Cloud "
                "register them with its own tools (docs/operations.md has the list with the types)"
            ) from error


def _type(number: int) -> str:
    """As Temporal's tools call it, such as KeywordList."""
    name = IndexedValueType.Name(number)  # type: ignore[arg-type] # as above
    return "".join(word.capitalize() for word in name.removeprefix("INDEXED_VALUE_TYPE_").split("_"))
