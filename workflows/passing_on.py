"""What providers are told of an order that they have: the state of its payment, and another delivery.

Each is told in the lane of its provider (`workflows.forwarder`). Only the provider's word counts as its answer; a fault
of ours calls a person, and is tried again with the next look.
"""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.providers import DeliveryRequest, PaymentRequest
from activities.requests import LookRequest, Seen
from domain.alarms import Alarm
from domain.audit import Fact
from domain.case import Intent
from domain.changes import changed
from domain.forwarding import (
    ADDRESS,
    METHOD,
    Forwarding,
    Tell,
    delivery_of,
    has_others,
    is_harmless,
    is_to_leave,
)
from domain.logistic_order import CUSTOM_OBJECT, LogisticOrder
from domain.logistic_standing import standing
from domain.phases import Phase
from domain.provider_answers import Accepted, ChangeAnswer, Refused
from domain.rerouting import is_same
from domain.status_mapping import Mapped
from workflows import calls, logistic_calls
from workflows.ledger import Ledger
from workflows.logistics import alarm_once
from workflows.memory import OrderChanged
from workflows.put_off import over
from workflows.reaching import left_alone, reached, refused

_PAYMENTS_TOLD = "payments-told"
"""The patch since which a part that is exported late is told of a payment that was written on providers' word."""
_UNTIL_ANSWERED = "told-until-answered"
"""The patch since which whoever may have heard something is told what holds instead."""
_DOUBTS = "a-refusal-leaves-doubts"
"""The patch since which whoever has refused a delivery is told of the way back, too: it may have taken it all the same."""
_LEFT_UNTOLD = "what-leaves-untold-calls-a-person"
"""The patch since which a person hears of goods that left before their provider answered to where else they should go."""
_NOT_TOLD, _NOT_CHANGED = "could not be told of", "does not change"


def heed(ledger: Ledger, change: OrderChanged) -> None:
    """Take in that something happened to the order. A payment is news only to those who may have goods to send for it."""
    memory = ledger.memory
    if not change.payment_only:
        memory.look = True
    elif ledger.case.intent is Intent.RELEASE or ledger.case.phase is Phase.IN_FULFILLMENT:
        memory.payment_news = True
    if change.drifted is not None:
        memory.drifts.append(change)


class PassingOn:
    """Keeps what providers were told beside what they should know, and tells them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def _known(self) -> Forwarding:
        return self._ledger.memory.forwarding or Forwarding()

    @property
    def _orders(self) -> tuple[LogisticOrder, ...]:
        logistics = self._ledger.memory.logistics
        return logistics.orders if logistics is not None else ()

    @property
    def is_news(self) -> bool:
        """Whether the order has to be looked at for its payment, because somebody could be told of it."""
        on_its_way = self._ledger.case.phase is Phase.IN_FULFILLMENT  # only then is it looked at for that
        return on_its_way and self._ledger.memory.payment_news and has_others(self._orders)

    @property
    def due(self) -> tuple[Tell, ...]:
        """What has to be told now."""
        case, memory = self._ledger.case, self._ledger.memory
        if memory.forwarding is None or case.phase is not Phase.IN_FULFILLMENT or case.suspended:
            return ()
        approved = memory.order.content if memory.order is not None else None
        return tuple(memory.forwarding.due(self._orders, approved))

    def look_request(self) -> LookRequest:
        """The content is asked for only where a change of it might be passed on."""
        case = self._ledger.case
        harmless = case.route.harmless if case.route is not None else ()
        asks = has_others(self._orders) and not {ADDRESS, METHOD}.isdisjoint(harmless)
        known = (case.digest, self._known.content) if asks else ()
        return LookRequest(order_id=case.order_id, known=tuple(one for one in known if one))

    def seen(self, seen: Seen) -> None:
        """Take in the state of the payment; what was put off is tried again."""
        memory = self._ledger.memory
        if memory.forwarding is not None or (seen.payment is not None and has_others(self._orders)):
            payment = seen.payment or self._known.payment
            memory.forwarding = self._known.model_copy(update={"payment": payment, "put_off": ()})

    def wrote(self, mapped: Mapped, fact: Fact | None) -> None:
        """After a write of ours: what providers' news has set there is no news to them."""
        now, memory = self._known.wrote(self._orders, mapped, fact), self._ledger.memory
        if now != self._known and (memory.forwarding is not None or workflow.patched(_PAYMENTS_TOLD)):
            memory.forwarding = now

    def pass_on(self, seen: Seen) -> bool:
        """Have providers told of what is different from the approved content; whether that needs no person."""
        case, memory, known = self._ledger.case, self._ledger.memory, self._known
        if seen.digest == case.digest:
            if self._is_to_be_told_again() and memory.order is not None:
                approved = delivery_of(memory.order.content)
                memory.forwarding = known.model_copy(update={"delivery": approved, "content": ""})
            self._is_taken_back()
            return True
        if seen.digest is not None and seen.digest == known.content:
            return True
        if memory.order is None or case.route is None or seen.content is None or seen.route is None:
            return False
        change = changed(memory.order.content, seen.content)
        harmless = is_harmless(memory.order.content, seen.content, change.parts, case.route)
        if not harmless or not is_same(case.route, seen.route):
            if known.delivery is not None:  # what nobody has agreed to is told to nobody
                memory.forwarding = known.model_copy(update={"delivery": None, "content": ""})
            return False
        self._ledger.note_change(change, seen.modified_by)
        wanted = delivery_of(seen.content)
        memory.forwarding = known.model_copy(update={"delivery": wanted, "content": seen.digest})
        rest = [part for part in change.parts if part not in {ADDRESS, METHOD}]
        return not rest and self._can_be_told()

    def _is_to_be_told_again(self) -> bool:
        """Whether somebody may have goods for another delivery than the approved one, also past a change told to nobody."""
        known = self._known
        return known.delivery is not None or (known.was_changed and workflow.patched(_UNTIL_ANSWERED))

    def _is_taken_back(self) -> None:
        """Nobody has to see to what a provider did not take, or could not be told of, and what holds no more."""
        wrong = self._ledger.case.alarm is Alarm.CHANGED_AFTER_HAND_OVER
        if wrong and not self.due and self._known.is_settled and workflow.patched(_UNTIL_ANSWERED):
            over(self._ledger, Alarm.CHANGED_AFTER_HAND_OVER, _NOT_TOLD, _NOT_CHANGED)

    def _can_be_told(self) -> bool:
        """Whether whoever has goods to send can be told, and somebody has."""
        to_leave = [one for one in self._orders if is_to_leave(one)]
        return bool(to_leave) and all(one.provider != CUSTOM_OBJECT for one in to_leave)

    async def tell(self, news: Tell, is_pressed: Callable[[], bool]) -> None:
        """Tell a provider, unless something that does not wait comes up, or it is news no longer."""
        ledger = self._ledger
        counted = workflow.patched(_UNTIL_ANSWERED)
        if counted:
            ledger.memory.forwarding = self._known.asking(news)
        telling = asyncio.create_task(_told(news, news.telling if counted else 0))
        await workflow.wait_condition(lambda: telling.done() or is_pressed() or news not in self.due)
        called_off = not telling.done()
        if called_off:
            telling.cancel()
        try:
            answer = await telling
        except ActivityError as error:
            if not called_off and refused(ledger, news.provider, error):
                self._put_off(news, calls.reason(error))
            if not is_pressed() and all(one.provider != news.provider for one in self.due):
                left_alone(ledger, news.provider)
            self._left_untold(news)
            return
        reached(ledger, news.provider)
        no = news.payment is None and isinstance(answer, Refused)
        doubts = no and workflow.patched(_DOUBTS)
        ledger.memory.forwarding = self._known.answered(news, answer, doubts=doubts)
        ledger.note(news.fact(answer))
        if news.payment is None and not isinstance(answer, Accepted):
            told = f"{news.provider} {_NOT_CHANGED} {news.words}: {answer.why}"
            alarm_once(ledger, Alarm.CHANGED_AFTER_HAND_OVER, told)
        elif not (self._known.put_off or self._known.is_refused or self._known.is_in_doubt):
            over(ledger, Alarm.CHANGED_AFTER_HAND_OVER, _NOT_TOLD, _NOT_CHANGED)

    def _left_untold(self, news: Tell) -> None:
        """No answer will come, nor another delivery: nothing that is told later ends this, unlike what could not be told."""
        order = next((one for one in self._orders if one.ref == news.ref), None)
        if news.payment is not None or self._known.delivery is None or order is None or is_to_leave(order):
            return
        if not standing(order).entirely_cancelled and workflow.patched(_LEFT_UNTOLD):
            told = f"{news.ref} has left before {news.provider} answered to its new delivery"
            alarm_once(self._ledger, Alarm.CHANGED_AFTER_HAND_OVER, told)

    def _put_off(self, news: Tell, why: str) -> None:
        """Bad credentials, or a request that nobody understands, are not the provider's word."""
        known = self._known
        put_off = (*known.put_off, news.key)
        self._ledger.memory.forwarding = known.model_copy(update={"put_off": put_off})
        told = f"{news.provider} {_NOT_TOLD} {news.words}: {why}"
        alarm_once(self._ledger, Alarm.CHANGED_AFTER_HAND_OVER, told)


async def _told(news: Tell, number: int) -> ChangeAnswer:
    if news.payment is not None:
        request = PaymentRequest(provider=news.provider, ref=news.ref, state=news.payment, telling=number)
        return await logistic_calls.tell_of_payment(news.provider, request)
    delivery = DeliveryRequest(
        provider=news.provider,
        ref=news.ref,
        address=news.changes.address,
        method=news.changes.method,
        telling=number,
    )
    return await logistic_calls.change_delivery(news.provider, delivery)
