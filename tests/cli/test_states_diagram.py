"""`placet states diagram`: every state and every transition, in Mermaid and in SVG."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from configuration import load_states
from domain.states import DeclaredStates, Edge, State, StateType
from settings import SHIPPED_CONFIG
from starter.states_layout import lay_out
from starter.states_mermaid import mermaid
from starter.states_svg import svg
from tests.cli.conftest import Placet

SHIPPED = SHIPPED_CONFIG / "states.yaml"
SVG = "{http://www.w3.org/2000/svg}"
ODD = 'A <b>"key"</b> & more; than: that'
SEVERAL = DeclaredStates(
    states=(
        State(key="Start", initial=True, transitions=(Edge(to="Start"), Edge(to=ODD))),
        State(key=ODD, transitions=(Edge(to="Start"), Edge(to="end"))),
        State(key="end", name={"de": "Schluß\x01"}, transitions=()),
        State(key="s2", transitions=None),
        State(key="Initial", type=StateType.LINE_ITEM, initial=True, transitions=(Edge(to="Back"),)),
        State(key="Back", type=StateType.LINE_ITEM, transitions=()),
    )
)


def _edges(declared: DeclaredStates) -> set[tuple[str, str]]:
    return {(state.key, edge.to) for state in declared.states for edge in state.transitions or ()}


async def test_mermaid_has_every_move_with_its_mover(placet: Placet) -> None:
    """Beginnings, ends, and each edge with who may move an order along it."""
    ended = await placet("states", "diagram", str(SHIPPED))
    assert ended.code == 0
    assert ended.out.startswith("stateDiagram-v2\n    [*] --> PendingApproval\n")
    moves = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", ended.out, flags=re.MULTILINE))
    declared = load_states(SHIPPED)
    assert moves == {(s.key, edge.to, edge.by) for s in declared.states for edge in s.transitions or ()}
    ends = set(re.findall(r"^    (\w+) --> \[\*\]$", ended.out, flags=re.MULTILINE))
    assert ends == {"Rejected", "Completed", "Cancelled"}


def test_mermaid_of_several_types_is_a_page() -> None:
    """A diagram for each type; keys that mean something to Mermaid stand behind a name, escaped; movers are for orders."""
    page = mermaid(SEVERAL, SEVERAL.types)
    assert [line for line in page.splitlines() if line.startswith("##")] == [
        "## OrderState",
        "## LineItemState",
    ]
    assert '    state "A #60;b#62;#34;key#34;#60;#47;b#62; #38; more#59; than#58; that" as s2_\n' in page
    assert '    state "end" as s3\n' in page
    assert "    s2_ --> s3: placet\n    s3 --> [*]\n    note right of s2: any state may follow\n" in page
    assert "    Initial --> Back\n" in page


async def test_svg_is_well_formed_and_has_everything(placet: Placet, tmp_path: Path) -> None:
    """Written to a file: a title, a box for each state and a titled line for each move."""
    out = tmp_path / "states.svg"
    ended = await placet("states", "diagram", str(SHIPPED), "--format", "svg", "--out", str(out))
    assert (ended.code, ended.out) == (0, f"wrote {out}\n")
    root = ET.fromstring(out.read_text(encoding="utf-8"))
    assert root.findtext(f"{SVG}title") == "States and transitions: OrderState"
    titles = {title.text for title in root.iter(f"{SVG}title")}
    assert "PendingApproval → Cancelled: operator" in titles
    assert "InFulfillment → Completed: placet" in titles
    declared = load_states(SHIPPED)
    keys = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "key"]
    assert sorted(key or "" for key in keys) == sorted(state.key for state in declared.states)
    again = await placet("states", "diagram", str(SHIPPED), "--format", "svg", "--out", str(out))
    assert again.code == 2
    assert "--replace" in again.err


def test_svg_takes_whatever_a_key_or_name_is() -> None:
    """Angle brackets, quotes and control characters, a state that leads to itself, several types, `any`."""
    root = ET.fromstring(svg(SEVERAL, SEVERAL.types))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert 'A <b>"key"</b> & mo…' in texts
    assert "any state may follow" in texts
    titles = {title.text for title in root.iter(f"{SVG}title")}
    assert "Start → Start: placet" in titles
    assert "Initial → Back" in titles
    assert {text for text in texts if text in {"OrderState", "LineItemState"}} == {
        "OrderState",
        "LineItemState",
    }


async def test_only_one_type(placet: Placet) -> None:
    """`--type` chooses; a type without states is told, with exit code 1."""
    one = await placet("states", "diagram", str(SHIPPED), "--type", "OrderState")
    assert one.out == (await placet("states", "diagram", str(SHIPPED))).out
    none = await placet("states", "diagram", str(SHIPPED), "--type", "PaymentState")
    assert none.code == 1
    assert "has no states of type PaymentState" in none.err


_GRAPHS = some.integers(1, 9).flatmap(
    lambda count: some.tuples(
        some.just([f"k{n}" for n in range(count)]),
        some.lists(
            some.tuples(some.integers(0, count - 1), some.integers(0, count - 1)), max_size=18, unique=True
        ),
        some.lists(some.integers(0, count - 1), max_size=2),
    )
)


@given(_GRAPHS)
@settings(max_examples=80, deadline=None)
def test_no_boxes_overlap_and_every_edge_is_there(
    graph: tuple[list[str], list[tuple[int, int]], list[int]],
) -> None:
    """Random machines: each line begins at its source and ends at its target, and no two run along each other."""
    keys, numbered, entries = graph
    edges = [(keys[a], keys[b]) for a, b in numbered]
    layout = lay_out(keys, edges, [keys[n] for n in entries])
    assert set(layout.boxes) == set(keys)
    for one, other in combinations(layout.boxes.values(), 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height < other.y or other.y + other.height < one.y
    assert set(layout.lines) == {(a, b) for a, b in edges if a != b}
    for (source, target), points in layout.lines.items():
        for key, (x, y) in ((source, points[0]), (target, points[-1])):
            box = layout.boxes[key]
            assert x in {box.x, box.x + box.width}
            assert box.y < y < box.y + box.height
    assert len({frozenset(points) for points in layout.lines.values()}) == len(layout.lines)
    assert all(box.y >= 0 and box.y + box.height <= layout.height for box in layout.boxes.values())


@pytest.mark.parametrize("declared", [SEVERAL, load_states(SHIPPED)], ids=["odd", "shipped"])
def test_lines_keep_clear_of_boxes(declared: DeclaredStates) -> None:
    """Where a line passes a column, no box of it is in the way."""
    states = declared.of(StateType.ORDER)
    edges = [edge for edge in _edges(declared) if edge[0] in {state.key for state in states}]
    layout = lay_out([s.key for s in states], sorted(edges), [s.key for s in states if s.initial])
    for points in layout.lines.values():
        for x, y in points[1:-1]:
            for box in layout.boxes.values():
                assert not (box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height)
