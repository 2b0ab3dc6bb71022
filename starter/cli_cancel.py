"""`placet cancel`: units of an order that is on its way are to be cancelled."""

from typing import Annotated
from uuid import uuid4

import typer

from domain.cancellation import Cancellation
from starter.cli_orders import AsJson, OrderName
from starter.cli_receipts import Comment, Id, Who, tell, valid
from starter.exits import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cancel")(cancel)


def cancel(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    order: OrderName,
    who: Who,
    item: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINE=QUANTITY", help="So many of a line item; left out, all that has not left."
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="A code under cancellations in mappings/reasons.yaml.")
    ] = None,
    comment: Comment = None,
    id_: Id = None,
    json: AsJson = False,
) -> None:
    """Cancel units of an order in fulfilment, as the requester or an operator. The providers' answers decide.

    Example: `placet cancel ORDER-1001 --as rita --item 4f1c=2 --reason customerRequest`
    """
    items = [_item(one) for one in item or ()]
    fields = {"by": who, "items": items, "reason_code": reason, "comment": comment}
    tell(order, valid(Cancellation, cancellation_id=id_ or uuid4().hex, **fields), json=json)


def _item(written: str) -> dict[str, object]:
    line, _, quantity = written.rpartition("=")
    if not line or not quantity.isdecimal() or int(quantity) < 1:
        raise UsageError(f"--item {written}: write LINE=QUANTITY, such as 4f1c=2")
    return {"line_item_id": line, "quantity": int(quantity)}
