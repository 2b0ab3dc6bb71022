"""The audit trail for people and for other programs: text, JSON, CSV and HTML, all from the one model."""

import csv
import html
import io
import json
from enum import StrEnum

from domain.audit import AuditEntry, AuditTrail
from starter.quoting import quoted, shown

_TEXTS = frozenset({"comment", "why", "held", "facts", "words", "harmless"})
"""What of an entry's detail is somebody's sentence, or repeats one; the others are names, ids and numbers."""
_COLUMNS = ("seq", "at", "kind", "actor", "step", "revision", "detail")


class AuditFormat(StrEnum):
    """How to write the trail down."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def written(trail: AuditTrail, format_: AuditFormat) -> str:
    """The trail in that format, without a line end at its end."""
    match format_:
        case AuditFormat.TEXT:
            return _text(trail)
        case AuditFormat.JSON:
            return json.dumps(trail.to_json_dict(), indent=2, ensure_ascii=False)
        case AuditFormat.CSV:
            return _csv(trail)
        case AuditFormat.HTML:
            return _html(trail)


def detail_text(entry: AuditEntry) -> str:
    """What an entry says beyond its columns, as `name: value`; texts in quotation marks, so that none reads as a value."""
    return "; ".join(f"{shown(name)}: {_value(name, value)}" for name, value in entry.detail.items())


def _value(name: str, value: str | int | bool | list[str]) -> str:
    written_as = quoted if name in _TEXTS else shown
    if isinstance(value, list):
        return ", ".join(map(written_as, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return written_as(value) if isinstance(value, str) else str(value)


def _heading(trail: AuditTrail) -> str:
    policy = f", policy {trail.policy_digest[:12]}" if trail.policy_digest else ""
    return f"Audit of order {shown(trail.order_number or trail.order_id)} ({trail.order_id}){policy}"


def _text(trail: AuditTrail) -> str:
    lines = [_heading(trail)]
    for entry in trail.entries:
        at = entry.at.isoformat(sep=" ", timespec="milliseconds")
        about = " ".join(
            part
            for part in (
                f"step {shown(entry.step)}" if entry.step else "",
                f"revision {entry.revision}" if entry.revision else "",
            )
            if part
        )
        lines.append(f"{entry.seq:>3}  {at}  {entry.kind:<14} {shown(entry.actor):<10} {about}".rstrip())
        if entry.detail:
            lines.append(f"     {detail_text(entry)}")
    return "\n".join(lines)


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        str(entry.seq),
        entry.at.isoformat(),
        entry.kind.value,
        shown(entry.actor),
        shown(entry.step) if entry.step else "",
        str(entry.revision or ""),
        detail_text(entry),
    )


def _csv(trail: AuditTrail) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("orderId", "orderNumber", *_COLUMNS))
    for entry in trail.entries:
        cells = (trail.order_id, shown(trail.order_number) if trail.order_number else "", *_cells(entry))
        rows.writerow([_harmless(cell) for cell in cells])
    return out.getvalue().removesuffix("\n")


def _harmless(cell: str) -> str:
    """A comment is somebody's free text: no spreadsheet may take it for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


_STYLE = (
    "body{font:14px system-ui,sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{border-bottom:1px solid #ccc;padding:.3em .8em;text-align:left;vertical-align:top}"
)


def _html(trail: AuditTrail) -> str:
    title = html.escape(_heading(trail))
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(entry)) + "</tr>"
        for entry in trail.entries
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n<table><thead><tr>{head}</tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></body></html>"
    )
