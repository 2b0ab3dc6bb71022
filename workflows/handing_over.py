"""Handing over by custom object: beside the order in commercetools, so that it is a step of the story and no lane."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.requests import HandOverRequest
from domain.audit import AuditKind, Fact
from domain.fulfillment import HandOver
from domain.logistic_events import HandedOver
from domain.logistic_export import LogisticOrderDraft
from domain.logistic_order import CUSTOM_OBJECT, LogisticOrder
from workflows import calls
from workflows.forwarder import draft_of
from workflows.ledger import Ledger
from workflows.logistics import Logistics, cannot_be_drafted, export_taken, refuse_export


class HandingOver:
    """Writes custom objects, each once; one that is refused waits for a person, and the others go their way."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._logistics = Logistics(ledger)

    @property
    def next(self) -> LogisticOrder | None:
        """The first that nobody has yet, of those that are handed over by custom object."""
        refused = self._ledger.memory.refused_exports
        wanted = (one for one in self._logistics.orders.orders if one.provider == CUSTOM_OBJECT)
        return next((one for one in wanted if not one.handed_over and one.ref not in refused), None)

    async def hand_over(self, order: LogisticOrder) -> None:
        """Write it, and note it.

        Raises:
            ActivityError: commercetools is out of reach for too long.
        """
        ledger, memory = self._ledger, self._ledger.memory
        try:
            document = self._document(order)
        except ValueError as error:
            refuse_export(ledger, order, cannot_be_drafted(error))
            return
        fact = Fact(kind=AuditKind.HANDED_OVER, revision=document.revision, detail={"ref": document.ref})
        at = workflow.now()
        record = memory.record().after((fact,), at, memory.state)
        try:
            handed_over = await calls.hand_over(HandOverRequest(hand_over=document, record=record))
        except ActivityError as error:
            if not calls.is_refused(error):
                raise
            refuse_export(ledger, order, calls.reason(error))
            return
        self._logistics.feed(HandedOver(ref=order.ref))
        ledger.note(fact, at=at)
        export_taken(ledger)
        if handed_over.recorded:
            memory.recorded = max(memory.recorded, len(record.entries))
        if handed_over.announce:
            memory.announcements.append(document)

    def _document(self, order: LogisticOrder) -> HandOver:
        case, approved = self._ledger.case, self._ledger.memory.order
        if approved is None:
            raise ApplicationError("an order was claimed that was never read", type="Unread")
        return HandOver(
            ref=order.ref,
            order_id=approved.id,
            order_number=approved.order_number,
            revision=case.revision,
            digest=case.digest,
            content=approved.content,
            part=self._part(order),
        )

    def _part(self, order: LogisticOrder) -> LogisticOrderDraft | None:
        """What of the content is its, where it does not simply have all of it."""
        known = self._logistics.orders
        is_all = len(known.orders) == 1 and not known.held and not known.let_go
        if is_all and order.location is None and order.service_level is None:
            return None
        return draft_of(self._ledger, order).model_copy(update={"content": None})
