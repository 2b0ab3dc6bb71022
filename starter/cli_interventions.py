"""`placet resubmit`, `reassign`, `delegate`, `extend` and `comment`: what else people tell a waiting order."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

import typer

from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission
from domain.spans import WorkingSpan, parse_span
from starter.cli_orders import AsJson, OrderName, ask_about
from starter.cli_receipts import Comment, Id, Who, tell, valid
from starter.exits import RefusedError, UsageError
from starter.instants import typed_instant


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (resubmit, reassign, delegate, extend, comment):
        app.command(command.__name__)(command)


def resubmit(
    order: OrderName, who: Who, comment: Comment = None, id_: Id = None, json: AsJson = False
) -> None:
    """Ask anew after changes were requested, as the requester, or as an operator for them; edited or not.

    Example: `placet resubmit ORDER-1001 --as rita --comment "split in two, as you asked"`
    """
    said = valid(Resubmission, resubmission_id=id_ or uuid4().hex, requester=who, comment=comment)
    tell(order, said, json=json)


def reassign(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    order: OrderName,
    who: Who,
    to: Annotated[str, typer.Option(metavar="PERSON", help="Who is to decide.")],
    approver: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PERSON", help="In whose place; left out, --to has to say yes as well."
        ),
    ] = None,
    comment: Comment = None,
    id_: Id = None,
    json: AsJson = False,
) -> None:
    """Let somebody decide in an approver's place; without --from, ask one more person for a yes.

    Operators may, and whoever decides now: for themselves, or to add somebody.

    Example: `placet reassign ORDER-1001 --as ana --from ana --to ben --comment "his cost centre"`
    """
    fields = {"by": who, "approver": approver, "to": to, "comment": comment}
    tell(order, valid(Reassignment, reassignment_id=id_ or uuid4().hex, **fields), json=json)


def delegate(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    order: OrderName,
    who: Who,
    to: Annotated[str, typer.Option(metavar="PERSON", help="Who may decide on your behalf.")],
    comment: Comment = None,
    id_: Id = None,
    json: AsJson = False,
) -> None:
    """Let somebody decide this order on your behalf. You still may; one of you counts.

    Example: `placet delegate ORDER-1001 --as ana --to ben`
    """
    fields = {"approver": who, "delegate": to, "comment": comment}
    tell(order, valid(Delegation, delegation_id=id_ or uuid4().hex, **fields), json=json)


def extend(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    order: OrderName,
    who: Who,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="The new deadline: a date (its midnight in UTC), or a time with its zone."
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Or how much later than now it is: P1D, PT4H."),
    ] = None,
    comment: Comment = None,
    id_: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="With --until: send the same again under its id, it counts once. Else one is made up.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Move the deadline of those who may decide now, later or earlier, as an operator; on record.

    Example: `placet extend ORDER-1001 --as otto --until 2026-03-06T12:00:00Z --comment "fair this week"`
    """
    if (until is None) == (by is None):
        raise UsageError("say --until INSTANT or --by DURATION, one of them")
    if by is not None and id_ is not None:
        raise UsageError("--id: goes with --until; --by counts from the deadline of the moment")
    at = _instant(until) if until is not None else _later(order, _span(by or ""))
    fields = {"operator": who, "until": at, "comment": comment}
    tell(order, valid(DeadlineExtension, extension_id=id_ or uuid4().hex, **fields), json=json)


def comment(
    order: OrderName,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What you have to say; it goes into the audit trail.")
    ],
    who: Who,
    id_: Id = None,
    json: AsJson = False,
) -> None:
    """Say something for the record. It decides nothing.

    Example: `placet comment ORDER-1001 --as ana "the quote is in the shared folder"`
    """
    if not text.strip():
        raise UsageError("TEXT: a blank comment says nothing")
    tell(order, valid(Remark, comment_id=id_ or uuid4().hex, author=who, comment=text), json=json)


def _instant(written: str) -> datetime:
    """A date (its midnight in UTC), or a time that says its zone.

    Raises:
        UsageError: it is neither.
    """
    try:
        instant = typed_instant(written)
        if instant.tzinfo is None:
            raise UsageError(f"--until: {written} does not say its zone; write {written}Z for UTC")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--until: {written} is no date and no time such as 2026-01-31T09:00:00Z") from error


def _span(written: str) -> timedelta:
    try:
        span = parse_span(written)
    except ValueError as error:
        raise UsageError(f"--by: {error}") from error
    if isinstance(span, WorkingSpan):
        raise UsageError(f"--by: {written}: whose working time? Give the instant with --until")
    return span


def _later(order: str, span: timedelta) -> datetime:
    """The deadline of the moment, moved.

    Raises:
        RefusedError: there is none.
        UsageError: no calendar goes that far.
    """
    status = ask_about(order, lambda edge, order_id: edge.status(order_id))
    due = [pending.due_at for pending in status.pending if pending.due_at is not None]
    if not due:
        raise RefusedError(f"{order} has no deadline to move (phase {status.phase}); give one with --until")
    try:
        return min(due) + span
    except OverflowError as error:
        raise UsageError("--by: no calendar goes that far") from error
