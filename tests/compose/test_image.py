"""The Dockerfile held to the project: what it copies is what the wheel is made of."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.compose.compose_file import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INCLUDED = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])


def _copied() -> set[str]:
    """What the build stage copies from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
    return {source for line in lines for source in line.split()[:-1]}


def test_copies_what_the_wheel_is_made_of() -> None:
    """Each part of the wheel, what the build reads, and the lock; nothing that is not there."""
    assert _copied() == INCLUDED | {"pyproject.toml", PROJECT["project"]["readme"], "requirements.lock"}
    assert all((ROOT / source).exists() for source in _copied())


def test_the_engine_is_given_what_is_copied() -> None:
    """.dockerignore keeps everything out but what is copied."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == _copied()


def test_runs_our_command_as_nobody_special() -> None:
    """The entrypoint is the console script; the user is not root; Python is one that the project takes."""
    assert 'ENTRYPOINT ["placet"]' in DOCKERFILE
    assert "placet" in PROJECT["project"]["scripts"]
    assert re.search(r"^USER placet$", DOCKERFILE, flags=re.MULTILINE)
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert len(set(images)) == 1
    version = re.match(r"python:(\d+)\.(\d+)\.\d+-slim", images[0])
    assert version is not None
    assert (int(version[1]), int(version[2])) >= (3, 11)
    assert PROJECT["project"]["requires-python"] == ">=3.11"


@pytest.mark.slow
def test_the_wheel_has_everything_and_works_by_itself(tmp_path: Path) -> None:
    """Built as the Dockerfile does, without a network; its command runs from the wheel alone and finds its files."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        packed.extractall(tmp_path / "unpacked")
    assert {"config/policy.yaml", "config/demo/policy.yaml", "worker.py", "sandbox/__main__.py"} <= names
    assert {
        part for part in INCLUDED if not any(n == part or n.startswith(f"{part}/") for n in names)
    } == set()
    checked = subprocess.run(
        [sys.executable, "-P", "-m", "starter.cli", "policy", "check"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "unpacked")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert str(tmp_path / "unpacked" / "config") in checked.stdout
