"""The workflow `Reconciliation`: commercetools' orders and Temporal's workflows, held against each other page by page."""

from datetime import datetime

from pydantic import AwareDatetime
from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    ChildWorkflowError,
    WorkflowAlreadyStartedError,
    is_cancelled_exception,
)

from activities.reconciliation import PageRequest, ReconciliationActivities
from domain.findings import Page, Reconciled
from domain.value import Value
from workflows.calls import is_refused, reason
from workflows.names import COMMERCETOOLS_QUEUE, RECONCILIATION_ID
from workflows.policies import AT_LEISURE, PAGE, PAGE_AGAIN, PAGE_PATIENCE, SIGN_OF_LIFE

PAGES_IN_A_RUN = 100
"""Then it goes on in a new run, with what it has found: a history is to stay short, however many orders there are."""


class ReconciliationStart(Value):
    """The workflow's input. `so_far` only from an earlier run of the same reconciliation."""

    dry_run: bool = False
    adopt_since: AwareDatetime | None = None
    """Since when orders are taken up, for this reconciliation alone; absent: as everywhere."""
    after: str | None = None
    """Only orders behind this id: to go on where an earlier one has stopped."""
    scheduled: bool = False
    """Started by the schedule, which adds the time to every id: then the work is left to the one with no time in it."""
    pages_in_a_run: int = PAGES_IN_A_RUN
    so_far: Reconciled | None = None


@workflow.defn(name="Reconciliation")
class Reconciliation:
    """Finds what notifications have missed. It may run at any time: it starts, tells or reports, and decides nothing."""

    @workflow.init
    def __init__(self, start: ReconciliationStart) -> None:
        fresh = Reconciled(dry_run=start.dry_run, adopt_since=start.adopt_since, after=start.after)
        self._so_far = start.so_far or fresh

    @workflow.run
    async def run(self, start: ReconciliationStart) -> Reconciled:
        """What was found, and done about it."""
        if start.scheduled:
            return await self._as_the_one(start)
        try:
            await self._page_by_page(start)
        except ActivityError as error:
            stopped = {"refused": is_refused(error), "stopped": reason(error)}
            self._take(self._so_far.model_copy(update=stopped))
        return self._so_far

    @workflow.query
    def progress(self) -> Reconciled:
        """What was found so far."""
        return self._so_far

    async def _as_the_one(self, start: ReconciliationStart) -> Reconciled:
        """Have it done under the one id, so that no two work at once."""
        try:
            result: Reconciled = await workflow.execute_child_workflow(
                Reconciliation.run,
                start.model_copy(update={"scheduled": False}),
                id=RECONCILIATION_ID,
                priority=AT_LEISURE,
                static_summary="asked for by the schedule",
            )
        except WorkflowAlreadyStartedError:
            stopped = {"refused": True, "stopped": "another reconciliation is under way"}
            return self._so_far.model_copy(update=stopped)
        except ChildWorkflowError as error:
            if is_cancelled_exception(error):
                raise
            return self._so_far.model_copy(update={"stopped": f"the reconciliation was ended: {error.cause}"})
        return result

    async def _page_by_page(self, start: ReconciliationStart) -> None:
        since = self._so_far.adopt_since or await self._adopted_since()
        self._take(self._so_far.model_copy(update={"adopt_since": since}))
        for _ in range(start.pages_in_a_run):
            page = await self._page(since)
            self._take(self._so_far.with_page(page))
            if self._so_far.done:
                return
        workflow.continue_as_new(start.model_copy(update={"so_far": self._so_far}))

    async def _adopted_since(self) -> datetime:
        return await workflow.execute_activity_method(
            ReconciliationActivities.orders_are_adopted_since,
            task_queue=COMMERCETOOLS_QUEUE,
            start_to_close_timeout=PAGE,
            heartbeat_timeout=SIGN_OF_LIFE,
            schedule_to_close_timeout=PAGE_PATIENCE,
            retry_policy=PAGE_AGAIN,
            priority=AT_LEISURE,
            summary="since when orders are taken up",
        )

    async def _page(self, since: datetime) -> Page:
        so_far = self._so_far
        request = PageRequest(
            stage=so_far.stage,
            after=so_far.after,
            adopt_since=since,
            at=workflow.now(),
            dry_run=so_far.dry_run,
        )
        return await workflow.execute_activity_method(
            ReconciliationActivities.reconcile_page,
            request,
            task_queue=COMMERCETOOLS_QUEUE,
            start_to_close_timeout=PAGE,
            heartbeat_timeout=SIGN_OF_LIFE,
            schedule_to_close_timeout=PAGE_PATIENCE,
            retry_policy=PAGE_AGAIN,
            priority=AT_LEISURE,
            summary=f"{so_far.stage} after {so_far.after or 'the beginning'}"[:200],
        )

    def _take(self, so_far: Reconciled) -> None:
        self._so_far = so_far
        workflow.set_current_details(_story(so_far))


def _story(so_far: Reconciled) -> str:
    """How far it is and what it has found, in Markdown for the Temporal UI."""
    lines = [
        "### Reconciliation" + (" (dry run)" if so_far.dry_run else ""),
        f"{so_far.orders} open orders and {so_far.workflows} running workflows looked at",
        *(f"- **{kind}**: {count}" for kind, count in so_far.counts.items()),
    ]
    if so_far.stopped is not None:
        lines.append(f"**Stopped**: {so_far.stopped}")
    return "\n".join(lines)
