"""What a file of states may say and yet cannot mean is told with file and line; one small file for each finding."""

from pathlib import Path

import pytest

from configuration import ConfigurationError, lint_states, load_states
from domain.progress import LineStage
from domain.progress_lines import LineStates

CONFIG = Path(__file__).parents[2] / "config"

MACHINE = """\
states:
  - key: Waiting
    initial: true
    transitions: [Approved, Rejected]
  - key: Approved
    transitions: [Claimed, Waiting]
  - key: Claimed
    transitions: [Done, Rejected]
  - key: Done
    transitions: final
  - key: Rejected
    transitions: final
phases:
  routing: Waiting
  pending: Waiting
  changesRequested: Waiting
  approved: Approved
  inFulfillment: Claimed
  completed: Done
  rejected: Rejected
  withdrawn: Rejected
  cancelled: Rejected
"""
LINES = """\
states:
  - key: Initial
    type: LineItemState
    initial: true
    transitions: [Picked]
  - key: Picked
    type: LineItemState
    transitions: [Packed]
  - key: Packed
    type: LineItemState
    transitions: final
"""


def told(folder: Path, text: str, before: str, after: str) -> list[str]:
    """What is found in the file with one piece replaced, each with line and field."""
    assert before in text
    file = folder / "states.yaml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    _, problems = lint_states(file)
    assert all(problem.file == file for problem in problems)
    return [str(problem).removeprefix(f"{file}:") for problem in problems]


@pytest.mark.parametrize("text", [MACHINE, LINES])
def test_the_files_as_they_are_here_have_no_finding(tmp_path: Path, text: str) -> None:
    """Otherwise the cases below would show nothing."""
    assert told(tmp_path, text, "", "") == []


@pytest.mark.parametrize("name", ["states.yaml", "demo/states.yaml"])
def test_the_shipped_files_have_no_finding(name: str) -> None:
    """Neither the example's nor the demo's."""
    declared, problems = lint_states(CONFIG / name)
    assert problems == ()
    assert declared.machine.entries == ("PendingApproval",)


@pytest.mark.parametrize(
    ("before", "after", "findings"),
    [
        ("phases:", "  - key: Lost\n    transitions: [Rejected]\nphases:",
         ["13: states[5]: Lost cannot be reached from an initial state: only force leads there"]),
        ("[Done, Rejected]", "[Done, Rejected, Round]\n  - key: Round\n    transitions: [Again]\n  - key: Again\n    transitions: [Round]",
         ["10: states[3].transitions: Round leads in a circle and to no end; declare a final state",
          "12: states[4].transitions: Again leads in a circle and to no end; declare a final state",
          "9: states[3]: no phase names Round: an order in it raises the alarm unknownState, and nobody is asked",
          "11: states[4]: no phase names Again: an order in it raises the alarm unknownState, and nobody is asked"]),
        ("key: Done\n", "key: Done\n    initial: true\n",
         ["10: states[3].initial: several states of type OrderState are initial: Waiting, Done; if that is meant, say severalInitial: [OrderState]",
          "10: states[3].initial: an order could enter in Done, which only an approved one may be in"]),
        ("[Claimed, Waiting]", "any",
         ["6: states[1].transitions: 'any' switches validation off: an order could leave Approved past its approval"]),
        ("[Approved, Rejected]", "[Rejected, Claimed]\n  - key: Aside\n    transitions: [Approved]",
         ["5: states[1]: Aside cannot be reached from an initial state: only force leads there",
          "7: states[2]: Approved cannot be reached from an initial state: only force leads there",
          "4: states[0].transitions: the workflow moves orders from Waiting (pending) to Approved (approved): the edge is missing"]),
        ("[Done, Rejected]", "[Waiting, Rejected]",
         ["9: states[3]: Done cannot be reached from an initial state: only force leads there",
          "8: states[2].transitions: the workflow moves orders from Claimed (inFulfillment) to Done (completed): the edge is missing"]),
        ("[Claimed, Waiting]", "[Claimed]",
         ["6: states[1].transitions: the workflow moves orders from Approved (approved) to Waiting (pending): the edge is missing"]),
        ("rejected: Rejected", "rejected: Done",
         ["4: states[0].transitions: the workflow moves orders from Waiting (pending) to Done (rejected): the edge is missing",
          "20: phases.rejected: Done would be both rejected and approved"]),
        ("changesRequested: Waiting", "changesRequested: Claimed",
         ["16: phases.changesRequested: Claimed would be both changesRequested and approved"]),
        ("withdrawn: Rejected", "withdrawn: Approved",
         ["21: phases.withdrawn: Approved would be both withdrawn and approved"]),
        ("initial: true\n    transitions: [Approved, Rejected]\n  - key: Approved\n", "transitions: [Approved, Rejected]\n  - key: Approved\n    initial: true\n",
         ["5: states[1].initial: an order could enter in Approved, which only an approved one may be in"]),
        ("key: Done\n    transitions: final\n  - key: Rejected\n    transitions: final", "key: Done\n    transitions: [Archived]\n  - key: Rejected\n    transitions: [Archived]\n  - key: Archived\n    transitions: final",
         ["13: states[5]: no phase names Archived: an order in it raises the alarm unknownState, and nobody is asked",
          "12: states[4].transitions: approved orders come to Archived too, so the guard lets no order go there from Rejected"]),
        ("[Approved, Rejected]", "[Approved, Rejected, Held]\n  - key: Held\n    transitions: [Waiting, Rejected]",
         ["5: states[1]: no phase names Held: an order in it raises the alarm unknownState, and nobody is asked"]),
        ("[Done, Rejected]", "[Done]",
         ["8: states[2].transitions: the workflow moves orders from Claimed (inFulfillment) to Rejected (cancelled): the edge is missing"]),
        ("[Approved, Rejected]", "[Approved]",
         ["4: states[0].transitions: the workflow moves orders from Waiting (pending) to Rejected (rejected, withdrawn, cancelled): the edge is missing"]),
        ("[Approved, Rejected]", "[Approved, Rejected, Done]",
         ["4: states[0].transitions: approved orders come to Done too, so the guard lets no order go there from Waiting that is not approved"]),
        (MACHINE[MACHINE.index("phases:"):], "",
         ["1: phases: no phase of the workflow has a state"]),
    ],
    ids=[
        "unreachable", "circle", "several initial", "any", "no approval", "no completion", "no way back",
        "rejected and approved", "undecided and approved", "withdrawn and approved", "entry past the gate", "one archive for all",
        "a state of no phase", "no giving up", "no way to an end", "past the gate", "no phases",
    ],
)  # fmt: skip
def test_what_cannot_be_meant_of_an_orders_machine(
    tmp_path: Path, before: str, after: str, findings: list[str]
) -> None:
    """Every finding names the line where something would have to be changed, and there are no others."""
    assert told(tmp_path, MACHINE, before, after) == findings


@pytest.mark.parametrize(
    ("before", "after", "findings"),
    [
        ("    initial: true\n", "",
         ["2: states[0]: no LineItemState is initial, so nothing can enter one"]),
        ("[Packed]", "final",
         ["9: states[2]: Packed cannot be reached from an initial state: only force leads there"]),
        ("[Packed]", "[Picked]",
         ["8: states[1].transitions: Picked leads in a circle and to no end; declare a final state",
          "5: states[0].transitions: Initial leads in a circle and to no end; declare a final state",
          "9: states[2]: Packed cannot be reached from an initial state: only force leads there"]),
        ("[Packed]", "any", []),
        ("[Picked]", "any", []),
    ],
    ids=["no initial", "unreachable", "circle", "any at the end", "any at the start"],
)  # fmt: skip
def test_what_cannot_be_meant_of_states_of_another_type(
    tmp_path: Path, before: str, after: str, findings: list[str]
) -> None:
    """The rules of any type; validation switched off is no matter where no approval is at stake."""
    assert sorted(told(tmp_path, LINES, before, after)) == sorted(findings)


def test_several_initial_states_may_be_meant(tmp_path: Path) -> None:
    """For the type that says so, and for no other."""
    two = LINES.replace("key: Picked\n", "key: Picked\n    initial: true\n")
    assert told(tmp_path, two, "states:", "severalInitial: [LineItemState]\nstates:") == []
    found = told(tmp_path, two, "states:", "severalInitial: [OrderState]\nstates:")
    several = "several states of type LineItemState are initial: Initial, Picked"
    assert found == [
        f"8: states[1].initial: {several}; if that is meant, say severalInitial: [LineItemState]"
    ]


def test_each_type_is_looked_over_by_itself(tmp_path: Path) -> None:
    """An order's machine and states of line items in one file, each with its own way in."""
    lines = LINES.removeprefix("states:\n")
    assert told(tmp_path, MACHINE, "phases:", f"{lines}phases:") == []
    found = told(tmp_path, MACHINE, "phases:", f"{lines.replace('initial: true', 'initial: false')}phases:")
    assert found == ["13: states[5]: no LineItemState is initial, so nothing can enter one"]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("    initial: true\n", "", "no state is initial, so no order could enter the machine"),
        ("  rejected: Rejected\n", "", "phases without a state: rejected"),
        ("[Done, Rejected]", "[Gone]", "no state 'Gone' is declared"),
    ],
)
def test_a_file_that_is_no_machine_is_refused(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """Not a finding that can be lived with."""
    with pytest.raises(ConfigurationError, match=wanted):
        told(tmp_path, MACHINE, before, after)


STAGES = "lineItemStates: { packed: Picked, shipped: Packed }\nstates:\n"


def test_a_line_state_that_no_unit_gets_to_is_found(tmp_path: Path) -> None:
    """Each unit begins in the built-in state."""
    assert told(tmp_path, LINES, "states:\n", STAGES) == []
    there = LINES.replace("states:\n", STAGES)
    found = told(tmp_path, there, "[Picked]", "final")
    assert [one for one in found if "lineItemStates" in one] == [
        "1: lineItemStates.packed: no way leads from Initial to Picked: units stay where they are",
        "1: lineItemStates.shipped: no way leads from Initial to Packed: units stay where they are",
    ]


def test_the_line_states_that_fulfilment_moves_units_along(tmp_path: Path) -> None:
    """With the built-in one for what waits; without the section there are none."""
    file = tmp_path / "states.yaml"
    file.write_text(LINES, encoding="utf-8")
    assert load_states(file).line_states is None
    file.write_text(LINES.replace("states:\n", STAGES), encoding="utf-8")
    assert load_states(file).line_states == LineStates(
        keys={LineStage.PENDING: "Initial", LineStage.PACKED: "Picked", LineStage.SHIPPED: "Packed"},
        transitions={"Initial": ("Picked",), "Picked": ("Packed",), "Packed": ()},
    )
