"""What API Extensions add to the API's refusals. Source: `types/error/Extension*.raml`.

The statuses 502 and 504 are what clients of the real API report; the RAML gives none.
"""

from collections.abc import Sequence
from typing import Any

from sandbox.errors import ApiError
from sandbox.store import Resource


class RefusedByExtensionsError(ApiError):
    """What several extensions refused with: one answer, with the first one's message and everybody's errors.

    An ErrorResponse has one status. Which wins where extensions fail in different ways is not documented: here 400
    before 502 before 504, so that a veto is never hidden.
    """

    def __init__(self, refusals: Sequence[ApiError]) -> None:
        status = min(refusal.status for refusal in refusals)
        told = [refusal for refusal in refusals if refusal.status == status]
        super().__init__(status, told[0].code, told[0].message, **told[0].extras)
        self._errors = [error for refusal in told for error in refusal.errors()]

    def errors(self) -> list[dict[str, Any]]:
        """Everybody's errors, in the order of the extensions."""
        return self._errors


def veto(extension: Resource, code: str, message: str, more: dict[str, Any]) -> ApiError:
    """An error that the extension answered with; `more` is its localizedMessage and extensionExtraInfo."""
    return ApiError(400, code, message, **more, errorByExtension=_named(extension))


def predicate_failed(extension: Resource, why: str) -> ApiError:
    """The condition of a trigger asks for a field that the resource does not have."""
    message = f"The condition of the extension could not be evaluated: {why}"
    code = "ExtensionPredicateEvaluationFailed"
    return ApiError(400, code, message, errorByExtension=_named(extension))


def update_actions_failed(extension: Resource, errors: Sequence[dict[str, Any]]) -> ApiError:
    """The update actions that the extension answered with cannot be applied."""
    named = _identified(extension)
    told = [{"code": error["code"], "message": error["message"], **named} for error in errors]
    message = "The extension returned update actions that could not be executed."
    return ApiError(400, "ExtensionUpdateActionsFailed", message, extensionErrors=told)


def bad_response(extension: Resource, status: int, body: str, why: str) -> ApiError:
    """The extension answered something that is no answer."""
    message = f"The extension did not return the expected response: {why}"
    told = {"extensionBody": body, "extensionStatusCode": status, **_identified(extension)}
    return ApiError(502, "ExtensionBadResponse", message, extensionErrors=[], **told)


def no_response(extension: Resource) -> ApiError:
    """The extension is out of reach, or too slow."""
    message = "Extension did not respond in time."
    return ApiError(504, "ExtensionNoResponse", message, **_identified(extension))


def circular_dependency() -> ApiError:
    """Extensions would depend on themselves."""
    return ApiError(400, "CircularDependency", "The dependencies of the extension are circular.")


def chain_too_deep(deepest: int) -> ApiError:
    """Too many extensions would have to be called one after the other."""
    message = f"A chain of dependent extensions must not be longer than {deepest}."
    return ApiError(400, "ExtensionChainTooDeep", message)


def chain_too_wide(widest: int) -> ApiError:
    """An extension would depend on too many others."""
    return ApiError(400, "ExtensionChainTooWide", f"An extension may have at most {widest} dependencies.")


def dependency_exists() -> ApiError:
    """Another extension still depends on this one."""
    message = "The extension cannot be deleted while another extension depends on it."
    return ApiError(400, "ExtensionDependencyExists", message)


def too_many(most: int) -> ApiError:
    """The project has all the extensions that it may have."""
    message = f"The project has reached the limit of {most} extensions."
    return ApiError(400, "MaxResourceLimitExceeded", message, exceededResource="extension")


def _named(extension: Resource) -> dict[str, Any]:
    """ErrorByExtension."""
    return {name: extension[name] for name in ("id", "key") if name in extension}


def _identified(extension: Resource) -> dict[str, Any]:
    return {f"extension{name.capitalize()}": value for name, value in _named(extension).items()}
