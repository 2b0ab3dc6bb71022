"""What the contract needs of pytest."""

from tests.clients.conftest import told

__all__ = ["told"]
