"""`directory.yaml`: the people who decide, their groups, their working hours and their absences."""

from datetime import UTC, datetime

from configuration.document import ANY, Document
from domain.directory import Directory
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
