"""What a policy asks of an order, as of now: rule, why, who, and until when. Nothing is started by saying so."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from domain.decision import Verdict
from domain.order import Order
from domain.route import Level, Route
from domain.spans import WorkingSpan
from domain.substitution import Mandate
from starter.order_views import moment, span
from starter.policy_forecast import Forecast, Foreseen

_DOING = {
    Verdict.APPROVE: "approve",
    Verdict.REJECT: "reject",
    Verdict.REQUEST_CHANGES: "request changes",
}


def explained(order: Order, route: Route, forecast: Forecast) -> Iterator[str]:
    """The answer in lines."""
    yield f"{order.name}, {order.content.total}: {route.why or route.held} (rule {route.rule})"
    yield f"as of {moment(forecast.now)}, under policy {route.policy_digest[:12]}"
    if route.evidence is not None:
        yield from route.evidence.words()
    if route.held is not None:
        yield f"held: {route.held}"
    if route.automatic:
        yield "approved automatically"
    for n, (step, levels) in enumerate(zip(route.steps, forecast.steps, strict=True), 1):
        yield f"{n:>3}. {step.step}"
        for foreseen in levels:
            yield from _level(foreseen)
        yield f"     if nobody decides: {step.on_timeout}"
    if route.steps and route.held is None:
        yield from _terms(route)


def as_json(order: Order, route: Route, forecast: Forecast) -> dict[str, Any]:
    """The route as it would be pinned, each level with who may decide, and those of the first step with their instants.

    `estimated` is what holds if nobody decides before, and nobody's absences or hours are changed.
    """
    document: dict[str, Any] = route.to_json_dict()
    for step, levels in zip(document.get("steps", ()), forecast.steps, strict=True):
        for written, foreseen in zip(step["levels"], levels, strict=True):
            written["mandates"] = [_mandate(mandate) for mandate in foreseen.mandates]
            if foreseen.opening is not None and foreseen.opens_at is not None:
                written["opensAt"] = foreseen.opens_at.isoformat()
                written["dueAt"] = foreseen.opening.due_at.isoformat()
                written["remindAt"] = [instant.isoformat() for instant in foreseen.opening.reminders]
                written["estimated"] = foreseen.estimated
    named = {"orderId": order.id, "orderNumber": order.order_number, "total": str(order.content.total)}
    return {**named, "asOf": forecast.now.isoformat(), "automatic": route.automatic, **document}


def _mandate(mandate: Mandate) -> dict[str, str]:
    """Who decides; and on whose behalf, where it is not their own."""
    lent = {} if mandate.own else {"onBehalfOf": mandate.on_behalf_of}
    return {"decides": mandate.decides, **lent}


def who(level: Level, mandates: Sequence[Mandate] = ()) -> str:
    """Who decides at a level, in words; with mandates, also who stands in for whom."""
    people, lent = level.approvers, [mandate for mandate in mandates if not mandate.own]
    either = (" and " if level.everybody else " or ").join(people)
    told = either if level.everybody or level.needed == 1 else f"{level.needed} of {either}"
    return ", or ".join([told, *(f"{m.decides} on behalf of {m.on_behalf_of}" for m in lent)])


def _level(foreseen: Foreseen) -> Iterator[str]:
    level, opening, about = foreseen.level, foreseen.opening, "about " if foreseen.estimated else ""
    then = "then " if foreseen.number else ""
    until = f", until {about}{moment(opening.due_at)}" if opening is not None and foreseen.opens_at else ""
    yield f"     {then}{who(level, foreseen.mandates)} within {_span(level.within)}{until}"
    if foreseen.endless is not None:
        yield f"       held: {foreseen.endless}"
    elif opening is not None and foreseen.opens_at is not None:
        yield from (f"       reminded {about}{moment(instant)}" for instant in opening.reminders)
    elif level.remind:
        yield f"       reminded after {', '.join(map(_span, level.remind))}"


def _terms(route: Route) -> Iterator[str]:
    """What else the policy says of decisions and changes."""
    if route.reason_required:
        yield f"a reason is needed to {' or '.join(_DOING[verdict] for verdict in route.reason_required)}"
    if route.rounds == 0:
        yield "changes cannot be requested"
    elif route.rounds is not None:
        times = "once" if route.rounds == 1 else f"{route.rounds} times"
        yield f"changes can be requested {times}; then step {route.resume_at or route.steps[0].step} is asked first"
    if route.harmless:
        yield f"decisions stand if only this changes: {', '.join(route.harmless)}"


def _span(length: timedelta | WorkingSpan) -> str:
    return span(length) if isinstance(length, timedelta) else str(length)
