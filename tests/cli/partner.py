"""A partner's package with a provider of its own, as an installer would leave it: metadata on the path, and this module."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clients.providers import Changing, Exporting, Options, Surroundings
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Exported, LineQuantity, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder, UpdatedOrder, UpdatedPage

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
HANDLERS = "placet.inbound_handlers"


def install(folder: Path) -> None:
    """Lay down the partner's metadata, with our own handlers, whether or not this project was installed since."""
    ours = tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"][HANDLERS]
    home = folder / "acme_partner-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-partner\nVersion: 1.0\n")
    handlers = "\n".join(f"{name} = {value}" for name, value in ours.items())
    (home / "entry_points.txt").write_text(
        f"[placet.providers]\nacme = tests.cli.partner:Acme\n\n[{HANDLERS}]\n{handlers}\n"
    )


class Acme:
    """A provider that holds what a test has put into `orders`, and lists them two on a page."""

    orders: dict[str, str] = {}
    """The status of each, by reference."""
    lists = True

    @classmethod
    def build(cls, options: Options, surroundings: Surroundings) -> "Acme":
        """The provider."""
        return cls()

    async def fetch(self, ref: str) -> ProviderOrder | None:
        """The order."""
        status = self.orders.get(ref)
        return ProviderOrder(ref=ref, status=status, updated_on=AT) if status is not None else None

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | None:
        """None."""
        return None

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> UpdatedPage | Unsupported:
        """Two on a page."""
        if not self.lists:
            return Unsupported(operation="updated_since", why="no list of changes")
        start, refs = int(cursor or 0), sorted(self.orders)
        page = [
            UpdatedOrder(ref=ref, status=self.orders[ref], updated_on=AT) for ref in refs[start : start + 2]
        ]
        more = str(start + 2) if start + 2 < len(refs) else None
        return UpdatedPage(
            orders=tuple(page) if instant <= AT else (), next_cursor=more if instant <= AT else None
        )

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Anything."""
        return Exported(ref=draft.ref)

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """Nothing."""
        return _no()

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """Nothing."""
        return _no()

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: Any = None, telling: int = 0
    ) -> Changing:
        """Nothing."""
        return _no()

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """Nothing."""
        return _no()


def _no() -> Unsupported:
    return Unsupported(operation="any", why="a test needs none")
