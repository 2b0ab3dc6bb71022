"""Events into Fluent's workflows: who is meant, and what each reply says."""

import httpx
import pytest

from clients.errors import ApiError, BadRequest, ClientError, NotFound, ServerFault, Unreadable
from clients.fluent.events import EventOutcome, FluentEvent, FluentEvents
from tests.clients.fluent import FluentPeer, Told

EVENT = FluentEvent(
    name="CancelOrder", entity_ref="ON-1-1", entity_id="42", attributes={"cancelReason": "customerRequest"}
)


def replied(status: str | None) -> httpx.Response:
    """A reply of the synchronous API."""
    return httpx.Response(200, json={"eventId": "e", "entityId": "42", "eventStatus": status})


async def test_it_names_account_retailer_and_entity() -> None:
    """The fields of Fluent's documents; `sync` is where the outcome is told."""
    peer = FluentPeer(replied("COMPLETE"))
    await FluentEvents(peer.session()).run(EVENT)
    assert peer.requests[0].url.path == "/api/v4.1/event/sync"
    assert peer.sent == {
        "accountId": "ACME",
        "retailerId": "7",
        "name": "CancelOrder",
        "entityRef": "ON-1-1",
        "entityId": "42",
        "entityType": "ORDER",
        "attributes": {"cancelReason": "customerRequest"},
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (replied("COMPLETE"), EventOutcome.DONE),
        (replied("Success"), EventOutcome.DONE),
        (replied("PENDING"), EventOutcome.LATER),
        (replied("NO_MATCH"), EventOutcome.NO_RULE),
        (
            httpx.Response(404, json={"errors": [{"message": "No workflow rule matched"}]}),
            EventOutcome.NO_RULE,
        ),
        (httpx.Response(404, text="no workflow rule matched"), EventOutcome.NO_RULE),
    ],
)
async def test_what_became_of_it_is_told(answer: httpx.Response, outcome: EventOutcome) -> None:
    """No rule for it is an answer of the workflow, not a fault."""
    assert await FluentEvents(FluentPeer(answer).session()).run(EVENT) is outcome


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (replied("FAILED"), ServerFault),
        (replied(None), Unreadable),
        (replied("WHATEVER"), Unreadable),
        (httpx.Response(200, text="OK"), Unreadable),
        (httpx.Response(404, text="<html>customerRequest"), NotFound),
        (httpx.Response(400, json={"errors": [{"message": "customerRequest"}]}), BadRequest),
        (httpx.Response(500), ServerFault),
    ],
)
async def test_what_is_no_outcome_is_an_error(
    answer: httpx.Response, expected: type[ClientError], told: Told
) -> None:
    """A wrong address is not `no rule`, and nothing that was sent is repeated."""
    with pytest.raises(expected) as raised:
        await FluentEvents(FluentPeer(answer).session()).run(EVENT)
    assert "customerRequest" not in told(raised.value)


async def test_an_asynchronous_event_promises_nothing() -> None:
    """Its 200 hides what the workflow does; anything else is an error."""
    peer = FluentPeer(httpx.Response(200, json={"id": "e"}))
    assert await FluentEvents(peer.session()).post(EVENT) is EventOutcome.LATER
    assert peer.requests[0].url.path == "/api/v4.1/event/async"
    with pytest.raises(ApiError):
        await FluentEvents(FluentPeer(httpx.Response(404, text="No workflow rule")).session()).post(EVENT)
