"""What the API refuses, and how it says so: commercetools' `ErrorResponse` with its documented codes.

Messages follow the templates of the official error types; clients are expected to key on `code`.
"""

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, error code, message and the code's own extra fields.

    `body()` is commercetools' ErrorResponse: `{"statusCode", "message", "errors": [{"code", "message", ...}]}`.
    """

    def __init__(self, status: int, code: str, message: str, **extras: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extras = extras
        self.headers: dict[str, str] = {}

    def error(self) -> dict[str, Any]:
        """The first entry of `errors`, also what GraphQL puts into `extensions` beside its message."""
        return {"code": self.code, "message": self.message, **self.extras}

    def errors(self) -> list[dict[str, Any]]:
        """All entries of `errors`, which share the status."""
        return [self.error()]

    def body(self) -> dict[str, Any]:
        """The whole ErrorResponse."""
        return {"statusCode": self.status, "message": self.message, "errors": self.errors()}


class AuthError(ApiError):
    """An OAuth refusal: an ErrorResponse that also carries `error` (AuthErrorResponse)."""

    def body(self) -> dict[str, Any]:
        """The whole AuthErrorResponse."""
        return {**super().body(), "error": self.code}


def invalid_input(message: str) -> ApiError:
    """The request is well-formed but cannot be understood."""
    return ApiError(400, "InvalidInput", message)


def invalid_operation(message: str) -> ApiError:
    """The request makes sense, but not for the resource as it is now."""
    return ApiError(400, "InvalidOperation", message)


def invalid_json(detail: str) -> ApiError:
    """The body is not JSON, or not JSON of the shape that the endpoint reads."""
    message = "Request body does not contain valid JSON."
    return ApiError(400, "InvalidJsonInput", message, detailedErrorMessage=detail)


def invalid_field(field: str, value: Any, allowed: list[Any] | None = None) -> ApiError:
    """A field holds a value that it may not hold."""
    extras: dict[str, Any] = {"field": field, "invalidValue": value}
    if allowed is not None:
        extras["allowedValues"] = allowed
    return ApiError(400, "InvalidField", f"The value '{value}' is not valid for field '{field}'.", **extras)


def required_field(field: str) -> ApiError:
    """A field that must be there is not."""
    return ApiError(400, "RequiredField", f"A value is required for field '{field}'.", field=field)


def duplicate_field(field: str, value: Any) -> ApiError:
    """A unique field already has this value on another resource."""
    message = f"A duplicate value '{value}' exists for field '{field}'."
    return ApiError(400, "DuplicateField", message, field=field, duplicateValue=value)


def reference_exists(resource: str, referenced_by: str) -> ApiError:
    """The resource is still needed by another and cannot go."""
    message = f"Can not delete a {resource} while it is referenced by at least one {referenced_by}."
    return ApiError(400, "ReferenceExists", message, referencedBy=referenced_by)


def referenced_not_found(type_id: str, *, id: str | None = None, key: str | None = None) -> ApiError:  # noqa: A002 - the wire's name
    """A draft or action points at a resource that does not exist."""
    named = f"identifier '{id}'" if id is not None else f"key '{key}'"
    message = (
        f"The referenced object of type '{type_id}' with {named} was not found. "
        "It either doesn't exist, or it can't be accessed from this endpoint."
    )
    extras = {"typeId": type_id} | ({"id": id} if id is not None else {"key": key})
    return ApiError(400, "ReferencedResourceNotFound", message, **extras)


def not_found(named: str, *, by: str = "ID") -> ApiError:
    """The addressed resource does not exist."""
    return ApiError(404, "ResourceNotFound", f"The Resource with {by} '{named}' was not found.")


def concurrent_modification(resource_id: str, expected: int, actual: int) -> ApiError:
    """The resource has moved on since the caller read it."""
    message = f"Object {resource_id} has a different version than expected. Expected: {expected} - Actual: {actual}."
    return ApiError(409, "ConcurrentModification", message, currentVersion=actual)


def invalid_token() -> AuthError:
    """The bearer token is missing, unknown or expired."""
    return AuthError(401, "invalid_token", "invalid_token")


def insufficient_scope(scopes: tuple[str, ...], project_key: str) -> AuthError:
    """The token is good, but not for this."""
    wanted = ", ".join(f"{scope}:{project_key}" for scope in scopes)
    message = f"Insufficient scope. One of the following scopes is missing: {wanted}."
    return AuthError(403, "insufficient_scope", message)
