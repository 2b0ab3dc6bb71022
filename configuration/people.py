"""`directory.yaml`: the people who decide, their groups, their working hours and their absences."""

from datetime import UTC, datetime

from configuration.document import ANY, Document
from domain.directory import OPERATORS, Directory
from domain.directory_check import faults

_ABSENCES = ("people", ANY, "absences", ANY)
_MAY_DECIDE = (*_ABSENCES, "mayDecide")
_YEARS_AHEAD = 2


def read_directory(document: Document) -> Directory | None:
    """The people, groups and calendars; None with problems noted."""
    for kind in ("people", "groups", "calendars"):
        document.declared_once(kind, ANY, "id")
    people = document.names("people", ANY, "id")
    for pattern in (("groups", ANY, "members", ANY), ("people", ANY, "manager"), (*_ABSENCES, "substitute")):
        document.refers(pattern, people, "person")
    document.refers(("people", ANY, "hours"), document.names("calendars", ANY, "id"), "calendar")
    for place, amount in document.found(*_MAY_DECIDE, "below"):
        if not isinstance(amount, str):
            document.say(
                place, f"'{amount}' is not an amount with its currency; write it like 'EUR 1,000.00'"
            )
    directory = document.model(Directory)
    if directory is not None:
        this_year = datetime.now(UTC).year
        for fault in faults(directory, range(this_year, this_year + _YEARS_AHEAD + 1)):
            document.say(fault.place, fault.message)
    return directory


def check_delegated_rules(document: Document, policy: Document) -> None:
    """What a substitute may decide must be rules of the policy."""
    if policy.content is not None:
        document.refers((*_MAY_DECIDE, "rules", ANY), policy.names("rules", ANY, "rule"), "rule")


def lint_people(document: Document) -> None:
    """Note groups without members (those that a rule asks are refused), and a directory without operators."""
    for place, group in document.found("groups", ANY):
        if not group.get("members") and group.get("id") != OPERATORS:
            document.say(place, f"group '{group.get('id')}' has no members")
    operators = [one for one in document.found("groups", ANY) if one[1].get("id") == OPERATORS]
    if not any(group.get("members") for _, group in operators):
        place = operators[0][0] if operators else ("groups",)
        what = "has no members" if operators else "is not declared"
        document.say(
            place,
            f"group '{OPERATORS}' {what}: nobody could move a deadline, or name somebody where nobody is left to ask",
        )
