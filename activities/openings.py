"""Reading the directory when a level opens: people come and go, are away, and work by their own clocks.

Where somebody is asked for a role in the order's business unit, commercetools is asked whether they still have it.
"""

from collections.abc import Awaitable, Callable

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import outside_call
from activities.requests import OpenedLevel, OpenRequest
from domain.directory import Directory
from domain.opening import opening
from domain.pinning import Associates, People
from domain.route import Level
from domain.working_time import NoWorkingTimeError

AssociatesOf = Callable[[str], Awaitable[Associates | None]]
"""Per associate role, the customers who have it in the business unit of that key; None if there is no such unit."""


class OpeningActivities:
    """Openings under the directory that this worker was given. Nothing outside is asked but who has a role."""

    def __init__(self, directory: Directory, associates: AssociatesOf) -> None:
        self._directory = directory
        self._associates = associates
        self._people = People(directory)

    @activity.defn
    async def open_level(self, request: OpenRequest) -> OpenedLevel:
        """Who may decide at the level from that instant on, and until when: pinned as people and instants."""
        reading = self._people.reading(request.requester_identities, request.matter.never)
        matter = request.matter.model_copy(update={"never": frozenset(reading.never)})
        level = await self._with_roles_held(request)
        try:
            found = opening(level, request.at, self._directory, matter)
            return OpenedLevel(opening=found, reading=reading)
        except NoWorkingTimeError as error:
            raise ApplicationError(str(error), type="NoWorkingTime", non_retryable=True) from error
        except (ValueError, OverflowError) as error:  # the same directory says the same again
            raise ApplicationError(str(error), type="NoOpening", non_retryable=True) from error

    async def _with_roles_held(self, request: OpenRequest) -> Level:
        """The level, without those who are asked for a role that they do not have any more."""
        level, unit = request.level, request.business_unit
        if unit is None or not level.rests_on_roles:
            return level
        async with outside_call():
            associates = await self._associates(unit)
        return level.model_copy(update={"approvers": self._people.still(level, associates or {})})
