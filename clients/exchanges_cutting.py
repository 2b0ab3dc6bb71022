"""A JSON document made to fit: whole members are left out from the end, long texts are shortened."""

import json
from typing import Any

MORE = "…"
_LONGEST_TEXT = 1_000
_TRIES = 6


def cut_to(document: Any, most: int) -> Any:
    """As much of the document, from its beginning, as `most` bytes of JSON hold; what is left out is counted."""
    budget = most
    for _ in range(_TRIES):
        cut = _Cutting(budget).cut(document)
        if len(json.dumps(cut, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")) <= most:
            return cut
        budget //= 2
    return MORE


class _Cutting:
    def __init__(self, left: int) -> None:
        self._left = left

    def cut(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return self._members(value)
        if isinstance(value, list):
            return self._items(value)
        self._left -= len(str(value)) + 1
        return value

    def _text(self, text: str) -> str:
        most = max(0, min(_LONGEST_TEXT, self._left))
        self._left -= min(len(text), most) + 3
        return text if len(text) <= most else text[:most] + MORE

    def _members(self, members: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        self._left -= 2
        for name, one in members.items():
            if self._left <= 0:
                kept[MORE] = f"{len(members) - len(kept)} more"
                break
            short = name[:_LONGEST_TEXT]
            self._left -= len(short) + 4
            kept[short] = self.cut(one)
        return kept

    def _items(self, items: list[Any]) -> list[Any]:
        kept: list[Any] = []
        self._left -= 2
        for one in items:
            if self._left <= 0:
                kept.append(f"{MORE} {len(items) - len(kept)} more")
                break
            kept.append(self.cut(one))
        return kept
