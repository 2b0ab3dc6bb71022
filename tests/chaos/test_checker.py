"""The checker finds nothing in a flawless run, and each thing that must not be, where it is planted."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.written import Json, Written, WrittenOrder

CHECKER = Path(__file__).parent / "checker"
Plant = Callable[[WrittenOrder, Json], object]


def flawless() -> tuple[Written, dict[str, WrittenOrder]]:
    """One order of each kind, and all is well."""
    run = Written()
    orders = {
        "automatic": run.place("automatic", 24_000),
        "approved": run.place("one step", 150_000),
        "both": run.place("two steps", 1_500_000),
        "changed": run.place("changed in between", 150_000),
        "rejected": run.place("rejected", 150_000),
        "withdrawn": run.place("withdrawn", 150_000),
        "timed out": run.place("nobody in time", 90_000, "USD"),
        "undecided": run.place("undecided", 150_000),
    }
    for name, order in orders.items():
        if name == "automatic":
            order.move("PendingApproval", "Approved", "InFulfillment")
            order.hand_over()
            order.move("Completed")
            order.recorded("completed")
        else:
            order.move("PendingApproval")
            order.shown(1)
    orders["approved"].say("ana", "approve")
    orders["approved"].say("ben", "reject", "alreadyDecided")
    orders["approved"].released()
    orders["both"].say("ben", "approve")
    orders["both"].say("cleo", "approve")
    orders["both"].released()
    _changed(orders["changed"])
    orders["rejected"].say("ana", "reject")
    orders["rejected"].move("Rejected")
    orders["rejected"].recorded("rejected")
    orders["withdrawn"].withdraw()
    orders["withdrawn"].move("Cancelled")
    orders["withdrawn"].recorded("withdrawn")
    orders["timed out"].move("Rejected")
    orders["timed out"].recorded("rejected")
    orders["undecided"].recorded("pending", closed=False)
    return run, orders


def _changed(order: WrittenOrder) -> None:
    order.ship_to("Bremen")
    void = order.say("ana", "approve")
    order.note("superseded", "placet", decisionIds=[void["id"]])
    order.shown(2)
    order.say("ben", "approve", revision=2)
    order.released()


def test_nothing_is_found_in_a_flawless_run() -> None:
    """What a run without a fault leaves behind is found to be just that."""
    assert check(flawless()[0].evidence) == []


def test_no_evidence_is_no_proof() -> None:
    """A run that left no order behind has shown nothing."""
    assert [finding.rule for finding in check(Written().evidence)] == ["evidence"]


def _of(evidence: Json, kind: str, order: WrittenOrder) -> list[Json]:
    owner = {"journal": "resource", "messages": "resource"}
    named = [one for one in evidence[kind] if one.get(owner.get(kind, ""), {}).get("id") == order.order["id"]]
    return named or [one for one in evidence[kind] if one.get("orderId", one.get("key")) == order.order["id"]]


def _hand_over(evidence: Json, order: WrittenOrder) -> Json:
    found: Json = next(one for one in evidence["handOvers"] if one["value"]["orderId"] == order.order["id"])
    return found


def _again(order: WrittenOrder, client: str = "placet") -> None:
    """The hand-over is written once more."""
    held = _hand_over(order.run.evidence, order)
    order.journal(held["id"], [], 1, 2, client)


def _early(order: WrittenOrder, evidence: Json) -> None:
    held = _hand_over(evidence, order)
    write = next(e for e in evidence["journal"] if e["resource"]["id"] == held["id"])
    evidence["journal"].remove(write)
    evidence["journal"].insert(0, write)


def _other_content(order: WrittenOrder, evidence: Json) -> None:
    _hand_over(evidence, order)["value"]["content"]["shippingAddress"]["city"] = "Hof"


def _repeat(order: WrittenOrder, evidence: Json, **more: object) -> None:
    first = _of(evidence, "answers", order)[0]
    evidence["answers"].append(first | {"answer": first["answer"] | more})


def _forget_answers(order: WrittenOrder, evidence: Json) -> None:
    for one in _of(evidence, "answers", order):
        evidence["answers"].remove(one)


def _forget_record(order: WrittenOrder, evidence: Json) -> None:
    evidence["records"].remove(_of(evidence, "records", order)[0])


def _forget_entry(order: WrittenOrder, kind: str) -> None:
    order.entries[:] = [entry for entry in order.entries if entry["kind"] != kind]
    for seq, entry in enumerate(order.entries, 1):
        entry["seq"] = seq


def _never_answered(order: WrittenOrder, evidence: Json) -> None:
    _of(evidence, "answers", order)[0].update(status=503, answer=None)


def _skip(order: WrittenOrder, evidence: Json) -> None:
    _of(evidence, "messages", order)[1]["oldState"] = {"id": "id-Rejected"}


def _forced(order: WrittenOrder, evidence: Json) -> None:
    _of(evidence, "messages", order)[0]["force"] = True


def _reused(order: WrittenOrder, evidence: Json) -> None:
    first = _of(evidence, "answers", order)[0]
    evidence["answers"].append(first | {"body": first["body"] | {"verdict": "reject"}})


def _decided_before_the_change(order: WrittenOrder, evidence: Json) -> None:
    """The second decision is taken away: the order was released on the first, which was about the old content."""
    second = _of(evidence, "answers", order)[1]
    evidence["answers"].remove(second)
    _forget_entry(order, "superseded")
    order.entries[:] = [e for e in order.entries if e["detail"].get("decisionId") != second["id"]]


def _state(order: WrittenOrder, evidence: Json) -> None:
    order.order["orderState"] = "Open"


PLANTED: dict[str, tuple[str, str, Plant]] = {
    "a move where no way leads": ("approved", "path", _skip),
    "a forced move": ("approved", "path", _forced),
    "a state entered twice": ("rejected", "once", lambda o, e: o.move("Rejected")),
    "a move by somebody else": ("undecided", "mover", lambda o, e: o.move("Cancelled", client="mallory")),
    "orderState that says otherwise": ("approved", "orderState", _state),
    "an order that is gone": ("approved", "orderState", lambda o, e: e["orders"].remove(o.order)),
    "a write on a version that was none": ("both", "journal", lambda o, e: o.journal(o.order["id"], [], 90, 91, "shop")),
    "a write of ours that moves nothing": (
        "undecided", "journal", lambda o, e: o.journal(o.order["id"], [], o.order["version"], 9, "placet"),
    ),
    "a move that no message tells": ("rejected", "journal", lambda o, e: e["messages"].remove(_of(e, "messages", o)[-1])),
    "a hand-over written twice": ("approved", "handOver", lambda o, e: _again(o)),
    "a hand-over touched by somebody else": ("approved", "handOver", lambda o, e: _again(o, "shop")),
    "a second hand-over": ("approved", "handOver", lambda o, e: o.hand_over()),
    "no hand-over": ("both", "handOver", lambda o, e: e["handOvers"].remove(_hand_over(e, o))),
    "a hand-over before the claim": ("approved", "handOver", _early),
    "a hand-over of an order that was not approved": ("undecided", "handOver", lambda o, e: o.hand_over()),
    "a hand-over of nobody's order": (
        "approved", "handOver", lambda o, e: _hand_over(e, o)["value"].update(orderId="nobody's"),
    ),
    "a content that is not the digest's": ("approved", "content", _other_content),
    "a hand-over of the content before its change": (
        "changed", "content", lambda o, e: e["messages"].remove(_of(e, "messages", o)[1]),
    ),
    "a decision that was never answered": ("rejected", "answer", _never_answered),
    "a decision answered in two ways": ("approved", "answer", lambda o, e: _repeat(o, e, receipt="notPending")),
    "a duplicate that tells another first": (
        "approved", "answer", lambda o, e: _repeat(o, e, receipt="duplicate", first="superseded"),
    ),
    "one id accepted for two things": ("approved", "answer", _reused),
    "a decision recorded twice": ("approved", "record", lambda o, e: o.entries.append(dict(o.entries[1]))),
    "a decision that nobody sent": ("rejected", "record", _forget_answers),
    "an accepted decision that is not on record": ("rejected", "lost", lambda o, e: _forget_entry(o, "decided")),
    "a decision void without a change": (
        "approved", "lost", lambda o, e: o.note("superseded", "placet", decisionIds=["whatever"]),
    ),
    "a decision recorded as somebody else's": ("approved", "record", lambda o, e: o.entries[1].update(actor="cem")),
    "a release without a yes": ("approved", "unapproved", _forget_answers),
    "a release with one yes of two": (
        "both", "unapproved", lambda o, e: e["answers"].remove(_of(e, "answers", o)[1]),
    ),
    "a release on a yes about earlier content": ("changed", "unapproved", _decided_before_the_change),
    "an accepted rejection that was not carried out": (
        "undecided", "left behind", lambda o, e: o.say("ana", "reject"),
    ),
    "an accepted approval that was not carried out": (
        "undecided", "left behind", lambda o, e: o.say("ana", "approve"),
    ),
    "a withdrawal that was not carried out": ("undecided", "left behind", lambda o, e: o.withdraw()),
    "an order that got nowhere": ("undecided", "left behind", lambda o, e: o.order.pop("state")),
    "an automatic order that waits": ("undecided", "left behind", lambda o, e: o.placed.update(cents=20_000)),
    "a client that waited in vain": (
        "undecided", "in vain", lambda o, e: e["vain"].append({"orderId": o.order["id"], "what": "its end"}),
    ),
    "a rejection by nobody": ("rejected", "timeout", _forget_answers),
    "a rejection before its deadline": (
        "timed out", "timeout", lambda o, e: _of(e, "messages", o)[-1].update(createdAt=o.placed["at"]),
    ),
    "no record": ("undecided", "record", _forget_record),
    "a record with a gap": ("approved", "record", lambda o, e: o.entries[-1].update(seq=77)),
    "a record that lacks a move": ("approved", "record", lambda o, e: _forget_entry(o, "transitioned")),
    "a record that was not closed": ("rejected", "record", lambda o, e: _forget_entry(o, "closed")),
    "a record that was closed twice": ("rejected", "record", lambda o, e: o.note("closed", "placet")),
    "a record of another phase": (
        "rejected", "record", lambda o, e: _of(e, "records", o)[0]["value"].update(status={"phase": "pending"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(name: str) -> None:
    """Each thing that must not be is found by the rule that looks for it, and on that order."""
    victim, rule, plant = PLANTED[name]
    run, orders = flawless()
    plant(orders[victim], run.evidence)
    found = check(run.evidence)
    assert rule in {finding.rule for finding in found}, found
    assert {finding.order for finding in found} <= {
        orders[victim].placed["number"],
        f"{orders[victim].placed['number']}-1",
    }


def test_the_checker_knows_no_product_code() -> None:
    """Whatever the product believes, the checker must not believe it for that reason."""
    allowed = {"tests", "collections", "dataclasses", "datetime", "hashlib", "json", "typing"}
    for path in CHECKER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name
            assert all(name.startswith("tests.chaos.checker") for name in names if name.startswith("tests"))
