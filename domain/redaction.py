"""What may be shown of the bodies that go over the wire: rules by the names and places of JSON fields.

A name is compared without regard to case, hyphens and underscores; `*` in it stands for any letters. What is a secret
is withheld whatever a file says.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from pydantic import Field

from domain.value import Value

Names = tuple[str, ...]

SECRETS: Names = tuple(
    """
    authorization *password* *passwd* *passphrase* *secret* *token* *apikey* *accesskey* *privatekey* *signature*
    *credential* cookie setcookie headervalue connectionstring otp cardnumber cvc cvv iban
    """.split()
)
"""Never shown, and in no file, so that no file can leave one out."""

_WITHHELD = tuple(
    """
    *email* *phone* *telephone* mobile fax *firstname *lastname *middlename *fullname *displayname surname givenname
    familyname salutation username nickname *contact *street* *postalcode *postcode zip zipcode city company companyname
    department building apartment pobox *addressinfo dateofbirth birthdate birthday vatid taxnumber ipaddress latitude
    longitude
    """.split()
)
_WITHIN = ("*address", "*addresses", "customer", "customers")
_SHOWN = ("country", "id", "ref", "type", "typeId")
_TEXTS = ("comment", "comments", "detail")
_LITERALS = ("query", "where", "predicate")


class Kind(StrEnum):
    """What becomes of a field's content."""

    SECRET = "[secret]"  # noqa: S105 - what is written in a secret's place
    PERSONAL = "[personal]"
    WITHIN = "within"
    """Each value in it is withheld, unless its name may be shown; the form stays."""
    TEXT = "text"
    """What somebody wrote: withheld if it is a text, looked into if it is anything else."""
    LITERALS = "literals"
    """A text in a query language: what stands in quotation marks in it is withheld."""


class RedactionRules(Value):
    """What is personal. A list that is left out is the one that stands here."""

    withheld: Names = _WITHHELD
    """Fields whose whole content is withheld, wherever they are."""
    within: Names = _WITHIN
    """Objects in which everything is withheld but the fields that `shown` names."""
    shown: Names = _SHOWN
    texts: Names = _TEXTS
    """Fields of free text; where there is no text in them, what is in them is looked into."""
    literals: Names = _LITERALS
    """Texts in a query language."""
    paths: tuple[str, ...] = Field(default=())
    """Places from the body's root, such as `data.order.custom.*.value`; `**` stands for any number of names."""

    def kinds(self) -> "Kinds":
        """The rules, ready for use."""
        return Kinds(self)


class Kinds:
    """Tells what becomes of a field by its name, and of a place by its path."""

    def __init__(self, rules: RedactionRules) -> None:
        self._lists = tuple(
            (kind, _fitting(names))
            for kind, names in (
                (Kind.SECRET, SECRETS),
                (Kind.PERSONAL, rules.withheld),
                (Kind.WITHIN, rules.within),
                (Kind.TEXT, rules.texts),
                (Kind.LITERALS, rules.literals),
            )
        )
        shown = _fitting(rules.shown)
        self._places = tuple(map(_place, rules.paths))
        # Names come from outside: what is remembered of them is bounded.
        self.of = lru_cache(maxsize=4096)(self._kind_of)
        self.is_shown = lru_cache(maxsize=1024)(lambda name: bool(shown.fullmatch(plain(name))))
        self.has_places = bool(self._places)

    def is_withheld_at(self, path: str) -> bool:
        """Whether one of the rules' paths leads to a place such as `/data/order/0/`."""
        return any(place.fullmatch(path) for place in self._places)

    def _kind_of(self, name: str) -> Kind | None:
        bare = plain(name)
        return next((kind for kind, fitting in self._lists if fitting.fullmatch(bare)), None)


def plain(name: str) -> str:
    """A name without what spellings differ in: `first_name`, `First-Name` and `firstName` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _fitting(names: Iterable[str]) -> re.Pattern[str]:
    patterns = (".*".join(map(plain, name.split("*"))) for name in names)
    return re.compile("|".join(pattern for pattern in patterns if pattern) or r"(?!)", re.DOTALL)


def _place(path: str) -> re.Pattern[str]:
    """A path as a pattern for places written as `/data/order/0/`."""
    parts = {"**": "(?:[^/]*/)*", "*": "[^/]*/"}
    wanted = (parts[part] if part in parts else f"{plain(part)}/" for part in path.split("."))
    return re.compile("/" + "".join(wanted), re.DOTALL)
