"""What the commands that tell an order something share: their options, and how an answer is told."""
# ruff: noqa: PLC0415 - a command loads only what it needs

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from domain.decision import Decision, DecisionReceipt, Receipt, Sent
from domain.interventions import Remark
from domain.wording import wording
from starter.cli_orders import ask_about
from starter.exits import Exit, UsageError
from starter.sayings import SAYINGS

if TYPE_CHECKING:
    from domain.cancellation import Sayable
    from starter.edge_calls import EdgeCalls

Who = Annotated[str, typer.Option("--as", metavar="WHO", help="The person's id in the directory.")]
Comment = Annotated[str | None, typer.Option(help="Why; it goes into the audit trail.")]
Id = Annotated[
    str | None,
    typer.Option("--id", help="Send the same again under its id: it counts once. Else one is made up."),
]
M = TypeVar("M", bound=Sent)

_OPTIONS = {"approver": "--from", "delegate": "--to", "items": "--item", "reason_code": "--reason"}
"""How a field is called here, where not by its own name and not the sender's."""
_DONE = {Receipt.ACCEPTED, Receipt.DUPLICATE}


def valid(model: type[M], /, **fields: object) -> M:
    """The message, if it is one.

    Raises:
        UsageError: naming the option that is wrong.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise UsageError(f"{_option(model, first['loc'])}: {wording(first)}") from error


def tell(order: str, said: "Sayable", *, json: bool) -> None:
    """Send it to the edge and print the receipt; a refusing one ends the command with 1."""
    from starter.order_views import print_json

    async def sent(edge: "EdgeCalls", order_id: str) -> DecisionReceipt:
        return await edge.say(order_id, said)

    receipt = ask_about(order, sent)
    refused = refuses(receipt)
    if json:
        print_json(receipt.to_json_dict())
    else:
        typer.echo(line_of(receipt), err=refused)
    if refused:
        raise typer.Exit(Exit.REFUSED)


def refuses(receipt: DecisionReceipt) -> bool:
    """Whether the answer is no: also that of a repeat, if the first sending was answered no."""
    return (receipt.first or receipt.receipt) not in _DONE


def line_of(receipt: DecisionReceipt) -> str:
    """A receipt in a line."""
    return f"{receipt.receipt}: {receipt.message} (phase {receipt.phase}, revision {receipt.revision})"


def _option(model: type[Sent], place: tuple[int | str, ...]) -> str:
    """The option that a field was given by. What only fields together can break is about lines to take out."""
    field = str(place[0]) if place else "without"
    if field == SAYINGS[model].sender:
        return "--as"
    if field.endswith("_id"):
        return "--decision-id" if model is Decision else "--id"
    if model is Remark:
        return "TEXT"
    return _OPTIONS.get(field, f"--{field}")
