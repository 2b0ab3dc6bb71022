"""`placet decide` and `placet withdraw`: what an approver and a requester do, from a terminal."""

from enum import StrEnum
from typing import Annotated
from uuid import uuid4

import typer

from domain.decision import Decision, Verdict, Withdrawal
from starter.cli_orders import AsJson, OrderName
from starter.cli_receipts import Comment, Id, Who, tell, valid


class Word(StrEnum):
    """The verdicts, as a command line writes them."""

    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "request-changes"

    @property
    def verdict(self) -> Verdict:
        """As the contract writes it."""
        return Verdict[self.name]


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
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINE",
            help="With request-changes: the id of a line item to take out. May be given more than once; "
            "an order edited to just the rest has your yes.",
        ),
    ] = None,
    decision_id: Annotated[
        str | None,
        typer.Option(
            "--decision-id", "--id", help="Send the same decision again under its id: it counts once."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Decide about an order.

    Example: `placet decide ORDER-1001 --as ana approve --comment "within budget"`
    """
    decision = valid(
        Decision,
        decision_id=decision_id or uuid4().hex,
        approver=who,
        verdict=verdict.verdict,
        comment=comment,
        revision=revision,
        without=tuple(without or ()),
    )
    tell(order, decision, json=json)


def withdraw(
    order: OrderName, who: Who, comment: Comment = None, id_: Id = None, json: AsJson = False
) -> None:
    """Take an order back, as its requester, or as an operator for them.

    Example: `placet withdraw ORDER-1001 --as rita --comment "ordered twice"`
    """
    tell(
        order,
        valid(Withdrawal, withdrawal_id=id_ or uuid4().hex, requester=who, comment=comment),
        json=json,
    )
