"""`placet decide-all`: one verdict about many orders, with an answer for each."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from domain.decision import Decision
from starter.cli_decisions import Word
from starter.cli_orders import AsJson, the_edge
from starter.cli_receipts import Comment, Who, line_of, refuses, valid
from starter.exits import Exit, OutsideError, UsageError

if TYPE_CHECKING:
    from starter.edge_calls import BulkResult

_AT_ONCE = 100
"""As many as the edge takes in one request."""
_STDIN = Path("-")


@dataclass(frozen=True)
class Wanted:
    """An order by its number or id; with the revision that was seen, where it is known."""

    name: str
    revision: int | None = None


@dataclass
class Told:
    """The answers so far: printed as they come, or kept for one document."""

    json: bool
    documents: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False
    unanswered: bool = False

    def unknown(self, name: str) -> None:
        """No order has that number, so nothing was sent."""
        self._add(name, 404, f"no order has the number {name}", {"status": 404, "title": "No such order"})

    def result(self, name: str, result: "BulkResult") -> None:
        """What the edge answered."""
        said = line_of(result.receipt) if result.receipt is not None else result.detail
        self.refused = self.refused or (result.receipt is not None and refuses(result.receipt))
        self._add(name, result.status, said, result.document)

    def _add(self, name: str, status: int, said: str, document: dict[str, Any]) -> None:
        self.refused = self.refused or 400 <= status < 500
        self.unanswered = self.unanswered or status >= 500
        self.documents.append({"order": name, **document})
        if not self.json:
            typer.echo(f"{name}: {said}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decide-all")(decide_all)


def decide_all(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    verdict: Annotated[Word, typer.Argument(help="What you say, of each.")],
    who: Who,
    orders: Annotated[
        list[str] | None, typer.Argument(metavar="ORDER", help="The orders' numbers or ids.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="More of them: a number or id on each line, or what `placet orders list --json` prints, which "
            "binds each decision to the revision listed. `-` is standard input."
        ),
    ] = None,
    comment: Comment = None,
    decision_id: Annotated[
        str | None,
        typer.Option(
            "--decision-id", "--id", help="Send the same decisions again under their id: each counts once."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Decide about many orders. One that is refused hurts no other: there is a line for each, and the exit code is 1.

    Example: `placet decide-all --as ana approve ORDER-1001 ORDER-1002 --comment "framework contract"`
    """
    wanted = [*map(Wanted, orders or ()), *(_listed_in(file) if file is not None else ())]
    unique = list({one.name: one for one in wanted}.values())
    if not unique:
        raise UsageError("name at least one order, or a --file of them")
    fields = {"decision_id": decision_id or uuid4().hex, "approver": who, "comment": comment}
    decision = valid(Decision, verdict=verdict.verdict, **fields)
    told = Told(json)
    try:
        asyncio.run(_decide(unique, decision, told))
    except OutsideError:
        told.unanswered = True
        raise
    finally:
        _end(told, decision)
    if told.refused:
        raise typer.Exit(Exit.REFUSED)
    if told.unanswered:
        raise typer.Exit(Exit.OUTSIDE)


async def _decide(wanted: list[Wanted], decision: Decision, told: Told) -> None:
    from starter.order_names import ids_of

    async with the_edge() as (edge, settings):
        ids = await ids_of(settings, (one.name for one in wanted))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            known = [(one.name, order_id, one.revision) for one in some if (order_id := ids[one.name])]
            bodies = [(id_, decision.model_copy(update={"revision": seen})) for _, id_, seen in known]
            results = await edge.decide_each(bodies) if bodies else []
            answers = {name: result for (name, _, _), result in zip(known, results, strict=True)}
            for one in some:
                if one.name in answers:
                    told.result(one.name, answers[one.name])
                else:
                    told.unknown(one.name)


def _end(told: Told, decision: Decision) -> None:
    from starter.order_views import print_json

    if told.json:
        print_json({"results": told.documents})
    if told.unanswered:
        again = f"the same again is safe with --id {decision.decision_id}"
        typer.echo(f"placet: not every order was answered; {again}", err=True)


def _listed_in(file: Path) -> list[Wanted]:
    """The orders that a file names.

    Raises:
        UsageError: it cannot be read, or is JSON of something else.
    """
    try:
        text = sys.stdin.read() if file == _STDIN else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--file: {file} cannot be read as text: {error}") from error
    if text.lstrip().startswith("{"):
        return _of_page(text)
    lines = (line.strip() for line in text.splitlines())
    return [Wanted(line) for line in lines if line and not line.startswith("#")]


def _of_page(text: str) -> list[Wanted]:
    from pydantic import ValidationError

    from starter.edge_calls import OrderPage

    try:
        page = OrderPage.model_validate_json(text)
    except ValidationError as error:
        raise UsageError("--file: that JSON is not what `placet orders list --json` prints") from error
    # Of an order whose workflow did not answer the list, the revision is not known: 0.
    return [Wanted(order.order_id, order.revision or None) for order in page.results]
