"""Channels and zones: from where goods come, and to where they go. As little of them as an order's routing reads.

Both are served by GraphQL alone, as products are. Sources: `ChannelDraft`, `CreateZone` of the official GraphQL schema.
"""

from typing import Any

from sandbox.drafts import country, key, list_of, localized, one_of, record, text
from sandbox.store import Resource, Transaction

_ROLES = ("InventorySupply", "ProductDistribution", "OrderExport", "OrderImport", "Primary")
_channel_draft = record({"key": key, "roles": list_of(one_of(*_ROLES))}, {"name": localized})
_location = record({"country": country}, {"state": text()})
_zone_draft = record({"name": text()}, {"key": key, "description": text(), "locations": list_of(_location)})


def create_channel(tx: Transaction, body: Any) -> Resource:
    """A Channel from a ChannelDraft. ApiError DuplicateField."""
    return tx.create("channel", _channel_draft(body, ""))


def create_zone(tx: Transaction, body: Any) -> Resource:
    """A Zone from a CreateZone. ApiError DuplicateField."""
    return tx.create("zone", {"locations": [], **_zone_draft(body, "")})
