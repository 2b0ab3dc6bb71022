"""The lasting record never loses what it knows, whoever comes late."""

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.records import Records, read_record
from clients.errors import ConcurrentModification
from domain.fulfillment import AUDIT_CONTAINER
from domain.phases import Phase
from tests.activities.desk import Desk, a_record


async def held(here: Desk) -> tuple[int, Phase]:
    """How many entries the record has, and in which phase."""
    record = await read_record(here.ours, "o-1")
    assert record is not None
    return len(record.entries), record.status.phase


async def test_a_record_reads_as_it_was_written(here: Desk) -> None:
    """Entry by entry."""
    assert await read_record(here.ours, "o-1") is None
    await Records(here.ours).write(a_record("o-1", 3))
    assert await read_record(here.ours, "o-1") == a_record("o-1", 3)


async def test_a_record_of_a_newer_worker_is_a_record(here: Desk) -> None:
    """While versions are changed: what is known of it counts, and a longer one still replaces it."""
    newer = a_record("o-1", 3).to_json_dict() | {"carbon": {"grams": 3}}
    newer["status"] |= {"carbon": {"grams": 3}}
    await here.ours.put_custom_object(AUDIT_CONTAINER, "o-1", newer, 0)
    assert await held(here) == (3, Phase.PENDING)
    await Records(here.ours).write(a_record("o-1", 2))
    await Records(here.ours).write(a_record("o-1", 4))
    assert await held(here) == (4, Phase.PENDING)


async def test_a_longer_record_replaces_a_shorter_one(here: Desk) -> None:
    """And one of the same length, which a repeat writes again."""
    for entries in (1, 3, 3):
        await Records(here.ours).write(a_record("o-1", entries))
    assert await held(here) == (3, Phase.PENDING)


async def test_a_record_never_shrinks(here: Desk) -> None:
    """An old attempt that comes late changes nothing."""
    await Records(here.ours).write(a_record("o-1", 3))
    await Records(here.ours).write(a_record("o-1", 2))
    assert await held(here) == (3, Phase.PENDING)


async def test_a_closed_record_is_never_opened_again(here: Desk) -> None:
    """Whatever length an open one has: closed is what keeps a second workflow from the order."""
    await Records(here.ours).write(a_record("o-1", 3, Phase.REJECTED))
    await Records(here.ours).write(a_record("o-1", 9))
    assert await held(here) == (3, Phase.REJECTED)


async def test_two_writers_at_once_do_not_overwrite_each_other(here: Desk) -> None:
    """The write is bound to the version that was read; whoever loses reads again."""
    await Records(here.ours).write(a_record("o-1", 1))
    await here.fault("conflict", method="POST", path="^/custom-objects")
    with pytest.raises(ConcurrentModification):
        await Records(here.ours).write(a_record("o-1", 2))
    assert await held(here) == (1, Phase.PENDING)
    await here.fault("conflict", method="POST", path="^/custom-objects")
    await ActivityEnvironment().run(here.orders.record_order, a_record("o-1", 2))
    assert await held(here) == (2, Phase.PENDING)


async def test_what_a_worker_wrote_itself_it_does_not_read_again(here: Desk) -> None:
    """A read for each write would be a third of its calls; the version still tells whether somebody else wrote."""
    records, another = Records(here.ours), Records(here.ours)
    await records.write(a_record("o-1", 1))
    await here.fault("errorBeforeCommit", times=1000, method="GET", path="^/custom-objects")
    await records.write(a_record("o-1", 2))
    await records.write(a_record("o-1", 1))
    await here.mend()
    assert await held(here) == (2, Phase.PENDING)
    await another.write(a_record("o-1", 5, Phase.REJECTED))
    with pytest.raises(ConcurrentModification):
        await records.write(a_record("o-1", 3))
    await records.write(a_record("o-1", 3))
    assert await held(here) == (5, Phase.REJECTED)


async def test_what_is_no_record_is_not_overwritten(here: Desk) -> None:
    """Something else in its place is a person's to look at, and is never asked for again."""
    await here.ours.put_custom_object(AUDIT_CONTAINER, "o-1", {"hello": "world"})
    for attempt in (read_record(here.ours, "o-1"), Records(here.ours).write(a_record("o-1", 1))):
        with pytest.raises(ApplicationError) as refused:
            await attempt
        assert refused.value.non_retryable
    there = await here.ours.custom_object(AUDIT_CONTAINER, "o-1")
    assert there is not None
    assert there.value == {"hello": "world"}
