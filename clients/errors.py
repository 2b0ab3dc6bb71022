"""What can go wrong at an outside system, as types. One place elsewhere says which mean "again" and which "never".

    ClientError
    ├── Unreachable                      no answer: it may or may not have been carried out
    ├── Unreadable                       a success that does not read as documented: it may have been carried out
    └── ApiError                         an answer that is no success
        ├── Invalid                 400  and other 4xx: the same request will be refused again
        │   ├── InvalidOperation         not in this state of the resource, such as a forbidden transition
        │   ├── InvalidInput
        │   ├── DuplicateField           something with this unique value exists (`field`)
        │   ├── ReferencedResourceNotFound
        │   └── BadRequest               every other code (`code`)
        ├── Unauthorized            401
        ├── Forbidden               403
        ├── NotFound                404
        ├── ConcurrentModification  409  read again, check again, decide again (`current_version`)
        ├── RateLimited             429  (`retry_after`)
        └── ServerFault             5xx  it may have been carried out (`retry_after`)
            ├── BadGateway          502
            ├── Unavailable         503
            └── GatewayTimeout      504  and 408

No message holds a secret, a token or what we sent: texts of commercetools are quoted only for codes whose texts
speak of ids, versions and names, and texts of other systems never are.
"""
# ruff: noqa: N818 - the names are the codes of commercetools' interface, as its users know them

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any


class ClientError(Exception):
    """A call to an outside system did not do what it should. `system` names it, such as `commercetools`."""

    def __init__(self, message: str, *, system: str) -> None:
        super().__init__(message)
        self.system = system


class Unreachable(ClientError):
    """No answer: no connection, a broken one, or the deadline passed. It may or may not have been carried out."""


class Unreadable(ClientError):
    """A success whose body is not what the interface promises. A write may well have been carried out."""


class ApiError(ClientError):
    """An answer that is no success.

    `code` is the first error's code where the answer has one, `errors` the errors as they came (they may repeat
    what was sent: not for logs), `retry_after` the time that the system asks us to wait.
    """

    def __init__(  # noqa: PLR0913 - the facts of an answer, each by its name
        self,
        message: str,
        *,
        system: str,
        status: int,
        code: str | None = None,
        correlation_id: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message, system=system)
        self.status = status
        self.code = code
        self.correlation_id = correlation_id
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def _extra(self, name: str) -> Any:
        """A field that an error of this code carries beside its message."""
        return next((error[name] for error in self.errors if name in error), None)


class Invalid(ApiError):
    """400, or another 4xx: the same request will be refused again."""


class InvalidOperation(Invalid):
    """Not allowed in the resource's present state, such as a transition that the state machine lacks."""


class InvalidInput(Invalid):
    """A malformed parameter or predicate."""


class DuplicateField(Invalid):
    """Another resource has this unique value already."""

    @property
    def field(self) -> str | None:
        """Which field it is, such as `key` or `orderNumber`."""
        field = self._extra("field")
        return field if isinstance(field, str) else None


class ReferencedResourceNotFound(Invalid):
    """Something that the request refers to by id or key is not there."""


class BadRequest(Invalid):
    """Every other refusal; `code` says which."""


class Unauthorized(ApiError):
    """401, also with a fresh token."""


class Forbidden(ApiError):
    """403: a scope or permission is missing."""


class NotFound(ApiError):
    """404 on a write or a query; reads by id answer None instead."""


class ConcurrentModification(ApiError):
    """409: somebody wrote in between. Never the same write with the new version: read and check again."""

    @property
    def current_version(self) -> int | None:
        """The version that the resource has now, where the answer says so (the field is optional)."""
        version = self._extra("currentVersion")
        return version if isinstance(version, int) else None


class RateLimited(ApiError):
    """429: not carried out; wait `retry_after`."""


class ServerFault(ApiError):
    """5xx. A write may have been carried out all the same."""


class BadGateway(ServerFault):
    """502: something before commercetools failed, or an API Extension answered badly."""


class Unavailable(ServerFault):
    """503: over capacity, or an operation is pending."""


class GatewayTimeout(ServerFault):
    """504, or 408: something between us took too long, or an API Extension did not answer."""


def is_passing(error: ClientError) -> bool:
    """Whether the same call may well succeed later: no answer, too many calls, or a fault of theirs."""
    return isinstance(error, Unreachable | RateLimited | ServerFault | ConcurrentModification)
