"""Values in query predicates, where they cannot be given as variables: GraphQL has none for predicates.

Source: docs.commercetools.com/api/predicates/query (reference, section 1.7).
"""

import json
from collections.abc import Iterable


def quoted(value: str) -> str:
    """A text as a literal. What it holds cannot end the literal."""
    return json.dumps(value, ensure_ascii=False)


def among(values: Iterable[str]) -> str:
    """Texts as a list, for `in`."""
    return f"({', '.join(map(quoted, values))})"
