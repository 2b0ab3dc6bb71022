"""Which notices a run takes on, and which go out together: each telling is an activity, and earlier versions told less."""

from collections.abc import Iterable
from itertools import takewhile

from temporalio import workflow

from domain.notification import Notice, NoticeKind

TELLS_OF_ENDS = "tells-of-ends"
"""The patch since which people hear of an end without an approval, and of having been reassigned away."""
ENDS = frozenset({NoticeKind.REJECTED, NoticeKind.WITHDRAWN, NoticeKind.NO_LONGER_PENDING})
_ALONG = frozenset({NoticeKind.INFORMED, NoticeKind.REASSIGNED})


def to_tell(notices: Iterable[Notice]) -> list[Notice]:
    """Those of the notices that somebody is told; a run that began without them goes on as earlier versions would.

    What goes along with another costs no activity, and so changes no old history: only the rest needs the marker.
    """
    kept: list[Notice] = []
    for notice in notices:
        alone = notice.kind in ENDS or (notice.kind is NoticeKind.REASSIGNED and not kept)
        if notice.recipients and (not alone or workflow.patched(TELLS_OF_ENDS)):
            kept.append(notice)
    return kept


def together(outbox: list[Notice]) -> list[Notice]:
    """The first, and behind it whoever need only know of it: they are told along with those who have to act."""
    first, *rest = outbox
    return [first, *takewhile(lambda notice: _goes_along(first, notice), rest)]


def in_one_alarm(notices: list[Notice]) -> list[list[Notice]]:
    """Of what was told together and could not be: what one alarm names. Each had its own before there were these kinds."""
    first, *along = notices
    later = [notice for notice in along if notice.kind is not NoticeKind.INFORMED]
    return [[first, *later], *([notice] for notice in along if notice not in later)]


def _goes_along(first: Notice, notice: Notice) -> bool:
    """Whoever is asked and released in the same moment has to hear of it in that order, and so of each by itself."""
    released = notice.kind is NoticeKind.NO_LONGER_PENDING
    return notice.kind in _ALONG or (released and first.kind in ENDS)
