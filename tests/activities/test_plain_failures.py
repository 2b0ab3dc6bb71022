"""What the worker's log says of an attempt that failed."""

import io
import logging
from collections.abc import Callable

from temporalio.exceptions import ApplicationError

from activities.failures import failure
from activities.plain_failures import PlainFailures
from clients.errors import Unreachable


def fails_outside() -> None:
    """As an activity does whose client is not answered."""
    error = Unreachable("no answer within 5 s", system="commercetools")
    raise failure(error) from error


def fails_here() -> None:
    """As one does that has a fault."""
    raise KeyError("price")


def written(fails: Callable[[], None]) -> str:
    """What the log has of it."""
    logger, out = logging.getLogger("attempts-of-a-test"), io.StringIO()
    handler, plain = logging.StreamHandler(out), PlainFailures()
    logger.addHandler(handler)
    logger.addFilter(plain)
    try:
        fails()
    except (ApplicationError, KeyError):
        logger.warning("Completing activity as failed (%s)", "route_order", exc_info=True)
    finally:
        logger.removeHandler(handler)
        logger.removeFilter(plain)
    return out.getvalue()


def test_what_an_outside_system_did_is_one_line() -> None:
    """With its words, and which activity it was."""
    [line] = written(fails_outside).splitlines()
    assert line.startswith("Completing activity as failed (route_order): Unreachable: ")
    assert "no answer within 5 s" in line


def test_a_fault_of_ours_keeps_its_trace() -> None:
    """Whoever mends it needs to know where."""
    assert "Traceback" in written(fails_here)
