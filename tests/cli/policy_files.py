"""A configuration to be changed, and orders as commercetools writes them, for `placet policy`."""

import shutil
from pathlib import Path
from typing import Any

from settings import SHIPPED_CONFIG
from tests.clients.documents import cents as euro_cents
from tests.clients.documents import order


def copied(tmp_path: Path) -> Path:
    """A copy of the shipped configuration."""
    made = tmp_path / "changed"
    made.mkdir()
    for file in SHIPPED_CONFIG.glob("*.yaml"):
        shutil.copy(file, made)
    return made


def rewritten(folder: Path, before: str, after: str) -> Path:
    """The policy with one piece replaced."""
    file = folder / "policy.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def document(number: str, cents: int, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """An order as commercetools writes it."""
    return order(orderNumber=number, totalPrice=euro_cents(cents, currency), **more)
