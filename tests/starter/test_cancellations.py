"""Cancelling over HTTP: what an order does not have, and reasons that nobody declared, are refused."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from configuration.reasons import load_reasons
from settings import SHIPPED_CONFIG, load_settings
from starter.api import create_app
from starter.orders_gateway import GatewayError, TooManyUnitsError, UnknownLinesError
from starter.serve import edge_of
from starter.temporal_errors import refusal
from tests.starter.conftest import EVERYTHING, Served, bearer, problem
from tests.starter.fakes import RUNNING

REASONS = load_reasons(SHIPPED_CONFIG)


async def cancel(served: Served, **changes: Any) -> httpx.Response:
    """Post a cancellation by rita, to an edge that knows the shipped reasons."""
    edge = replace(served.edge, reasons=REASONS)
    transport = httpx.ASGITransport(create_app(edge))
    body = {"by": "rita", "items": [{"lineItemId": "l-1", "quantity": 9}], **changes}
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as http:
        path = f"/orders/{RUNNING}/cancellations"
        return await http.post(path, json=body, headers=bearer(EVERYTHING))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnknownLinesError("the order has no line nope; it has l-1"), "unknownLines"),
        (TooManyUnitsError("line l-1 has 4, not 9"), "tooManyUnits"),
    ],
)
async def test_what_the_order_does_not_have_is_named(
    served: Served, error: UnknownLinesError | TooManyUnitsError, code: str
) -> None:
    """422 for `items`, in the workflow's words."""
    served.orders.fails = error
    body = problem(await cancel(served), 422, code)
    assert (body["field"], body["detail"]) == ("items", str(error))


@pytest.mark.parametrize(
    ("said", "kind"), [("unknownLines", UnknownLinesError), ("tooManyUnits", TooManyUnitsError)]
)
def test_the_workflows_refusals_are_known(said: str, kind: type[GatewayError]) -> None:
    """By their types; they are no silence of the workers."""
    cause = ApplicationError("line l-1 has 4, not 9", type=said)
    error = refusal(WorkflowUpdateFailedError(cause))
    assert type(error) is kind
    assert str(error) == "line l-1 has 4, not 9"


async def test_a_reason_that_nobody_declared_is_refused(served: Served) -> None:
    """With those that there are; the order hears nothing of it."""
    body = problem(await cancel(served, reasonCode="becauseOfTheMoon"), 422, "invalid")
    assert body["field"] == "reasonCode"
    assert body["detail"].startswith("reasonCode: no such reason; there are customerRequest, outOfStock, ")
    assert served.orders.calls == []
    assert (await cancel(served, reasonCode="customerRequest")).status_code == 200


async def test_without_declared_reasons_any_code_goes(served: Served) -> None:
    """The file is optional."""
    path, body = f"/orders/{RUNNING}/cancellations", {"by": "rita", "reasonCode": "ours"}
    assert (await served.http.post(path, json=body, headers=bearer(EVERYTHING))).status_code == 200


async def test_the_edge_of_a_configuration_knows_its_reasons() -> None:
    """Those of the shipped configuration."""
    settings = load_settings()
    async with edge_of(settings) as edge:
        assert edge.reasons == REASONS
