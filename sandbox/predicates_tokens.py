"""Cut a query predicate into tokens, each with the place it stands at."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "quoted", "string", "number", "variable", "operator", "end"]

MAX_LENGTH = 20_000
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>`[^`]+`)
    | (?P<variable>:[A-Za-z0-9]+)
    | (?P<operator><>|!=|<=|>=|[=<>(),])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class PredicateError(Exception):
    """A predicate that cannot be read; its text says what and where, never the data it would be run on."""


@dataclass(frozen=True)
class Token:
    """One word of a predicate.

    `value` is what the word stands for: the name without back-ticks, the string unescaped, the number, the
    variable without its colon, the operator as written.
    """

    kind: Kind
    value: str | int | float
    at: int

    def is_word(self, word: str) -> bool:
        """Whether this is the keyword `word`; keywords are read in any case, a back-ticked name is never one."""
        return self.kind == "name" and str(self.value).lower() == word

    def is_operator(self, *operators: str) -> bool:
        return self.kind == "operator" and self.value in operators


def syntax_error(text: str, at: int, what: str) -> PredicateError:
    """Name the place as commercetools does: line and column, counted from 1."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return PredicateError(f"Syntax error while parsing 'where'. {what} (line {line}, column {column}).")


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`, the last one of kind `end`.

    Raises PredicateError for a character that begins no token and for a text longer than `MAX_LENGTH`.
    """
    if len(text) > MAX_LENGTH:
        raise PredicateError(f"The predicate is longer than {MAX_LENGTH} characters.")
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise syntax_error(text, at, f"Unexpected character {text[at]!r}")
        if match.lastgroup != "space":
            tokens.append(_token(text, match))
        at = match.end()
    return [*tokens, Token("end", "", len(text))]


def _token(text: str, match: re.Match[str]) -> Token:
    word, at = match.group(), match.start()
    match match.lastgroup:
        case "string":
            return Token("string", _unescape(text, word[1:-1], at), at)
        case "number":
            return Token("number", _number(text, word, at), at)
        case "quoted":
            return Token("quoted", word[1:-1], at)
        case "variable":
            return Token("variable", word[1:], at)
        case "name":
            return Token("name", word, at)
        case _:
            return Token("operator", word, at)


def _number(text: str, word: str, at: int) -> int | float:
    try:
        return int(word) if word.lstrip("-").isdigit() else float(word)
    except ValueError:  # Python refuses to read an integer of several thousand digits
        raise syntax_error(text, at, "The number is too long") from None


def _unescape(text: str, body: str, at: int) -> str:
    def character(match: re.Match[str]) -> str:
        code, plain = match.groups()
        if code is not None:
            return chr(int(code, 16))
        if plain not in _ESCAPES:
            raise syntax_error(text, at, f"Unknown escape \\{plain} in a string")
        return _ESCAPES[plain]

    # two escaped halves of one code point become that code point, as in JSON
    halves = _ESCAPE.sub(character, body).encode("utf-16", "surrogatepass")
    return halves.decode("utf-16", "surrogatepass")
