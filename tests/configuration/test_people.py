"""Every mistake in the working hours and absences of a directory is told with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from configuration import load
from domain.working_time import is_working
from tests.configuration.test_bad_input import CONFIG, DIRECTORY, told, written

PEOPLE = """\
people:
  - { id: ana, name: Ana, manager: ben, zone: Europe/Berlin, hours: office }
  - id: ben
    name: Ben
    channels: { slack: U012AB }
    absences:
      - from: 2026-12-21
        until: 2027-01-03
        substitute: ana
        mayDecide: { rules: [large], below: "EUR 5,000.00" }
      - { from: 2026-11-02T12:00:00+01:00, until: 2026-11-02T18:00:00+01:00 }
groups:
  - { id: managers, name: Managers, members: [ana, ben] }
  - { id: nobody, name: Nobody, members: [] }
calendars:
  - id: office
    week: { mon-thu: 09:00-17:00, fri: [09:00-13:00] }
    holidays: DE-BE
    daysOff: [2026-12-24]
"""


def with_people(folder: Path, before: str = "", after: str = "") -> Path:
    """The three files, of which the directory is the one above with a piece replaced."""
    assert before in PEOPLE
    return written(folder, directory=(DIRECTORY, PEOPLE.replace(before, after, 1) if before else PEOPLE))


def test_the_directory_as_it_is_here_is_good(tmp_path: Path) -> None:
    """Otherwise the cases below would show nothing."""
    people = load(with_people(tmp_path)).directory
    assert people.calendar_of("ana").zone == "Europe/Berlin"
    ben = people.person("ben")
    assert ben is not None
    assert [absence.substitute for absence in ben.absences] == ["ana", None]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("manager: ben", "manager: bem", "directory.yaml:2: people[0].manager: no person 'bem' is declared; did you mean 'ben'?"),
        ("manager: ben", "manager: ana", "directory.yaml:2: people[0].manager: ana -> ana: in the end everybody leads themselves"),
        ("name: Ben", "name: Ben\n    manager: ana", "directory.yaml:2: people[0].manager: ana -> ben -> ana: in the end"),
        ("Europe/Berlin", "Europe/Berln", "directory.yaml:2: people[0].zone: no time zone 'Europe/Berln' is known"),
        ("hours: office", "hours: offfice", "directory.yaml:2: people[0].hours: no calendar 'offfice' is declared; did you mean 'office'?"),
        ("people:\n", "people:\n  - { id: amy, name: Amy, email: A@example.com }\n  - { id: amelia, name: Amelia, email: a@example.com }\n",
         "directory.yaml:3: people[1].email: 'amelia' is the same person as 'amy': give one of them up"),
        ("people:\n", "people:\n  - { id: operators, name: Olga }\n", "directory.yaml:2: people[0].id: 'operators' is no person's id"),
        ("slack:", "Slack:", "directory.yaml:5: people[1].channels.Slack"),
        ("until: 2027-01-03", "until: 2026-12-20", "directory.yaml:8: people[1].absences[0].until: the absence ends before it begins"),
        ("until: 2027-01-03", "until: January", "directory.yaml:8: people[1].absences[0].until: write a day, like 2026-12-24"),
        ("        until: 2027-01-03\n", "", "directory.yaml:7: people[1].absences[0].until: is missing"),
        ("substitute: ana", "substitute: eve", "directory.yaml:9: people[1].absences[0].substitute: no person 'eve' is declared"),
        ("substitute: ana", "substitute: ben", "directory.yaml:9: people[1].absences[0].substitute: nobody stands in for themselves"),
        ("hours: office }", "hours: office, absences: [{ from: 2026-12-23, until: 2026-12-31, substitute: ben }] }",
         "directory.yaml:2: people[0].absences[0].substitute: ana, ben are all away from 2026-12-22T23:00:00+00:00"),
        ("[large]", "[lagre]", "directory.yaml:10: people[1].absences[0].mayDecide.rules[0]: no rule 'lagre' is declared; did you mean 'large'?"),
        ('"EUR 5,000.00"', "5000", "directory.yaml:10: people[1].absences[0].mayDecide.below: '5000' is not an amount with its currency"),
        ('"EUR 5,000.00"', '"5,000"', "directory.yaml:10: people[1].absences[0].mayDecide.below: '5,000' is not an amount with its currency"),
        ("mayDecide", "maydecide", "directory.yaml:10: people[1].absences[0].maydecide: no such key"),
        ("2026-11-02T12:00:00+01:00", "2026-11-02T12:00:00", "directory.yaml:11: people[1].absences[1].from: write a day, like"),
        ("fri: [09:00-13:00]", "fri: 9-13", "directory.yaml:17: calendars[0].week: '9-13' are no working hours"),
        ("{ mon-thu: 09:00-17:00, fri: [09:00-13:00] }", "{}", "directory.yaml:17: calendars[0].week: a week without working hours"),
        ("holidays: DE-BE", "holidays: DE-XX", "directory.yaml:18: calendars[0].holidays: no public holidays of the part 'XX'"),
        ("holidays: DE-BE", "holidays: no", "directory.yaml:18: calendars[0].holidays: Input should be a valid string"),
        ("[2026-12-24]", "[christmas]", "directory.yaml:19: calendars[0].daysOff[0]: Input should be a valid date"),
        ("    daysOff: [2026-12-24]", "  - { id: office, week: { mon: 09:00-17:00 } }", "directory.yaml:19: calendars[1].id: 'office' is declared twice, first in line 16"),
    ],
)  # fmt: skip
def test_a_mistake_in_hours_and_absences(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """Managers, zones, calendars, channels, absences and what they delegate; each once."""
    problems = told(with_people(tmp_path, before, after))
    assert len(problems) == 1
    assert problems[0].startswith(wanted)


def test_what_the_shipped_directory_shows_in_comments_can_be_used(tmp_path: Path) -> None:
    """Whoever takes the marks off has an absence and public holidays."""
    shipped = (CONFIG / "directory.yaml").read_text(encoding="utf-8")
    assert shipped.count("#| ") > 3
    for name in ("states", "policy"):
        (tmp_path / f"{name}.yaml").write_bytes((CONFIG / f"{name}.yaml").read_bytes())
    (tmp_path / "directory.yaml").write_text(shipped.replace("#| ", ""), encoding="utf-8")
    people = load(tmp_path).directory
    cem = people.person("cem")
    assert cem is not None
    assert [absence.substitute for absence in cem.absences] == ["dana"]
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert not is_working(christmas, people.calendar_of("ana"))
    assert is_working(christmas, load(CONFIG).directory.calendar_of("ana"))
