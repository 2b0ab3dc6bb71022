"""An order's progress, written: what it has is read, what is missing is sent, in one mutation at the version that was read.

Everything that is new has a key that follows from its reference (`domain.progress`), so that a write whose reply was
lost is found by the next reading, and not made a second time.
"""

from collections.abc import Sequence

from clients.errors import ConcurrentModification, NotFound
from clients.order_mutation import SYSTEM, Graphql, GraphqlAction, OrderMutations, OrderStates, state_action
from clients.progress_drafts import graphql_actions
from clients.written_order import READ, OrderProgress, order_progress
from domain.progress import Progress
from domain.progress_actions import AddDelivery, ProgressAction
from domain.progress_diff import diff
from domain.progress_lines import LineStates
from domain.progress_overruled import ENDS, overruled_end
from domain.status_mapping import Mapped
from domain.status_mapping_moves import Changes, changes
from domain.value import Value

MOST_ACTIONS = 500
"""In one update (commercetools' limits; reference, section 1.6)."""


class Plan(Value):
    """What has to be written of an order's progress, and what of it cannot be."""

    states: Changes = Changes()
    """The free states by the maps: what is set, and what is left out and why. The quantities' one is an action."""
    actions: tuple[ProgressAction, ...] = ()
    no_place_for: tuple[str, ...] = ()
    """Keys of deliveries that the order has no shipping for: commercetools would refuse them."""

    @property
    def is_nothing(self) -> bool:
        """Whether all is there already."""
        return not (self.states.todo or self.actions)


class Applied(Value):
    """What became of it. `written` is false where there was nothing to write: then nothing was sent."""

    order: OrderStates
    """The order's version and free states as they are now."""
    plan: Plan
    written: bool
    whole: bool = True
    """False where more was to be written than one update takes; `further` is then still to come: apply again."""


class ProgressWriter:
    """Reads and writes the progress of orders. One attempt per call; errors are those of `clients.errors`."""

    def __init__(self, commercetools: Graphql) -> None:
        self._commercetools = commercetools
        self._mutations = OrderMutations(commercetools)

    async def read(self, order_id: str, *, line_states: bool = False) -> OrderProgress | None:
        """What the order has now, in one request; None if there is none. Line states only if they are asked for."""
        variables = {"id": order_id, "lineStates": line_states}
        data = await self._commercetools.graphql(READ, variables, "OrderProgress")
        return None if data.get("order") is None else order_progress(data["order"])

    async def apply(  # noqa: PLR0913 - what is to be written, each by its name
        self,
        order_id: str,
        progress: Progress,
        mapped: Mapped | None = None,
        line_states: LineStates | None = None,
        *,
        further: Sequence[GraphqlAction] = (),
        version: int | None = None,
    ) -> Applied:
        """Read the order, and write what it lacks. With nothing to write there is no write.

        `mapped` are the targets of the providers' statuses (`domain.status_mapping_together`). `further` actions come
        last in the same update, all or none, and are sent even where nothing else is to be written. `version`: write
        only if this is the order's, because the caller has checked it.

        Raises:
            ConcurrentModification: somebody wrote in between; apply again, which reads and compares again.
            NotFound: there is no such order.
            InvalidOperation, ReferencedResourceNotFound: a state of a line is not there or does not lead on, or the
                order forbids one of the further actions.
        """
        read = await self.read(order_id, line_states=line_states is not None)
        if read is None:
            raise NotFound(f"{SYSTEM} has no order {order_id}", system=SYSTEM, status=404)
        if version is not None and read.version != version:
            raise ConcurrentModification(
                f"the order has version {read.version}, not {version}",
                system=SYSTEM,
                status=409,
                errors=[{"currentVersion": read.version}],
            )
        return await self.write(read, plan(read, progress, mapped, line_states), further)

    async def write(self, read: OrderProgress, what: Plan, further: Sequence[GraphqlAction] = ()) -> Applied:
        """Write what was planned on the version that was read; raises as `apply` does."""
        states = [state_action(change) for change in what.states.todo]
        room = MOST_ACTIONS - len(states) - len(further)
        whole = len(what.actions) <= room
        some = graphql_actions(what.actions[:room], read.shippings, read.providers)
        actions = [*states, *some, *(further if whole else ())]
        if not actions:
            current = OrderStates(id=read.id, version=read.version, states=read.states)
            return Applied(order=current, plan=what, written=False)
        order = await self._mutations.update(read.id, read.version, actions)
        return Applied(order=order, plan=what, written=True, whole=whole)


def plan(
    read: OrderProgress,
    progress: Progress,
    mapped: Mapped | None = None,
    line_states: LineStates | None = None,
) -> Plan:
    """What is really to be written, never taking anything back.

    Where the quantities are known, the shipment state follows from them, and the maps have no say in it; an end that
    the order map tells of is left to the order's own transition. With anything unmapped none of the mapped states is set; what is known by quantities is written all the same.
    """
    actions = diff(read.written, progress, line_states)
    homeless = (
        set[str]()
        if read.shippings.take_deliveries
        else {one.key for one in actions if isinstance(one, AddDelivery)}
    )
    return Plan(
        states=_states(read, progress, mapped or Mapped()),
        actions=tuple(one for one in actions if not (isinstance(one, AddDelivery) and one.key in homeless)),
        no_place_for=tuple(sorted(homeless)),
    )


def _states(read: OrderProgress, progress: Progress, mapped: Mapped) -> Changes:
    said = mapped.model_copy(
        update={
            "order": None if mapped.order in ENDS else mapped.order,
            "shipment": None if progress.shipment_state is not None else mapped.shipment,
        }
    )
    found = changes(read.states, said)
    left = None if found.unmapped else overruled_end(read.states.order, mapped.order, progress)
    return found if left is None else found.model_copy(update={"left_out": (left, *found.left_out)})
