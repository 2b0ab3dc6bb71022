"""What a policy asks of an order, as of now: rule, why, who, and until when. Nothing is started by saying so."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.order import Order
from domain.route import Level, Route
from starter.order_views import moment, span


def explained(order: Order, route: Route, now: datetime) -> Iterator[str]:
    """The answer in lines."""
    yield f"{order.name}, {order.content.total}: {route.why or route.held} (rule {route.rule})"
    yield f"as of {moment(now)}, under policy {route.policy_digest[:12]}"
    if route.evidence is not None:
        yield from route.evidence.words()
    if route.held is not None:
        yield f"held: {route.held}"
    if route.automatic:
        yield "approved automatically"
    for n, step in enumerate(route.steps, 1):
        yield f"{n:>3}. {step.step}"
        opens: datetime | None = now if n == 1 else None
        for level in step.levels:
            until = opens + level.within if opens is not None else None
            yield f"     {who(level)} within {span(level.within)}{f', until {moment(until)}' if until else ''}"
            opens = until
        yield f"     if nobody decides: {step.on_timeout}"


def as_json(order: Order, route: Route, now: datetime) -> dict[str, Any]:
    """The route as it would be pinned, with the instants of its first step if nobody decided anything."""
    document: dict[str, Any] = route.to_json_dict()
    opens = now
    for written, level in (
        zip(document["steps"][0]["levels"], route.steps[0].levels, strict=True) if route.steps else ()
    ):
        opens += level.within
        written["dueAt"] = opens.isoformat()
    named = {"orderId": order.id, "orderNumber": order.order_number, "total": str(order.content.total)}
    return {**named, "asOf": now.isoformat(), "automatic": route.automatic, **document}


def who(level: Level) -> str:
    """Who decides at a level, in words."""
    people = level.approvers
    if level.everybody:
        return " and ".join(people)
    either = " or ".join(people)
    return either if level.needed == 1 else f"{level.needed} of {either}"
