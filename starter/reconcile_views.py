"""What a reconciliation has found, for a terminal."""

from collections.abc import Iterator

from domain.findings import Act, Finding, Kind, Reconciled

_DONE = {Act.START: "started", Act.TELL: "told to look again", Act.REPORT: "for a person to see to"}
_WOULD = _DONE | {Act.START: "would be started", Act.TELL: "would be told to look again"}
_WHAT_TO_DO = {
    Kind.CLOSED_BEFORE: "find out who opened it again; nothing is started for an order that was closed",
    Kind.ENDED_BADLY: "find out why, then start its workflow over: docs/operations.md says how",
    Kind.UNANSWERED: "its page in the Temporal UI says what hinders it",
    Kind.SILENT: "ask the fulfilment system",
    Kind.UNKNOWN_STATE: "declare the state in states.yaml, or move the order back",
    Kind.UNREADABLE_RECORD: "mend or delete the custom object in placet-audit",
    Kind.UNREADABLE_ORDER: "its JSON is not as commercetools documents it",
}


def progress(so_far: Reconciled) -> str:
    """How far it is, on one line."""
    found = sum(so_far.counts.values())
    return f"{so_far.orders} orders and {so_far.workflows} workflows looked at, {found} found"


def report(result: Reconciled) -> Iterator[str]:
    """The list, grouped by what was done, and then by why."""
    if result.adopt_since is not None:
        yield f"Orders are taken up since {result.adopt_since:%Y-%m-%d %H:%M:%S} UTC."
    yield f"{result.orders} open orders and {result.workflows} running workflows were looked at."
    words = _WOULD if result.dry_run else _DONE
    for act in Act:
        kinds = [
            kind for kind in Kind if kind.act is act and kind in result.counts and kind is not Kind.OLDER
        ]
        if kinds:
            yield f"\n{sum(result.counts[kind] for kind in kinds)} {words[act]}"
        for kind in kinds:
            yield from _of_kind(result, kind)
    if Kind.OLDER in result.counts:
        yield f"\n{result.counts[Kind.OLDER]} left alone: placed before orders were taken up"
    if not result.counts and result.stopped is None:
        yield "All is as it should be."
    if result.stopped is not None:
        yield f"\nIt stopped before its end: {result.stopped}"


def _of_kind(result: Reconciled, kind: Kind) -> Iterator[str]:
    listed = [finding for finding in result.findings if finding.kind is kind]
    hint = _WHAT_TO_DO.get(kind)
    yield f"  {kind}" + (f": {hint}" if hint else "")
    yield from (f"    {_name(finding)}  {finding.why}" for finding in listed)
    more = result.counts[kind] - len(listed)
    if more:
        yield f"    and {more} more"


def _name(finding: Finding) -> str:
    return finding.order_number or finding.order_id
