"""One page of the reconciliation: what is wrong with its orders is found out, and done something about."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import outside_call
from activities.order_workflows import OrderWorkflows
from activities.records import adopt_since, read_record
from clients.commercetools import Commercetools
from clients.errors import Unreadable
from domain.findings import Act, Finding, Kind, Page, Stage
from domain.order import Order
from domain.reconciliation import Ask, Facts, Run, Terms, called_since, judge
from domain.standing import standing
from domain.states import StateMachine
from domain.value import Value

OPEN = 'orderState in ("Open", "Confirmed")'
NOT_SET_UP = "NotSetUp"
_INSTANT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_IDS = """query ($where: String, $limit: Int) {
  orders(where: $where, sort: ["id asc"], limit: $limit) { results { id } }
}"""


class PageRequest(Value):
    """Look at one page. `at` is the workflow's now."""

    stage: Stage
    after: str | None = None
    adopt_since: AwareDatetime
    at: AwareDatetime
    dry_run: bool = False


class ReconciliationActivities:
    """Holds commercetools' orders and Temporal's workflows against each other."""

    def __init__(  # noqa: PLR0913 - what it is handed, each by its name
        self,
        commercetools: Commercetools,
        machine: StateMachine,
        workflows: OrderWorkflows,
        *,
        since: datetime | None = None,
        silent_after: timedelta = timedelta(days=3),
        page_size: int = 100,
    ) -> None:
        self._commercetools = commercetools
        self._machine = machine
        self._workflows = workflows
        self._since = since
        self._silent_after = silent_after
        self._page_size = page_size

    @activity.defn
    async def orders_are_adopted_since(self) -> datetime:
        """Since when orders are taken up: what the settings say, else what the first set-up wrote down.

        Raises:
            ApplicationError: never to be retried: nothing says since when, and all orders there ever were is no answer.
        """
        async with outside_call():
            since = self._since or await adopt_since(self._commercetools)
        if since is None:
            raise ApplicationError(
                "nothing says since when orders are taken up: run placet setup, or say --adopt-since",
                type=NOT_SET_UP,
                non_retryable=True,
            )
        return since

    @activity.defn
    async def reconcile_page(self, request: PageRequest) -> Page:
        """Judge every order of a page, and start or tell its workflow where that is what it needs.

        May be repeated: who has been started is running then, and who is told twice looks once more.
        """
        async with outside_call():
            if request.stage is Stage.ORDERS:
                return await self._orders(request)
            return await self._of_workflows(request)

    async def _orders(self, request: PageRequest) -> Page:
        """The open orders behind `after`, by id."""
        where = OPEN if request.after is None else f"{OPEN} and id > {json.dumps(request.after)}"
        orders, unreadable, ids = await self._read(where)
        runs = await self._workflows.of([order.id for order in orders]) if orders else {}
        found = [await self._see_to(order.id, order, runs.get(order.id), request) for order in orders]
        after = ids[-1] if len(ids) == self._page_size else None
        return Page(looked_at=len(ids), after=after, findings=(*filter(None, found), *unreadable))

    async def _of_workflows(self, request: PageRequest) -> Page:
        """The running workflows whose order is open no more, or not there: the first stage has not seen those."""
        token = base64.b64decode(request.after) if request.after is not None else None
        listed = await self._workflows.open(token, self._page_size)
        orders, unreadable = list[Order](), list[Finding]()
        if listed.runs:
            orders, unreadable, _ = await self._read(f"id in ({', '.join(map(json.dumps, listed.runs))})")
        there = {order.id: order for order in orders}
        unread = {finding.order_id for finding in unreadable}
        found = [
            await self._see_to(order_id, there.get(order_id), run, request)
            for order_id, run in listed.runs.items()
            if order_id not in unread and _is_closed(there.get(order_id))
        ]
        after = base64.b64encode(listed.after).decode() if listed.after is not None else None
        return Page(looked_at=len(listed.runs), after=after, findings=tuple(filter(None, found)))

    async def _see_to(
        self, order_id: str, order: Order | None, run: Run | None, request: PageRequest
    ) -> Finding | None:
        """Judge an order, and do what is to be done. Lists lag behind: before anything is said it is read by id."""
        terms = Terms(now=request.at, adopt_since=request.adopt_since, silent_after=self._silent_after)
        reconciliation = activity.info().workflow_run_id or ""
        mine = run is not None and run.started_by == reconciliation and request.stage is Stage.ORDERS
        if mine and order is not None:  # by an earlier attempt at this page
            return self._facts(order_id, order, None).finding(Kind.NO_WORKFLOW, "no workflow held it")
        finding = await self._settled(self._facts(order_id, order, run), terms)
        if finding is None or finding.kind is Kind.OLDER:
            return finding
        order, run = await self._commercetools.order(order_id), await self._workflows.one(order_id)
        finding = await self._settled(self._facts(order_id, order, run), terms)
        if finding is None or request.dry_run or finding.kind.act is Act.REPORT:
            return finding
        if finding.kind.act is Act.TELL:
            version = order.version if order is not None else None
            message_id = f"reconciliation/{reconciliation}/{order_id}/{version or 'deleted'}"
            return finding if await self._workflows.tell(order_id, message_id, version) else None
        if order is None or not await self._workflows.start(order, reconciliation, again=run is not None):
            return None
        return finding

    async def _settled(self, facts: Facts, terms: Terms) -> Finding | None:
        """What the rule says, once it has been told all that it asks for."""
        while isinstance(said := judge(facts, terms), Ask):
            answer = await self._answer(said, facts)
            facts = facts.model_copy(update={**answer, "asked": facts.asked | {said}})
        return said

    async def _answer(self, ask: Ask, facts: Facts) -> dict[str, Any]:
        if ask is Ask.RECORD:
            try:
                return {"record": await read_record(self._commercetools, facts.order_id)}
            except ApplicationError:
                return {"record_unreadable": True}
        if ask is Ask.KNOWN and facts.order is not None:
            verdict = await self._workflows.knows(facts.order_id, facts.order.content.digest)
            return {"known": verdict.known, "phase": verdict.phase} if verdict is not None else {}
        if ask is Ask.CALLED:
            return {"called": await self._called(facts.order_id)}
        status = await self._workflows.status(facts.order_id)
        if status is None:
            return {"phase": None}
        told = {"phase": status.phase, "state": status.state, "alarm": status.alarm}
        return told | {"noted": status.noted_content}

    async def _called(self, order_id: str) -> bool:
        """Whether somebody was called to the order's content after it was written last."""
        document = await self._commercetools.order_document(order_id)
        try:
            written = _INSTANT.validate_python((document or {}).get("lastModifiedAt"))
            record = await read_record(self._commercetools, order_id)
        except (ValidationError, ApplicationError):
            return False  # any doubt means that the workflow looks once more
        return record is not None and called_since(record, written)

    def _facts(self, order_id: str, order: Order | None, run: Run | None) -> Facts:
        by_us = order is not None and order.last_modified_by == self._commercetools.client_id
        place = standing(order, self._machine)
        return Facts(order_id=order_id, order=order, place=place, ours=by_us, run=run)

    async def _read(self, where: str) -> tuple[list[Order], list[Finding], list[str]]:
        """The orders of a page by id, findings about those that cannot be read, and the ids of all."""
        try:
            orders = await self._commercetools.orders(where, sort=("id asc",), limit=self._page_size)
        except Unreadable:
            return await self._read_singly(where)
        return orders, [], [order.id for order in orders]

    async def _read_singly(self, where: str) -> tuple[list[Order], list[Finding], list[str]]:
        """The same one by one: an order that is not as documented keeps back no other."""
        variables = {"where": where, "limit": self._page_size}
        ids = [one["id"] for one in (await self._commercetools.graphql(_IDS, variables))["orders"]["results"]]
        orders, unreadable = [], []
        for order_id in ids:
            try:
                order = await self._commercetools.order(order_id)
            except Unreadable as error:
                unreadable.append(Finding(order_id=order_id, kind=Kind.UNREADABLE_ORDER, why=str(error)))
            else:
                orders += [order] if order is not None else []
        return orders, unreadable, ids


def _is_closed(order: Order | None) -> bool:
    return order is None or order.order_state in {"Complete", "Cancelled"}
