"""How status, audit and receipts look on the wire: what the contract always shows is null rather than absent."""

from typing import Any

from domain.audit import AuditTrail
from domain.decision import DecisionReceipt
from domain.status import OrderStatus

_ALWAYS_IN_STATUS = ("orderNumber", "state", "rule", "why")


def status_view(status: OrderStatus) -> dict[str, Any]:
    """A status, with decisions and receipts where it has them."""
    shown: dict[str, Any] = dict.fromkeys(_ALWAYS_IN_STATUS) | status.to_json_dict()
    shown["pending"] = [{"dueAt": None} | pending for pending in shown["pending"]]
    if status.receipts is not None:
        shown["receipts"] = [receipt_view(receipt) for receipt in status.receipts]
    return shown


def audit_view(trail: AuditTrail) -> dict[str, Any]:
    """An audit trail."""
    return {"orderNumber": None, "policyDigest": None} | trail.to_json_dict()


def receipt_view(receipt: DecisionReceipt) -> dict[str, Any]:
    """A receipt; which sending it answered is between the edge and the workflow."""
    shown = {"step": None} | receipt.to_json_dict()
    return {name: value for name, value in shown.items() if name != "requestId"}
