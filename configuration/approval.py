"""`policy.yaml`: the rules, and that the people whom they name are there.

What the models cannot know by themselves is checked here: names that another part of the files must declare, and
the written forms (amounts with their currency, time as ISO 8601 or as working time), for which YAML would take other
things too.
"""

import re
from datetime import UTC, datetime
from typing import Any

from configuration.document import ANY, Document, Place
from domain.directory import Directory
from domain.policy import Policy
from domain.policy_check import check
from domain.spans import is_written_as_working_time

_ISO_DURATION = re.compile(
    r"P(?=[0-9T])([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
)
_SPANS = {"within", "remind"}
_DURATIONS = {"returnsWithin"}
_AMOUNTS = {"atLeast", "below"}
_NUMBERS = {"quantity", "custom"}


def read_policy(document: Document, people: Document) -> Policy | None:
    """The rules, whose approvers must be among the people; None with problems noted."""
    _check_written_forms(document)
    document.declared_once("rules", ANY, "rule")
    _check_changes(document)
    if people.content is not None:
        _check_approvers(document, people)
    return document.model(Policy)


def lint_rules(document: Document, policy: Policy, directory: Directory) -> bool:
    """Note what is allowed, and yet cannot be meant; whether everything could be looked at."""
    checked = check(policy, directory, datetime.now(UTC))
    for finding in checked.findings:
        document.say(finding.place, finding.message)
    return checked.whole


def _check_changes(document: Document) -> None:
    """An order is taken up again at a step of the rule that says so; before a step's own level there is none to keep."""
    for place, _ in document.found("rules", ANY):
        steps = document.names(*place, "steps", ANY, "step")
        document.refers((*place, "changes", "resumeAt"), steps, "step")
    for place, _ in document.found("rules", ANY, "steps", ANY, "keepsEarlier"):
        document.say(place, "it is for an escalation: nobody decides before the step's own approvers")


def _check_approvers(document: Document, people: Document) -> None:
    """Whoever is to decide must be in the directory, and must be somebody."""
    steps = ("rules", ANY, "steps", ANY)
    empty = [group["id"] for _, group in people.found("groups", ANY) if _has_nobody(group)]
    for level in ((*steps, "approvers"), (*steps, "escalate", ANY, "to")):
        document.refers((*level, "people", ANY), people.names("people", ANY, "id"), "person")
        document.refers((*level, "groups", ANY), people.names("groups", ANY, "id"), "group")
        for place, group in document.found(*level, "groups", ANY):
            if group in empty:
                document.say(place, f"group '{group}' has no members, so nobody could decide")


def _has_nobody(group: Any) -> bool:
    return isinstance(group, dict) and isinstance(group.get("id"), str) and group.get("members") == []


def _check_written_forms(document: Document) -> None:
    """Amounts and durations are text: a bare number has no currency and no unit."""
    for place, value in document.leaves(whole=_AMOUNTS):
        name = next((key for key in reversed(place) if isinstance(key, str)), None)
        if name in _AMOUNTS and not isinstance(value, str) and not _counts(place):
            document.say(place, f"'{value}' is not an amount with its currency; write it like 'EUR 1,000.00'")
        if name in _DURATIONS and not _is_iso(value):
            document.say(place, f"'{value}' is not an ISO 8601 duration; write it like P2D, PT4H or PT30S")
        if name in _SPANS and not (_is_iso(value) or is_written_as_working_time(value)):
            document.say(
                place,
                f"'{value}' is neither an ISO 8601 duration nor working time; "
                "write it like P2D, PT4H or PT30S, or like 8 working hours or 2 working days",
            )


def _is_iso(value: Any) -> bool:
    return isinstance(value, str) and _ISO_DURATION.fullmatch(value) is not None


def _counts(place: Place) -> bool:
    """Whether what is bounded there is a number and no amount: pieces, or a custom field's value."""
    return len(place) > 1 and place[-2] in _NUMBERS
