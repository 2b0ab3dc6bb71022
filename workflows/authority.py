"""Who decides: the directory is read when a level opens, and when somebody proposes another person."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import OpenedLevel, OpenRequest
from domain.events import Consulted, Opened
from domain.reassigning import proposed_delegations, proposed_level
from domain.route import Level
from domain.routing import matter_of
from domain.substitution import Mandate
from workflows import calls
from workflows.ledger import Ledger


class Authority:
    """Reads the directory for the case."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def open_level(self) -> None:
        """Read the directory for the level that is to decide next."""
        case = self._ledger.case
        self._ledger.tell_story()
        if case.opens is not None:
            level = case.steps[case.opens.step].levels[case.opens.level]
            read = await self._read_directory(level, case.delegations)
            if self._ledger.case.opens == case.opens:
                self._ledger.feed(Opened(opening=read.opening, reading=read.reading))

    async def consult(self) -> None:
        """Read the directory for the first proposal to change who decides."""
        case, proposal = self._ledger.case, self._ledger.case.proposals[0]
        level, read, why = proposed_level(case, proposal), OpenedLevel(), None
        if level is not None:
            try:
                read = await self._read_directory(level, proposed_delegations(case, proposal))
            except ActivityError as error:
                if not calls.is_refused(error):
                    raise
                why = calls.reason(error)  # it is the proposal that cannot be, not the order
        self._ledger.feed(
            Consulted(sent_id=proposal.sent_id, opening=read.opening, why=why, reading=read.reading)
        )

    async def _read_directory(self, level: Level, delegations: tuple[Mandate, ...]) -> OpenedLevel:
        memory, route = self._ledger.memory, self._ledger.case.route
        if memory.order is None or route is None:
            raise ApplicationError("a level opens of an order that was never read", type="Unread")
        matter = matter_of(route, memory.order.content.total).model_copy(update={"delegations": delegations})
        request = OpenRequest(
            level=level,
            at=workflow.now(),
            matter=matter,
            requester_identities=route.requester_identities,
            business_unit=memory.order.content.business_unit if level.rests_on_roles else None,
        )
        return await calls.open_level(request)
