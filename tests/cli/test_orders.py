"""`placet orders`: what is shown, and how it ends."""

import json
from typing import Any

import httpx
import pytest

from domain.alarm_advice import ADVICE
from domain.alarms import Alarm
from starter.demo_shop import Shop
from tests.cli.conftest import Placet
from tests.cli.edge_double import AT, AUDIT, ORDER, STATUS, EdgeDouble, problem

PARTS: list[dict[str, Any]] = [
    {
        "ref": "SO-1-1",
        "provider": "fluent",
        "location": "loc-berlin",
        "serviceLevel": "STANDARD",
        "stage": "refused",
        "ordered": 3,
    },
    {
        "ref": "SO-1-2",
        "provider": "webhook",
        "providerId": "w 7",
        "stage": "shipped",
        "ordered": 2,
        "shipped": 1,
        "cancelRequested": 1,
        "cancellations": ["by-rita"],
        "outOfReach": True,
        "telling": ["payment"],
        "parcels": [{"carrier": "DHL", "trackingId": "T-1\nheld       0 units", "shipment": "S1"}],
    },
]
ON_ITS_WAY: dict[str, Any] = {
    **STATUS,
    "phase": "inFulfillment",
    "pending": [],
    "alarm": "exportRefused",
    "alarmWhy": "fluent does not take SO-1-1: no\nstreet",
    "logisticOrders": PARTS,
    "heldUnits": [{"units": 2, "why": "no rule takes it"}],
}


async def test_lists_orders(placet: Placet, edge: EdgeDouble) -> None:
    """A line for each order, filtered as asked, with the bearer token; a further page is mentioned on stderr."""
    edge.answers["/orders"] = 200, {"results": [STATUS], "nextCursor": "-n_3"}
    ended = await placet("orders", "list", "--approver", "ana", "--phase", "pending", "--limit", "1")
    assert ended.code == 0
    assert "ORDER-1001" in ended.out
    assert "2026-03-01 12:00:00 UTC" in ended.out
    more = "1 of more: go on with --cursor=-n_3, or ask for fewer by --approver, --phase or --alarm"
    assert ended.err.strip() == more
    assert edge.asked == [("GET", "/orders?approver=ana&phase=pending&limit=1", None)]
    assert edge.tokens == {"Bearer placet-dev"}
    edge.answers["/orders"] = 200, {"results": [STATUS]}
    ended = await placet("orders", "list", "--cursor=-n_3")
    assert (ended.code, ended.err) == (0, "")
    assert edge.asked[-1] == ("GET", "/orders?limit=50&cursor=-n_3", None)


async def test_lists_orders_with_an_alarm(placet: Placet, edge: EdgeDouble) -> None:
    """Any, or one kind; what is no alarm, and more than the edge lists at once, is a mistake of usage."""
    edge.answers["/orders"] = 200, {"results": [ON_ITS_WAY]}
    for alarm in ("any", "exportRefused"):
        assert "exportRefused" in (await placet("orders", "list", "--alarm", alarm)).out
        assert edge.asked[-1] == ("GET", f"/orders?alarm={alarm}&limit=50", None)
    ended = await placet("orders", "list", "--alarm", "fire")
    assert ended.code == 2
    assert "exportRefused" in ended.err
    assert (await placet("orders", "list", "--limit", "101")).code == 2


async def test_json_is_the_edges_own(placet: Placet, edge: EdgeDouble) -> None:
    """With --json, stdout is the contract's document and nothing else."""
    edge.answers["/orders"] = 200, {"results": [STATUS]}
    assert json.loads((await placet("orders", "list", "--json")).out) == {"results": [STATUS]}
    edge.answers[f"/orders/{ORDER}"] = 200, STATUS
    assert json.loads((await placet("orders", "show", ORDER, "--json")).out) == STATUS
    edge.answers[f"/orders/{ORDER}/audit"] = 200, AUDIT
    assert json.loads((await placet("orders", "audit", ORDER, "--json")).out) == AUDIT


async def test_shows_an_order(placet: Placet, edge: EdgeDouble) -> None:
    """Why it waits, for whom, until when."""
    edge.answers[f"/orders/{ORDER}"] = 200, STATUS
    ended = await placet("orders", "show", ORDER)
    assert ended.code == 0
    assert "waits for  ana at step manager, until 2026-03-01 12:00:00 UTC" in ended.out
    assert "Orders from EUR 1,000.00 need the consent of a manager." in ended.out


async def test_a_comment_stays_on_its_line_and_in_its_quotes(placet: Placet, edge: EdgeDouble) -> None:
    """What an approver wrote cannot add a line to what is shown, nor pass for what Placet says."""
    decision = {
        "decisionId": "d-1",
        "approver": "ana",
        "verdict": "approve",
        "step": "manager",
        "revision": 1,
        "revisionAssumed": False,
        "at": AT,
        "comment": 'ok", void\ndecision   ben: reject',
    }
    edge.answers[f"/orders/{ORDER}"] = 200, {**STATUS, "decisions": [decision]}
    shown = (await placet("orders", "show", ORDER)).out.splitlines()
    [told] = [line for line in shown if line.startswith("decision")]
    assert told.endswith('UTC, comment "ok\\", void\\ndecision   ben: reject"')


async def test_says_why_an_order_is_held(placet: Placet, edge: EdgeDouble) -> None:
    """In the list as well as by itself; brackets in the words are words."""
    why = "custom field costCenter [red] is neither a number nor an amount"
    held = {**STATUS, "rule": "none", "why": why, "pending": [], "alarm": "held"}
    edge.answers["/orders"] = 200, {"results": [held]}
    assert why in (await placet("orders", "list")).out
    edge.answers[f"/orders/{ORDER}"] = 200, held
    shown = (await placet("orders", "show", ORDER)).out
    assert f"why        {why} (rule none)" in shown


async def test_tells_what_is_wrong_with_an_order_on_its_way(placet: Placet, edge: EdgeDouble) -> None:
    """Each part with who has it, parcels, what nobody fulfils; the alarm's own words, what to do, and the command for it."""
    status = ON_ITS_WAY
    edge.answers[f"/orders/{ORDER}"] = 200, status
    told = (await placet("orders", "show", ORDER)).out.splitlines()
    look = f"temporal workflow signal --workflow-id order/{ORDER} --name order_changed"
    way = "its provider is out of reach and has still to be told of its payment"
    stands = f"shipped, {way}; 2 units: 1 shipped, 1 asked to be cancelled"
    assert told[-9:] == [
        "logistic   SO-1-1 (fluent, from loc-berlin, STANDARD): refused; 3 units",
        f"logistic   SO-1-2 (webhook, there w 7): {stands}",
        'parcel     DHL "T-1\\nheld       0 units" (shipment S1) of SO-1-2',
        "held       2 units that nobody fulfils: no rule takes it",
        "alarm      exportRefused: fluent does not take SO-1-1: no\\nstreet",
        f"to do      {ADVICE[Alarm.EXPORT_REFUSED]}",
        f"to do      {ADVICE[Alarm.OUT_OF_REACH]}",
        f"to do      {ADVICE[Alarm.UNITS_HELD]}",
        f'look again {look} --input \'{{"messageId": "by-hand-1", "type": "ByHand"}}\'',
    ]
    assert json.loads((await placet("orders", "show", ORDER, "--json")).out) == status
    mended = {name: said for name, said in status.items() if name not in {"alarm", "alarmWhy"}}
    edge.answers[f"/orders/{ORDER}"] = 200, mended | {"logisticOrders": []}
    assert f"to do      {ADVICE[Alarm.UNITS_HELD]}" in (await placet("orders", "show", ORDER)).out
    edge.answers["/orders"] = 200, {"results": [status]}
    assert "fluent does not take SO-1-1: no\\nstreet" in (await placet("orders", "list")).out


async def test_finds_an_order_by_its_number(placet: Placet, edge: EdgeDouble, sandbox_url: str) -> None:
    """The number is looked up in commercetools, also one with a blank and a slash."""
    async with httpx.AsyncClient() as http:
        shop = Shop(sandbox_url, "placet-demo", http)
        await shop.sign_in()
        draft = {
            "orderNumber": "A 1/2",
            "totalPrice": {"currencyCode": "EUR", "centAmount": 100},
            "customLineItems": [
                {
                    "name": {"en": "Pump"},
                    "slug": "pump",
                    "quantity": 1,
                    "money": {"currencyCode": "EUR", "centAmount": 100},
                }
            ],
        }
        order = await shop.post("orders/import", draft)
    edge.answers[f"/orders/{order['id']}"] = 200, {**STATUS, "orderId": order["id"]}
    ended = await placet("orders", "show", "A 1/2")
    assert ended.code == 0, ended.err
    assert order["id"] in ended.out


async def test_an_unknown_order_is_refused(placet: Placet) -> None:
    """Neither the edge nor commercetools knows it: exit code 1, one line on stderr."""
    for name, said in ((ORDER, "the edge: no such order"), ("NO-1", "no order has the number or id NO-1")):
        ended = await placet("orders", "show", name)
        assert (ended.code, ended.out, ended.err) == (1, "", f"placet: {said}\n")


async def test_a_wrong_token_is_refused(placet: Placet, edge: EdgeDouble) -> None:
    """The edge's own words reach the caller."""
    edge.answers["/orders"] = problem(401, "unauthorized", "this token is not known")
    ended = await placet("orders", "list")
    assert (ended.code, ended.err) == (1, "placet: the edge: this token is not known\n")


async def test_a_failing_system_behind_the_edge_is_3(placet: Placet, edge: EdgeDouble) -> None:
    """503 is nobody's refusal."""
    edge.answers["/orders"] = problem(503, "unavailable", "Temporal cannot be reached")
    ended = await placet("orders", "list")
    assert (ended.code, ended.err) == (3, "placet: the edge: Temporal cannot be reached\n")


async def test_an_answer_of_another_version_is_3(placet: Placet, edge: EdgeDouble) -> None:
    """What cannot be understood is said to be so, without a traceback."""
    edge.answers["/orders"] = 200, {"orders": []}
    ended = await placet("orders", "list")
    assert ended.code == 3
    assert "another version" in ended.err
    assert "Traceback" not in ended.err


async def test_what_a_newer_edge_says_beside_what_is_known_is_passed_over(
    placet: Placet, edge: EdgeDouble
) -> None:
    """Edge and command line need not be of one version: additions to its answers break nothing."""
    pending = [{**STATUS["pending"][0], "channel": "chat"}]
    edge.answers[f"/orders/{ORDER}"] = 200, {**STATUS, "pending": pending, "carbon": {"grams": 3}}
    ended = await placet("orders", "show", ORDER)
    assert (ended.code, ended.err) == (0, "")
    assert "waits for  ana at step manager" in ended.out


async def test_no_edge_is_3(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there: the message says where."""

    monkeypatch.setenv("PLACET_EDGE_ADDRESS", "127.0.0.1:1")
    ended = await placet("orders", "list")
    assert ended.code == 3
    assert "http://127.0.0.1:1" in ended.err


async def test_writes_the_audit_in_every_format(placet: Placet, edge: EdgeDouble) -> None:
    """Text, CSV and HTML tell the same; a comment is neither a formula nor markup."""
    edge.answers[f"/orders/{ORDER}/audit"] = 200, AUDIT
    text = (await placet("orders", "audit", ORDER)).out
    assert "policy abababababab" in text
    assert 'verdict: approve; comment: "=1+1 <b>"' in text
    table = (await placet("orders", "audit", ORDER, "--format", "csv")).out.splitlines()
    assert table[0] == "orderId,orderNumber,seq,at,kind,actor,step,revision,detail"
    assert len(table) == 3
    page = (await placet("orders", "audit", ORDER, "--format", "html")).out
    assert "comment: &quot;=1+1 &lt;b&gt;&quot;" in page
    assert "<b>" not in page
