"""What has to hold after every event, whatever the order's life: checked by one who has watched and counted for themselves."""

from dataclasses import dataclass, field

from domain.case import Case, Intent
from domain.decision import Decision, Receipt, Withdrawal
from domain.events import Event, Reduction
from domain.notification import NoticeKind
from domain.phases import FINAL, UNDECIDED, Phase
from tests.domain.onlooker import Onlooker

_ASKING = {NoticeKind.REQUESTED, NoticeKind.ESCALATED}
_UNAPPROVED = {Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED}


@dataclass
class Inspector(Onlooker):
    """An onlooker who compares what they know with how the case stands."""

    answers: dict[str, Receipt] = field(default_factory=dict)
    told: dict[tuple[str, str], object] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    """Who heard that nothing is left to decide."""

    def look(self, before: Case, event: Event, after: Reduction) -> None:
        """Take in one event, and check."""
        super().look(before, event, after)
        self._check_answers(after.case)
        self._check_end(before, after.case)
        self._check_messages(before, after)
        self._check_authority(after.case)
        self._check_told_of_end(before, event, after)

    def _check_answers(self, case: Case) -> None:
        """Everybody has one first answer, which never changes, or waits while nobody can know it."""
        firsts = {a.receipt.decision_id: a for a in reversed(case.answers)}
        for sent_id, answer in firsts.items():
            assert self.answers.setdefault(sent_id, answer.receipt.receipt) is answer.receipt.receipt
        waiting = [one.sent_id for one in (*case.early, *case.proposals)]
        assert len(set(waiting)) == len(waiting)
        assert not set(waiting) & set(firsts)
        assert set(self.stage.sent) <= {*waiting, *firsts}
        assert not case.early or case.route is None or case.opens is not None
        if case.phase in FINAL or case.intent is not None:
            assert not waiting
        for record in case.decisions:
            last = [a.receipt.receipt for a in case.answers if a.receipt.decision_id == record.decision_id][
                -1
            ]
            assert last is (Receipt.SUPERSEDED if record.void else Receipt.ACCEPTED)

    def _check_end(self, before: Case, case: Case) -> None:
        """Approved by everybody who had to, or declared so; never refused as well; withdrawn for good."""
        if case.intent is Intent.RELEASE and self.route is not None:
            assert not self.withdrawn
            assert not self.no
            assert self.route.held is None
            assert {step.step for step in self.steps} <= self.done | self.lapsed
        if case.intent is Intent.REJECT:
            assert self.no
        if self.withdrawn:
            assert case.withdrawn
            assert case.intent in {None, Intent.WITHDRAW}
            assert not case.deciders
        if before.phase in FINAL | {Phase.IN_FULFILLMENT}:
            assert case.intent is None
            assert not case.deciders
        standing = {one.sent_id for one in self.tally.yes}
        assert {record.decision_id for record in case.decisions if record.yes} == standing

    def _check_authority(self, case: Case) -> None:
        """Whoever may decide now is whom this one would let decide."""
        if case.deciders:
            assert set(case.deciders) == {who for who, _ in self.tally.left(self._seat())}
            assert self.route is not None
            assert not set(case.deciders) & {*self.route.requester, *self.tally.used()}
        assert case.due_at is None or case.due_at == self.due

    def _check_messages(self, before: Case, after: Reduction) -> None:
        """Whoever may decide is told, and no two different messages go out under one key."""
        told = {p for n in after.notices if n.kind in _ASKING for p in n.recipients}
        newly = set(after.case.deciders) - set(before.deciders)
        assert newly <= told | self._returned(before, after.case)
        self.asked |= told
        for notice in after.notices:
            if notice.kind is NoticeKind.NO_LONGER_PENDING:
                self.released |= set(notice.recipients)
                assert self.released <= self.asked, "somebody who was never asked hears that nothing is left"
            for person in notice.recipients:
                assert self.told.setdefault((notice.occasion, person), notice) == notice

    def _check_told_of_end(self, before: Case, event: Event, after: Reduction) -> None:
        """Once it is sure that the order ends without an approval, whoever could decide hears that nothing is left."""
        kinds = [notice.kind for notice in after.notices]
        ended = after.case.phase in _UNAPPROVED and before.phase in UNDECIDED
        if ended or (after.case.withdrawn and not before.withdrawn):
            by = {event.sender} if isinstance(event, Decision | Withdrawal) else set()
            assert set(before.deciders) - by - set(after.case.never) <= self.released
        assert (NoticeKind.REJECTED in kinds) == (ended and after.case.phase is Phase.REJECTED)
        assert after.case.phase not in _UNAPPROVED or not after.case.asked

    def _returned(self, before: Case, case: Case) -> set[str]:
        """Those who had the authority before the directory was read in vain, and keep it."""
        kept = before.opens is not None and (before.step, before.level) == (case.step, case.level)
        return set(case.deciders) if kept and case.opens is None else set()
