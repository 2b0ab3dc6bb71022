"""What Placet does to orders in commercetools: each an attempt that reads, checks and writes with that version."""

from datetime import datetime

from temporalio import activity

from activities.failures import decided_afresh, is_refusal, outside_call
from activities.looking import look, order_and_payment
from activities.moves import move, moved_by_us, transitions, way_to
from activities.progress import Along, ProgressActivities
from activities.records import Records, adopt_since, read_record
from activities.requests import (
    CloseRequest,
    LookRequest,
    MoveOutcome,
    Moves,
    ReleaseRequest,
    RouteRequest,
    Routing,
    Seen,
)
from activities.splitting import SplittingActivities, whole
from clients.commercetools import Commercetools
from clients.errors import ClientError
from clients.facts import FactsOf
from clients.written_order import OrderProgress
from domain.audit import Transition, transitioned
from domain.directory import Directory
from domain.order import Order, created_before
from domain.phases import Phase
from domain.policy import Policy
from domain.route import Route
from domain.routing import Router, policy_digest
from domain.standing import UNRELEASED, Standing, end_of, standing
from domain.states import StateMachine
from domain.status import OrderRecord


class OrderActivities:
    """Reading, routing and moving orders, under the policy and machine that this worker was given."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a worker is given, each by its name
        self,
        commercetools: Commercetools,
        records: Records,
        machine: StateMachine,
        policy: Policy,
        directory: Directory,
        adopt_since: datetime | None = None,
        splitting: SplittingActivities | None = None,
        progress: ProgressActivities | None = None,
    ) -> None:
        self._commercetools = commercetools
        self._records = records
        self._machine = machine
        self._router = Router(policy, directory, policy_digest(policy, directory))
        self._facts = FactsOf(commercetools, machine, self._router)
        self._adopt_since = adopt_since
        self._splitting = splitting or SplittingActivities(commercetools)
        self._progress = progress or ProgressActivities(commercetools, records, machine)

    @activity.defn
    async def route_order(self, request: RouteRequest) -> Routing:
        """Read the order, route what was read, and see to it that it waits where policy wants an approval."""
        async with outside_call():
            if not request.first:
                return await decided_afresh(lambda: self._route(request))
            record = await read_record(self._commercetools, request.order_id)
            if record is not None and record.closed:
                why = f"its record says {record.status.phase}"
                return Routing(standing=Standing.UNKNOWN, not_taken_up=why, closed_before=True)
            if self._adopt_since is None:
                self._adopt_since = await adopt_since(self._commercetools)
            known = request
            if record is not None:  # it was taken up before
                update = {"known_state": record.status.state, "adopted": True}
                known = request.model_copy(update=update)
            routing = await decided_afresh(lambda: self._route(known))
            return routing.model_copy(update={"earlier": record})

    @activity.defn
    async def look_at_order(self, request: LookRequest) -> Seen:
        """Read the order without touching it."""
        async with outside_call():
            routed = lambda order: self._routed(order, None)  # noqa: E731 - without an opening: nobody is asked
            return await look(self._commercetools, self._machine, request, routed)

    @activity.defn
    async def release_order(self, request: ReleaseRequest) -> Moves:
        """The gate: read again, compare the content, approve and claim for fulfilment with the version read."""
        async with outside_call():
            return await decided_afresh(lambda: self._release(request))

    @activity.defn
    async def close_order(self, request: CloseRequest) -> Moves:
        """Move the order to its end and write the record."""
        async with outside_call():
            moved = await decided_afresh(lambda: self._close(request))
            if moved.outcome is MoveOutcome.MOVED:
                facts = (
                    *((moved.progressed,) if moved.progressed is not None else ()),
                    *transitioned(moved.moves, request.closed.revision, request.on_behalf_of),
                    request.closed,
                )
                record = request.record.after(facts, request.at, moved.state)
                recorded = await self._records.mirror(record)
                return moved.model_copy(update={"recorded": recorded})
            return moved

    @activity.defn
    async def record_order(self, record: OrderRecord) -> None:
        """Write the record by itself, where no other write goes along."""
        async with outside_call():
            await decided_afresh(lambda: self._records.write(record))

    async def _route(self, request: RouteRequest) -> Routing:
        order = await self._commercetools.order(request.order_id)
        place = standing(order, self._machine)
        if order is None:
            return Routing(standing=place)
        if request.first and not request.adopted and created_before(order, self._adopt_since):
            why = "it was placed before Placet was set up"
            return Routing(standing=Standing.UNKNOWN, not_taken_up=why)
        known = request.known
        is_new = known is None or known.digest != order.content.digest
        routed = await self._routed(order, request.at, reserve=True) if is_new else None
        automatic = routed.automatic if routed is not None else known is not None and known.automatic
        told = await self._untold(order, request.known_state, (self._machine.key(Phase.PENDING),))
        moved, moves, no_way = order, tuple[Transition, ...](), False
        if place in UNRELEASED and not automatic:
            way = self._machine.way(order.state, self._machine.key(Phase.PENDING))
            moved, moves = await move(self._commercetools, order, way or (), Phase.PENDING)
            no_way = way is None
        return Routing(
            standing=place if not moves else Standing.PENDING,
            found_state=request.known_state if told else order.state,
            state=moved.state,
            modified_by=order.last_modified_by,
            order=order.model_copy(update={"custom": {}}) if is_new else None,
            route=routed,
            moves=(*told, *moves),
            no_way=no_way,
            reading=self._router.reading(order.content) if routed is None else None,
        )

    async def _routed(self, order: Order, at: datetime | None, *, reserve: bool = False) -> Route:
        """The route under our policy, for which only what the policy asks for is read."""
        return self._router.route(order.content, await self._facts.order(order, reserve=reserve), at)

    async def _release(self, request: ReleaseRequest) -> Moves:
        order, payment = await order_and_payment(self._commercetools, request.order_id)
        place = standing(order, self._machine)
        if order is not None and place is Standing.IN_FULFILLMENT:
            claimed_before = await self._claimed_already(request, order, place)
            return claimed_before.model_copy(update={"payment": payment})
        if order is None or place not in UNRELEASED:
            return _as_found(MoveOutcome.ELSEWHERE, order, place)
        own = set(self._router.reading(order.content).never).intersection(request.agreed)
        if order.content.digest != request.digest or own:
            return _as_found(MoveOutcome.CHANGED, order, place)
        way = self._release_way(order.state)
        if way is None:
            return _as_found(MoveOutcome.NO_WAY, order, place)
        user = request.on_behalf_of
        # Before the claim: an order whose facts cannot be read is not claimed, and waits where it can be seen.
        facts = await self._splitting.facts(order.id)
        claimed, moves = await move(self._commercetools, order, way, Phase.IN_FULFILLMENT, user)
        elsewhere = order.state != request.known_state
        return Moves(
            outcome=MoveOutcome.MOVED,
            standing=Standing.IN_FULFILLMENT,
            state=claimed.state,
            moves=moves,
            moved_before=order.state if elsewhere else None,
            moved_before_by=order.last_modified_by if elsewhere else None,
            logistics=self._splitting.plan(whole(order.id, order.order_number, order.content), facts),
            line_stages=self._progress.shown,
            payment=payment,
        )

    async def _claimed_already(self, request: ReleaseRequest, order: Order, place: Standing) -> Moves:
        """The claim is made: by us, in an attempt whose reply was lost, or by somebody else."""
        if not await moved_by_us(self._commercetools, order):
            return _as_found(MoveOutcome.ELSEWHERE, order, place)
        told = transitions(request.known_state, self._release_way(request.known_state) or ())
        shown = self._progress.shown
        moved = Moves(
            outcome=MoveOutcome.MOVED, standing=place, state=order.state, moves=told, line_stages=shown
        )
        if order.content.digest != request.digest:
            return moved.model_copy(update={"split_again": True})
        facts = await self._splitting.facts(order.id)
        split = self._splitting.plan(whole(order.id, order.order_number, order.content), facts)
        return moved.model_copy(update={"logistics": split})

    def _release_way(self, source: str | None) -> tuple[str, ...] | None:
        """The moves to Approved and then to the claim for fulfilment."""
        approved, claimed = self._machine.key(Phase.APPROVED), self._machine.key(Phase.IN_FULFILLMENT)
        approval, claim = self._machine.way(source, approved), self._machine.way(approved, claimed)
        return (*approval, *claim) if approval is not None and claim is not None else None

    async def _untold(
        self, order: Order, known_state: str | None, way: tuple[str, ...]
    ) -> tuple[Transition, ...]:
        """The moves along `way` that an earlier attempt of ours made, and whose reply was lost."""
        if order.state is None or order.state == known_state or order.state not in way:
            return ()
        if not await moved_by_us(self._commercetools, order):
            return ()
        return transitions(known_state, way[: way.index(order.state) + 1])

    async def _close(self, request: CloseRequest) -> Moves:
        order, read = await self._with_progress(request)
        place = standing(order, self._machine)
        if order is not None and order.state == self._machine.key(request.phase):
            return await self._closed_already(request, order, place)
        way = self._way_out(request, order, place)
        if order is None or isinstance(way, MoveOutcome):
            return _as_found(way if isinstance(way, MoveOutcome) else MoveOutcome.ELSEWHERE, order, place)
        if read is None or request.progress is None:
            return await self._end(request, order, way)
        along = await self._progress.along(read, request.progress, request.mapped)
        return await (self._close(request) if along is None else self._end(request, order, way, along))

    async def _with_progress(self, request: CloseRequest) -> tuple[Order | None, OrderProgress | None]:
        """The order, and what it has of its progress where there is something to compare that with."""
        if request.progress is None:
            return await self._commercetools.order(request.order_id), None
        return await self._progress.read(request.order_id) or (None, None)

    def _way_out(
        self, request: CloseRequest, order: Order | None, place: Standing
    ) -> tuple[str, ...] | MoveOutcome:
        """The moves to the end, or why there are none."""
        if order is None or not _may_end(place, request.phase):
            return MoveOutcome.ELSEWHERE
        if request.digest is not None and order.content.digest != request.digest:
            return MoveOutcome.CHANGED
        way = way_to(self._machine, order, request.phase)
        return MoveOutcome.NO_WAY if way is None else way

    async def _end(
        self, request: CloseRequest, order: Order, way: tuple[str, ...], along: Along | None = None
    ) -> Moves:
        """The last move, with the progress that is still to be written; without it, if commercetools refuses just that."""
        user, refused, fact = request.on_behalf_of, None, None
        try:
            drafts = along.drafts if along is not None else ()
            closed, moves = await move(self._commercetools, order, way, request.phase, user, along=drafts)
            fact = along.fact if along is not None else None
        except ClientError as error:
            if along is None or not along.drafts or not is_refusal(error):
                raise
            closed, moves = await move(self._commercetools, order, way, request.phase, user)
            refused = str(error)
        return Moves(
            outcome=MoveOutcome.MOVED,
            standing=standing(closed, self._machine),
            state=closed.state,
            moves=moves,
            progressed=fact,
            progress_refused=refused,
        )

    async def _closed_already(self, request: CloseRequest, order: Order, place: Standing) -> Moves:
        """The order is at that end: by us, in an attempt whose reply was lost, or by somebody else."""
        if not await moved_by_us(self._commercetools, order):
            return _as_found(MoveOutcome.ELSEWHERE, order, place)
        told = await self._untold(order, request.known_state, (self._machine.key(request.phase),))
        return Moves(outcome=MoveOutcome.MOVED, standing=place, state=order.state, moves=told)


def _may_end(place: Standing, phase: Phase) -> bool:
    """Whether an order that stands there can still be brought to that end by us."""
    end = end_of(place)
    return end is None or end is phase or (end is Phase.CANCELLED and phase is Phase.WITHDRAWN)


def _as_found(outcome: MoveOutcome, order: Order | None, place: Standing) -> Moves:
    return Moves(outcome=outcome, standing=place, state=order.state if order else None)
