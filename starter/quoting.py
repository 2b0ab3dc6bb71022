"""How texts that somebody else wrote are shown beside names and values of our own, so that they cannot pass for those."""

import json
import re

_PLAIN = re.compile(r"[^\W_](?:[\w@+/.%()-]|:(?! )| (?! ))*")
"""Begins with a letter or digit, and holds nothing that ends a value, begins another, or stands between two columns."""


def quoted(text: str) -> str:
    r"""The text as a JSON string: a quotation mark within is `\"`, a line break `\n`, and what cannot be seen `\uXXXX`."""
    return "".join(c if c.isprintable() else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def shown(text: str) -> str:
    """A name or a value as it is, if nothing in it could be taken for anything else; quoted otherwise."""
    return text if text.isprintable() and _PLAIN.fullmatch(text) and not text.endswith(" ") else quoted(text)


def on_one_line(text: str) -> str:
    """Words of ours that may repeat others': what would leave the line, or cannot be seen, is escaped."""
    return quoted(text)[1:-1].replace('\\"', '"') if not text.isprintable() else text


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
