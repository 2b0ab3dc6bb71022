"""What requesters, approvers and operators tell a waiting order beside deciding it: each answered by a receipt."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.decision import Decision, DecisionId, PersonId, Sent, Withdrawal
from domain.directory import PersonId as DirectoryId


class Resubmission(Sent):
    """The requester, or an operator for them, asks anew after changes were requested; edited or not."""

    resubmission_id: DecisionId
    requester: PersonId

    @property
    def sent_id(self) -> str:
        """The resubmission's id."""
        return self.resubmission_id

    @property
    def sender(self) -> str:
        """The requester."""
        return self.requester


class Reassignment(Sent):
    """`to` decides in place of `approver`. Without `approver` an approver is added ad hoc: `to` has to say yes as well.

    An operator may do so, or whoever decides now: for themselves, or to add somebody.
    """

    reassignment_id: DecisionId
    by: PersonId
    approver: PersonId | None = None
    to: DirectoryId

    @property
    def sent_id(self) -> str:
        """The reassignment's id."""
        return self.reassignment_id

    @property
    def sender(self) -> str:
        """Who reassigns."""
        return self.by


class Delegation(Sent):
    """An approver lets somebody decide this order on their behalf. They may still decide themselves; one of them counts."""

    delegation_id: DecisionId
    approver: PersonId
    delegate: DirectoryId

    @property
    def sent_id(self) -> str:
        """The delegation's id."""
        return self.delegation_id

    @property
    def sender(self) -> str:
        """The approver."""
        return self.approver


class DeadlineExtension(Sent):
    """An operator moves the deadline of the level that decides now, to a later or an earlier instant (UTC)."""

    extension_id: DecisionId
    operator: PersonId
    until: AwareDatetime

    @property
    def sent_id(self) -> str:
        """The extension's id."""
        return self.extension_id

    @property
    def sender(self) -> str:
        """The operator."""
        return self.operator


class Remark(Sent):
    """Somebody on the case says something for the record; it decides nothing."""

    comment_id: DecisionId
    author: PersonId
    comment: Annotated[str, Field(min_length=1, max_length=2000)]

    @property
    def sent_id(self) -> str:
        """The comment's id."""
        return self.comment_id

    @property
    def sender(self) -> str:
        """The author."""
        return self.author


Intervention = Resubmission | Reassignment | Delegation | DeadlineExtension | Remark
Said = Decision | Withdrawal | Intervention
"""Everything that a person can tell an order."""
