"""Why a provider cancels, or something comes back, in our codes: by the file of reasons, and never guessed."""

from collections.abc import Iterable

from domain.fulfillment_event import GAVE_UP, FulfillmentEvent, FulfillmentStatus
from domain.provider_news import NOT_SENT
from domain.reasons import Reasons, Subject, UnmappedReason


def in_our_codes(
    events: Iterable[FulfillmentEvent], reasons: Reasons, provider: str
) -> tuple[tuple[FulfillmentEvent, ...], tuple[UnmappedReason, ...]]:
    """The events with our reason codes, and the codes that nobody declared. Without any reasons they stay as they are."""
    told, unmapped = [], []
    for event in events:
        subject = _subject(event)
        code = event.reason_code
        if subject is None or code is None or code == NOT_SENT or not reasons.of(subject):
            told.append(event)
            continue
        found = reasons.ours(subject, provider, code)
        if isinstance(found, UnmappedReason):
            unmapped.append(found)
        else:
            told.append(event.model_copy(update={"reason_code": found}))
    return tuple(told), tuple(unmapped)


def _subject(event: FulfillmentEvent) -> Subject | None:
    """What the reason is given for; why goods wait is told by a status, in our own words."""
    if event.status in GAVE_UP:
        return Subject.CANCELLATION
    return Subject.RETURN if event.status is FulfillmentStatus.RETURNED else None
