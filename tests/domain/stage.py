"""An order on its way to approval as the workflow leads it, with a directory that may be another at every reading."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.audit import AuditKind, AuditTrail
from domain.case import Case
from domain.changes import changed
from domain.decision import Decision, DecisionReceipt, Receipt, Verdict, Withdrawal
from domain.directory import Directory
from domain.events import Consulted, DirectoryRead, Event, Opened, Reduction, Routed, TimePassed
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission, Said
from domain.notification import Notice, NoticeKind
from domain.opening import Opening, Reading, opening
from domain.order import OrderContent
from domain.pinning import People
from domain.policy import Approvers, Changes, Needs, Policy, Rule, Step
from domain.reassigning import proposed_delegations, proposed_level
from domain.reducer import reduce
from domain.route import Level, Route
from domain.routing import Router, policy_digest
from domain.substitution import Mandate, Matter
from tests.domain.cast import DAY, MONDAY, content

EVERYBODY = ("ana", "ben", "cleo", "cem", "dana", "eva", "finn", "olga", "otto", "rita")


def staff(without: Sequence[str] = (), **people: dict[str, Any]) -> Directory:
    """The people of the cast with eva and finn, olga and otto as operators; some of them otherwise, or gone."""
    listed = [
        {
            "id": name,
            "name": name.title(),
            "email": f"{name}@example.com",
            "customer": f"customer-{name}",
            **people.get(name, {}),
        }
        for name in EVERYBODY
        if name not in without
    ]
    groups = {"managers": ("ana", "ben"), "finance": ("cleo", "cem"), "operators": ("olga", "otto")}
    named = [
        {"id": group, "name": group.title(), "members": [name for name in members if name not in without]}
        for group, members in groups.items()
    ]
    return Directory.model_validate({"people": listed, "groups": named})


def away(substitute: str | None = None, **more: Any) -> dict[str, Any]:
    """Somebody who is away for all of the story."""
    return {"absences": [{"from": "2026-01-01", "until": "2026-12-31", "substitute": substitute, **more}]}


def asking(name: str, *people: str, **more: Any) -> Step:
    """A step of two days that asks these people; `needs`, `escalate` and so on as a policy has them."""
    needs = Needs.model_validate(more.pop("needs", "any"))
    return Step(step=name, approvers=Approvers(people=people), needs=needs, **{"within": 2 * DAY, **more})


def policy(*steps: Step, changes: Changes | None = None, **more: Any) -> Policy:
    """One rule for every order."""
    return Policy(rules=(Rule(rule="only", why="Because.", steps=steps, changes=changes),), **more)


class Stage:
    """One order: read, routed, asked about, and told things; what it answers and whom it tells is kept."""

    def __init__(
        self,
        rules: Policy,
        people: Directory | None = None,
        order: OrderContent | None = None,
        *,
        pinned: bool = False,
    ) -> None:
        self.case = Case(order_id="order-1")
        self.now: datetime = MONDAY
        self.policy = rules
        self.people = people or staff()
        self.content: OrderContent | None = None
        self.pinned = pinned
        """Whether routes are as earlier versions made them: with all levels pinned, the directory read no more."""
        self.waits = False
        """Whether the directory takes its time: what needs it stays open until `read_directory`."""
        self.trail = AuditTrail(order_id="order-1")
        self.notices: list[Notice] = []
        self.sent: dict[str, Said] = {}
        self.onlookers: list[Callable[[Case, Event, Reduction], None]] = []
        """Told of every event, with the case before it and what came of it."""
        if order is not None:
            self.place(order)

    def place(self, order: OrderContent) -> Reduction:
        """The order is read, as it was placed or as somebody has edited it since."""
        before, self.content = self.content, order
        change = changed(before, order) if before not in {None, order} and before is not None else None
        return self.feed(Routed(route=self.route(order), digest=order.digest, change=change))

    def route(self, order: OrderContent) -> Route:
        """Its route by the policy and the people of now."""
        digest = policy_digest(self.policy, self.people)
        found = Router(self.policy, self.people, digest).route(order, at=self.now)
        return found.model_copy(update={"reads_directory": False, "opening": None}) if self.pinned else found

    def feed(self, event: Event) -> Reduction:
        """Put an event before the case, and do what the workflow does about what follows from it."""
        after = self._reduced(event)
        if not self.waits:
            self.read_directory()
        return after

    def read_directory(self) -> None:
        """Every level that is to open opens, and every proposal is decided, as the directory has it now."""
        while self.case.opens is not None or self.case.proposals:
            if self.case.opens is not None:
                self._reduced(Opened(opening=self.opening(), reading=self.reading()))
            else:
                self._reduced(self.consultation())

    def opening(self) -> Opening | None:
        """What the activity answers for the level that is to open."""
        assert self.case.opens is not None
        level = self.case.steps[self.case.opens.step].levels[self.case.opens.level]
        return self._read(level, self.case.delegations)

    def consultation(self) -> Consulted:
        """What the activity answers for the first proposal."""
        proposal = self.case.proposals[0]
        level = proposed_level(self.case, proposal)
        found = None if level is None else self._read(level, proposed_delegations(self.case, proposal))
        reading = None if level is None else self.reading()
        return Consulted(sent_id=proposal.sent_id, opening=found, reading=reading)

    def reading(self) -> Reading:
        """What the directory says of the order beside, as it is now."""
        route = self.case.route
        assert route is not None
        return People(self.people).reading(route.requester_identities, route.requester)

    def look(self) -> Reduction:
        """The order is looked at, and has not changed."""
        return self.feed(DirectoryRead(reading=self.reading()))

    def _read(self, level: Level, delegations: tuple[Mandate, ...]) -> Opening | None:
        route = self.case.route
        assert route is not None
        assert self.content is not None
        matter = Matter(
            rules=route.rules or (route.rule,),
            total=self.content.total,
            never=frozenset(self.reading().never),
            delegations=delegations,
        )
        return opening(level, self.now, self.people, matter)

    def _reduced(self, event: Event) -> Reduction:
        """Told twice it comes out the same, and as JSON and back it is the same case: the next run begins with that."""
        before, after = self.case, reduce(self.case, event, self.now)
        assert reduce(before, event, self.now) == after
        assert Case.model_validate_json(after.case.model_dump_json()) == after.case
        assert Case.model_validate(after.case.to_json_dict()) == after.case
        self.case = after.case
        self.trail = self.trail.with_entries(after.facts, self.now)
        self.notices.extend(notice for notice in after.notices if notice.recipients)
        for look in self.onlookers:
            look(before, event, after)
        return after

    def wait(self, span: timedelta) -> Reduction:
        """Time goes by."""
        self.now += span
        return self.feed(TimePassed())

    def say(self, sent: Said) -> DecisionReceipt | None:
        """Somebody says something; the answer, if there is one by now.

        Raises:
            DecisionIdReusedError: something else was said under that id before.
        """
        self._reduced(TimePassed())
        self.sent.setdefault(sent.sent_id, sent)
        told = self.feed(sent).receipt
        first = self.case.answer_to(sent.sent_id)
        return told or (first.receipt if first is not None else None)

    def decide(self, approver: str, verdict: Verdict = Verdict.APPROVE, **more: Any) -> Receipt | None:
        """An approver decides on the current revision."""
        told = {"decision_id": self._next_id(), "revision": max(self.case.revision, 1), **more}
        return _kind(self.say(Decision(approver=approver, verdict=verdict, **told)))

    def request_changes(self, approver: str, *without: str) -> Receipt | None:
        """An approver sends the order back."""
        return self.decide(approver, Verdict.REQUEST_CHANGES, without=without, comment="please change it")

    def withdraw(self, requester: str = "rita") -> Receipt | None:
        """The requester takes the order back."""
        return _kind(self.say(Withdrawal(withdrawal_id=self._next_id(), requester=requester)))

    def resubmit(self, requester: str = "rita") -> Receipt | None:
        """The requester asks anew."""
        return _kind(self.say(Resubmission(resubmission_id=self._next_id(), requester=requester)))

    def reassign(self, by: str, to: str, approver: str | None = None) -> Receipt | None:
        """`to` in place of `approver`, or beside the others."""
        sent = Reassignment(reassignment_id=self._next_id(), by=by, to=to, approver=approver)
        return _kind(self.say(sent))

    def delegate(self, approver: str, to: str) -> Receipt | None:
        """An approver lets somebody decide on their behalf."""
        return _kind(self.say(Delegation(delegation_id=self._next_id(), approver=approver, delegate=to)))

    def extend(self, operator: str, by: timedelta) -> Receipt | None:
        """An operator moves the deadline to so long from now."""
        until = self.now + by
        sent = DeadlineExtension(extension_id=self._next_id(), operator=operator, until=until)
        return _kind(self.say(sent))

    def remark(self, author: str, words: str = "I have a question") -> Receipt | None:
        """Somebody says something for the record."""
        return _kind(self.say(Remark(comment_id=self._next_id(), author=author, comment=words)))

    def answer(self, sent_id: str) -> Receipt | None:
        """The first answer given under an id."""
        found = self.case.answer_to(sent_id)
        return found.receipt.receipt if found is not None else None

    def why(self) -> str:
        """The message of the last answer given."""
        return self.case.answers[-1].receipt.message

    def told(self, kind: NoticeKind) -> list[tuple[str, ...]]:
        """Who was told things of that kind, in the order of telling."""
        return [notice.recipients for notice in self.notices if notice.kind is kind]

    def kinds(self) -> list[AuditKind]:
        """What is on record, in order."""
        return [entry.kind for entry in self.trail.entries]

    def _next_id(self) -> str:
        return f"id-{len(self.sent) + 1}"


def ordered(total: str = "EUR 12,000.00", *lines: tuple[str, int], **more: Any) -> OrderContent:
    """Rita's order: lines by id with their price in minor units, else one that costs as much as all."""
    plain = content(total)
    if not lines:
        return plain.model_copy(update=more)
    line = plain.lines[0]
    priced = [(name, line.price.model_copy(update={"cent_amount": cents})) for name, cents in lines]
    made = tuple(
        line.model_copy(update={"id": name, "sku": name.upper(), "price": price, "total": price})
        for name, price in priced
    )
    amount = plain.total.model_copy(update={"cent_amount": sum(cents for _, cents in lines)})
    return plain.model_copy(update={"lines": made, "total": amount, **more})


def _kind(receipt: DecisionReceipt | None) -> Receipt | None:
    return receipt.receipt if receipt is not None else None
