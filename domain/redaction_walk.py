"""Bodies with what the rules withhold taken out, and taken out a second time wherever it is repeated."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from domain.redaction import Kind, Kinds, RedactionRules, plain

TOO_DEEP = "[too deep]"
UNREADABLE = "[unreadable]"
_DEEPEST = 60
_SHORTEST_REPEATED = 3
_WHOLE_WORDS_UNTIL = 8
_LONGEST_WORD = 12
_SHORTEST_NUMBER = 7
_SPELLINGS = 4
_NAMING = ("name", "key", "field", "fieldName", "header", "property")

_OPENING = frozenset("{[ \t\n\r")
"""How a text begins that may be JSON."""
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_QUOTED = re.compile(r'"""(?:[^"]|"(?!""))*(?:"""|$)|"(?:[^"\\\n]|\\.)*(?:"|$|\n)')
_EMAIL = re.compile(r"[^\s@\"'<>(),:;\[\]=/?&]+(?:@|%40)[^\s@\"'<>(),:;\[\]=/?&]+")
_CREDENTIAL = re.compile(r"\b(?:Bearer|Basic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?", re.IGNORECASE)


class Redactor:
    """Takes out of one exchange's bodies, parameters and paths what may not be shown.

    One for each exchange: it keeps what it took out, so that `scrubbed` finds repetitions, such as an e-mail address
    that was sent and is quoted in an error message.
    """

    def __init__(self, kinds: Kinds | None = None) -> None:
        self._kinds = kinds or RedactionRules().kinds()
        self._found: set[str] = set()

    def body(self, document: Any) -> Any:
        """A JSON document by the rules. What was withheld must still be looked for by `scrubbed`."""
        return self._walk(document, "/", within=False, depth=0)

    def parameter(self, name: str, value: str) -> str:
        """A query parameter's value; `var.NAME` is judged as NAME."""
        kind = self._kinds.of(name.rsplit(".", 1)[-1])
        return str(self._ruled(kind, value, "/", within=False, depth=0))

    def withhold(self, values: Iterable[str]) -> None:
        """These must not be shown either, such as the credentials in a header."""
        self._found.update(value for value in values if len(value) >= _SHORTEST_REPEATED)

    def scrubbed(self, document: Any, written: str) -> Any:
        """A redacted document (`written` is its JSON) without repetitions, e-mail addresses and credentials."""
        found = [value for value in self._found if any(one in written for one in _spellings(value))]
        if not found and not _is_suspicious(written):
            return document
        # The longest first: a value may contain another.
        values = sorted(found, key=len, reverse=True)
        return _mapped(document, _without(values), frozenset(values))

    def text(self, text: str) -> str:
        """A text of its own, such as a path, without what `scrubbed` takes out."""
        return str(self.scrubbed(text, text))

    def _walk(self, value: Any, path: str, *, within: bool, depth: int) -> Any:
        if depth > _DEEPEST:
            return TOO_DEEP
        if isinstance(value, dict):
            return self._members(value, path, within=within, depth=depth)
        if isinstance(value, list):
            if not self._kinds.has_places:
                return [self._walk(one, path, within=within, depth=depth + 1) for one in value]
            return [
                self._placed(one, f"{path}{n}/", within=within, depth=depth) for n, one in enumerate(value)
            ]
        if within:
            return self._withheld(value, Kind.PERSONAL)
        return self._string(value, depth) if isinstance(value, str) else value

    def _members(self, value: dict[str, Any], path: str, *, within: bool, depth: int) -> dict[str, Any]:
        """The members as they may be shown. It is passed by everything that is written: hence its form."""
        if within or self._kinds.has_places:
            return {n: self._member(value, n, path, within=within, depth=depth) for n in value}
        of, deeper = self._kinds.of, depth + 1
        shown: dict[str, Any] = {}
        for name, one in value.items():
            kind = of(name)
            if kind is not None or name == "value":
                shown[name] = self._member(value, name, path, within=False, depth=depth)
            elif one.__class__ is str:
                shown[name] = one if one[:1] not in _OPENING else self._string(one, depth)
            elif one.__class__ is dict and deeper <= _DEEPEST:
                shown[name] = self._members(one, path, within=False, depth=deeper)
            else:
                shown[name] = self._walk(one, path, within=False, depth=deeper)
        return shown

    def _member(self, members: dict[str, Any], name: str, path: str, *, within: bool, depth: int) -> Any:
        kinds, one = self._kinds, members[name]
        kind = kinds.of(name)
        if kind is None and name == "value":
            kind = self._kind_by_neighbour(members)
        place = f"{path}{plain(name)}/" if kinds.has_places else path
        if kinds.has_places and kind is not Kind.SECRET and kinds.is_withheld_at(place):
            kind = Kind.PERSONAL
        if kind is not None:
            return self._ruled(kind, one, place, within=within, depth=depth)
        if isinstance(one, (dict, list)):
            return self._walk(one, place, within=within, depth=depth + 1)
        if within and not kinds.is_shown(name):
            return self._withheld(one, Kind.PERSONAL)
        return self._string(one, depth) if isinstance(one, str) else one

    def _kind_by_neighbour(self, members: dict[str, Any]) -> Kind | None:
        """What `{"name": "email", "value": ...}` holds is ruled by the name in it."""
        named = (members[at] for at in _NAMING if at in members)
        return next(
            (kind for name in named if isinstance(name, str) and (kind := self._kinds.of(name))), None
        )

    def _placed(self, value: Any, path: str, *, within: bool, depth: int) -> Any:
        if self._kinds.is_withheld_at(path):
            return self._withheld(value, Kind.PERSONAL)
        return self._walk(value, path, within=within, depth=depth + 1)

    def _ruled(self, kind: Kind | None, value: Any, path: str, *, within: bool, depth: int) -> Any:
        if kind is Kind.SECRET or kind is Kind.PERSONAL:
            return self._withheld(value, kind)
        if kind is Kind.TEXT and isinstance(value, list) and depth <= _DEEPEST:
            return [self._ruled(kind, one, path, within=within, depth=depth + 1) for one in value]
        if kind is Kind.TEXT and isinstance(value, str) and value:
            self._withhold_long(value.strip())
            return Kind.PERSONAL.value
        if kind is Kind.LITERALS and isinstance(value, str) and not within:
            return _QUOTED.sub(self._literal, value)
        return self._walk(value, path, within=within or kind is Kind.WITHIN, depth=depth + 1)

    def _withheld(self, value: Any, kind: Kind) -> Any:
        if value is None or isinstance(value, bool) or value in ("", [], {}):
            return value
        self.withhold(_leaves(value))
        return kind.value

    def _literal(self, found: re.Match[str]) -> str:
        self._withhold_long(found.group().strip('"'))
        return '"[text]"'

    def _withhold_long(self, text: str) -> None:
        """Look for repetitions of what may be a common word, such as `order`, only if it is none by its length."""
        if len(text) >= _LONGEST_WORD:
            self.withhold((text,))

    def _string(self, text: str, depth: int) -> str:
        """A text; JSON in it is ruled as what is around it."""
        if text[:1] not in _OPENING:
            return text
        bare = text.strip()
        if not bare.startswith(("{", "[")) or '"' not in bare:
            return text
        try:
            inner = json.loads(bare)
        except (ValueError, RecursionError):
            return UNREADABLE
        return json.dumps(self._walk(inner, "/", within=False, depth=depth + 1), ensure_ascii=False)


def _is_suspicious(written: str) -> bool:
    """Whether there may be an e-mail address or a credential in it."""
    lowered = written.lower()
    return any(mark in lowered for mark in ("@", "%40", "bearer", "basic", "eyj"))


def _leaves(value: Any) -> Iterable[str]:
    """Every text and number in a document, however deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, str):
            yield one.strip()
            left.extend(_within_text(one))
        elif isinstance(one, int | float) and not isinstance(one, bool):
            yield str(one)


def _within_text(text: str) -> list[Any]:
    """The document that a text holds, if it holds one."""
    if not text.lstrip().startswith(("{", "[")):
        return []
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return []


def _spellings(value: str) -> tuple[str, ...]:
    """A value as it stands in a text, in JSON, in JSON within JSON, and in JSON within that."""
    if not _ESCAPED.search(value):
        return (value,)
    spelt = [value]
    while (
        len(spelt) < _SPELLINGS and (escaped := json.dumps(spelt[-1], ensure_ascii=False)[1:-1]) != spelt[-1]
    ):
        spelt.append(escaped)
    return tuple(spelt)


def _without(values: Iterable[str]) -> Callable[[str], str]:
    """Takes values out of texts: short ones as whole words only."""
    patterns = []
    for value in {spelt: None for one in values for spelt in _spellings(one)}:
        short = len(value) < _WHOLE_WORDS_UNTIL
        patterns.append(rf"(?<!\w){re.escape(value)}(?!\w)" if short else re.escape(value))
    known = re.compile("|".join(patterns) or r"(?!)")

    def scrub(text: str) -> str:
        clean = known.sub(Kind.PERSONAL, text)
        return _EMAIL.sub("[e-mail]", _CREDENTIAL.sub(Kind.SECRET, clean))

    return scrub


def _mapped(document: Any, scrub: Callable[[str], str], values: frozenset[str]) -> Any:
    if isinstance(document, str):
        return scrub(document)
    if isinstance(document, dict):
        return {scrub(name): _mapped(one, scrub, values) for name, one in document.items()}
    if isinstance(document, list):
        return [_mapped(one, scrub, values) for one in document]
    # An amount may well be somebody's house number, but hardly their telephone number.
    is_number = isinstance(document, int | float) and len(digits := str(document)) >= _SHORTEST_NUMBER
    return Kind.PERSONAL.value if is_number and digits in values else document
