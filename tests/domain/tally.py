"""Counting voices in plain words: whose seat it was, who has spoken, and whether that is enough."""

from dataclasses import dataclass, field

from domain.route import Level
from tests.domain.world import Voice

Place = tuple[str, int]
"""A step, and a level of it."""


@dataclass
class Seat:
    """A level of a step that was asked: who could speak for whom."""

    voices: set[Voice]
    level: Level
    read: bool = False
    """Whether the directory was read for it, so that it is known who of all is not there any more."""

    @property
    def own(self) -> set[str]:
        """Those who are asked themselves."""
        return {who for who, whose in self.voices if who == whose}


@dataclass
class Yes:
    """A yes that counts."""

    sent_id: str
    voice: Voice
    place: Place


@dataclass
class Tally:
    """Who was asked where, whose yes counts, and who is known to be the requester by now."""

    seats: dict[Place, Seat] = field(default_factory=dict)
    yes: list[Yes] = field(default_factory=list)
    never: set[str] = field(default_factory=set)

    def used(self) -> set[str]:
        """Everybody whose voice counts already."""
        return {person for one in self.yes for person in one.voice}

    def left(self, seat: Seat) -> set[Voice]:
        """Who of it may still speak for whom."""
        out = self.used() | self.never
        return {voice for voice in seat.voices if not out & set(voice)}

    def enough_left(self, seat: Seat, place: Place) -> bool:
        """Whether those who have not spoken could settle it, beside those who have spoken there."""
        left, here = seat.own - self.used() - self.never, sum(one.place == place for one in self.yes)
        if not seat.level.everybody:
            return len(left) >= max(1, seat.level.needed - here)
        gone = set(seat.level.approvers) - seat.own - self.used() - self.never
        return bool(left) and not (seat.read and gone)

    def is_enough(self, place: Place) -> bool:
        """Whether as many have spoken there as it wants."""
        seat, here = self.seats[place], [one for one in self.yes if one.place == place]
        if seat.level.everybody:
            return bool(here) and seat.own <= self.used() | self.never
        return len(here) >= seat.level.needed

    def settled(self) -> set[str]:
        """The steps with enough at one of their levels."""
        return {one.place[0] for one in self.yes if self.is_enough(one.place)}
