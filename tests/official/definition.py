"""Where the official OpenAPI definition lies, and the tests' way to it.

The definition is for reading and for tests; no copy of it belongs to the project. Where it is not at hand,
tests that need it skip and say so, and transports pass everything through unjudged.
"""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

Document = dict[str, Any]

OFFICIAL_OPENAPI = Path(__file__).parents[2].parent / "shared" / "reference" / "commercetools-openapi.json"
NOT_AT_HAND = f"the official OpenAPI definition is not at hand ({OFFICIAL_OPENAPI})"


@functools.cache
def load_definition() -> Document | None:
    """The parsed OpenAPI document, or None where it is not at hand. Read-only: all callers share it."""
    if not OFFICIAL_OPENAPI.is_file():
        return None
    document: Document = json.loads(OFFICIAL_OPENAPI.read_bytes())
    return document


def definition_or_skip() -> Document:
    """The parsed OpenAPI document; skips the calling test where it is not at hand."""
    document = load_definition()
    if document is None:
        pytest.skip(NOT_AT_HAND)
    return document
