"""What the command line and the Temporal UI advise about an alarm can be done."""

import re
import shlex

import pytest

from domain.alarm_advice import ADVICE, advice, wants_look
from domain.alarms import Alarm
from tests.docs.command_lines import fault_of
from tests.docs.markdown import ROOT

COMMANDS = [command for words in ADVICE.values() for command in re.findall(r"`([^`]+)`", words)]


def test_every_alarm_has_advice() -> None:
    """Of one of a newer version, it says where to read on."""
    assert set(ADVICE) == set(Alarm)
    assert (ROOT / advice("ofALaterVersion").split()[-1]).exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_in_it_are_commands(command: str) -> None:
    """As the command line takes them."""
    assert fault_of(shlex.split(command)) is None


@pytest.mark.parametrize("alarm", list(Alarm))
def test_it_agrees_with_the_page_on_having_the_order_looked_at_again(alarm: Alarm) -> None:
    """docs/operations.md is the longer word on the same thing."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("\n## Alarms\n")[1]
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{alarm.value}` |")]
    assert wants_look(alarm.value) == ("looked at again" in row)
