"""`placet decide-all`: a line for each order, and an exit code for all of them."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from starter.demo_shop import Shop
from tests.cli.conftest import Placet
from tests.cli.edge_double import ORDER, STATUS, EdgeDouble, problem, receipt

MANY = [f"{n:08x}-6b5f-4f6a-9b3a-2f1d3c4b5a69" for n in range(120)]
ONE, TWO, THREE = MANY[:3]


def answers(edge: EdgeDouble, *results: Mapping[str, Any]) -> None:
    """What the edge answers to the next request."""
    edge.answers["/decisions"] = 200, {"results": list(results)}


def yes(order: str = ORDER) -> dict[str, Any]:
    """An accepted decision."""
    return {**receipt("accepted"), "orderId": order, "status": 200}


def no(status: int, code: str, detail: str = "no", **more: Any) -> dict[str, Any]:
    """A refusal of one entry."""
    return {"orderId": ORDER, **problem(status, code, detail, **more)[1]}


async def test_a_line_for_each_order(placet: Placet, edge: EdgeDouble) -> None:
    """In the order given, and one request for all of them; an order that is named twice is decided once."""
    answers(edge, yes(ONE), yes(TWO))
    ended = await placet("decide-all", "--as", "ana", "approve", ONE, TWO, ONE, "--comment", "framework")
    assert ended.code == 0
    said = "accepted: said accepted (phase pending, revision 2)"
    assert ended.out == f"{ONE}: {said}\n{TWO}: {said}\n"
    [(_, path, body)] = edge.asked
    assert path == "/decisions"
    assert [entry["orderId"] for entry in body["decisions"]] == [ONE, TWO]
    [decided, other] = [{k: v for k, v in e.items() if k != "orderId"} for e in body["decisions"]]
    assert decided == other
    assert decided.pop("decisionId")
    assert decided == {"approver": "ana", "verdict": "approve", "comment": "framework"}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (no(409, "superseded", **receipt("superseded")), "superseded: said superseded"),
        ({**yes(), "receipt": "duplicate", "first": "superseded"}, "duplicate: said accepted"),
        (no(403, "mayNotActFor", "not for that person"), "not for that person"),
        (no(404, "noSuchOrder", "nobody knows it"), "nobody knows it"),
        (no(422, "reasonRequired", "say why"), "say why"),
        (no(409, "decisionIdReused", "take a new id", **receipt("accepted")), "take a new id"),
    ],
)
async def test_one_that_is_refused_makes_it_1(
    placet: Placet, edge: EdgeDouble, refusal: dict[str, Any], said: str
) -> None:
    """Its line stands among the others, and says why; a problem's receipt of another decision is no yes."""
    answers(edge, yes(), refusal, yes())
    ended = await placet("decide-all", "--as", "ana", "reject", ONE, TWO, THREE)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert [line.split(":")[0] for line in lines] == [ONE, TWO, THREE]
    assert lines[1].startswith(f"{TWO}: {said}")
    assert "accepted" in lines[0]
    assert "accepted" in lines[2]


async def test_one_that_is_not_answered_makes_it_3(placet: Placet, edge: EdgeDouble) -> None:
    """The same again is safe, and the command says how; a refusal beside it is told first, by 1."""
    answers(edge, yes(), no(503, "unavailable", "Temporal does not answer"))
    ended = await placet("decide-all", "--as", "ana", "approve", ONE, TWO, "--id", "d-7")
    assert ended.code == 3
    assert f"{TWO}: Temporal does not answer" in ended.out
    assert "--id d-7" in ended.err
    answers(edge, no(409, "superseded", **receipt("superseded")), no(503, "unavailable"))
    assert (await placet("decide-all", "--as", "ana", "approve", ONE, TWO)).code == 1


async def test_sent_again_under_its_id(placet: Placet, edge: EdgeDouble) -> None:
    """Ids are an order's own, so one serves them all; without one each call has a new one."""
    answers(edge, yes(), yes())
    for more in (("--id", "d-7"), ("--decision-id", "d-7"), (), ()):
        await placet("decide-all", "--as", "ana", "approve", ONE, TWO, *more)
    ids = [{entry["decisionId"] for entry in body["decisions"]} for _, _, body in edge.asked]
    assert ids[0] == ids[1] == {"d-7"}
    assert len(ids[2]) == len(ids[3]) == 1
    assert ids[2] != ids[3]


async def test_more_than_a_request_takes_go_in_several(placet: Placet, edge: EdgeDouble) -> None:
    """At most 100 in each; what was answered before one fails is still told."""
    answers(edge, *(yes(order) for order in MANY[:100]))
    ended = await placet("decide-all", "--as", "ana", "approve", *MANY)
    assert [len(body["decisions"]) for _, _, body in edge.asked] == [100, 20]
    assert len(ended.out.splitlines()) == 100
    assert ended.code == 3  # the double answered the second request with a hundred results
    assert "another version" in ended.err
    assert "--id" in ended.err


async def test_orders_come_from_a_file(placet: Placet, edge: EdgeDouble, tmp_path: Path) -> None:
    """A name on each line, beside those on the command line; blank lines and remarks are none."""
    file = tmp_path / "orders.txt"
    file.write_text(f"# this week's\n\n {TWO} \n{THREE}\n", encoding="utf-8")
    answers(edge, yes(), yes(), yes())
    ended = await placet("decide-all", "--as", "ana", "approve", ONE, "--file", str(file))
    assert ended.code == 0
    assert [entry["orderId"] for entry in edge.asked[0][2]["decisions"]] == [ONE, TWO, THREE]


@pytest.mark.slow
@pytest.mark.usefixtures("placet")
async def test_what_was_listed_is_decided_as_it_was_listed(edge: EdgeDouble) -> None:
    """`placet orders list --json` on standard input: each decision is bound to the revision that was seen."""
    page = {"results": [{**STATUS, "orderId": ONE}, {**STATUS, "orderId": TWO, "revision": 0}]}
    answers(edge, yes(), yes())
    words = ("decide-all", "--as", "ana", "approve", "--file", "-")
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await ran.communicate(json.dumps(page).encode())
    assert (ran.returncode, len(out.splitlines())) == (0, 2)
    sent = [(entry["orderId"], entry.get("revision")) for entry in edge.asked[0][2]["decisions"]]
    assert sent == [(ONE, 2), (TWO, None)]


async def test_json_is_one_document(placet: Placet, edge: EdgeDouble) -> None:
    """The edge's own results, each beside the name that was given; also of what was refused."""
    answers(edge, yes(ONE), no(409, "superseded", **receipt("superseded")))
    ended = await placet("decide-all", "--as", "ana", "approve", ONE, TWO, "--json")
    assert ended.code == 1
    results = json.loads(ended.out)["results"]
    assert [(one["order"], one["status"], one["receipt"]) for one in results] == [
        (ONE, 200, "accepted"),
        (TWO, 409, "superseded"),
    ]


async def test_numbers_are_looked_up(placet: Placet, edge: EdgeDouble, sandbox_url: str) -> None:
    """In commercetools; one that no order has is told of in its place, and hurts no other."""
    async with httpx.AsyncClient() as http:
        shop = Shop(sandbox_url, "placet-demo", http)
        await shop.sign_in()
        money = {"currencyCode": "EUR", "centAmount": 100}
        pump = {"name": {"en": "Pump"}, "slug": "pump", "quantity": 1, "money": money}
        draft = {"orderNumber": "A 1/2", "totalPrice": money, "customLineItems": [pump]}
        order = await shop.post("orders/import", draft)
    answers(edge, yes(order["id"]), yes(ONE))
    ended = await placet("decide-all", "--as", "ana", "approve", "A 1/2", "NO-1", ONE)
    assert ended.code == 1, ended.err
    assert [entry["orderId"] for entry in edge.asked[0][2]["decisions"]] == [order["id"], ONE]
    lines = ended.out.splitlines()
    assert lines[0].startswith("A 1/2: accepted")
    assert lines[1] == "NO-1: no order has the number NO-1"
    assert lines[2].startswith(f"{ONE}: accepted")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide-all", "--as", "ana", "approve"), "name at least one order"),
        (("decide-all", "approve", ORDER), "--as"),
        (("decide-all", "--as", "ana", "perhaps", ORDER), "perhaps"),
        (("decide-all", "--as", "", "approve", ORDER), "--as"),
        (("decide-all", "--as", "ana", "approve", ORDER, "--id", "a b"), "--decision-id"),
        (("decide-all", "--as", "ana", "approve", "--file", "/nowhere/orders"), "--file"),
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


async def test_a_file_of_something_else_is_2(placet: Placet, edge: EdgeDouble, tmp_path: Path) -> None:
    """JSON of another kind, or no text."""
    file = tmp_path / "orders"
    for written in (b'{"orders": []}', b'{"results": [', b"\xff\xfe"):
        file.write_bytes(written)
        ended = await placet("decide-all", "--as", "ana", "approve", "--file", str(file))
        assert ended.code == 2
        assert "--file" in ended.err
    assert not edge.asked


async def test_an_unknown_token_is_refused(placet: Placet, edge: EdgeDouble) -> None:
    """As a whole, in the edge's words."""
    edge.answers["/decisions"] = problem(401, "unknownCaller", "this token is not known")
    ended = await placet("decide-all", "--as", "ana", "approve", ONE)
    assert (ended.code, ended.out, ended.err) == (1, "", "placet: the edge: this token is not known\n")
