"""The histories of orders that something was found about, as `temporal workflow show --output json` has them."""

from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from tests.chaos.checker import Finding
from tests.chaos.notebook import Json

_MOST = 20


async def keep_histories(temporal: Client, evidence: Json, findings: list[Finding], directory: Path) -> None:
    """Write `history-{order number}.json` beside the evidence, for the first orders that were found wanting."""
    ids = {placed["number"]: placed["id"] for placed in evidence["placed"]}
    for number in list(dict.fromkeys(finding.order for finding in findings))[:_MOST]:
        if number not in ids:
            continue
        try:
            history = await temporal.get_workflow_handle(f"order/{ids[number]}").fetch_history()
        except RPCError as error:
            (directory / f"history-{number}.txt").write_text(f"no history: {error.message}\n")
        else:
            (directory / f"history-{number}.json").write_text(history.to_json())
