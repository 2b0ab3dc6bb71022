"""commercetools' query predicates: `orderState="Open" and lineItems(variant(sku="A"))`.

The dotted language of discounts and approval rules (`totalPrice.centAmount >= 1`) is another one and is refused
here, as commercetools refuses it in `where`. Two readings are ours, as the documentation leaves them open: `!=` and
`not in` hold for a field that is absent, and so does `is empty`.

Source: docs.commercetools.com/api/predicates/query; input variables: the `where` trait of the official RAML.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.predicates_grammar import Parser
from sandbox.predicates_tokens import PredicateError
from sandbox.predicates_values import MissingFieldError
from sandbox.query_fields import Shape

__all__ = ["MissingFieldError", "Predicate", "PredicateError", "compile_predicate"]

Predicate = Callable[[Mapping[str, Any]], bool]


def compile_predicate(
    text: str,
    variables: Mapping[str, Sequence[str]] | None = None,
    fields: Shape | None = None,
    *,
    strict: bool = False,
) -> Predicate:
    """Compile `text` to a test of one resource.

    `variables` holds the values of each `:name`, several for an array; `fields` is the shape of the resource, or
    None if any field may be named. Raises PredicateError, and nothing else, for a text that is no predicate or that
    names a field that does not exist or a variable that was not given. A `strict` predicate raises MissingFieldError
    for a resource that lacks a field which it asks for, unless it asks whether the field `is defined` or `is empty`.
    """
    return Parser(text, variables or {}, fields, strict=strict).parse()
