"""`placet resubmit`, `reassign`, `delegate`, `extend`, `comment`: what is sent, what is said, and how it ends."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cli.conftest import Placet
from tests.cli.edge_double import AT, ORDER, STATUS, EdgeDouble, problem, receipt

UNTIL = "2026-03-06T12:00:00Z"


@dataclass(frozen=True)
class Told:
    """A command line, and what the edge gets from it."""

    words: str
    path: str
    body: dict[str, Any]

    @property
    def id_field(self) -> str:
        """What the contract calls its id."""
        return f"{self.path.removesuffix('s')}Id"

    @property
    def url(self) -> str:
        """Where it is posted."""
        return f"/orders/{ORDER}/{self.path}"

    def line(self, *more: str) -> tuple[str, ...]:
        """The command line about the order, with a comment; that of `comment` is an argument."""
        command, *options = self.words.split()
        text = ("see the quote",) if command == "comment" else ("--comment", "see the quote")
        return command, ORDER, *text, *options, *more


SENT = [
    Told("resubmit --as rita", "resubmission", {"requester": "rita"}),
    Told(
        "reassign --as ana --from ana --to ben", "reassignment", {"by": "ana", "approver": "ana", "to": "ben"}
    ),
    Told("reassign --as otto --to ben", "reassignment", {"by": "otto", "to": "ben"}),
    Told("delegate --as ana --to ben", "delegation", {"approver": "ana", "delegate": "ben"}),
    Told(f"extend --as otto --until {UNTIL}", "extension", {"operator": "otto", "until": UNTIL}),
    Told("comment --as ana", "comments", {"author": "ana"}),
    Told("withdraw --as rita", "withdrawal", {"requester": "rita"}),
    Told(
        "cancel --as rita --item l-1=2 --reason customerRequest",
        "cancellations",
        {"by": "rita", "items": [{"lineItemId": "l-1", "quantity": 2}], "reasonCode": "customerRequest"},
    ),
]
COMMANDS = pytest.mark.parametrize("told", SENT, ids=lambda told: told.words)


@COMMANDS
async def test_each_is_sent_as_the_contract_has_it(placet: Placet, edge: EdgeDouble, told: Told) -> None:
    """Under the id that was given, so that it counts once; or under one of its own."""
    edge.answers[told.url] = 200, receipt("accepted")
    for more in ((), ("--id", "x-1"), ("--id", "x-1")):
        ended = await placet(*told.line(*more))
        assert (ended.code, ended.out) == (0, "accepted: said accepted (phase pending, revision 2)\n")
    sent = [body for _, _, body in edge.asked]
    assert [body[told.id_field] == "x-1" for body in sent] == [False, True, True]
    assert sent[0].pop(told.id_field)
    assert sent[0] == {**told.body, "comment": "see the quote"}


@COMMANDS
@pytest.mark.parametrize(("kind", "status"), [("notAllowed", 403), ("notPending", 409), ("duplicate", 200)])
async def test_each_receipt_is_told(
    placet: Placet, edge: EdgeDouble, told: Told, kind: str, status: int
) -> None:
    """A refusing one on stderr, with exit code 1; as JSON on stdout."""
    document = receipt(kind) if status == 200 else problem(status, kind, "no", **receipt(kind))[1]
    edge.answers[told.url] = status, document
    ended = await placet(*told.line())
    assert ended.code == (0 if status == 200 else 1)
    assert f"{kind}: said {kind}" in (ended.out if status == 200 else ended.err)
    as_json = await placet(*told.line("--json"))
    assert as_json.code == ended.code
    assert json.loads(as_json.out)["receipt"] == kind


async def test_what_the_edge_finds_missing_is_2(placet: Placet, edge: EdgeDouble) -> None:
    """The policy's wish for a reason reaches the approver."""
    edge.answers[f"/orders/{ORDER}/decisions"] = problem(
        422, "reasonRequired", "say why you reject", field="comment"
    )
    ended = await placet("decide", ORDER, "--as", "ana", "reject")
    assert (ended.code, ended.err) == (2, "placet: the edge: say why you reject\n")


async def test_lines_may_be_taken_out(placet: Placet, edge: EdgeDouble) -> None:
    """Each with an option of its own."""
    edge.answers[f"/orders/{ORDER}/decisions"] = 200, receipt("accepted")
    words = ("decide", ORDER, "--as", "ana", "request-changes", "--without", "line-1", "--without", "line-2")
    assert (await placet(*words)).code == 0
    assert edge.asked[0][2]["without"] == ["line-1", "line-2"]
    ended = await placet("decide", ORDER, "--as", "ana", "approve", "--without", "line-1")
    assert ended.code == 2
    assert ended.err.startswith("placet: --without: ")
    assert len(edge.asked) == 1


async def test_a_deadline_moves_by_a_span_from_where_it_is(placet: Placet, edge: EdgeDouble) -> None:
    """The earliest of those that are shown; what is sent is an instant."""
    later = {"approver": "ben", "step": "manager", "dueAt": "2026-03-09T12:00:00Z"}
    edge.answers[f"/orders/{ORDER}"] = 200, {**STATUS, "pending": [later, *STATUS["pending"]]}
    edge.answers[f"/orders/{ORDER}/extension"] = 200, receipt("accepted")
    assert AT == "2026-03-01T12:00:00Z"
    assert (await placet("extend", ORDER, "--as", "otto", "--by", "P1DT30M")).code == 0
    assert edge.asked[-1][2]["until"] == "2026-03-02T12:30:00Z"


async def test_where_there_is_no_deadline_there_is_none_to_move(placet: Placet, edge: EdgeDouble) -> None:
    """Nothing is sent; the message says what can be done."""
    held = {"approver": "ana", "step": "manager"}
    for pending in ([], [held]):
        edge.answers[f"/orders/{ORDER}"] = 200, {**STATUS, "pending": pending}
        ended = await placet("extend", ORDER, "--as", "otto", "--by", "P1D")
        assert ended.code == 1
        assert "has no deadline to move" in ended.err
        assert "--until" in ended.err
    assert {method for method, _, _ in edge.asked} == {"GET"}


async def test_a_date_is_its_midnight_in_utc(placet: Placet, edge: EdgeDouble) -> None:
    """And a time keeps its zone's meaning."""
    edge.answers[f"/orders/{ORDER}/extension"] = 200, receipt("accepted")
    for until in ("2026-03-06", "2026-03-06T01:00:00+01:00"):
        assert (await placet("extend", ORDER, "--as", "otto", "--until", until)).code == 0
    assert [body["until"] for _, _, body in edge.asked] == ["2026-03-06T00:00:00Z"] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("resubmit", ORDER), "--as"),
        (("resubmit", ORDER, "--as", ""), "--as"),
        (("resubmit", ORDER, "--as", "rita", "--id", "a b"), "--id"),
        (("reassign", ORDER, "--as", "ana"), "--to"),
        (("reassign", ORDER, "--as", "", "--to", "ben"), "--as"),
        (("reassign", ORDER, "--as", "ana", "--to", ""), "--to"),
        (("reassign", ORDER, "--as", "ana", "--from", "", "--to", "ben"), "--from"),
        (("delegate", ORDER, "--as", "ana", "--to", ""), "--to"),
        (("delegate", ORDER, "--as", "", "--to", "ben"), "--as"),
        (("extend", ORDER, "--as", "otto"), "--until"),
        (("extend", ORDER, "--as", "otto", "--until", UNTIL, "--by", "P1D"), "one of them"),
        (("extend", ORDER, "--as", "otto", "--until", "tomorrow"), "--until: tomorrow is no date"),
        (("extend", ORDER, "--as", "otto", "--until", "2026-03-06T12:00:00"), "does not say its zone"),
        (("extend", ORDER, "--as", "otto", "--until", "9999-12-31T23:59:59-01:00"), "--until"),
        (("extend", ORDER, "--as", "otto", "--by", "soon"), "--by"),
        (("extend", ORDER, "--as", "otto", "--by", "2 working hours"), "whose working time"),
        (("extend", ORDER, "--as", "otto", "--by", "P1D", "--id", "x-1"), "--id"),
        (("cancel", ORDER, "--as", "rita", "--item", "l-1"), "LINE=QUANTITY"),
        (("cancel", ORDER, "--as", "rita", "--item", "l-1=0"), "LINE=QUANTITY"),
        (("cancel", ORDER, "--as", "rita", "--reason", "no such"), "--reason"),
        (("comment", ORDER, "--as", "ana"), "TEXT"),
        (("comment", ORDER, "--as", "ana", ""), "TEXT"),
        (("comment", ORDER, "--as", "ana", " \t\n"), "TEXT: a blank comment"),
        (("comment", ORDER, "--as", "ana", "x" * 2001), "TEXT"),
        (("withdraw", ORDER, "--as", "rita", "--id", "a b"), "--id"),
    ],
)
async def test_wrong_use_is_2(
    placet: Placet, edge: EdgeDouble, arguments: tuple[str, ...], said: str
) -> None:
    """What is wrong is named, and nothing is sent."""
    ended = await placet(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert not edge.asked


async def test_a_span_beyond_the_calendar_is_2(placet: Placet, edge: EdgeDouble) -> None:
    """No traceback."""
    edge.answers[f"/orders/{ORDER}"] = 200, STATUS
    ended = await placet("extend", ORDER, "--as", "otto", "--by", "P3000000D")
    assert ended.code == 2
    assert ended.err.startswith("placet: --by: 'P3000000D' is more than 1830 days")


async def test_shown_orders_tell_on_whose_behalf(placet: Placet, edge: EdgeDouble) -> None:
    """Who waits for whom, who decided for whom, and which lines they took out."""
    decision = {
        "decisionId": "d-1",
        "approver": "ben",
        "onBehalfOf": "cleo",
        "verdict": "requestChanges",
        "without": ["line-1"],
        "revision": 2,
        "revisionAssumed": False,
        "step": "manager",
        "at": AT,
        "void": False,
    }
    pending = {"approver": "dana", "onBehalfOf": "ana", "step": "manager", "dueAt": AT}
    status = {**STATUS, "pending": [pending], "decisions": [decision]}
    edge.answers[f"/orders/{ORDER}"] = 200, status
    ended = await placet("orders", "show", ORDER)
    assert "waits for  dana for ana at step manager" in ended.out
    assert "ben for cleo: requestChanges without line-1 of revision 2" in ended.out
    assert json.loads((await placet("orders", "show", ORDER, "--json")).out) == status
    edge.answers["/orders"] = 200, {"results": [{**STATUS, "pending": [pending]}]}
    assert "dana for ana" in (await placet("orders", "list")).out
