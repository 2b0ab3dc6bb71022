"""Which API Extensions a write triggers, and in which order: those that depend on others come after them."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.extensions_errors import predicate_failed
from sandbox.predicates import MissingFieldError, Predicate, compile_predicate
from sandbox.query_fields import FIELDS
from sandbox.resources import Resource

EXTENSION = "extension"

# `ExtensionResourceTypeId`. The sandbox keeps carts, orders and customer groups; the others never trigger anything.
EXTENDABLE = (
    "cart",
    "order",
    "payment",
    "payment-method",
    "customer",
    "customer-group",
    "quote-request",
    "staged-quote",
    "quote",
    "business-unit",
    "shopping-list",
)


def condition_of(trigger: Resource) -> Predicate | None:
    """The trigger's compiled condition, or None. Raises PredicateError for a text that is none."""
    if "condition" not in trigger:
        return None
    return _compiled(trigger["condition"], trigger["resourceTypeId"])


@functools.lru_cache(maxsize=256)
def _compiled(text: str, type_id: str) -> Predicate:
    """Strict: comparing a field that the resource does not have is an error, not "no".

    "could not be evaluated due to a missing field" is the official description of the error.
    """
    return compile_predicate(text, fields=FIELDS.get(type_id), strict=True)


def triggers(extension: Resource, type_id: str, action: str) -> list[Resource]:
    """The extension's triggers for `Create` or `Update` of a type, whatever their conditions."""
    wanted: list[Resource] = extension["triggers"]
    return [each for each in wanted if each["resourceTypeId"] == type_id and action in each["actions"]]


def is_triggered(extension: Resource, type_id: str, action: str, resource: dict[str, Any]) -> bool:
    """Whether the condition of any of its triggers holds for the resource as it would be saved.

    ApiError ExtensionPredicateEvaluationFailed.
    """
    for trigger in triggers(extension, type_id, action):
        condition = condition_of(trigger)
        try:
            if condition is None or condition(resource):
                return True
        except MissingFieldError as missing:
            raise predicate_failed(extension, str(missing)) from None
    return False


def waves(extensions: Sequence[Resource]) -> Iterator[list[Resource]]:
    """Groups to be called one after the other, each group at once.

    A dependency that is not among `extensions` is not waited for.
    """
    left = {extension["id"]: extension for extension in extensions}
    while left:
        ready = [
            extension
            for extension in left.values()
            if not any(dependency["id"] in left for dependency in extension.get("dependencies", ()))
        ]
        yield ready
        for extension in ready:
            del left[extension["id"]]
