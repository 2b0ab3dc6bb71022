"""What can happen to an approval case, and what follows from it."""

from collections.abc import Callable

from pydantic import Field

from domain.alarms import Alarm
from domain.audit import Fact
from domain.case import Case
from domain.changes import ContentChange
from domain.decision import DecisionReceipt
from domain.interventions import Said
from domain.notification import Notice
from domain.opening import Opening, Reading
from domain.phases import Phase
from domain.route import Route
from domain.value import Value


class Routed(Value):
    """Event: the order was read and routed. The same digest as before is no news.

    With `alarm`, the order stands where no approval can move it from: nobody is asked, operators are told.
    """

    route: Route
    digest: str
    alarm: Alarm | None = None
    detail: str = ""
    earlier_revision: int = Field(default=0, ge=0)
    """The last revision of an earlier workflow of the same order; what was decided then does not count now."""
    change: ContentChange | None = None
    """What is different from the content that the case was about."""


class Opened(Value):
    """Event: the directory was read for the level that opens; without an opening, nobody of it may decide."""

    opening: Opening | None = None
    reading: Reading | None = None
    """What else it said; None from a worker of an earlier version."""


class Consulted(Value):
    """Event: the directory was read for a proposal to change who decides; without an opening, nobody could."""

    sent_id: str
    opening: Opening | None = None
    why: str | None = None
    """What kept it from being read."""
    reading: Reading | None = None


class DirectoryRead(Value):
    """Event: the order was looked at, and with it who its requester is by now, and who the operators are."""

    reading: Reading


class TimePassed(Value):
    """Event: it is now later."""


class Moved(Value):
    """Event: the order is in another phase, moved by us or by somebody else."""

    phase: Phase


class Resumed(Value):
    """Event: the order is back where it can be approved. What was decided before does not count any more."""


class Reached(Value):
    """Event: an outside system answers again, or what an alarm was about is mended."""

    mended: Alarm | None = None
    """The alarm that is over; None: that of a system which did not answer, and of an order that was stopped."""


class Alarmed(Value):
    """Event: something is wrong that only a person can mend."""

    alarm: Alarm
    detail: str
    message_id: str | None = None
    """The message in commercetools that tells of it, where one does."""


Event = Routed | Opened | Consulted | DirectoryRead | Said | TimePassed | Moved | Resumed | Reached | Alarmed


class Reduction(Value):
    """The case after an event, and what follows from it: facts for the audit, notices, and an answer."""

    case: Case
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    receipt: DecisionReceipt | None = None

    def then(self, rule: "Callable[[Case], Reduction]") -> "Reduction":
        """What follows when another rule looks at the case that this one left."""
        after = rule(self.case)
        return Reduction(
            case=after.case,
            facts=self.facts + after.facts,
            notices=self.notices + after.notices,
            receipt=after.receipt or self.receipt,
        )
