"""How much one GraphQL document may ask for: a stand-in for commercetools' complexity limit of 20 000 points.

States lead to States without end, so both the depth and the number of fields have to be bounded.
"""

from collections.abc import Callable
from functools import cache

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from sandbox.errors import ApiError

MAX_TOKENS = 5_000
MAX_DEPTH = 30
MAX_FIELDS = 100_000


def too_complex() -> ApiError:
    """400 QueryComplexityLimitExceeded."""
    return ApiError(400, "QueryComplexityLimitExceeded", "The query is too complex.")


def depth(document: DocumentNode) -> int:
    """How many fields stand within one another at most, fragments included; the document must be valid."""
    fragments = {
        definition.name.value: definition.selection_set
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }

    @cache  # a fragment that is spread twice in each of a chain of fragments is measured once
    def of_fragment(name: str) -> int:
        return _depth(fragments[name], of_fragment)

    return max(_depth(getattr(one, "selection_set", None), of_fragment) for one in document.definitions)


def _depth(selected: SelectionSetNode | None, of_fragment: Callable[[str], int]) -> int:
    if selected is None:
        return 0
    depths = []
    for selection in selected.selections:
        if isinstance(selection, FragmentSpreadNode):
            depths.append(of_fragment(selection.name.value))
        else:
            own = 1 if isinstance(selection, FieldNode) else 0
            depths.append(own + _depth(getattr(selection, "selection_set", None), of_fragment))
    return max(depths, default=0)
