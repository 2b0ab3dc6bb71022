"""Reading the directory when a level opens: people come and go, are away, and work by their own clocks."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.requests import OpenedLevel, OpenRequest
from domain.directory import Directory
from domain.opening import opening
from domain.pinning import People
from domain.working_time import NoWorkingTimeError


class OpeningActivities:
    """Openings under the directory that this worker was given. Nothing outside is asked."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._people = People(directory)

    @activity.defn
    async def open_level(self, request: OpenRequest) -> OpenedLevel:
        """Who may decide at the level from that instant on, and until when: pinned as people and instants."""
        reading = self._people.reading(request.requester_identities, request.matter.never)
        matter = request.matter.model_copy(update={"never": frozenset(reading.never)})
        try:
            found = opening(request.level, request.at, self._directory, matter)
            return OpenedLevel(opening=found, reading=reading)
        except NoWorkingTimeError as error:
            raise ApplicationError(str(error), type="NoWorkingTime", non_retryable=True) from error
        except (ValueError, OverflowError) as error:  # the same directory says the same again
            raise ApplicationError(str(error), type="NoOpening", non_retryable=True) from error
