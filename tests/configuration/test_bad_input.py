"""Every mistake in a file is told with the file, the line and the field."""

import shutil
from pathlib import Path

import pytest

from configuration import ConfigurationError, load, load_machine, load_states

CONFIG = Path(__file__).parents[2] / "config"

DIRECTORY = """\
people:
  - { id: ana, name: Ana }
  - { id: ben, name: Ben }
groups:
  - { id: managers, name: Managers, members: [ana, ben] }
  - { id: nobody, name: Nobody, members: [] }
"""
POLICY = """\
rules:
  - rule: large
    why: Large orders need a manager.
    when: { atLeast: "EUR 1,000.00" }
    steps:
      - step: manager
        approvers: { groups: [managers] }
        within: P2D
        remind: [P1D]
        escalate:
          - { to: { people: [ben] }, within: P1D }
        onTimeout: hold
  - rule: automatic
    why: The others need nobody.
returnsWithin: P30D
"""
STATES = """\
states:
  - key: Waiting
    initial: true
    transitions: [Done]
  - key: Done
    transitions: final
phases:
  routing: Waiting
  pending: Waiting
  changesRequested: Waiting
  approved: Done
  inFulfillment: Done
  completed: Done
  rejected: Done
  withdrawn: Done
  cancelled: Done
"""
FILES = {"directory": DIRECTORY, "policy": POLICY, "states": STATES}


def written(folder: Path, **changes: tuple[str, str]) -> Path:
    """The three files, each with one piece replaced by another."""
    for name, text in FILES.items():
        before, after = changes.get(name, ("", ""))
        assert before in text
        (folder / f"{name}.yaml").write_text(
            text.replace(before, after, 1) if before else text, encoding="utf-8"
        )
    return folder


def told(folder: Path) -> list[str]:
    """What is wrong, without the folder in front."""
    with pytest.raises(ConfigurationError) as refused:
        load(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in refused.value.problems]


def test_the_files_as_they_are_here_are_good(tmp_path: Path) -> None:
    """Otherwise the cases below would show nothing."""
    assert load(written(tmp_path)).machine.states[0].key == "Waiting"


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("within: P2D", "wihtin: P2D", "policy.yaml:8: rules[0].steps[0].wihtin: no such key"),
        ("why: Large orders need a manager.", "", "policy.yaml:2: rules[0].why: is missing"),
        ('"EUR 1,000.00"', '"1,000.00"', "policy.yaml:4: rules[0].when.atLeast: '1,000.00' is not an amount with its currency"),
        ('"EUR 1,000.00"', "1000", "policy.yaml:4: rules[0].when.atLeast: '1000' is not an amount with its currency"),
        ('"EUR 1,000.00"', "{ centAmount: 1 }", "policy.yaml:4: rules[0].when.atLeast: '{'centAmount': 1}' is not an amount"),
        ('"EUR 1,000.00"', '"EUR 1.005"', "policy.yaml:4: rules[0].when.atLeast: 'EUR 1.005' has more decimal places"),
        ("atLeast", "at_least", "policy.yaml:4: rules[0].when.at_least: no such key"),
        ('{ atLeast: "EUR 1,000.00" }', "{}", "policy.yaml:4: rules[0].when: an empty condition"),
        ("within: P2D", "within: 2", "policy.yaml:8: rules[0].steps[0].within: '2' is neither an ISO 8601 duration nor working time"),
        ("within: P2D", "within: 2 days", "write it like P2D, PT4H or PT30S, or like 8 working hours or 2 working days"),
        ("within: P2D", "within: P1Y", "policy.yaml:8: rules[0].steps[0].within: 'P1Y' is neither"),
        ("within: P2D", 'within: "12:00:00"', "within: '12:00:00' is neither"),
        ("within: P2D", "within: PT", "within: 'PT' is neither"),
        ("within: P2D", "within: -P1D", "policy.yaml:8: rules[0].steps[0].within: '-P1D' is neither"),
        ("within: P2D", "within: 0 working hours", "policy.yaml:8: rules[0].steps[0].within: '0 working hours' is neither"),
        ("within: P2D", "within: 8 working weeks", "policy.yaml:8: rules[0].steps[0].within: '8 working weeks' is neither"),
        ("within: P1D", "within: one working day", "policy.yaml:11: rules[0].steps[0].escalate[0].within: 'one working day' is neither"),
        ("within: P1D", "within: PT0S", "policy.yaml:11: rules[0].steps[0].escalate[0].within: 'PT0S' is no time at all"),
        ("within: P2D", "within: P4000000D", "policy.yaml:8: rules[0].steps[0].within: 'P4000000D' is more than 1830 days"),
        ("within: P2D", "within: 9000 working days", "'9000 working days' is more than 1300 working days"),
        ("within: P2D", "within: PT0S", "policy.yaml:8: rules[0].steps[0].within: 'PT0S' is no time at all"),
        ("remind: [P1D]", "remind: [P3D]", "policy.yaml:6: rules[0].steps[0]: a reminder must come before"),
        ("[P1D]", "[P1D, 7]", "policy.yaml:9: rules[0].steps[0].remind[1]: '7' is neither an ISO 8601 duration nor working time"),
        ("[P1D]", "[PT0S]", "policy.yaml:9: rules[0].steps[0].remind[0]: 'PT0S' is no time at all"),
        ("within: P2D\n        remind: [P1D]", "within: 8 working hours\n        remind: [480 working minutes]", "policy.yaml:6: rules[0].steps[0]: a reminder must come before"),
        ("within: P2D\n        remind: [P1D]", "within: 2 working days\n        remind: [2 working days]", "policy.yaml:6: rules[0].steps[0]: a reminder must come before"),
        ("{ people: [ben] }, within: P1D }", "{ people: [ben] }, within: P1D, remind: [P1D] }", "policy.yaml:6: rules[0].steps[0]: a reminder must come before"),
        ("[managers]", "[mangers]", "policy.yaml:7: rules[0].steps[0].approvers.groups[0]: no group 'mangers' is declared; did you mean 'managers'?"),
        ("[managers]", "[nobody]", "policy.yaml:7: rules[0].steps[0].approvers.groups[0]: group 'nobody' has no members"),
        ("[ben]", "[eve]", "policy.yaml:11: rules[0].steps[0].escalate[0].to.people[0]: no person 'eve' is declared"),
        ("{ groups: [managers] }", "{}", "policy.yaml:7: rules[0].steps[0].approvers: name at least one of people or groups"),
        ("onTimeout: hold", "onTimeout: shrug", "policy.yaml:12: rules[0].steps[0].onTimeout: Input should be 'reject', 'approve' or 'hold'"),
        ("returnsWithin: P30D", "returnsWithin: 30 working days", "policy.yaml:15: returnsWithin: '30 working days' is not an ISO 8601 duration"),
        ("returnsWithin: P30D", "harmless: [purchaseOrder]", "policy.yaml:15: harmless[0]: 'purchaseOrder' is no part of an order that a policy may call harmless; those are purchaseOrderNumber,"),
        ("returnsWithin: P30D", "harmless:\n  - purchaseOrderNumber\n  - total", "policy.yaml:17: harmless[1]: a change of total is never harmless: it is part of what is paid"),
        ("returnsWithin: P30D", "harmless: [businessUnit]", "policy.yaml:15: harmless[0]: a change of businessUnit is never harmless: it decides who approves"),
        ("returnsWithin: P30D", "reasonRequired: [reject, decline]", "policy.yaml:15: reasonRequired[1]: Input should be 'approve', 'reject' or 'requestChanges'"),
        ("returnsWithin: P30D", "reasonrequired: [reject]", "policy.yaml:15: reasonrequired: no such key"),
        ("onTimeout: hold\n", "onTimeout: hold\n    changes: { rounds: -1 }\n", "policy.yaml:13: rules[0].changes.rounds: Input should be greater than or equal to 0"),
        ("onTimeout: hold\n", "onTimeout: hold\n    changes: { rounds: often }\n", "policy.yaml:13: rules[0].changes.rounds: Input should be a valid integer"),
        ("onTimeout: hold\n", "onTimeout: hold\n    changes:\n      rounds: 1\n      resumeAt: manger\n", "policy.yaml:15: rules[0].changes.resumeAt: no step 'manger' is declared; did you mean 'manager'?"),
        ("others need nobody.", "others need nobody.\n    changes: { resumeAt: manager }", "policy.yaml:15: rules[1].changes.resumeAt: no step 'manager' is declared"),
        ("within: P1D }", "within: P1D, keepsEarlier: 1 or 2 }", "policy.yaml:11: rules[0].steps[0].escalate[0].keepsEarlier: Input should be a valid boolean"),
        ("within: P2D", "within: P2D\n        keepsEarlier: true", "policy.yaml:9: rules[0].steps[0].keepsEarlier: it is for an escalation"),
        ("rule: automatic", "rule: large", "policy.yaml:13: rules[1].rule: 'large' is declared twice, first in line 2"),
        ("returnsWithin: P30D", "returnsWithin: P30D\nreturnsWithin: P1D", "policy.yaml:16: returnsWithin: given twice, first in line 15"),
        ("returnsWithin: P30D", "1: one", "policy.yaml:15: a key that is no text"),
        ("returnsWithin: P30D", "returnsWithin: 2026-13-45", "policy.yaml:15: month must be in 1..12"),
        ("returnsWithin: P30D", "returnsWithin: *missing", "policy.yaml:15: found undefined alias"),
        ("returnsWithin: P30D", "returnsWithin: !!python/name:os.system", "policy.yaml:15: could not determine a constructor"),
        ("returnsWithin: P30D", "returnsWithin: P30D\n---\nrules: []", "policy.yaml:16: but found another document"),
        ("rules:", "rules: [", "policy.yaml:"),
        (POLICY, "[]", "policy.yaml:1: Input should be a valid dictionary or instance of Policy"),
        (POLICY, "rules: &again [*again]", "policy.yaml:1: an alias of itself"),
        (POLICY, "# nothing", "policy.yaml:1: the file is empty"),
        (POLICY, "[" * 5000, "policy.yaml:1: nested too deeply"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_policy(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """Unknown keys, amounts without a currency, durations without a unit, unknown people, and broken YAML."""
    problems = told(written(tmp_path, policy=(before, after)))
    assert any(wanted in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("[ana, ben]", "[ana, bem]", "directory.yaml:5: groups[0].members[1]: no person 'bem' is declared; did you mean 'ben'?"),
        ("id: ben", "id: ana", "directory.yaml:3: people[1].id: 'ana' is declared twice, first in line 2"),
        ("id: nobody", "id: managers", "directory.yaml:6: groups[1].id: 'managers' is declared twice, first in line 5"),
        ("id: ben", "id: Ben Berger", "directory.yaml:3: people[1].id: String should match pattern"),
        ("name: Ben", "nmae: Ben", "directory.yaml:3: people[1].nmae: no such key"),
        ("name: Ben", "name: no", "directory.yaml:3: people[1].name: Input should be a valid string"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_directory(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """Unknown members, people declared twice, ids that could not travel."""
    problems = told(written(tmp_path, directory=(before, after)))
    assert any(problem.startswith(wanted) for problem in problems), problems


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("[Done]", "[Doen]", "states.yaml:4: states[0].transitions[0]: no state 'Doen' is declared; did you mean 'Done'?"),
        ("rejected: Done", "rejected: Gone", "states.yaml:14: phases.rejected: no state 'Gone' is declared; did you mean 'Done'?"),
        ("key: Done", "key: Waiting", "states.yaml:5: states[1].key: 'Waiting' is declared twice, first in line 2"),
        ("  rejected: Done\n", "", "states.yaml:7: phases: phases without a state: rejected"),
        ("  rejected: Done", "  refused: Done", "states.yaml:14: phases.refused"),
        ("initial: true", "initial: false", "states.yaml:1: states: no state is initial"),
        ("[Done]", "[]", "states.yaml:4: states[0].transitions: say where it leads"),
        ("    transitions: [Done]\n", "", "states.yaml:2: states[0].transitions: say where it leads"),
        ("[Done]", "fnial", "states.yaml:4: states[0].transitions: a list of states, 'final' or 'any', and not 'fnial'"),
        ("[Done]", "[{ to: Doen }]", "states.yaml:4: states[0].transitions[0].to: no state 'Doen' is declared; did you mean 'Done'?"),
        ("[Done]", "[Done, { to: Done, by: anyone }]", "states.yaml:4: states[0].transitions[1].to: 'Done' is there twice, first in line 4"),
        ("[Done]", "[{ to: Done, by: anyone }, Done]", "states.yaml:4: states[0].transitions[0].to: 'Done' is there twice, first in line 4"),
        ("[Done]", "[Done, Done]", "states.yaml:4: states[0].transitions[1]: 'Done' is there twice, first in line 4"),
        ("[Done]", "[{ to: Done, by: nobody }]", "states.yaml:4: states[0].transitions[0].by: Input should be 'placet', 'operator' or 'anyone'"),
        ("[Done]", "[{ to: Done, whenUnsure: allow }]", "states.yaml:4: states[0].transitions[0].whenUnsure: no such key"),
        ("key: Done", "key: Done\n    type: OrderStates", "states.yaml:6: states[1].type: Input should be 'OrderState'"),
        ("key: Done", "key: Done\n    type: LineItemState", "states.yaml:4: states[0].transitions[0]: Waiting is of type OrderState, Done of LineItemState"),
        ("key: Done", "key: Done\n    roles: [Return]", "states.yaml:6: states[1].roles[0]: Return is a role of LineItemState only"),
        ("phases:", "lineItemStates: { shipped: Done }\nphases:", "states.yaml:7: lineItemStates.shipped: no state of type LineItemState 'Done' is declared"),
        ("phases:", "lineItemStates: { sent: Initial }\nphases:", "states.yaml:7: lineItemStates.sent"),
        ("key: Done", "key: Done\n    previousKeys: [Waiting]", "states.yaml:6: states[1].previousKeys[0]: 'Waiting' is the key of a state that is declared now"),
        ("key: Done", "key: Done\n    previousKeys: [Old, Old]", "states.yaml:6: states[1].previousKeys[1]: 'Old' is declared twice"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_states(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """Moves to nowhere, phases without a state, machines that cannot be entered."""
    problems = told(written(tmp_path, states=(before, after)))
    assert any(problem.startswith(wanted) for problem in problems), problems
    with pytest.raises(ConfigurationError):
        load_states(tmp_path / "states.yaml")


def test_mistakes_in_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Nobody should have to mend them one by one."""
    folder = written(
        tmp_path, policy=("[ben]", "[eve]"), states=("[Done]", "[Doen]"), directory=("name: Ben", "x: 1")
    )
    assert {problem.split(":")[0] for problem in told(folder)} == {
        "policy.yaml",
        "states.yaml",
        "directory.yaml",
    }


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    """The model's own complaint about the same place would only be noise."""
    assert len(told(written(tmp_path, policy=("[ben]", "[eve]")))) == 1
    assert len(told(written(tmp_path, policy=("within: P2D", "within: soon")))) == 1
    assert len(told(written(tmp_path, states=("[Done]", "[Doen]")))) == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Named, for each file; a folder that is not there has none of them."""
    folder = written(tmp_path)
    (folder / "directory.yaml").unlink()
    assert told(folder) == ["directory.yaml: cannot be read: No such file or directory"]
    assert len(told(folder / "nowhere")) == 3


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Such as one that was saved in another encoding, or is no YAML at all."""
    folder = written(tmp_path)
    (folder / "policy.yaml").write_bytes(b"rules: \xff\xfe\x00")
    assert told(folder) == ["policy.yaml:1: not a text file in UTF-8"]


def test_the_shipped_states_can_be_read_alone() -> None:
    """For `placet states check`."""
    assert load_states(CONFIG / "states.yaml") == load(CONFIG).states
    assert load_machine(CONFIG / "states.yaml") == load(CONFIG).machine


def test_every_shipped_file_is_covered(tmp_path: Path) -> None:
    """Each of the files is needed: without it nothing loads."""
    for name in FILES:
        folder = tmp_path / name
        shutil.copytree(CONFIG, folder)
        (folder / f"{name}.yaml").unlink()
        assert told(folder) == [f"{name}.yaml: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ("rules:\n  - rule: large\n    why: ''\n", "policy.yaml:3: rules[0].why: must not be empty"),
        ("rules:\n  - rule: large\n", "policy.yaml:2: rules[0].why: is missing"),
        ("rules: []\n", "policy.yaml:1: rules: needs at least 1 entry"),
    ],
)
def test_a_list_is_told_to_be_short_only_where_it_is(tmp_path: Path, rules: str, wanted: str) -> None:
    """A list whose only entry is wrong is not told to have too few; one without an entry is, in words of the file."""
    [said] = told(written(tmp_path, policy=(POLICY, rules)))
    assert said.startswith(wanted)
    assert "Tuple" not in said
