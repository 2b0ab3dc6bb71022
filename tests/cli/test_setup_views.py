"""How the set-up is shown."""

from starter.setup_plan import Change, Done, Step
from starter.setup_views import done_json, ok, plan_json, plan_lines, takes_time

STEPS = [
    Step("states", Change.REFUSED, ("state Held: the key is taken",)),
    Step("type shop-order", Change.UPDATED, ("+ field a: String", "+ field b: Date")),
    Step("messages", Change.UNCHANGED),
    Step("extension placet", Change.MISSING, ("say where",)),
    Step("subscription placet", Change.DIFFERS, ("it delivers elsewhere",)),
]


def test_a_plan_has_a_line_for_each_difference_and_numbers_at_the_end() -> None:
    """What stands against it is counted beside what is to be done; several differences stand below each other."""
    assert list(plan_lines(STEPS)) == [
        "refused    states: state Held: the key is taken",
        "update     type shop-order",
        "             + field a: String",
        "             + field b: Date",
        "unchanged  messages",
        "missing    extension placet: say where",
        "differs    subscription placet: it delivers elsewhere",
        "1 to update, 1 missing, 1 differs, 1 refused",
    ]
    assert list(plan_lines([STEPS[2]]))[-1] == "nothing to do"


def test_what_is_missing_differs_or_is_refused_is_not_ok() -> None:
    """Everything else is, also what is still to be done, and what was left out or is unmanaged."""
    amiss = {change for change in Change if not ok([Done(thing="x", change=change)])}
    assert amiss == {Change.MISSING, Change.DIFFERS, Change.REFUSED}


def test_the_plan_says_what_is_to_come_and_the_end_what_was_done() -> None:
    """The same things in the same form."""
    (planned,) = plan_json([STEPS[1]])["results"]
    (done,) = done_json([STEPS[1].done])["results"]
    assert (planned["change"], done["change"]) == ("update", "updated")
    assert planned["details"] == done["details"] == ["+ field a: String", "+ field b: Date"]
    assert not plan_json(STEPS)["ok"]


def test_only_written_extensions_and_subscriptions_take_time() -> None:
    """States and types are in effect at once, and so is what was left alone."""
    slow = [
        Done(thing=thing, change=change)
        for thing in ("extension placet", "subscription placet", "state X")
        for change in Change
        if takes_time([Done(thing=thing, change=change)])
    ]
    assert {(one.thing, one.change.ahead) for one in slow} == {
        (thing, word)
        for thing in ("extension placet", "subscription placet")
        for word in ("create", "update")
    }
