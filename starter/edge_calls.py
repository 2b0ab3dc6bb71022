"""The edge as its callers see it: what the CLI and the demo say to it over HTTP, and what they understand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr, ValidationError

from domain.audit import AuditTrail
from domain.cancellation import Sayable
from domain.decision import Decision, DecisionReceipt, Withdrawal
from domain.phases import Phase
from domain.status import OrderStatus
from domain.value import Value
from starter.exits import OutsideError, RefusedError, UnknownOrderError, UsageError
from starter.sayings import names_of

V = TypeVar("V", bound=Value)
_ID_REUSED = "decisionIdReused"
_BULK_SECONDS = 60.0
"""The edge begins none of many decisions after 20 seconds, and waits 20 for each."""


class OrderPage(Value):
    """One page of `GET /orders`."""

    results: tuple[OrderStatus, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class BulkResult:
    """What became of one of many decisions: the edge's own document, and what it says."""

    status: int
    """As the same decision alone would have been answered."""
    receipt: DecisionReceipt | None
    detail: str
    document: dict[str, Any]


class EdgeCalls:
    """One caller of the edge. `http` is the caller's, who closes it.

    Every method raises OutsideError if the edge or what is behind it does not answer, RefusedError on 401, 403,
    409 and 413, UnknownOrderError on 404, UsageError on 400 and 422; the message is the edge's own.
    """

    def __init__(self, url: str, token: SecretStr, http: httpx.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._http = http

    async def orders(
        self,
        *,
        approver: str | None,
        phase: Phase | None,
        limit: int,
        alarm: str | None = None,
        cursor: str | None = None,
    ) -> OrderPage:
        """Orders, by who may decide them, by phase and by alarm: one kind, or `any`."""
        given = {"approver": approver, "phase": phase, "alarm": alarm, "limit": str(limit), "cursor": cursor}
        params = {name: value for name, value in given.items() if value is not None}
        return _read(OrderPage, await self._call("GET", "/orders", params=params))

    async def status(self, order_id: str) -> OrderStatus:
        """How an order stands."""
        return _read(OrderStatus, await self._call("GET", f"/orders/{quote(order_id, safe='')}"))

    async def audit(self, order_id: str) -> AuditTrail:
        """The audit trail of an order."""
        return _read(AuditTrail, await self._call("GET", f"/orders/{quote(order_id, safe='')}/audit"))

    async def decide(self, order_id: str, decision: Decision) -> DecisionReceipt:
        """Send a decision; every receipt, also a refusing one, is an answer and no error."""
        return await self.say(order_id, decision)

    async def withdraw(self, order_id: str, withdrawal: Withdrawal) -> DecisionReceipt:
        """Send a withdrawal; receipts as above."""
        return await self.say(order_id, withdrawal)

    async def say(self, order_id: str, said: Sayable) -> DecisionReceipt:
        """Send whatever a person tells an order; receipts as above."""
        path = f"/orders/{quote(order_id, safe='')}/{names_of(said).path}"
        response = await self._send("POST", path, json=said.to_json_dict())
        receipt = _receipt_in(_document(response))
        if receipt is None:
            raise _refusal(response)
        return receipt

    async def decide_each(self, decisions: Sequence[tuple[str, Decision]]) -> list[BulkResult]:
        """Send up to 100 decisions, each with its order's id; the results come in the order sent."""
        body = {"decisions": [{"orderId": order, **said.to_json_dict()} for order, said in decisions]}
        document = await self._call("POST", "/decisions", json=body, timeout=_BULK_SECONDS)
        results = document.get("results") if isinstance(document, dict) else None
        if not isinstance(results, list) or len(results) != len(decisions):
            raise OutsideError("the edge answered something else than results: is it another version?")
        return [_bulk_result(one) for one in results]

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        response = await self._send(method, path, **more)
        if not response.is_success:
            raise _refusal(response)
        return _document(response)

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}", "Accept": "application/json"}
        try:
            return await self._http.request(method, self._url + path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise OutsideError(
                f"the edge at {self._url} does not answer ({type(error).__name__}); is `placet serve` running?"
            ) from error


def _document(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _read(model: type[V], document: Any) -> V:
    try:
        return model.model_validate(document, extra="ignore")  # a newer edge may say more
    except ValidationError as error:
        raise OutsideError(
            f"the edge answered something else than {model.__name__}: is it another version?"
        ) from error


def _receipt_in(document: Any) -> DecisionReceipt | None:
    """The receipt in an answer, of success or of refusal."""
    if not isinstance(document, dict) or "receipt" not in document or "decisionId" not in document:
        return None
    # A reused id is no answer to this message: the receipt beside it is that of the other one.
    if str(document.get("type", "")).endswith(_ID_REUSED):
        return None
    known = {field.alias or name for name, field in DecisionReceipt.model_fields.items()}
    return _read(DecisionReceipt, {name: value for name, value in document.items() if name in known})


def _bulk_result(document: Any) -> BulkResult:
    status = document.get("status") if isinstance(document, dict) else None
    if not isinstance(status, int):
        raise OutsideError("the edge answered something else than results: is it another version?")
    detail = document.get("detail") or document.get("title") or f"HTTP {status} without a word"
    return BulkResult(status, _receipt_in(document), str(detail), document)


def _refusal(response: httpx.Response) -> OutsideError | RefusedError | UsageError:
    """What a problem (RFC 9457) says, as the error of a command."""
    document = _document(response)
    problem = document if isinstance(document, dict) else {}
    said = problem.get("detail") or problem.get("title") or f"HTTP {response.status_code} without a word"
    message = f"the edge: {said}"
    if response.status_code in {400, 422}:
        return UsageError(message)
    if response.status_code == 404:
        return UnknownOrderError(message)
    return RefusedError(message) if response.status_code < 500 else OutsideError(message)
