"""The keys of product types, of which a line item carries only the ids.

By GraphQL: REST answers with each type's attributes, which may be hundreds.
"""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic

from clients.commercetools import Commercetools
from clients.kept import Kept
from clients.predicates import among
from clients.reading import Projection, parsed
from clients.session import SYSTEM
from domain.order import ProductType

_LARGEST_PAGE = 500
_KEYS = """query ($where: String, $limit: Int) {
  productTypes(where: $where, limit: $limit) { results { id key } }
}"""


class _Type(Projection):
    id: str
    key: str | None = None


class _Page(Projection):
    results: tuple[_Type, ...]


class _Answer(Projection):
    product_types: _Page


class ProductTypes:
    """Needs the scope `view_products`. What was found is good for some minutes."""

    def __init__(self, commercetools: Commercetools, *, clock: Callable[[], float] = monotonic) -> None:
        self._commercetools = commercetools
        self._keys: Kept[str | None] = Kept(self._read, clock=clock)

    async def resolved(self, types: Iterable[ProductType]) -> tuple[ProductType, ...]:
        """The same with their keys; without, where a type has none or is not there any more. One request at most.

        Raises:
            ClientError: as `clients.errors` says.
        """
        given = tuple(types)
        keys = await self._keys.of(one.id for one in given if one.key is None)
        return tuple(one if one.key else ProductType(id=one.id, key=keys.get(one.id)) for one in given)

    async def _read(self, ids: Sequence[str]) -> dict[str, str | None]:
        variables = {"where": f"id in {among(ids)}", "limit": _LARGEST_PAGE}
        answer = parsed(_Answer, await self._commercetools.graphql(_KEYS, variables), system=SYSTEM)
        return {one.id: one.key for one in answer.product_types.results}
