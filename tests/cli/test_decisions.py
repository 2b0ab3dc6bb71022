"""`placet decide` and `placet withdraw`: what is sent, what is said, and how it ends."""

import json

import pytest

from tests.cli.conftest import Placet
from tests.cli.edge_double import ORDER, EdgeDouble, problem, receipt

DECISIONS = f"/orders/{ORDER}/decisions"


async def test_sends_a_decision(placet: Placet, edge: EdgeDouble) -> None:
    """The words of the command line become the words of the contract; each command has an id of its own."""
    edge.answers[DECISIONS] = 200, receipt("accepted")
    words = ("decide", ORDER, "--as", "ana", "request-changes", "--comment", "split it", "--revision", "2")
    for _ in range(2):
        ended = await placet(*words)
        assert (ended.code, ended.out) == (0, "accepted: said accepted (phase pending, revision 2)\n")
    bodies = [body for _, _, body in edge.asked]
    assert bodies[0].pop("decisionId") != bodies[1].pop("decisionId")
    assert bodies[0] == {"approver": "ana", "verdict": "requestChanges", "comment": "split it", "revision": 2}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("accepted", 200, 0),
        ("duplicate", 200, 0),
        ("notAllowed", 403, 1),
        ("superseded", 409, 1),
        ("alreadyDecided", 409, 1),
        ("notPending", 409, 1),
    ],
)
async def test_every_receipt_is_told(
    placet: Placet, edge: EdgeDouble, kind: str, status: int, code: int
) -> None:
    """Refusing receipts come inside a problem: they are answers, told as such, with exit code 1."""
    document = receipt(kind) if status == 200 else problem(status, kind, "no", **receipt(kind))[1]
    edge.answers[DECISIONS] = status, document
    ended = await placet("decide", ORDER, "--as", "ana", "approve")
    assert ended.code == code
    assert f"{kind}: said {kind}" in (ended.out if code == 0 else ended.err)
    as_json = await placet("decide", ORDER, "--as", "ana", "approve", "--json")
    assert as_json.code == code
    assert json.loads(as_json.out)["receipt"] == kind


async def test_a_repeat_of_what_was_refused_is_refused(placet: Placet, edge: EdgeDouble) -> None:
    """The edge answers 200, for nothing was done twice; it was no all the same."""
    edge.answers[DECISIONS] = 200, receipt("duplicate", first="superseded")
    assert (await placet("decide", ORDER, "--as", "ana", "approve")).code == 1
    edge.answers[DECISIONS] = 200, receipt("duplicate", first="accepted")
    assert (await placet("decide", ORDER, "--as", "ana", "approve")).code == 0


async def test_a_reused_id_is_no_yes(placet: Placet, edge: EdgeDouble) -> None:
    """The receipt beside that problem is that of another decision, so the command must not say it was accepted."""
    edge.answers[DECISIONS] = problem(409, "decisionIdReused", "take a new id", **receipt("accepted"))
    ended = await placet("decide", ORDER, "--as", "ana", "reject", "--decision-id", "d-1")
    assert (ended.code, ended.out, ended.err) == (1, "", "placet: the edge: take a new id\n")


async def test_withdraws(placet: Placet, edge: EdgeDouble) -> None:
    """A withdrawal names its requester."""
    edge.answers[f"/orders/{ORDER}/withdrawal"] = 200, receipt("accepted")
    ended = await placet("withdraw", ORDER, "--as", "rita", "--comment", "ordered twice")
    assert ended.code == 0
    (_, path, body) = edge.asked[0]
    assert path == f"/orders/{ORDER}/withdrawal"
    assert body.pop("withdrawalId")
    assert body == {"requester": "rita", "comment": "ordered twice"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide", ORDER, "--as", "ana", "perhaps"), "perhaps"),
        (("decide", ORDER, "approve"), "--as"),
        (("decide", ORDER, "--as", "ana", "approve", "--revision", "0"), "--revision"),
        (("decide", ORDER, "--as", "ana", "approve", "--decision-id", "a b"), "--decision-id"),
        (("decide", ORDER, "--as", "", "approve"), "--as"),
        (("withdraw", ORDER, "--as", "rita", "--comment", "x" * 2001), "--comment"),
        (("orders", "list", "--limit", "0"), "--limit"),
        (("nonsense",), "nonsense"),
    ],
)
async def test_wrong_use_is_2(
    placet: Placet, edge: EdgeDouble, arguments: tuple[str, ...], said: str
) -> None:
    """The option that is wrong is named, and nothing is sent."""
    ended = await placet(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert not edge.asked


async def test_what_the_edge_finds_invalid_is_2(placet: Placet, edge: EdgeDouble) -> None:
    """The field that the edge names reaches the caller."""
    edge.answers[DECISIONS] = problem(422, "invalid", "approver: is too long")
    ended = await placet("decide", ORDER, "--as", "ana", "approve")
    assert (ended.code, ended.err) == (2, "placet: the edge: approver: is too long\n")
