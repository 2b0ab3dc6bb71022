"""Business units: who has which role in one. Fields: reference, section 8.1."""

from clients.projections import KeyReference, Reference
from clients.reading import Projection
from clients.session import Session, by_key, reader


class _Assignment(Projection):
    associate_role: KeyReference


class _Associate(Projection):
    customer: Reference
    associate_role_assignments: tuple[_Assignment, ...]


class _BusinessUnit(Projection):
    associates: tuple[_Associate, ...]
    inherited_associates: tuple[_Associate, ...] = ()


class BusinessUnits:
    """The project's business units. Everything raises Unreachable, Unreadable or ApiError, see `clients.errors`."""

    _session: Session

    async def associates(self, key: str) -> dict[str, tuple[str, ...]] | None:
        """Per associate role, the ids of the customers who have it in the unit, by themselves or by inheritance.

        None if there is no such unit. Needs the scope `view_business_units`. What is inherited lags behind
        (reference, section 8.1).
        """
        unit = await self._session.find(by_key("business-units", key), reader(_BusinessUnit))
        if unit is None:
            return None
        roles: dict[str, dict[str, None]] = {}
        for associate in (*unit.associates, *unit.inherited_associates):
            for assignment in associate.associate_role_assignments:
                roles.setdefault(assignment.associate_role.key, {})[associate.customer.id] = None
        return {role: tuple(customers) for role, customers in roles.items()}
