"""Matches paths to the templates of the definition: `/{projectKey}/orders/order-number={orderNumber}`."""

import re
from collections.abc import Iterable


class PathTemplates:
    """The templates of a definition, the most literal first."""

    def __init__(self, templates: Iterable[str]) -> None:
        """Take the templates as the definition writes them."""
        self._templates = sorted(
            ((_pattern(t), t) for t in templates), key=lambda entry: -_literals(entry[1])
        )

    def match(self, path: str) -> str | None:
        """The template for a path as on the wire (percent-encoded), or None."""
        return next((template for pattern, template in self._templates if pattern.fullmatch(path)), None)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", template)
    return re.compile("([^/]+)".join(re.escape(part) for part in parts))


def _literals(template: str) -> int:
    """How much of a template is literal, segments without any parameter counting most."""
    segments = template.split("/")
    whole = sum("{" not in segment for segment in segments)
    return whole * 1000 + len(re.sub(r"\{\w+\}", "", template))
