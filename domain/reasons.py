"""Why something is cancelled or comes back: our codes, and what each provider calls them. Data in `mappings/reasons.yaml`.

Many of a provider's codes may mean one of ours; outwards each of ours has one declared answer. Nothing is guessed: a
code that nobody declared is `UnmappedReason`, to be parked and shown.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from domain.value import Value


class Subject(StrEnum):
    """What a reason is given for, and under which name its codes stand in the file."""

    CANCELLATION = "cancellations"
    RETURN = "returns"


class Direction(StrEnum):
    """Which way a code travels."""

    INWARDS = "inwards"
    OUTWARDS = "outwards"


class ProviderCodes(Value):
    """What one provider calls a reason: every code that means it, and the one that is sent."""

    inwards: tuple[str, ...] = ()
    outwards: str | None = None


class Reason(Value):
    """One of our codes: what commercetools, the audit and people are told, by language."""

    code: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9]{1,63}$")
    name: dict[str, str] = Field(min_length=1)
    providers: dict[str, ProviderCodes] = {}


class UnmappedReason(Value):
    """A code for which nobody declared what it means, or what a provider calls it."""

    subject: Subject
    direction: Direction
    provider: str
    code: str

    def __str__(self) -> str:
        if self.direction is Direction.INWARDS:
            return f"no reason of {self.subject} is what '{self.provider}' calls '{self.code}'"
        return f"'{self.provider}' has no declared word for '{self.code}' of {self.subject}"


class Reasons(Value):
    """The file. Providers under `speak_ours` use our codes themselves."""

    cancellations: tuple[Reason, ...] = ()
    returns: tuple[Reason, ...] = ()
    speak_ours: tuple[str, ...] = ()

    def of(self, subject: Subject) -> tuple[Reason, ...]:
        """The reasons of a subject, in the order of the file."""
        return self.cancellations if subject is Subject.CANCELLATION else self.returns

    def reason(self, subject: Subject, code: str) -> Reason | None:
        """The reason of one of our codes."""
        return next((one for one in self.of(subject) if one.code == code), None)

    def has_words(self, subject: Subject, provider: str) -> bool:
        """Whether anybody declared what a provider calls these reasons; one without words of its own is told ours."""
        return any(one.providers.get(provider, ProviderCodes()).outwards for one in self.of(subject))

    def ours(self, subject: Subject, provider: str, code: str) -> str | UnmappedReason:
        """Our code for a provider's; case does not count."""
        wanted = _folded(code)
        for reason in self.of(subject):
            codes = reason.providers.get(provider, ProviderCodes()).inwards
            known = (*codes, reason.code) if provider in self.speak_ours else codes
            if wanted in map(_folded, known):
                return reason.code
        return UnmappedReason(subject=subject, direction=Direction.INWARDS, provider=provider, code=code)

    def theirs(self, subject: Subject, provider: str, code: str) -> str | UnmappedReason:
        """A provider's code for ours."""
        reason = self.reason(subject, code)
        if reason is not None:
            answer = reason.providers.get(provider, ProviderCodes()).outwards
            if answer is not None:
                return answer
            if provider in self.speak_ours:
                return reason.code
        return UnmappedReason(subject=subject, direction=Direction.OUTWARDS, provider=provider, code=code)


class ReasonFault(NamedTuple):
    """Something wrong at a place of the file."""

    place: tuple[str | int, ...]
    message: str


def contradictions(reasons: Reasons) -> Iterator[ReasonFault]:
    """What would make a look-up depend on the order of the file, or an answer come back as something else."""
    for subject in Subject:
        codes: set[str] = set()
        meanings = {
            (provider, _folded(one.code)): one.code
            for provider in reasons.speak_ours
            for one in reasons.of(subject)
        }
        for n, reason in enumerate(reasons.of(subject)):
            if _folded(reason.code) in codes:
                yield ReasonFault(
                    (subject, n, "code"), f"'{reason.code}' is declared twice; case does not count"
                )
            codes.add(_folded(reason.code))
            for provider, known in reason.providers.items():
                place = (subject, n, "providers", provider)
                yield from _of_provider(reason, provider, known, place, meanings)


def speechless(reasons: Reasons) -> Iterator[ReasonFault]:
    """Reasons that a provider, which has words for others, could not be told."""
    for subject in Subject:
        declared = reasons.of(subject)
        spoken = {name for one in declared for name, codes in one.providers.items() if codes.outwards}
        for n, reason in enumerate(declared):
            for provider in sorted(spoken - set(reasons.speak_ours)):
                if not reason.providers.get(provider, ProviderCodes()).outwards:
                    message = f"'{provider}' has no word for {reason.code}: telling it would be parked"
                    yield ReasonFault((subject, n, "providers", provider, "outwards"), message)


def _of_provider(
    reason: Reason,
    provider: str,
    known: ProviderCodes,
    place: tuple[str | int, ...],
    meanings: dict[tuple[str, str], str],
) -> Iterator[ReasonFault]:
    for n, code in enumerate(known.inwards):
        other = meanings.setdefault((provider, _folded(code)), reason.code)
        if other != reason.code:
            yield ReasonFault((*place, "inwards", n), f"'{code}' of {provider} means {other} already")
    if known.outwards is not None and _folded(known.outwards) not in map(_folded, known.inwards):
        message = f"'{known.outwards}' is not among inwards, so the answer would not be understood when it comes back"
        yield ReasonFault((*place, "outwards"), message)


def _folded(code: str) -> str:
    return code.strip().casefold()
