"""Reason codes are looked up both ways, and never guessed."""

import pytest

from domain.reasons import (
    Direction,
    ProviderCodes,
    Reason,
    Reasons,
    Subject,
    UnmappedReason,
    contradictions,
    speechless,
)


def reason(code: str, *inwards: str, outwards: str | None = None) -> Reason:
    """A reason as `acme` knows it."""
    return Reason(
        code=code, name={"en": code}, providers={"acme": ProviderCodes(inwards=inwards, outwards=outwards)}
    )


REASONS = Reasons(
    cancellations=(
        reason("outOfStock", "NO_STOCK", "SHORT", outwards="NO_STOCK"),
        reason("other", "MISC", outwards="MISC"),
    ),
    returns=(reason("damaged", "SHORT", "BROKEN", outwards="BROKEN"), reason("late", "LATE")),
    speak_ours=("webhook",),
)


@pytest.mark.parametrize(
    ("subject", "provider", "code", "ours"),
    [
        (Subject.CANCELLATION, "acme", "NO_STOCK", "outOfStock"),
        (Subject.CANCELLATION, "acme", "short", "outOfStock"),
        (Subject.RETURN, "acme", "SHORT", "damaged"),
        (Subject.CANCELLATION, "webhook", "outOfStock", "outOfStock"),
    ],
)
def test_many_codes_mean_one_of_ours(subject: Subject, provider: str, code: str, ours: str) -> None:
    """By subject and provider, in any case."""
    assert REASONS.ours(subject, provider, code) == ours


@pytest.mark.parametrize(
    ("subject", "provider", "code", "theirs"),
    [
        (Subject.CANCELLATION, "acme", "outOfStock", "NO_STOCK"),
        (Subject.RETURN, "acme", "damaged", "BROKEN"),
        (Subject.RETURN, "webhook", "damaged", "damaged"),
    ],
)
def test_each_of_ours_has_one_answer(subject: Subject, provider: str, code: str, theirs: str) -> None:
    """The declared one."""
    assert REASONS.theirs(subject, provider, code) == theirs


@pytest.mark.parametrize(
    ("subject", "provider", "code"),
    [
        (Subject.CANCELLATION, "acme", "BROKEN"),
        (Subject.CANCELLATION, "other-provider", "NO_STOCK"),
        (Subject.RETURN, "acme", "damaged"),
        (Subject.RETURN, "webhook", "BROKEN"),
    ],
)
def test_an_undeclared_code_from_outside_is_a_value(subject: Subject, provider: str, code: str) -> None:
    """Of another subject, another provider, or our own from somebody who does not speak it."""
    assert REASONS.ours(subject, provider, code) == UnmappedReason(
        subject=subject, direction=Direction.INWARDS, provider=provider, code=code
    )


@pytest.mark.parametrize(
    ("provider", "code"), [("acme", "late"), ("nobody", "damaged"), ("webhook", "nothingOfOurs")]
)
def test_what_a_provider_cannot_be_told_is_a_value(provider: str, code: str) -> None:
    """No answer declared, no such provider, or none of our codes."""
    assert REASONS.theirs(Subject.RETURN, provider, code) == UnmappedReason(
        subject=Subject.RETURN, direction=Direction.OUTWARDS, provider=provider, code=code
    )


def test_both_ways_are_told_in_words() -> None:
    """For the list of parked things."""
    inwards, outwards = (
        REASONS.ours(Subject.RETURN, "acme", "X"),
        REASONS.theirs(Subject.RETURN, "acme", "late"),
    )
    assert str(inwards) == "no reason of returns is what 'acme' calls 'X'"
    assert str(outwards) == "'acme' has no declared word for 'late' of returns"


def test_what_is_sent_comes_back_as_the_same() -> None:
    """Every declared answer is understood."""
    for subject in Subject:
        for one in REASONS.of(subject):
            answer = REASONS.theirs(subject, "acme", one.code)
            if isinstance(answer, str):
                assert REASONS.ours(subject, "acme", answer) == one.code


@pytest.mark.parametrize(
    ("reasons", "place", "message"),
    [
        (Reasons(returns=(reason("a1", "X"), reason("A1", "Y"))), ("returns", 1, "code"),
         "'A1' is declared twice; case does not count"),
        (Reasons(returns=(reason("a1", "X"), reason("b1", "Y", "x"))),
         ("returns", 1, "providers", "acme", "inwards", 1), "'x' of acme means a1 already"),
        (Reasons(cancellations=(reason("a1", "X", outwards="Z"),)),
         ("cancellations", 0, "providers", "acme", "outwards"),
         "'Z' is not among inwards, so the answer would not be understood when it comes back"),
        (Reasons(returns=(reason("a1", "b1"), reason("b1")), speak_ours=("acme",)),
         ("returns", 0, "providers", "acme", "inwards", 0), "'b1' of acme means b1 already"),
    ],
)  # fmt: skip
def test_contradictions_are_found(reasons: Reasons, place: tuple[str | int, ...], message: str) -> None:
    """Each with its place in the file."""
    assert list(contradictions(reasons)) == [(place, message)]


def test_what_is_whole_has_no_contradiction() -> None:
    """One code may stand for a cancellation and for a return."""
    assert not list(contradictions(REASONS))


def test_a_reason_that_cannot_be_told_is_found() -> None:
    """Where the provider has words for others of the subject."""
    assert list(speechless(REASONS)) == [
        (
            ("returns", 1, "providers", "acme", "outwards"),
            "'acme' has no word for late: telling it would be parked",
        )
    ]
