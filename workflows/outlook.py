"""What people see of a run from outside: its search attributes, and its story in the Temporal UI."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeUpdate

from domain.alarm_advice import advice, to_see_to
from domain.audit import AuditEntry
from domain.case import Case
from domain.logistic_order import CUSTOM_OBJECT
from domain.logistic_status import LogisticStatus
from domain.quorum import missing
from domain.status import OrderStatus, why_of
from domain.substitution import Mandate, mandate_of
from workflows import names
from workflows.memory import OrderMemory

_LATEST_ENTRIES, _MOST_PARTS = 12, 20
_MOST_PENDING = 1900
"""Bytes. Temporal takes 2,048 in one search attribute, and terminates the workflow that gives it more."""
_LONGEST_KEYWORD = 255
# What of an entry's detail says most, if it is there.
_TELLING = "rule verdict receipt to approvers onBehalfOf outcome alarm status phase ref".split()


def attributes(memory: OrderMemory) -> list[SearchAttributeUpdate[Any]]:
    """Every search attribute as it should be now; None takes one away."""
    case, order = memory.case, memory.order
    content = order.content if order is not None else None
    wanted: list[tuple[Any, Any]] = [
        (names.PHASE, case.phase.value),
        (names.RULE, _rule(case.route.rule) if case.route else None),
        (names.ALARM, case.alarm.value if case.alarm else None),
        (names.PENDING, pending(case) or None),
        (names.DUE_AT, case.due_at),
    ]
    if content is not None and order is not None:
        group = content.customer_group
        wanted += [
            (names.ORDER_NUMBER, order.order_number),
            (names.CURRENCY, content.total.currency_code),
            (names.TOTAL, float(content.total.amount)),
            (names.BUSINESS_UNIT, content.business_unit),
            (names.CUSTOMER_GROUP, group.key if group else None),
        ]
    return [key.value_set(value) if value is not None else key.value_unset() for key, value in wanted]


def pending(case: Case) -> list[str]:
    """Who may decide, for lists: as many as Temporal takes, which ends a workflow that gives it more.

    Where not all fit, the last is `more`: whoever looks for somebody finds the order too, and asks it.
    """
    level = case.current_level
    groups = [f"group:{group}" for group in (level.groups if level is not None else ())]
    listed: list[str] = []
    room = _MOST_PENDING
    for name in (*(f"person:{person}" for person in case.deciders), *groups):
        room -= len(name.encode()) + len('"",')
        if room < 0:
            return [*listed, names.MORE]
        listed.append(name)
    return listed


def _rule(rule: str) -> str:
    """The names of the rules, or the first of them: SQL visibility keeps 255 characters."""
    if len(rule) <= _LONGEST_KEYWORD:
        return rule
    cut = rule[: _LONGEST_KEYWORD - 3]
    return f"{cut[: cut.rfind(', ')] if ', ' in cut else cut}, …"


def story(memory: OrderMemory) -> str:
    """The order's story in Markdown, for the Temporal UI. It costs nothing and is not in the history."""
    case = memory.case
    title = memory.order.name if memory.order is not None else case.order_id
    lines = [f"### Order {title}: {case.phase}"]
    if memory.order is not None:
        lines.append(
            f"**{memory.order.content.total}**, revision {case.revision}, state {memory.state or 'none'}"
        )
    if case.route is not None:
        lines.append(f"**Why**: {why_of(case)} (rule `{case.route.rule}`)")
    lines.extend(_asked(case))
    status = memory.status()
    if status.alarm is not None:
        about = f": {' '.join(status.alarm_why.split())}" if status.alarm_why else ""
        lines.append(f"**Alarm** {status.alarm}{about}")
    lines.extend(_parts(status))
    if doing := [advice(alarm) for alarm in to_see_to(status)]:
        lines.append("\n".join(["**What to do**", "", *(f"- {words}" for words in doing)]))
    entries = memory.trail.entries[-_LATEST_ENTRIES:]
    lines.append("\n".join(f"- {_minute(e.at)} **{e.kind}** by {e.actor}{_about(e)}" for e in entries))
    return "\n\n".join(lines)


def _parts(status: OrderStatus) -> Iterator[str]:
    """How its logistic orders stand, and what nobody fulfils."""
    parts = [f"- {_named(one)}: {one.words}" for one in status.logistic_orders[:_MOST_PARTS]]
    more = len(status.logistic_orders) - len(parts) + status.more_logistic_orders
    if parts:
        yield "\n".join(["**Logistic orders**", "", *parts, *([f"- and {more} more"] if more else [])])
    if status.held_units:
        yield "\n".join(f"**Held** {one.units} units: {one.why}" for one in status.held_units)


def _named(one: LogisticStatus) -> str:
    """Its reference, by whom and from where, and what they call it."""
    by = [] if one.provider == CUSTOM_OBJECT else [one.provider]
    by += [f"from {one.location}"] if one.location else []
    called = f", there {one.provider_id}" if one.provider_id else ""
    return f"{one.ref} ({' '.join(by)}{called})" if by else one.ref


def _asked(case: Case) -> Iterator[str]:
    """Who is asked, on whose behalf and until when; who has agreed; how often it was sent back."""
    step, people = case.current_step, (mandate_of(person, case.authority) for person in case.deciders)
    if step is not None and case.deciders:
        named = ", ".join(_person(one) for one in people if one is not None)
        still = missing(case, case.step, case.level) or 1
        count = f" ({still} of them)" if still > 1 else ""
        until = _minute(case.due_at) if case.due_at else "no deadline"
        yield f"**Waits for** {named}{count} at step {step.step}, until {until}"
    if case.opens is not None:
        yield f"**Opens** step {case.steps[case.opens.step].step}: the directory is read for it"
    if case.voices:
        agreed = ", ".join(f"{_person(one.mandate)} at {one.step}" for one in case.decisions if one.yes)
        yield f"**Agreed**: {agreed}"
    if case.rounds and case.route is not None:
        most = f" of {case.route.rounds}" if case.route.rounds is not None else ""
        yield f"**Sent back** {case.rounds}{most} times"


def _person(mandate: Mandate) -> str:
    return mandate.decides if mandate.own else f"{mandate.decides} for {mandate.on_behalf_of}"


def _about(entry: AuditEntry) -> str:
    """What an entry is about, in a few words."""
    words = [_word(name, entry.detail[name]) for name in _TELLING if name in entry.detail]
    return f": {'; '.join(words)}" if words else ""


def _word(name: str, told: str | int | list[str]) -> str:
    if isinstance(told, list):
        return ", ".join(told)
    return f"on behalf of {told}" if name == "onBehalfOf" else str(told)


def _minute(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")
