"""Failures that are no fault of ours, in one line of the log: what an outside system said needs no trace through our code."""

import logging

from temporalio.exceptions import ApplicationError

from clients.errors import ClientError

ACTIVITIES = "temporalio.activity"
"""The logger to which the SDK writes that an attempt has failed, with a trace."""


class PlainFailures(logging.Filter):
    """Writes what a client raised after the SDK's message, without the trace. Every other exception keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ApplicationError) and isinstance(error.__cause__, ClientError):
            record.msg, record.args = f"{record.getMessage()}: {error}", None
            record.exc_info = record.exc_text = None
        return True
