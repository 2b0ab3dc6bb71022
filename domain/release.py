"""What a case says to those who ask whether its order has been let go, before they let it through."""

from domain.case import Case, Intent
from domain.phases import Phase
from domain.value import Value

_LET_GO = frozenset({Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED})


class ReleaseVerdict(Value):
    """Whether an order may go to fulfilment with exactly the content of that digest."""

    digest: str
    released: bool
    phase: Phase
    known: bool = False
    """Whether that is the content that the case is about, released or not."""


def release_verdict(case: Case, digest: str) -> ReleaseVerdict:
    """Decided in favour and about to be carried out, or carried out already; of this content and no other."""
    decided = case.intent is Intent.RELEASE or case.phase in _LET_GO
    known = digest == case.digest
    return ReleaseVerdict(digest=digest, released=decided and known, phase=case.phase, known=known)
