"""Reading what came: small projections of just the fields we use, and errors that repeat none of it."""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from clients.errors import Unreadable

P = TypeVar("P", bound=BaseModel)
_MOST_NAMED = 5


class Projection(BaseModel):
    """The fields that we use of somebody else's document, which may have any number of others."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


def document_of(response: httpx.Response, *, system: str) -> Any:
    """The answer's JSON.

    Raises:
        Unreadable: it is not JSON, such as a proxy's page.
    """
    try:
        return response.json()
    except ValueError:
        kind = response.headers.get("Content-Type", "no content type")
        raise Unreadable(
            f"{system} answered {response.status_code} with no JSON ({kind[:80]})", system=system
        ) from None


def parsed(model: type[P], document: Any, *, system: str) -> P:
    """The document as a projection.

    Raises:
        Unreadable: fields are missing or of another form; their places are named, their values are not.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise unreadable(error, system=system) from None


def unreadable(error: ValidationError, *, system: str) -> Unreadable:
    """The same as an error of ours, without the values, which may be personal or secret."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    places = [f"{'.'.join(map(str, one['loc'])) or 'the document'} ({one['type']})" for one in found]
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    told = ", ".join(places[:_MOST_NAMED])
    return Unreadable(f"{system}: {error.title} is not as documented at {told}{more}", system=system)
