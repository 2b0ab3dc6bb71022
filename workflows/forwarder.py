"""What providers are told and asked, beside the story: each in a lane of its own, so that none waits for another."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, TemporalError

from activities.providers import CancelRequest, ExportRequest
from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.events import Alarmed
from domain.export_drafting import Approved, drafts_of
from domain.logistic_events import CancelAnswered, CancelToAsk, HandedOver
from domain.logistic_export import LogisticOrderDraft
from domain.logistic_order import CUSTOM_OBJECT, CancelAnswer, LogisticOrder
from domain.logistic_standing import standing
from domain.phases import Phase
from domain.provider_answers import Accepted, ChangeAnswer, Exported, Refused, Unsupported
from workflows import calls, logistic_calls
from workflows.ledger import Ledger
from workflows.logistics import Logistics, cannot_be_drafted, export_taken, refuse_export
from workflows.passing_on import PassingOn
from workflows.put_off import asked_at_last, put_off
from workflows.reaching import reached, refused

_FAULT_IS_NO_ANSWER = "a-fault-is-no-answer-to-a-cancellation"
"""The patch since which what we ask wrongly is not taken for a provider's refusal."""
UNKNOWN_ORDER = "unknownOrder"
"""What a provider refuses a cancellation with that has no such order."""


class Forwarder:
    """Exports logistic orders, asks for cancellations, and tells what is new, until each provider has answered."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._logistics = Logistics(ledger)
        self._passing_on = PassingOn(ledger)
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._broken: Exception | None = None
        """A fault of ours. It must not be lost with the lane that it ended: the workflow's task has to fail, visibly."""

    @property
    def idle(self) -> bool:
        """Whether no provider is being spoken to; a long run begins nothing new, and leaves it to the next one."""
        return not self._lanes

    def give_up(self) -> None:
        """The order has come to its end: nobody is asked any more, and what is under way ends by itself."""
        self._cancellations.clear()
        self._ledger.memory.cancellations_put_off.clear()

    async def run(self) -> None:
        """Forward for as long as the workflow lives."""
        while True:
            await workflow.wait_condition(lambda: bool(self._unserved()))
            for provider in self._unserved():
                self._lanes[provider] = asyncio.create_task(self._serve(provider))

    async def _serve(self, provider: str) -> None:
        try:
            while not workflow.info().is_continue_as_new_suggested():
                order = next((one for one in self._to_export() if one.provider == provider), None)
                asked = next((one for one in self._cancellations if one.provider == provider), None)
                news = next((one for one in self._passing_on.due if one.provider == provider), None)
                if order is not None:
                    await self._export_or_tell(order)
                elif asked is not None:
                    await self._cancel(asked)
                elif news is not None:
                    await self._passing_on.tell(news, lambda: provider in self._pressing())
                else:
                    return
        except Exception as error:
            self._broken = error
            raise
        finally:
            del self._lanes[provider]

    def _unserved(self) -> list[str]:
        if self._broken is not None:
            raise self._broken
        if workflow.info().is_continue_as_new_suggested():
            return []
        wanted = [*self._pressing(), *(one.provider for one in self._passing_on.due)]
        return [provider for provider in dict.fromkeys(wanted) if provider not in self._lanes]

    def _pressing(self) -> list[str]:
        """The providers of what waits for no news: what they have to begin, and to stop."""
        return [
            *(one.provider for one in self._to_export()),
            *(one.provider for one in self._cancellations),
        ]

    @property
    def _cancellations(self) -> list[CancelToAsk]:
        return self._ledger.memory.cancellations

    def _to_export(self) -> list[LogisticOrder]:
        case, memory = self._ledger.case, self._ledger.memory
        if case.phase is not Phase.IN_FULFILLMENT or case.suspended or memory.logistics is None:
            return []
        return [
            one
            for one in memory.logistics.orders
            if one.provider != CUSTOM_OBJECT
            and not one.handed_over
            and one.ref not in memory.refused_exports
            and not standing(one).entirely_cancelled
        ]

    async def _export_or_tell(self, order: LogisticOrder) -> None:
        """What cannot even be drafted is a fault of ours, and the same next time: a person is told, and all else goes on."""
        try:
            await self._export(order)
        except TemporalError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up what is not concerned
            refuse_export(self._ledger, order, cannot_be_drafted(error))

    async def _export(self, order: LogisticOrder) -> None:
        """Until the provider has it, or the order has come to an end: then nobody must be told to ship any more."""
        attempts = self._ledger.memory.export_attempts
        request = ExportRequest(provider=order.provider, draft=draft_of(self._ledger, order))
        if order.ref not in attempts:
            attempts.append(order.ref)
            self._ledger.tell_story()
        exporting = asyncio.create_task(logistic_calls.export_order(order.provider, request))
        await workflow.wait_condition(
            lambda: exporting.done() or self._ledger.case.phase is not Phase.IN_FULFILLMENT
        )
        if not exporting.done():
            exporting.cancel()
        try:
            answer = await exporting
        except ActivityError as error:
            if self._ledger.case.phase is not Phase.IN_FULFILLMENT:
                self._logistics.ask_who_may_have(order.ref)
            elif refused(self._ledger, order.provider, error):
                refuse_export(self._ledger, order, calls.reason(error))
            return
        reached(self._ledger, order.provider)
        if isinstance(answer, Exported):
            self._logistics.feed(HandedOver(ref=order.ref, provider_id=answer.provider_id))
            self._ledger.note(_handed_over(self._ledger, order, answer))
            export_taken(self._ledger)
        else:
            refuse_export(self._ledger, order, answer.why)
        if not isinstance(answer, Unsupported):
            attempts.remove(order.ref)  # it is there, or something else that is not ours is

    async def _cancel(self, asked: CancelToAsk) -> None:
        request = CancelRequest(
            provider=asked.provider,
            ref=asked.ref,
            altogether=asked.altogether,
            reason_code=asked.reason_code,
        )
        try:
            answer = await logistic_calls.cancel_at_provider(asked.provider, request)
        except ActivityError as error:
            if refused(self._ledger, asked.provider, error):
                self._has_asked(asked)
                if workflow.patched(_FAULT_IS_NO_ANSWER):
                    put_off(self._ledger, asked, calls.reason(error))
                else:
                    self._answered(asked, CancelAnswer.REFUSED, calls.reason(error))
            return
        self._has_asked(asked)
        reached(self._ledger, asked.provider)
        if self._never_had(asked, answer):
            self._answered(asked, CancelAnswer.CONFIRMED)
        elif not isinstance(answer, Accepted):
            self._answered(asked, CancelAnswer.REFUSED, answer.why)
        elif answer.settled:
            self._answered(asked, CancelAnswer.CONFIRMED)
        asked_at_last(self._ledger)

    def _never_had(self, asked: CancelToAsk, answer: ChangeAnswer) -> bool:
        """Whether an export that was begun, and then called off, has come to nothing."""
        order = self._logistics.orders.of(asked.ref)
        unknown = isinstance(answer, Refused) and answer.why == UNKNOWN_ORDER
        return unknown and order is not None and not order.handed_over

    def _has_asked(self, asked: CancelToAsk) -> None:
        if asked in self._cancellations:
            self._cancellations.remove(asked)

    def _answered(self, asked: CancelToAsk, answer: CancelAnswer, why: str | None = None) -> None:
        """The provider's word decides; what it refuses is on its way, and a person has to know."""
        detail: Detail = {"ref": asked.ref, "requestId": asked.request_id, "answer": answer.value}
        if why is not None:
            detail["why"] = why
        self._ledger.note(Fact(kind=AuditKind.CANCELLATION, actor=asked.provider, detail=detail))
        self._logistics.feed(
            CancelAnswered(request_id=asked.request_id, ref=asked.ref, answer=answer, why=why)
        )
        if answer is CancelAnswer.REFUSED:
            told = f"{asked.provider} does not cancel of {asked.ref}: {why}"
            self._ledger.feed(Alarmed(alarm=Alarm.CANCELLATION_REFUSED, detail=told))


def draft_of(ledger: Ledger, order: LogisticOrder) -> LogisticOrderDraft:
    """What the provider of a logistic order is given: of the content that was approved, with exact amounts."""
    memory = ledger.memory
    if memory.order is None or memory.logistics is None:
        raise ValueError("an order was claimed that was never read")
    approved = Approved(
        order_id=memory.order.id,
        order_number=memory.order.order_number,
        revision=ledger.case.revision,
        digest=ledger.case.digest,
        content=memory.order.content,
    )
    return drafts_of(approved, memory.logistics.orders)[order.ref]


def _handed_over(ledger: Ledger, order: LogisticOrder, answer: Exported) -> Fact:
    detail: Detail = {"ref": order.ref, "provider": order.provider}
    if answer.provider_id is not None:
        detail["providerId"] = answer.provider_id
    return Fact(kind=AuditKind.HANDED_OVER, revision=ledger.case.revision, detail=detail)
