"""`placet decide` and `placet withdraw`: what an approver and a requester do, from a terminal."""
# ruff: noqa: PLC0415 - a command loads only what it needs

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import uuid4

import typer

from domain.decision import Decision, DecisionReceipt, Receipt, Verdict, Withdrawal
from starter.cli_orders import AsJson, OrderName, ask_about
from starter.exits import Exit, UsageError

if TYPE_CHECKING:
    from starter.edge_calls import EdgeCalls

Who = Annotated[str, typer.Option("--as", metavar="WHO", help="The person's id in the directory.")]
Comment = Annotated[str | None, typer.Option(help="Why; it goes into the audit trail.")]
V = TypeVar("V", Decision, Withdrawal)

_OPTIONS = {"approver": "--as", "requester": "--as"}
_DONE = {Receipt.ACCEPTED, Receipt.DUPLICATE}


class Word(StrEnum):
    """The verdicts, as a command line writes them."""

    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "request-changes"


_VERDICTS = {
    Word.APPROVE: Verdict.APPROVE,
    Word.REJECT: Verdict.REJECT,
    Word.REQUEST_CHANGES: Verdict.REQUEST_CHANGES,
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("decide")(decide)
    app.command("withdraw")(withdraw)


def decide(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    order: OrderName,
    verdict: Annotated[Word, typer.Argument(help="What you say.")],
    who: Who,
    comment: Comment = None,
    revision: Annotated[
        int | None,
        typer.Option(min=1, help="The revision that you have seen; left out, it is the current one."),
    ] = None,
    decision_id: Annotated[
        str | None, typer.Option(help="Send the same decision again under its id: it counts once.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Decide about an order.

    Example: `placet decide ORDER-1001 --as ana approve --comment "within budget"`
    """
    decision = _valid(
        Decision,
        decision_id=decision_id or uuid4().hex,
        approver=who,
        verdict=_VERDICTS[verdict],
        comment=comment,
        revision=revision,
    )

    async def sent(edge: "EdgeCalls", order_id: str) -> DecisionReceipt:
        return await edge.decide(order_id, decision)

    _tell(ask_about(order, sent), json=json)


def withdraw(order: OrderName, who: Who, comment: Comment = None, json: AsJson = False) -> None:
    """Take an order back, as its requester, or as an operator for a requester outside the directory.

    Example: `placet withdraw ORDER-1001 --as rita --comment "ordered twice"`
    """
    withdrawal = _valid(Withdrawal, withdrawal_id=uuid4().hex, requester=who, comment=comment)

    async def sent(edge: "EdgeCalls", order_id: str) -> DecisionReceipt:
        return await edge.withdraw(order_id, withdrawal)

    _tell(ask_about(order, sent), json=json)


def _valid(model: type[V], **fields: object) -> V:
    from pydantic import ValidationError

    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        option = str(first["loc"][0]).replace("_", "-") if first["loc"] else "decision"
        raise UsageError(f"{_OPTIONS.get(option, f'--{option}')}: {first['msg']}") from error


def _tell(receipt: DecisionReceipt, *, json: bool) -> None:
    """Print the receipt; a refusing one ends the command with 1."""
    from starter.order_views import print_json

    refused = receipt.receipt not in _DONE
    if json:
        print_json(receipt.to_json_dict())
    else:
        said = f"{receipt.receipt}: {receipt.message} (phase {receipt.phase}, revision {receipt.revision})"
        typer.echo(said, err=refused)
    if refused:
        raise typer.Exit(Exit.REFUSED)
