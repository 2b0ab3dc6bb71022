"""What lies in the directory where a command is run is none of ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from starter.ports import free_ports


@pytest.mark.slow
def test_a_worker_py_of_somebody_else_is_not_run(tmp_path: Path) -> None:
    """A shop's own `worker.py` and `domain/` do not stand in for Placet's."""
    (tmp_path / "worker.py").write_text("raise SystemExit(7)")
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "__init__.py").write_text("raise SystemExit(7)")
    (port,) = free_ports([17999])
    placet = Path(sys.executable).with_name("placet")
    ended = subprocess.run(
        [placet, "worker"],
        cwd=tmp_path,
        env=os.environ | {"PLACET_TEMPORAL_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    assert "placet worker" in ended.stderr
